import { QUOTAS } from "../../lambda/quota-monitor/contract/metrics";
import type { FaultCounts } from "../aws/faults/faults";
import { type CheckedRequests, faultsOf } from "../aws/requests/check";
import type { JudgedDeploys } from "../iam/deploys/judged-deploys";
import type { JudgedCalls } from "../iam/judged-calls";
import type { Invocation } from "../lambda/lambda-runner";
import type { Comparison } from "../network/findings";
import { describeChange, type PlannedChange } from "../terraform/plan-changes";
import type { LeakSearch } from "./leak-search";
import type { BrokenRotation, RefusedFunction } from "./on-call";
import type { ProvedStage } from "./proof";
import type { SecretVersion } from "./secret-store";

/** A property that the run has to prove does not hold. */
export class CheckFailed extends Error {
  override readonly name = "CheckFailed";
}

/** Each database product must have some of these. */
export function checkCoverage(products: readonly string[], what: string, used: readonly string[]): void {
  const missing = products.filter((product) => !used.includes(product));
  list(`no ${what} in:`, missing);
}

/** Who rotated a secret, and the function of the secret's database. */
export function checkRotatedBy(secret: string, rotatedBy: string, expected: string | undefined): void {
  if (rotatedBy !== expected)
    throw new CheckFailed(`${secret} was rotated by ${rotatedBy}, not by ${expected}`);
}

/** What a function answered, and what it should have read. */
export interface FunctionRead {
  readonly functionName: string;
  readonly invocation: Pick<Invocation, "result" | "error" | "log">;
  readonly secret: string;
  readonly versions: readonly SecretVersion[];
  readonly source: string;
}

/** A function must have read the current version and be logged in as that version's user. Gives the user. */
export function checkRead({ functionName, invocation, secret, versions, source }: FunctionRead): string {
  const { result, error, log } = invocation;
  const fail = (what: string) => new CheckFailed(`${functionName}${what} (${log})`);
  if (error) throw fail(`: ${error.errorType}: ${error.errorMessage}`);
  const answer = result as { databaseUser?: string; secretVersion?: string; secretSource?: string };
  const current = versions.find((version) => version.current);
  if (!current?.fields.username) throw fail(`: ${secret} has no current version with a user`);
  if (answer.databaseUser !== current.fields.username || answer.secretVersion !== current.id)
    throw fail(` did not connect with the current version of ${secret}`);
  if (answer.secretSource !== source) throw fail(` read from ${answer.secretSource}, not from ${source}`);
  return answer.databaseUser;
}

/** A version that has a password, and whether that was accepted when it was tried. */
export interface TriedVersion {
  readonly id: string;
  readonly current: boolean;
  readonly username: string;
  readonly accepted: boolean;
}

export interface PasswordCounts {
  /** Current passwords, which log in. */
  readonly accepted: number;
  /** Replaced passwords, which do not. */
  readonly refused: number;
}

/**
 * Of all passwords that a secret ever had, oldest first, each user's newest must be accepted and all others refused.
 * Where users alternate, the one before the current is the other user's newest.
 */
export function checkPasswords(
  secret: string,
  tried: readonly TriedVersion[],
  rotations: number,
): PasswordCounts {
  const newest = new Map(tried.map(({ username, id }) => [username, id]));
  const replaced = tried.filter(({ username, id }) => newest.get(username) !== id);
  const current = tried.filter((version) => version.current);
  const problems = tried
    .filter(({ username, id, accepted }) => accepted !== (newest.get(username) === id))
    .map(({ id, accepted }) => `the password of version ${id} is ${accepted ? "still accepted" : "refused"}`);
  if (tried.length !== rotations) problems.push(`${rotations} rotations made ${tried.length} passwords`);
  if (current.length !== 1) problems.push(`${current.length} current versions have a password`);
  if (replaced.length === 0) problems.push("no rotation replaced a password");
  if (problems.length > 0) throw new CheckFailed(problems.map((what) => `${secret}: ${what}`).join("\n"));
  return { accepted: current.length, refused: replaced.length };
}

/** Each stage of what `npm run prove` does must hold. */
export function checkProof(stages: readonly ProvedStage[]): void {
  if (stages.length === 0) throw new CheckFailed("npm run prove had no stage");
  const failed = stages.filter(({ held }) => !held);
  list(
    "npm run prove:",
    failed.map(({ title, detail }) => `${title}: ${detail}`),
  );
}

/** @param plans what each stack's plan would change. */
export function checkPlans(plans: ReadonlyMap<string, readonly PlannedChange[]>): void {
  if (plans.size === 0) throw new CheckFailed("no stack was planned");
  for (const [stack, changes] of plans)
    list(`the plan of ${stack} has changes:`, changes.map(describeChange));
}

/** @param expected how many passwords the run knows of at least. */
export function checkLeaks({ passwords, files, places }: LeakSearch, expected: number): void {
  if (passwords < expected || files === 0)
    throw new CheckFailed(`${passwords} of at least ${expected} passwords were searched in ${files} files`);
  list(`a password is in ${places.length} places:`, places);
}

/** A scheduled call, and what whoever is on call gets because of it. */
export interface AnsweredCall {
  readonly functionName: string;
  readonly invocation: Pick<Invocation, "result" | "error" | "log">;
  readonly messages: readonly string[];
}

/** Scheduled calls must look at all secrets and all quotas. Gives what they have to say. */
function watch(calls: readonly AnsweredCall[], secrets: number): { problems: string[]; messages: string[] } {
  const answers = calls.map(({ invocation }) => invocation.result);
  const checked = answers.reduce<number>((sum, answer) => sum + (Object(answer).checked ?? 0), 0);
  const quotas = answers.flatMap((answer) => (Array.isArray(answer) ? answer : [])).length;
  const all = Object.keys(QUOTAS).length;
  const problems = [
    ...calls.flatMap(({ functionName, invocation: { error, log } }) =>
      error ? [`${functionName}: ${error.errorType}: ${error.errorMessage} (${log})`] : [],
    ),
    ...(checked === secrets ? [] : [`${checked} of ${secrets} secrets were checked`]),
    ...(quotas === all ? [] : [`${quotas} of ${all} quotas were read`]),
  ];
  return { problems, messages: calls.flatMap(({ messages }) => messages) };
}

/** Before anything is broken. */
export function checkHealthy(calls: readonly AnsweredCall[], secrets: number): void {
  const { problems, messages } = watch(calls, secrets);
  list("the scheduled checks:", [...problems, ...messages.map((message) => `a false alarm: ${message}`)]);
}

/** With a secret that gives no login, whoever is on call must hear which, and what to do. Gives the message. */
export function checkFinding(
  calls: readonly AnsweredCall[],
  secrets: number,
  secret: string,
  alarms: readonly { readonly alarm_name: string }[],
): string {
  const { problems, messages } = watch(calls, secrets);
  const [message = "", ...more] = messages;
  if (more.length > 0 || message === "") problems.push(`${messages.length} messages came of it`);
  for (const part of [`${secret} (login)`, "Rotate the secret", "docs/operations.md#credentialfindings"])
    if (!message.includes(part)) problems.push(`the message does not name ${part}`);
  if (!alarms.some(({ alarm_name }) => alarm_name.includes("-credentialsFailing-")))
    problems.push("the alarm credentialsFailing is not on");
  list("a check of broken credentials:", problems);
  return message;
}

/** Before anything is broken. */
export function checkNoAlarm(alarms: readonly { readonly alarm_name: string }[]): void {
  list(
    "a false alarm:",
    alarms.map(({ alarm_name }) => alarm_name),
  );
}

/** These alarms and no others must be on. */
export function checkGoOff(on: readonly string[], expected: readonly string[]): void {
  const isOf = (name: string, alarm: string) => name.endsWith(`-${alarm}`);
  list("alarms of what was broken:", [
    ...expected.filter((alarm) => !on.some((name) => isOf(name, alarm))).map((alarm) => `${alarm} is not on`),
    ...on.filter((name) => !expected.some((alarm) => isOf(name, alarm))).map((name) => `${name} is on`),
  ]);
}

/** Whoever is on call must hear that a function gets nothing from Vault. Gives what the alarm says. */
export function checkRefused({ failure, alarms }: RefusedFunction): string {
  if (failure === undefined) throw new CheckFailed("Vault was to refuse the function, and did not");
  checkGoOff(
    alarms.map(({ alarm_name }) => alarm_name),
    ["vaultFailures"],
  );
  return alarms.map(({ alarm_description }) => alarm_description).join("\n");
}

/** Whoever is on call must hear of it once, of which secret it is and where to read on, and by one alarm. */
export function checkBroken({ secretArn, failure, messages, alarms }: BrokenRotation): void {
  const [message = "", ...more] = messages;
  const problems = [
    ...(more.length > 0 || message === "" ? [`${messages.length} messages came of it`] : []),
    ...[secretArn, "RotationFailed", "docs/operations.md#rotationfailed"]
      .filter((part) => !message.includes(part))
      .map((part) => `the message does not name ${part}`),
    ...(failure.includes(secretArn) ? [] : ["the failure does not name the secret"]),
    ...(alarms.length === 1 && /-rotationErrors-/.test(String(alarms))
      ? []
      : [`these alarms are on: ${alarms.join(", ") || "none"}`]),
  ];
  list("a broken rotation:", problems);
}

export function checkTaken(requests: CheckedRequests): void {
  list("AWS would not take these requests:", faultsOf(requests));
}

/** The deployed policies must allow every call that a function made, and refuse what is one step away. */
export function checkCalls({ calls, mistakes }: Pick<JudgedCalls, "calls" | "mistakes">): void {
  if (calls === 0) throw new CheckFailed("no call of a function was recorded");
  list("calls and the deployed policies:", mistakes);
}

/** What docs/permissions.md shows must allow every call that Terraform made, and it must have made some of these. */
export function checkDeploys(judged: JudgedDeploys, ...made: readonly ("planned" | "deployed")[]): void {
  const { mistakes } = judged;
  const missing = made
    .filter((kind) => judged[kind] === 0)
    .map((kind) => `no call was recorded that ${kind}`);
  list("calls of Terraform:", [...missing, ...mistakes]);
}

/** What is deployed must let through what docs/architecture.md says, and nothing else. */
export function checkNetwork({ connections, findings }: Comparison): void {
  if (connections.length === 0) throw new CheckFailed("no connection of the document was compared");
  list("the network and docs/architecture.md:", findings);
}

/** Of what never happened nothing was proved. */
export function checkFaults(counts: Readonly<FaultCounts>): void {
  const never = Object.entries(counts).filter(([, count]) => count === 0);
  list(
    "on this bad day these never happened:",
    never.map(([kind]) => kind),
  );
}

export function checkNothingLeft(left: readonly string[]): void {
  list("destroy left:", left);
}

function list(title: string, entries: readonly string[]): void {
  if (entries.length > 0) throw new CheckFailed([title, ...entries].join("\n  "));
}
