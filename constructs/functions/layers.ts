import type { Architecture } from "./architecture";

/** ARN of a layer's version for each architecture that it is to be had for. */
export type LayerArns = Readonly<Partial<Record<Architecture, string>>>;

/** The layers that a table has for the two architectures. */
export function layersFrom(table: (architecture: Architecture) => string | undefined): LayerArns {
  return { arm64: table("arm64"), x86_64: table("x86_64") };
}

/** @throws Error if there is no layer for the architecture. */
export function layerFor(architecture: Architecture, layers: LayerArns, extension: string): string {
  const arn = layers[architecture];
  if (!arn) throw new Error(`there must be a layer with ${extension} for ${architecture}; name its ARN`);
  return arn;
}
