/** What a simulated node can be, in the words of DSS's own installer. */
export const NODE_TYPES = ["design", "automation", "deployer", "api", "govern", "fleet-manager"] as const;
export type NodeType = (typeof NODE_TYPES)[number];

export const isNodeType = (word: string): word is NodeType => (NODE_TYPES as readonly string[]).includes(word);

/** Nodes that have the backend of DSS, with its bootstrap endpoint. The others are programs of their own. */
export const hasBackend = (type: NodeType): boolean => type !== "api" && type !== "fleet-manager";
