import { NODE_NAMESPACE, type NodeMetricName } from "../../constructs/vault/server/node/metrics";
import type { Json } from "../aws/aws-protocol";
import { alarmsOn, type DeployedAlarm } from "../operations/alarms";
import { readDeployed } from "../operations/deployed";
import { messagesOf } from "../operations/event-rules";
import { invocationEvent } from "../operations/invocation-event";
import type { Datum } from "../operations/metrics";
import { rotationEvent } from "../operations/rotation-event";

const DISK: NodeMetricName = "DataUsed";

/** Whoever is on call: gets what the deployed rules and alarms make of what has happened in the run. */
export class OnCall {
  constructor(
    /** State file of the stack with the operations. */
    private readonly stateFile: string,
    /** What CloudWatch has until now. */
    private readonly data: () => Promise<readonly Datum[]>,
  ) {}

  /**
   * The alarms that would be on. That of a node's full disk is left out: it would be about the disk of this machine.
   */
  async alarms(): Promise<readonly DeployedAlarm[]> {
    const { alarms } = await readDeployed(this.stateFile);
    return alarmsOn(
      alarms.filter(({ namespace, metric_name }) => namespace !== NODE_NAMESPACE || metric_name !== DISK),
      await this.data(),
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

/** A function that Vault refused because the run had seen to that. */
export interface RefusedFunction {
  /** What the function said; undefined if it got its secret. */
  readonly failure: string | undefined;
  readonly alarms: readonly DeployedAlarm[];
}
