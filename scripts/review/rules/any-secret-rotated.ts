import type { Statement } from "../policies/statements";
import type { Rule } from "./rule";
import { policyWidenings } from "./support";

const KEY = "secretsmanager:resource/allowrotationlambdaarn";
const WRITE = "secretsmanager:putsecretvalue";

export const anySecretRotated: Rule = {
  id: "R18",
  title: "Rotation function may write any secret",
  condition:
    "an identity's policy allows `secretsmanager:PutSecretValue` without the condition " +
    "`secretsmanager:resource/AllowRotationLambdaArn`",
  severity: "block",
  why: "The condition is what holds a taken-over rotation function to the secrets that name it as theirs.",
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
  const writes =
    actions.except ||
    actions.names.some((one) => one === WRITE || /^(\*|secretsmanager:(\*|put\*.*))$/.test(one));
  const isBound = conditions.some(
    ({ operator, key }) => key === KEY && /^(arn|string)(equals|like)$/i.test(operator),
  );
  return !denies && writes && !isBound;
}
