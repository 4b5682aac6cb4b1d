import { attribute, type ResourceChange } from "../plan/change";
import { isKnown, isObject, type Value } from "../plan/values";
import type { Found, Rule } from "./rule";
import { exchanged, type Guard, guarded, guardsOf, isOf, list, lowered, shown, turnedOff } from "./support";

const PARAMETER_GROUP = /^aws_(rds_cluster|db)_parameter_group$/;
/** Parameters that ask for TLS, by engine family. */
const TLS = ["rds.force_ssl", "require_secure_transport"];

/** Days that AWS KMS keeps a deleted key, unless it is told less. */
const LONGEST_WINDOW = 30;

const OTHER_KEY = "it is encrypted with another key, or AWS's own";

const GUARDS: readonly Guard[] = [
  ...guardsOf(/^aws_(secretsmanager_secret|cloudwatch_log_group)$/, "high", [
    "kms_key_id",
    exchanged,
    OTHER_KEY,
  ]),
  ...guardsOf(/^aws_s[nq]s_(topic|queue)$/, "high", ["kms_master_key_id", exchanged, OTHER_KEY]),
  {
    types: ["aws_secretsmanager_secret"],
    attribute: "kms_key_id",
    severity: "medium",
    isWorse: (before, after) => before === null && after === null,
    what: "it is encrypted with AWS's own key",
    alsoNew: true,
    from: ["aws_kms_key"],
  },
  ...guardsOf(["aws_lambda_function"], "high", [
    "kms_key_arn",
    exchanged,
    "its variables are encrypted with another key, or AWS's own",
  ]),
  ...guardsOf(
    ["aws_kms_key"],
    "high",
    ["enable_key_rotation", turnedOff, "the key is no longer rotated"],
    ["is_enabled", turnedOff, "the key is switched off: what it encrypts cannot be read"],
    ["deletion_window_in_days", lowered, "a deleted key can be kept for less time"],
  ),
  ...guardsOf(
    ["aws_kms_key"],
    "medium",
    ["enable_key_rotation", isNew((after) => after !== true), "the key is not rotated"],
    ["is_enabled", isNew((after) => after === false), "the key is switched off"],
    [
      "deletion_window_in_days",
      isNew((after) => lowered(LONGEST_WINDOW, after ?? LONGEST_WINDOW)),
      "a deleted key is kept for less time than it could be",
    ],
  ).map((guard) => ({ ...guard, alsoNew: true })),
];

function isNew(isBad: (after: Value) => boolean): Guard["isWorse"] {
  return (before, after) => before === null && isBad(after);
}

export const encryptionWeakened: Rule = {
  id: "R10",
  title: "Encryption weakened",
  resource: (change) => [...guarded(change, GUARDS), ...tls(change)],
};

function tls(change: ResourceChange): Found[] {
  if (!isOf(change.type, PARAMETER_GROUP) || !["update", "replace"].includes(change.kind)) return [];
  const { before, after } = attribute(change, "parameter");
  if (!isKnown(after)) return [{ severity: "high", what: "parameters cannot be judged" }];
  return TLS.flatMap((name) => {
    const [from, to] = [parameter(before, name), parameter(after, name)];
    const isWorse = isOn(from) && !isOn(to);
    return isWorse
      ? [{ severity: "high" as const, what: `TLS is no longer asked for (${name}: ${shown(to)})` }]
      : [];
  });
}

function parameter(parameters: Value, name: string): Value {
  const found = list(parameters).find((one) => isObject(one) && one.name === name);
  return isObject(found) ? (found.value ?? null) : null;
}

function isOn(value: Value): boolean {
  return ["1", "on", "true"].includes(String(value).toLowerCase());
}
