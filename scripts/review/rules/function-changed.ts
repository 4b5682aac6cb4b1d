import { attribute, type ResourceChange } from "../plan/change";
import { UNKNOWN } from "../plan/values";
import { isSecretName } from "../redaction/secret-names";
import type { Found, Rule } from "./rule";
import { dropped, exchanged, guarded, guardsOf, list, shown } from "./support";

const FUNCTION = "aws_lambda_function";
/** AWS's Parameters and Secrets extension in any Region, and HashiCorp's: their layers' names in the given accounts. */
const KNOWN_LAYERS = [
  /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:layer:AWS-Parameters-and-Secrets-Lambda-Extension(-Arm64)?:\d+$/,
  /^arn:aws[\w-]*:lambda:[\w-]+:634166935893:layer:vault-lambda-extension(-arm64)?:\d+$/,
];

const GUARDS = guardsOf(
  [FUNCTION],
  "high",
  ["runtime", exchanged, "another runtime"],
  ["code_signing_config_arn", dropped, "its code need not be signed any more"],
  ["vpc_config", dropped, "it leaves the VPC, and with it every guard of the network"],
  ["role", exchanged, "it runs as another role"],
  ["handler", exchanged, "another entry point"],
);

export const functionChanged: Rule = {
  id: "R11",
  title: "What a function runs",
  condition:
    "a layer that is not AWS's or HashiCorp's extension, another runtime, role or entry point, no VPC or no code " +
    "signing any more, a new variable with the name of a secret",
  severity: "high",
  why: "Whatever runs beside a function's code reads the same secrets.",
  resource: (change) => [...guarded(change, GUARDS), ...layers(change), ...variables(change)],
};

function layers(change: ResourceChange): Found[] {
  if (change.type !== FUNCTION || !["create", "update", "replace"].includes(change.kind)) return [];
  const { before, after } = attribute(change, "layers");
  if (after === UNKNOWN) return [{ severity: "high", what: "layers cannot be judged" }];
  const news = list(after).filter((layer) => !list(before).includes(layer));
  // Another version of a layer that is known is still another code.
  const severity =
    news.every((layer) => KNOWN_LAYERS.some((known) => known.test(String(layer)))) && change.kind === "create"
      ? "notice"
      : "high";
  return news.map((layer) => ({ severity, what: `a layer is added: ${shown(layer)}` }));
}

function variables(change: ResourceChange): Found[] {
  if (change.type !== FUNCTION || !["create", "update", "replace"].includes(change.kind)) return [];
  const [before, after] = (["before", "after"] as const).map((when) =>
    Object.entries(attribute(change, "environment.variables")[when] ?? {}).map(([name]) => name),
  );
  return (after ?? [])
    .filter((name) => !before?.includes(name) && isSecretName(name))
    .map((name) => ({ severity: "high", what: `a variable is named like a secret (${name})` }));
}
