/** A statement of an IAM policy in JSON. */
export interface IamStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface IamPolicy {
  readonly Version?: string;
  readonly Statement: IamStatement | readonly IamStatement[];
}

export interface IamRequest {
  /** For example `secretsmanager:GetSecretValue`. */
  readonly action: string;
  /** @default - the request has no resource of its own: `*` */
  readonly resource?: string;
  /** Condition keys that the request has. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Verdict = "allowed" | "denied" | "not allowed";

/**
 * What the policies say to a request (AWS Identity and Access Management User Guide, "Policy evaluation logic" and "IAM
 * JSON policy elements: Condition operators"). What is not needed here is refused, rather than taken for something
 * else.
 */
export function evaluate(policies: readonly IamPolicy[], request: IamRequest): Verdict {
  const applying = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect);
  if (applying.includes("Deny")) return "denied";
  return applying.includes("Allow") ? "allowed" : "not allowed";
}

function applies(statement: IamStatement, { action, resource = "*", context = {} }: IamRequest): boolean {
  return (
    isForEveryone(statement.Principal) &&
    list(statement.Action).some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    list(statement.Resource).some((pattern) => isLike(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, keyValue(context, key), list(values))),
    )
  );
}

function isForEveryone(principal: IamStatement["Principal"]): boolean {
  if (principal === undefined || principal === "*") return true;
  if (Object.keys(principal).join() === "AWS" && list(principal.AWS ?? []).join() === "*") return true;
  throw new Error(`a policy for some principals only is not evaluated here: ${JSON.stringify(principal)}`);
}

/** Names of condition keys are the same in any case. */
function keyValue(context: Readonly<Record<string, string>>, key: string): string | undefined {
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
function holds(operator: string, got: string | undefined, values: readonly string[]): boolean {
  // Of a key with one value, or none.
  if (operator.startsWith("ForAllValues:"))
    return got === undefined || holds(operator.slice("ForAllValues:".length), got, values);
  if (operator === "Null") return values.includes(String(got === undefined));
  const [, base = "", ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = /^(String|Arn)Not/.test(base);
  const matches = OPERATORS[base.replace("Not", "")];
  if (!matches) throw new Error(`the condition operator ${operator} is not evaluated here`);
  if (got === undefined) return isNegated || ifExists !== undefined;
  return values.some((value) => matches(got, value)) !== isNegated;
}

function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replaceAll(/[\\^$.+()|[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
