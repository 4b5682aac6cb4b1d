import { secretsExtensionLayerArn } from "../native/extension-layer";
import { broken, type Problem } from "./problem";
import type { Sections } from "./schema";
import type { Mentioned } from "./sections";

/** Rules about which backends there are, and how functions reach Secrets Manager. */
export function backendChecks(mentioned: Mentioned) {
  return [
    backendsAreDescribed(mentioned.hasVault),
    pairSettingsAreUsed(mentioned),
    secretsExtensionIsThere,
    layerIsUsed,
    secretsExtensionIsReachable,
    pythonReadsOverHttp,
  ];
}

export function deploysNative({ backend }: Sections): boolean {
  return backend !== "vault";
}

export function deploysVault({ backend }: Sections): boolean {
  return backend === "vault" || backend === "both";
}

function backendsAreDescribed(hasVault: boolean) {
  return (sections: Sections): Problem[] => {
    const { backend, secrets } = sections;
    const needs = `needed by the backend "${backend}"`;
    return [
      ...(deploysVault(sections) && !hasVault
        ? [broken(["vault"], undefined, needs, 'add "vault": { "address": "https://…" }')]
        : []),
      ...(backend && deploysNative(sections) && secrets?.length === 0
        ? [broken(["secrets"], secrets, needs, "add an entry to secrets")]
        : []),
    ];
  };
}

/** SECRET_BACKEND, for a run, makes a right file no wrong one: what it has without effect is not used then. */
function pairSettingsAreUsed(file: Mentioned) {
  return ({ backend, fallback }: Sections): Problem[] => {
    if ([file.backend, backend].includes("both") || !["native", "vault"].includes(String(file.backend)))
      return [];
    const fault = (key: string, value: unknown) =>
      broken([key], value, 'has an effect with the backend "both" alone', "remove it");
    return [
      ...(["native", "vault"].includes(String(file.primary)) && file.primary !== file.backend
        ? [fault("primary", file.primary)]
        : []),
      ...(fallback ? [fault("fallback", fallback)] : []),
    ];
  };
}

function secretsExtensionIsThere(sections: Sections): Problem[] {
  const { native, region, consumerArchitecture = "arm64" } = sections;
  if (!region || native?.delivery !== "extension" || native.layerArn || !deploysNative(sections)) return [];
  if (secretsExtensionLayerArn("aws", region, consumerArchitecture)) return [];
  return [
    broken(
      ["native", "layerArn"],
      undefined,
      `the layer of the AWS Parameters and Secrets extension for ${consumerArchitecture} is not known in region ${region}`,
      "name the ARN that the AWS Secrets Manager User Guide lists, or set native.delivery to sdk",
    ),
  ];
}

function layerIsUsed({ native }: Sections): Problem[] {
  if (native?.delivery !== "sdk" || !native.layerArn) return [];
  const rule = "a layer is for the delivery by extension";
  return [
    broken(["native", "layerArn"], native.layerArn, rule, 'remove it, or write "extension" for delivery'),
  ];
}

/** Only AWS SDKs read AWS_ENDPOINT_URL_SECRETS_MANAGER, which leads to an endpoint without private DNS. */
function secretsExtensionIsReachable(sections: Sections): Problem[] {
  const { native, network } = sections;
  if (native?.delivery !== "extension" || network?.kind !== "adopted" || !deploysNative(sections)) return [];
  if (network.secretsManagerEndpoint) return [];
  return [
    broken(
      ["native", "delivery"],
      native.delivery,
      "the extension needs a Secrets Manager endpoint with private DNS, which is not created in an adopted VPC",
      'name yours in network.secretsManagerEndpoint, or write "sdk"',
    ),
  ];
}

function pythonReadsOverHttp(sections: Sections): Problem[] {
  const { consumers = [], native, backend, primary } = sections;
  const readsNative = backend === "native" || (backend === "both" && primary !== "vault");
  if (!readsNative || native?.delivery !== "sdk") return [];
  return consumers.flatMap(({ runtime }, index) =>
    runtime?.startsWith("python")
      ? [
          broken(
            ["consumers", index, "runtime"],
            runtime,
            "the Python sample reads over HTTP, not through an SDK",
            'set native.delivery to "extension"',
          ),
        ]
      : [],
  );
}
