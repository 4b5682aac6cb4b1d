import { attribute, type ResourceChange } from "../plan/change";
import { isObject, same, UNKNOWN } from "../plan/values";
import { isSecretName } from "../redaction/secret-names";
import type { Found, Rule } from "./rule";
import { dropped, exchanged, type Guard, guarded, guardsOf, isWritten, list, raised, shown } from "./support";

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
  ["code_signing_config_arn", exchanged, "its code need not be signed any more, or by another one"],
  ["vpc_config", dropped, "it leaves the VPC, and with it every guard of the network"],
  ["role", exchanged, "it runs as another role"],
  ["handler", exchanged, "another entry point"],
);

/** "Use IMDSv2", Amazon EC2 User Guide. */
const METADATA: readonly Guard[] = guardsOf(
  ["aws_instance", "aws_launch_template"],
  "high",
  [
    "metadata_options.http_tokens",
    (_, after) => after !== "required",
    "its role's credentials need no session",
  ],
  [
    "metadata_options.http_put_response_hop_limit",
    raised,
    "its role's credentials can be had from farther off",
  ],
).map((guard) => ({ ...guard, alsoNew: guard.attribute.endsWith("http_tokens") }));
/** Variables that say how much is logged. */
const HARMLESS = /^(LOG_LEVEL|POWERTOOLS_(LOG_LEVEL|SERVICE_NAME|LOGGER_SAMPLE_RATE))$/;
/** Variables that make a runtime run something else, wherever they come from. */
const LOADING =
  /^(AWS_LAMBDA_EXEC_WRAPPER|NODE_OPTIONS|NODE_PATH|LD_\w+|PYTHON\w+|JAVA_TOOL_OPTIONS|RUBY\w+)$/;

export const functionChanged: Rule = {
  id: "R11",
  title: "What a function runs",
  resource: (change) => [
    ...guarded(change, [...GUARDS, ...METADATA]),
    ...(change.type === FUNCTION && isWritten(change)
      ? [...layers(change), ...variables(change), ...others(change)]
      : []),
  ],
};

function layers(change: ResourceChange): Found[] {
  const { before, after } = attribute(change, "layers");
  if (after === UNKNOWN) return [{ severity: "high", what: "layers cannot be judged" }];
  const news = list(after).filter((layer) => !list(before).includes(layer));
  // Another version of a layer that is known is still another code.
  const severity =
    news.every((layer) => KNOWN_LAYERS.some((known) => known.test(String(layer)))) && change.kind === "create"
      ? "notice"
      : "high";
  return [
    ...news.map((layer) => ({ severity, what: `a layer is added: ${shown(layer)}` }) as const),
    ...(list(after).length < list(before).length
      ? [{ severity: "medium" as const, what: "a layer is removed" }]
      : []),
  ];
}

function variables(change: ResourceChange): Found[] {
  const [before, after] = (["before", "after"] as const).map((when) =>
    Object.entries(attribute(change, "environment.variables")[when] ?? {}).map(([name]) => name),
  );
  return (after ?? [])
    .filter((name) => !before?.includes(name) && isSecretName(name))
    .map((name) => ({ severity: "high", what: `a variable is named like a secret (${name})` }));
}

/** Values are hidden, but whether they change is known. */
function others(change: ResourceChange): Found[] {
  const { before, after } = attribute(change, "environment.variables");
  const isNew = change.kind === "create";
  if (!isNew && [before, after].some((one) => one !== null && !isObject(one)))
    return same(before, after) ? [] : [{ severity: "medium", what: "variables cannot be judged" }];
  const [from, to] = [before, after].map((one) => (isObject(one) ? one : {}));
  const names = [...new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])].filter(
    (name) => !HARMLESS.test(name) && !same(from?.[name], to?.[name]) && (!isNew || LOADING.test(name)),
  );
  return names.map((name) => ({
    severity: LOADING.test(name) ? "high" : "medium",
    what: `another value of the variable ${name}`,
  }));
}
