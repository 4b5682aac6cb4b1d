import type { Architecture } from "../contracts/architecture";
import type { LayerArns } from "../contracts/layers";
import type { SecretConsumer } from "../contracts/secret-backend";

/** The layers of a table for both architectures; ARNs that are named come before it. */
export function layersFrom(
  table: (architecture: Architecture) => string | undefined,
  named: LayerArns = {},
): LayerArns {
  return { arm64: named.arm64 ?? table("arm64"), x86_64: named.x86_64 ?? table("x86_64") };
}

/** @throws Error if there is no layer for the function's architecture. */
export function layerFor(
  { architecture, role }: SecretConsumer,
  layers: LayerArns,
  extension: string,
): string {
  const arn = layers[architecture];
  if (arn) return arn;
  throw new Error(
    `${role.name}: there must be a layer with ${extension} for ${architecture}; name its ARN in \`layerArns\``,
  );
}
