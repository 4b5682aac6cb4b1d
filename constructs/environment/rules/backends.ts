import type { Architecture } from "../../contracts/architecture";
import { secretsExtensionLayerArn } from "../../native/extension-layer";
import { backends as backendsSchema } from "../sections/backends";
import type { Draft } from "./draft";
import { deploysNative, deploysVault, functionsOf } from "./places";
import { place, type Rule, rule } from "./rule";

/** Which backends there are, and how functions reach Secrets Manager. */
export const backendRules: readonly Rule[] = [
  rule({
    where: (draft) => (deploysVault(draft) && !draft.namesVault ? [{ path: ["vault"], got: undefined }] : []),
    must: 'needed by the backend "vault"',
    fix: 'add "vault": { "server": { "kind": "adopted", "address": "https://…" } }',
  }),
  rule({
    where: (draft) => (deploysNative(draft) ? place(draft.secrets, "secrets") : []),
    holds: ({ got }) => got.length > 0,
    must: 'needed by the backend "native"',
    fix: "add an entry to secrets",
  }),
  // SECRET_BACKEND, for one run, may leave `fallback` without effect, or be what gives it one.
  rule({
    where: ({ fallback, backends, backendsOfFile }) =>
      [backends, backendsOfFile].every((list) => backendsSchema.safeParse(list).data?.length === 1)
        ? place(fallback, "fallback")
        : [],
    holds: ({ got }) => !got,
    must: "has an effect with two backends only",
    fix: "remove it, or name a second backend in backends",
  }),
  rule({
    where: (draft) =>
      deploysNative(draft) && draft.native?.delivery === "extension"
        ? missingLayers(draft, ["native", "layerArns"], draft.native.layerArns, secretsLayer)
        : [],
    must: ({ architecture, region }) =>
      `the layer of the AWS Parameters and Secrets extension for ${architecture} is not known in region ${region}`,
    fix: "name the ARN that the AWS Secrets Manager User Guide lists, or set native.delivery to sdk",
  }),
  rule({
    where: ({ native }) => (native?.delivery === "sdk" ? place(native.layerArns, "native", "layerArns") : []),
    must: "a layer is for the delivery by extension",
    fix: 'remove it, or write "extension" for delivery',
  }),
  // Only AWS SDKs read AWS_ENDPOINT_URL_SECRETS_MANAGER, which leads to an endpoint without private DNS.
  rule({
    where: (draft) => {
      const { native, network } = draft;
      const hasPrivateDns = network?.kind !== "adopted" || network.secretsManagerEndpoint;
      return deploysNative(draft) && !hasPrivateDns ? place(native?.delivery, "native", "delivery") : [];
    },
    holds: ({ got }) => got !== "extension",
    must: "the extension needs a Secrets Manager endpoint with private DNS, which is not created in an adopted VPC",
    fix: 'name yours in network.secretsManagerEndpoint, or write "sdk"',
  }),
];

/** The partition is of no matter for whether there is one. */
function secretsLayer(region: string, architecture: Architecture): string | undefined {
  return secretsExtensionLayerArn("aws", region, architecture);
}

/** Architectures of functions for which neither the file nor the region has a layer. */
export function missingLayers(
  draft: Draft,
  path: string[],
  given: Readonly<Partial<Record<Architecture, string>>> = {},
  known: (region: string, architecture: Architecture) => string | undefined,
) {
  const { region } = draft;
  const architectures = [...new Set(functionsOf(draft).map(({ lambda }) => lambda.architecture))];
  return architectures.flatMap((architecture) =>
    region && !given[architecture] && !known(region, architecture)
      ? [{ path: [...path, architecture], got: undefined, architecture, region }]
      : [],
  );
}
