/** A statement of an IAM policy in JSON. */
export interface IamStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  /** @default - a trust policy has none: the role that it is of */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface IamPolicy {
  readonly Version?: string;
  readonly Statement: IamStatement | readonly IamStatement[];
}

/** Who asks. */
export type IamPrincipal =
  | { readonly kind: "AWS"; readonly arn: string; readonly account: string }
  /** `service` is its host, for example `lambda.amazonaws.com`. */
  | { readonly kind: "Service"; readonly service: string }
  | { readonly kind: "Federated"; readonly provider: string };

export interface IamRequest {
  /** For example `secretsmanager:GetSecretValue`. */
  readonly action: string;
  /** @default - the request has no resource of its own: `*` */
  readonly resource?: string;
  /** Condition keys that the request has. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** @default - nobody in particular: only policies for everyone, or for nobody, can be asked */
  readonly by?: IamPrincipal;
}

export type Verdict = "allowed" | "denied" | "not allowed";

/** What statements say to a request: a denial, or whom they allow it, by name or as one of an account's principals. */
export type Say = "deny" | "principal" | "account";

/**
 * What the policies say to a request (AWS Identity and Access Management User Guide, "Policy evaluation logic" and "IAM
 * JSON policy elements: Condition operators"). What is not needed here is refused, rather than taken for something
 * else.
 */
export function evaluate(policies: readonly IamPolicy[], request: IamRequest): Verdict {
  const said = says(policies, request);
  if (said.has("deny")) return "denied";
  return said.size > 0 ? "allowed" : "not allowed";
}

/** The same, with what is said to whom. */
export function says(policies: readonly IamPolicy[], request: IamRequest): ReadonlySet<Say> {
  const said = new Set<Say>();
  for (const statement of policies.flatMap(({ Statement }) => Statement)) {
    const named = applies(statement, request);
    if (named) said.add(statement.Effect === "Deny" ? "deny" : named);
  }
  return said;
}

function applies(statement: IamStatement, request: IamRequest): "principal" | "account" | undefined {
  const { action, resource = "*", context = {} } = request;
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
  if (unknown) throw new Error(`the policy element ${unknown} is not evaluated here`);
  const { Action, Resource = "*", Condition = {} } = statement;
  const isAbout =
    list(Action).some((pattern) => isLikeAction(action, pattern)) &&
    list(Resource).some((pattern) => isLike(resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        holds(
          operator,
          keyValue(context, key),
          list(values).map((one) => withVariables(one, context)),
        ),
      ),
    );
  return isAbout ? names(statement.Principal, request.by) : undefined;
}

const ELEMENTS: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "Resource",
  "Condition",
]);

/** How a statement names who asks (IAM User Guide, "AWS JSON policy elements: Principal"). */
function names(
  principal: IamStatement["Principal"],
  by: IamPrincipal | undefined,
): "principal" | "account" | undefined {
  if (principal === undefined || principal === "*") return "principal";
  // The two ways to write everyone are the same, and services are among them.
  if (list(principal.AWS ?? []).includes("*")) return "principal";
  if (by === undefined)
    throw new Error(`a policy for some principals only, and nobody asks: ${JSON.stringify(principal)}`);
  const named = list(principal[by.kind] ?? []);
  if (by.kind === "Service") return named.includes(by.service) ? "principal" : undefined;
  if (by.kind === "Federated") return named.includes(by.provider) ? "principal" : undefined;
  if (named.includes(by.arn)) return "principal";
  const isOfAccount = named.some((one) => one === by.account || isRootOf(by.account, one));
  return isOfAccount ? "account" : undefined;
}

function isRootOf(account: string, arn: string): boolean {
  return new RegExp(`^arn:aws[a-z-]*:iam::${account}:root$`).test(arn);
}

/** Of policy variables, those whose values the request has (IAM User Guide, "Policy elements: Variables and tags"). */
function withVariables(value: string, context: NonNullable<IamRequest["context"]>): string {
  return value.replaceAll(/\$\{(aws:\w+)\}/g, (variable, key: string) =>
    String(keyValue(context, key) ?? variable),
  );
}

/** Names of condition keys are the same in any case. */
function keyValue(
  context: NonNullable<IamRequest["context"]>,
  key: string,
): string | readonly string[] | undefined {
  if (key in context) return context[key];
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

const OPERATORS: Readonly<Record<string, (got: string, value: string) => boolean>> = {
  StringEquals: (got, value) => got === value,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: (got, value) => got.toLowerCase() === value.toLowerCase(),
};

/** A key that is not there fulfils the operators that negate, those with IfExists, and no other. */
function holds(
  operator: string,
  got: string | readonly string[] | undefined,
  values: readonly string[],
): boolean {
  const [, each, single = operator] = /^(ForAllValues|ForAnyValue):(.+)$/.exec(operator) ?? [];
  if (each === "ForAllValues") return list(got ?? []).every((one) => holds(single, one, values));
  if (each === "ForAnyValue") return list(got ?? []).some((one) => holds(single, one, values));
  if (operator === "Null") return values.includes(String(got === undefined));
  if (got !== undefined && typeof got !== "string")
    throw new Error(`${operator} is for a key with one value, got ${JSON.stringify(got)}`);
  const [, base = "", ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = /^(String|Arn)Not/.test(base);
  const matches = OPERATORS[base.replace("Not", "")];
  if (!matches) throw new Error(`the condition operator ${operator} is not evaluated here`);
  if (got === undefined) return isNegated || ifExists !== undefined;
  return values.some((value) => matches(got, value)) !== isNegated;
}

const PATTERNS = new Map<string, RegExp>();

/** Names of actions are the same in any case. */
export function isLikeAction(action: string, pattern: string): boolean {
  return isLike(action.toLowerCase(), pattern.toLowerCase());
}

function isLike(text: string, pattern: string): boolean {
  if (/\$\{\w+:/.test(pattern)) throw new Error(`policy variables are not evaluated here: ${pattern}`);
  if (!/[*?]/.test(pattern)) return text === pattern;
  let known = PATTERNS.get(pattern);
  if (!known) {
    const escaped = pattern.replaceAll(/[\\^$.+()|[\]{}]/g, "\\$&");
    known = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
    PATTERNS.set(pattern, known);
  }
  return known.test(text);
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
