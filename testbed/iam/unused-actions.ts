import { says } from "../aws/iam-policy";
import { askedOf, consults } from "./decide";
import type { AttachedPolicy } from "./deployed";
import type { NeededCall } from "./needed";

/** Actions that are allowed though not every environment needs them, and why. */
export const EXCUSED: Readonly<Record<string, string>> = {
  "aws_vpc_endpoint secretsmanager:ListSecretVersionIds":
    "for the health functions, which operations add: the endpoint is the same without them",
};

/** Actions that a policy allows, and that no needed call takes from it: `<stack>/<address>: <action>`; for people. */
export function unusedActions(
  policy: AttachedPolicy,
  needed: readonly NeededCall[],
  excused = EXCUSED,
): readonly string[] {
  const { from, document } = policy;
  const asked = needed.filter((call) => consults(policy, call)).map(askedOf);
  const [, type = ""] = /\/(\w+)\./.exec(from) ?? [];
  return [document.Statement].flat().flatMap((statement) => {
    if (statement.Effect === "Deny") return [];
    const isUsed = (Action: string) =>
      asked.some((one) => says([{ Statement: { ...statement, Action } }], one).size > 0);
    return [statement.Action]
      .flat()
      .filter((action) => !isUsed(action) && !excused[`${type} ${action}`])
      .map(
        (action) =>
          `${from}: ${action} is taken by no needed call: remove it, or add the call to testbed/iam/needed`,
      );
  });
}
