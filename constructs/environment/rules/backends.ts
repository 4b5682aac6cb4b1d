import type { Architecture } from "../../contracts/architecture";
import { SECRETS_EXTENSION_TABLE_READ, secretsExtensionLayerArn } from "../../native/extension-layer";
import { backends as backendsSchema } from "../sections/backends";
import type { Draft } from "./draft";
import { deploysNative, deploysVault, functions, native, root, setting } from "./places";
import { type Rule, rule } from "./rule";

/** Which backends there are, and how functions reach Secrets Manager. */
export const backendRules: readonly Rule[] = [
  rule(() => [{ path: ["vault"], got: undefined }], {
    when: (draft) => deploysVault(draft) && !draft.namesVault,
    must: 'needed by the backend "vault"',
    fix: 'add "vault": { "server": { "kind": "adopted", "address": "https://…" } }',
  }),
  rule(setting(root, "secrets"), {
    when: deploysNative,
    holds: ({ got }) => got.length > 0,
    must: 'needed by the backend "native"',
    fix: "add an entry to secrets",
  }),
  // SECRET_BACKEND, for one run, may leave `fallback` without effect, or be what gives it one.
  rule(setting(root, "fallback"), {
    when: ({ backends, backendsOfFile }) =>
      [backends, backendsOfFile].every((list) => backendsSchema.safeParse(list).data?.length === 1),
    holds: ({ got }) => !got,
    must: "has an effect with two backends only",
    fix: "remove it, or name a second backend in backends",
  }),
  rule(
    missingLayers(["native", "layerArns"], ({ native }) => native?.layerArns, secretsLayer),
    {
      when: (draft) =>
        deploysNative(draft) && draft.native?.delivery === "extension" && !draft.native.newestLayer,
      must: ({ architecture, region }) =>
        `the layer of the AWS Parameters and Secrets extension for ${architecture} was not known in region ${region} ` +
        `on ${SECRETS_EXTENSION_TABLE_READ}`,
      fix: "write true for native.newestLayer, name an ARN in native.layerArns, or set native.delivery to sdk",
    },
  ),
  ...(["layerArns", "newestLayer"] as const).map((key) =>
    rule(setting(native, key), {
      holds: ({ got, section: { delivery } }) => delivery === "extension" || got === false,
      must: "a layer is for the delivery by extension",
      fix: 'remove it, or write "extension" for delivery',
    }),
  ),
  // Only AWS SDKs read AWS_ENDPOINT_URL_SECRETS_MANAGER, which leads to an endpoint without private DNS.
  rule(setting(native, "delivery"), {
    when: (draft) =>
      deploysNative(draft) && draft.network?.kind === "adopted" && !draft.network.secretsManagerEndpoint,
    holds: ({ got }) => got !== "extension",
    must: "the extension needs a Secrets Manager endpoint with private DNS, which is not created in an adopted VPC",
    fix: 'name yours in network.secretsManagerEndpoint, or write "sdk"',
  }),
];

/** Whether a layer exists does not depend on the partition. */
function secretsLayer(region: string, architecture: Architecture): string | undefined {
  return secretsExtensionLayerArn("aws", region, architecture);
}

/** Architectures of functions for which neither the file nor the region has a layer. */
export function missingLayers(
  path: readonly string[],
  given: (draft: Draft) => Readonly<Partial<Record<Architecture, string>>> | undefined,
  known: (region: string, architecture: Architecture) => string | undefined,
) {
  return (draft: Draft) => {
    const { region } = draft;
    const architectures = [...new Set(functions(draft).map(({ section }) => section.architecture))];
    return architectures.flatMap((architecture) =>
      region && !given(draft)?.[architecture] && !known(region, architecture)
        ? [{ path: [...path, architecture], got: undefined, architecture, region }]
        : [],
    );
  };
}
