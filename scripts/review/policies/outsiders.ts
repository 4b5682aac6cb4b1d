import type { Condition, Statement } from "./statements";

/** Keys of conditions that hold a request to accounts ("AWS global condition context keys", AWS IAM User Guide). */
const OF_ACCOUNT =
  /^(aws:(principal(account|arn)|source(account|arn|owner))|kms:(calleraccount|encryptioncontext:aws:logs:arn))$/;
const BINDING = /^(string|arn)(equals|like)$/i;
const ACCOUNT = /(?<![\w.-])\d{12}(?![\w.-])/g;

/** Twelve digits that stand alone, as in an ARN. */
export function accountsIn(text: string): string[] {
  return text.match(ACCOUNT) ?? [];
}

/** Principals whom the statement allows something, and who need not be of the accounts. */
export function outsidersOf(statement: Statement, accounts: readonly string[]): string[] {
  const { principals, denies, conditions } = statement;
  if (denies || !principals || conditions.some((one) => isBinding(one, accounts))) return [];
  if (principals.except) return ["everybody but some"];
  return principals.names.filter((name) => isOutside(name, accounts, conditions.length > 0));
}

function isOutside(principal: string, accounts: readonly string[], isConditional: boolean): boolean {
  const [, type, name = ""] = /^(\w+):(.*)$/.exec(principal) ?? [];
  // What AWS's services do, they do for others too, unless a condition says for whom.
  if (type === "Service") return !isConditional;
  if (type !== "AWS") return true;
  const [account] = accountsIn(name);
  return account === undefined || !accounts.includes(account);
}

function isBinding({ operator, key, values }: Condition, accounts: readonly string[]): boolean {
  const isOurs = (value: string) => accountsIn(value).some((one) => accounts.includes(one));
  return OF_ACCOUNT.test(key) && BINDING.test(operator) && values.length > 0 && values.every(isOurs);
}
