import type { Alert } from "../model/alert.ts";
import type { Labels } from "./matcher.ts";

/** A parent of an alert's check, as far as it concerns the child. */
export interface ParentView {
	readonly key: string;
	/** It is none, but speaks for the alert because both have the same trouble. */
	readonly isPeer?: true;
	readonly alert: Alert;
	/** Longest time the parent needs from its first bad look to a firm state, ms. */
	readonly confirmMs: number;
}

/** One alert with all that a decision about telling needs. */
export interface AlertView {
	readonly alert: Alert;
	readonly instance: string;
	readonly check: string;
	/** What the check watches, in words. */
	readonly about: string;
	/** Labels of the instance and the check; severity among them only where the user set it. */
	readonly labels: Labels;
	readonly url: string;
	/** Base units of the check's values, by name. */
	readonly units: Readonly<Record<string, "s" | "B" | "d">>;
	/** What to do first, in words. */
	readonly advice?: string;
	readonly runbook?: string;
	/** The instance has just been restarted or upgraded. */
	readonly grace?: { readonly until: number; readonly reason: string };
	readonly parents: readonly ParentView[];
	/** How long the check itself takes to become firm, ms: a child is looked at for that long after its parent recovered. */
	readonly confirmMs: number;
}

/** The labels that routes and windows see: the alert's own, with instance, check and severity. */
export function routingLabels(view: AlertView, level: string): Labels {
	return { severity: level, ...view.labels, instance: view.instance, check: view.check };
}
