import { alarmsOn, type DeployedAlarm } from "../operations/alarms";
import { readDeployed } from "../operations/deployed";
import { messagesOf } from "../operations/event-rules";
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

  /** The alarms that would be on. */
  async alarms(): Promise<readonly DeployedAlarm[]> {
    return alarmsOn((await readDeployed(this.stateFile)).alarms, this.data);
  }

  /** The messages that a failed rotation would send. */
  async messagesOfFailedRotation(secretArn: string): Promise<readonly string[]> {
    const { rules } = await readDeployed(this.stateFile);
    const event = rotationEvent({ eventName: "RotationFailed", secretArn });
    return messagesOf(event, rules).map(({ text }) => text);
  }
}

/** A rotation that failed because the run had seen to that, and what came of it. */
export interface BrokenRotation {
  readonly secretArn: string;
  /** What the rotation function said. */
  readonly failure: string;
  readonly messages: readonly string[];
  /** Names of the alarms that are on. */
  readonly alarms: readonly string[];
}
