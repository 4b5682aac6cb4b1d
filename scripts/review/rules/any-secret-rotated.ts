import { globCovers } from "../policies/covers";
import type { Statement } from "../policies/statements";
import type { Rule } from "./rule";
import { policyWidenings } from "./support";

const KEY = "secretsmanager:resource/allowrotationlambdaarn";
const WRITES = ["secretsmanager:putsecretvalue", "secretsmanager:updatesecret"];

export const anySecretRotated: Rule = {
  id: "R18",
  title: "Rotation function may write any secret",
  resource(change) {
    if (!/^aws_iam_(role_|user_|group_)?policy$/.test(change.type)) return [];
    const found = policyWidenings(change, "policy");
    if (found === "cannot tell") return [];
    return found.after.filter(isUnbound).map(({ sid }) => ({
      severity: "block",
      what: `it may write secrets that it does not rotate (${sid ?? "no Sid"})`,
    }));
  },
};

function isUnbound({ denies, actions, conditions }: Statement): boolean {
  const isNamed = (write: string) => actions.names.some((one) => globCovers(one, write));
  const writes = WRITES.some((write) => isNamed(write) !== actions.except);
  const isBound = conditions.some(
    ({ operator, key }) => key === KEY && /^(arn|string)(equals|like)$/i.test(operator),
  );
  return !denies && writes && !isBound;
}
