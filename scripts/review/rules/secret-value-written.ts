import { at, attribute, type OutputChange, type Plan, type ResourceChange } from "../plan/change";
import { Hidden, isObject, same, UNKNOWN, type Value } from "../plan/values";
import { isSecretName } from "../redaction/secret-names";
import type { Found, Rule } from "./rule";
import { isFirst, isOfNew, isWritten } from "./support";

const VERSION = "aws_secretsmanager_secret_version";
const VALUES = ["secret_string", "secret_binary"];
/** What only tells that a value is written which no plan has. */
const WRITE_ONLY = "secret_string_wo_version";

export const secretValueWritten: Rule = {
  id: "R05",
  title: "Terraform writes a secret's value",
  resource: (change, plan) => [...version(change, plan), ...literal(change)],
  plan: ({ outputs }) => outputs.flatMap(output),
};

function version(change: ResourceChange, plan: Plan): Found[] {
  if (change.type !== VERSION || !isWritten(change)) return [];
  const isSet = [...VALUES, WRITE_ONLY].some((name) => {
    const { before, after } = attribute(change, name);
    return !same(before, after);
  });
  // The first deployment writes what every rotated secret begins with.
  if (change.kind === "create" && isOfNew(change, "secret_id", "aws_secretsmanager_secret", plan))
    return VALUES.flatMap((name) => beginning(attribute(change, name).after, isFirst(plan)));
  return isSet ? [{ severity: "high", what: "a new version of a secret that exists is written" }] : [];
}

/** What a new secret begins with: hosts and names of users, and no password. */
function beginning(value: Value, isKnownLater: boolean): Found[] {
  if (value === UNKNOWN)
    return isKnownLater
      ? []
      : [{ severity: "medium", what: "what the secret begins with is known only after apply" }];
  if (value instanceof Hidden)
    return [{ severity: "high", what: "the secret begins with a value that is no JSON object" }];
  const names = secretNamesIn(value);
  return names.length > 0
    ? [{ severity: "high", what: `the secret begins with a value of ${names.join(", ")}` }]
    : [];
}

/** Keys that are named like secrets, and have a value. */
function secretNamesIn(value: Value): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    child !== null && isSecretName(key) ? [key] : secretNamesIn(child),
  );
}

/** What is new and was hidden because of what it looks like. */
function literal(change: ResourceChange): Found[] {
  const { after, differences, type } = change;
  if (type === VERSION || !isWritten(change) || !after) return [];
  const news = differences.filter(
    ({ path, after: value }) => looksSecret(value) || (isPublic(type, path) && isNamedSecret(value)),
  );
  return news.map(({ path }) => ({
    severity: "high",
    what: `${path} gets a value that looks like a secret`,
  }));
}

/** No provider takes a secret there, and whoever describes the resource sees it. */
function isPublic(type: string, path: string): boolean {
  return type === "terraform_data" || /^tags(_all)?\b/.test(path);
}

function isNamedSecret(value: Value | undefined): boolean {
  if (value instanceof Hidden) return value.why === "secret by its name";
  return isObject(value) && Object.keys(value).some((key) => isNamedSecret(at(value, key)));
}

function looksSecret(value: Value | undefined): boolean {
  if (value instanceof Hidden) return value.why === "looks like a secret";
  if (Array.isArray(value)) return value.some(looksSecret);
  return isObject(value) && Object.keys(value).some((key) => looksSecret(at(value, key)));
}

/** What an output has is in the state, in plain text, and for whoever reads that. */
function output({ name, kind, before, after }: OutputChange): Found[] {
  if (kind === "delete" || same(before, after)) return [];
  // Of what stacks give each other only the look counts: CDKTF names it after whatever it is of.
  const isNamed = isSecretName(name) && !name.startsWith("cross-stack-output-");
  return looksSecret(after) || secretNamesIn(after).length > 0 || (isNamed && isPlain(after))
    ? [{ severity: "high", what: `the output ${name} gets a value that looks like a secret` }]
    : [];
}

/** Neither a document with names of its own, nor a map of such. */
function isPlain(value: Value): boolean {
  if (isObject(value)) return Object.values(value).some((one) => one instanceof Hidden);
  return value === UNKNOWN || value instanceof Hidden;
}
