import { NODE_NAMESPACE } from "../../constructs/vault/server/node/metrics";
import type { Json } from "../aws/aws-protocol";
import { alarmsOn, type DeployedAlarm } from "../operations/alarms";
import { readDeployed } from "../operations/deployed";
import { messagesOf } from "../operations/event-rules";
import { invocationEvent } from "../operations/invocation-event";
import type { Datum } from "../operations/metrics";
import { rotationEvent } from "../operations/rotation-event";

/** Whoever is on call: gets what the deployed rules and alarms make of what has happened in the run. */
export class OnCall {
  constructor(
    /** State file of the stack with the operations. */
    private readonly stateFile: string,
    /** Grows while the run goes on. */
    private readonly data: readonly Datum[],
  ) {}

  /**
   * The alarms that would be on. Those of what Vault's nodes tell are left out: no timer of a node runs here.
   * `__tests__/constructs/operations/metrics.test.ts` holds them against the nodes' script.
   */
  async alarms(): Promise<readonly DeployedAlarm[]> {
    const { alarms } = await readDeployed(this.stateFile);
    return alarmsOn(
      alarms.filter(({ namespace }) => namespace !== NODE_NAMESPACE),
      this.data,
    );
  }

  /** The messages that a failed rotation would send. */
  async messagesOfFailedRotation(secretArn: string): Promise<readonly string[]> {
    return await this.messagesOf(rotationEvent({ eventName: "RotationFailed", secretArn }));
  }

  /** The messages that a scheduled call would send, by what the function answered. */
  async messagesOfAnswer(functionArn: string, answer: unknown): Promise<readonly string[]> {
    return await this.messagesOf(invocationEvent({ functionArn, answer }));
  }

  private async messagesOf(event: Json): Promise<readonly string[]> {
    const { rules } = await readDeployed(this.stateFile);
    return messagesOf(event, rules).map(({ text }) => text);
  }
}

/** A rotation that failed because the run had seen to that, and what came of it. */
export interface BrokenRotation {
  /** The secret's name. */
  readonly secret: string;
  readonly secretArn: string;
  /** What the rotation function said. */
  readonly failure: string;
  readonly messages: readonly string[];
  /** Names of the alarms that are on. */
  readonly alarms: readonly string[];
}
