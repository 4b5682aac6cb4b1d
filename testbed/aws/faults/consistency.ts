import type { IncomingHttpHeaders } from "node:http";
import type { ApiCall, ApiRequest } from "../api-calls";
import { type Answer, errorAnswer } from "./errors";
import { makesSomething, type Read, readName, readOfMade, readsOf } from "./reads";
import { roleUse } from "./role-uses";

interface Old {
  readonly answer: Answer;
  readonly untilMs: number;
}

/**
 * Reads that for a while answer as before the write (IAM User Guide, "Troubleshoot IAM", "Changes that I make are not
 * always immediately visible"; Amazon EC2 Developer Guide, "Eventual consistency in the Amazon EC2 API"; Amazon S3 User
 * Guide, "Amazon S3 data consistency model", bucket configurations), and services that do not know a new role yet.
 */
export class EventualConsistency {
  readonly #old = new Map<string, Old>();
  readonly #newRoles = new Set<string>();
  /** By service and role, until when the service does not know it, and until when it does not know its policies. */
  readonly #learning = new Map<string, readonly [knownMs: number, capableMs: number]>();

  constructor(
    private readonly emulatorPort: number,
    /** How long the next write is not seen. */
    private readonly drawMs: () => number,
    private readonly now: () => number,
  ) {}

  /** What a read answers that does not see the last write yet. */
  staleAnswer(call: ApiCall): Answer | undefined {
    const old = this.#old.get(readName(call) ?? "");
    return old !== undefined && old.untilMs > this.now() ? old.answer : undefined;
  }

  /** What a service answers that is to take a new role: it begins to learn of it when it is first asked to. */
  refusal(call: ApiCall, request: ApiRequest, body: string | undefined): Answer | undefined {
    const use = roleUse(call, body);
    if (use === undefined || !this.#newRoles.has(use.roleName)) return undefined;
    const name = `${call.service} ${use.roleName}`;
    const now = this.now();
    const first = now + this.drawMs();
    const [knownMs, capableMs] = this.#learning.get(name) ?? [first, first + this.drawMs()];
    this.#learning.set(name, [knownMs, capableMs]);
    const error = now < knownMs ? use.refusal : now < capableMs ? use.powerless : undefined;
    return error && errorAnswer(call.service, request, error);
  }

  /** Keeps what reads say before a write; to be called before the emulator has it. */
  async beforeWrite(call: ApiCall, { url = "", headers }: ApiRequest): Promise<void> {
    const reads = readsOf(call);
    if (reads.length === 0) return;
    const untilMs = this.now() + this.drawMs();
    if (call.action === "CreateRole") this.#newRoles.add(String(call.input.RoleName));
    await Promise.all(
      reads.map(async (read) => this.#keep(read.name, await this.#ask(read, url, headers), untilMs)),
    );
  }

  /** Whether the emulator's answer has to be told by {@link afterWrite}. */
  concerns(call: ApiCall): boolean {
    return makesSomething(call);
  }

  afterWrite(call: ApiCall, request: ApiRequest, answer: string): void {
    const made = readOfMade(call, answer);
    if (made)
      this.#keep(made.name, errorAnswer(call.service, request, made.missing), this.now() + this.drawMs());
  }

  /** Of two writes soon one after the other, neither is seen. */
  #keep(name: string, answer: Answer, untilMs: number): void {
    const old = this.#old.get(name);
    const isStill = old !== undefined && old.untilMs > this.now();
    this.#old.set(name, { answer: isStill ? old.answer : answer, untilMs });
  }

  async #ask({ query, method }: Read, url: string, headers: IncomingHttpHeaders): Promise<Answer> {
    const { authorization = "" } = headers;
    const response = await fetch(`http://127.0.0.1:${this.emulatorPort}${query ? "/" : url}`, {
      method: method ?? "POST",
      headers: { authorization },
      ...(query && { body: new URLSearchParams(query) }),
    });
    const type = response.headers.get("content-type");
    return {
      status: response.status,
      headers: type === null ? {} : { "content-type": type },
      body: await response.text(),
    };
  }
}
