import type { Caller } from "./decide";
import type { Deployed } from "./deployed";

/** A role of the deployment's account, by its ARN. */
export function role(deployed: Pick<Deployed, "account">, arn: string): Caller {
  return { kind: "AWS", arn, account: deployed.account };
}

export function service(host: string): Caller {
  return { kind: "Service", service: host };
}

/** Somebody whom the deployment's account lets do anything. */
export function administrator(deployed: Pick<Deployed, "account" | "roleArn">): Caller {
  return {
    kind: "AWS",
    arn: deployed.roleArn("administrator"),
    account: deployed.account,
    unlimited: true,
  };
}

/** The same of another account. */
export const STRANGER: Caller = {
  kind: "AWS",
  arn: "arn:aws:iam::999999999999:role/administrator",
  account: "999999999999",
  unlimited: true,
};

/** Who calls, in few words. */
export function nameOf(caller: Caller): string {
  if (caller.kind === "Service") return caller.service;
  if (caller.kind === "Federated") return caller.provider;
  return caller.arn
    .replace(/^arn:aws:iam::/, "")
    .replace(/^\d{12}:(role|user)\//, (part) => (caller.unlimited ? part : ""));
}
