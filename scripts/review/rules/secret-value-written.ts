import { at, attribute, type Plan, type ResourceChange } from "../plan/change";
import { Hidden, isObject, type Value } from "../plan/values";
import type { Found, Rule } from "./rule";

const VERSION = "aws_secretsmanager_secret_version";
const VALUES = ["secret_string", "secret_binary", "secret_string_wo"];

export const secretValueWritten: Rule = {
  id: "R05",
  title: "Terraform writes a secret's value",
  condition:
    "an `aws_secretsmanager_secret_version` of a secret that exists is written, or an attribute gets what looks like " +
    "a literal secret",
  severity: "high",
  why: "A password that was rotated is overwritten by an old one, or a password is in code, plan and state.",
  resource: (change, plan) => [...version(change, plan), ...literal(change)],
};

function version(change: ResourceChange, plan: Plan): Found[] {
  if (change.type !== VERSION || !["create", "update", "replace"].includes(change.kind)) return [];
  const isWritten = change.differences.some(({ path }) => VALUES.some((name) => path.startsWith(name)));
  // The first deployment writes what every rotated secret begins with.
  const secrets = plan.resources.filter(({ type }) => type === "aws_secretsmanager_secret");
  const isOfNew = typeof attribute(change, "secret_id").after !== "string";
  const isFirst = change.kind === "create" && isOfNew && secrets.some(({ kind }) => kind === "create");
  return isWritten && !isFirst
    ? [{ severity: "high", what: "a new version of a secret that exists is written" }]
    : [];
}

/** What is new and was hidden because of what it looks like. */
function literal({ kind, after, differences, type }: ResourceChange): Found[] {
  if (type === VERSION || !["create", "update", "replace"].includes(kind) || !after) return [];
  const news = differences.filter(({ after: value }) => looksSecret(value));
  return news.map(({ path }) => ({
    severity: "high",
    what: `${path} gets a value that looks like a secret`,
  }));
}

function looksSecret(value: Value | undefined): boolean {
  if (value instanceof Hidden) return value.why === "looks like a secret";
  if (Array.isArray(value)) return value.some(looksSecret);
  return isObject(value) && Object.keys(value).some((key) => looksSecret(at(value, key)));
}
