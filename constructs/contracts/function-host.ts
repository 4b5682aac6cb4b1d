import type { Account } from "./account";
import type { Network } from "./network";

/** Where the functions of an environment run. */
export interface FunctionHost {
  readonly account: Account;
  /** Start of every function's name. */
  readonly namePrefix: string;
  readonly network: Network;
  /** Security group that the functions share; it reaches the databases and the backends. */
  readonly securityGroupId: string;
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
}
