import { isObject, type Value } from "../plan/values";

/** A set of names with wildcards, or everything but that set: `Action` and `NotAction` of a statement. */
export interface Names {
  readonly except: boolean;
  readonly names: readonly string[];
}

export interface Condition {
  /** For example `StringNotEquals`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of an IAM policy ("IAM JSON policy elements", AWS Identity and Access Management User Guide). */
export interface Statement {
  readonly sid?: string;
  readonly denies: boolean;
  readonly actions: Names;
  readonly resources: Names;
  /** `<type>:<identifier>`; undefined in a policy of an identity. */
  readonly principals?: Names;
  readonly conditions: readonly Condition[];
}

/** The statements of a policy; undefined if it is not to be understood: unknown, hidden or no policy. */
export function statementsOf(policy: Value): readonly Statement[] | undefined {
  if (!isObject(policy)) return undefined;
  // In older versions a variable is a text like any other.
  const hasVariables = JSON.stringify(policy.Statement ?? null).includes("$" + "{");
  if (hasVariables && policy.Version !== "2012-10-17") return undefined;
  const statements = listOf(policy.Statement ?? null).map(statementOf);
  return statements.every((one) => one !== undefined) ? statements : undefined;
}

const ELEMENT = /^(Sid|Effect|Condition|(Not)?(Action|Resource|Principal))$/;

function statementOf(value: Value): Statement | undefined {
  if (!isObject(value) || !Object.keys(value).every((key) => ELEMENT.test(key))) return undefined;
  const actions = namesOf(value, "Action", (one) => one.toLowerCase());
  // A trust policy has no resources, and is about its role.
  const resources = namesOf(value, "Resource") ?? { except: false, names: ["*"] };
  const principals = principalsOf(value);
  const conditions = conditionsOf(value.Condition ?? null);
  const isSound = value.Effect === "Allow" || value.Effect === "Deny";
  if (!isSound || !actions || principals === "not understood" || !conditions) return undefined;
  return {
    ...(typeof value.Sid === "string" && value.Sid !== "" && { sid: value.Sid }),
    denies: value.Effect === "Deny",
    actions,
    resources,
    ...(principals && { principals }),
    conditions,
  };
}

function namesOf(
  statement: Readonly<Record<string, Value>>,
  element: string,
  normal = (name: string) => name,
): Names | undefined {
  const except = statement[`Not${element}`] !== undefined;
  const names = textsOf(statement[except ? `Not${element}` : element] ?? null);
  return names && names.length > 0 ? { except, names: names.map(normal) } : undefined;
}

function principalsOf(statement: Readonly<Record<string, Value>>): Names | undefined | "not understood" {
  const except = statement.NotPrincipal !== undefined;
  const value = except ? statement.NotPrincipal : statement.Principal;
  if (value === undefined) return undefined;
  if (value === "*") return { except, names: ["AWS:*"] };
  if (!isObject(value)) return "not understood";
  const names: string[] = [];
  for (const [type, identifiers] of Object.entries(value)) {
    const texts = textsOf(identifiers);
    if (!texts) return "not understood";
    names.push(...texts.map((one) => `${type}:${one}`));
  }
  return { except, names };
}

function conditionsOf(value: Value): Condition[] | undefined {
  if (value === null) return [];
  if (!isObject(value)) return undefined;
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(value)) {
    if (!isObject(keys)) return undefined;
    for (const [key, values] of Object.entries(keys)) {
      const texts = textsOf(values);
      if (!texts) return undefined;
      // Keys of conditions are the same in any case, and so are the operators.
      conditions.push({ operator, key: key.toLowerCase(), values: texts });
    }
  }
  return conditions;
}

function textsOf(value: Value): string[] | undefined {
  const texts = listOf(value).map((one) =>
    typeof one === "boolean" || typeof one === "number" ? String(one) : one,
  );
  return texts.every((one) => typeof one === "string") ? texts : undefined;
}

function listOf(value: Value): readonly Value[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value as Value];
}
