import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pythonEnvironment } from "../../../scripts/machine/python-environment";
import { startProcess } from "../../../scripts/support/processes";
import type { RecordedRequest } from "./recorder";
import { UNKNOWN_OPERATIONS } from "./unknown-operations";

/** What AWS would refuse, or does not know. */
export interface RequestViolation {
  readonly service: string;
  readonly action: string;
  /** Path of the member in the request. */
  readonly member: string;
  readonly rule: string;
  /** Never a secret's value. */
  readonly got: string;
  /** A name or id in the request. */
  readonly resource: string | null;
}

export interface CheckedRequests {
  /** How many requests were compared, by service. */
  readonly checked: Readonly<Record<string, number>>;
  readonly violations: readonly RequestViolation[];
  /** Calls that the emulator does not know, as `service:operation`. */
  readonly unknownToEmulator: readonly string[];
}

/** Compares requests with the API models of AWS that come with the emulator, and with what AWS's documents say. */
export async function checkRequests(requests: readonly RecordedRequest[]): Promise<CheckedRequests> {
  const python = await pythonEnvironment(join(__dirname, "..", "requirements.txt"));
  const child = startProcess(python, ["-B", join(__dirname, "check_requests.py")], { stdio: "pipe" });
  const { stdin, stdout, stderr } = child as Required<typeof child>;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // Whether it read everything is in its exit code.
  stdin?.on("error", () => {});
  for (const request of requests)
    stdin?.write(`${JSON.stringify({ ...request, body: request.body.toString("base64") })}\n`);
  stdin?.end();
  const [found, trouble, code] = await Promise.all([
    text(stdout as NodeJS.ReadableStream),
    text(stderr as NodeJS.ReadableStream),
    ended,
  ]);
  // The last line of a traceback has no request in it, the others may.
  if (code !== 0) throw new Error(`requests could not be checked: ${trouble.trim().split("\n").at(-1)}`);
  return JSON.parse(found) as CheckedRequests;
}

/** What must not be: a request that AWS refuses, a call that is new to the emulator, or nothing to compare. */
export function faultsOf({ checked, violations, unknownToEmulator }: CheckedRequests): string[] {
  return [
    ...(Object.keys(checked).length > 0 ? [] : ["no request was compared"]),
    ...violations.map(describeViolation),
    ...unknownToEmulator
      .filter((operation) => UNKNOWN_OPERATIONS[operation] === undefined)
      .map((operation) => `${operation} is new to the emulator, and not in unknown-operations.ts`),
  ];
}

function describeViolation({ service, action, member, rule, got, resource }: RequestViolation): string {
  const ending = `${got && `, got ${got}`}${resource ? ` (${resource})` : ""}`;
  return `${service}:${action} ${member} ${rule}${ending}`;
}
