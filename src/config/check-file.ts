import { probeOptions } from "../probe/probe.ts";
import { checkFileOutline } from "./checks.ts";

/** A whole check file, as the JSON Schema tells it to editors. */
export const checkFileOptions = checkFileOutline.extend({ probe: probeOptions });
