import type { Architecture } from "./architecture";

/** ARN of a layer's version, by the architecture of the functions that use it. */
export type LayerArns = Readonly<Partial<Record<Architecture, string>>>;
