import type { Environment } from "../../../../constructs/environment";
import type { NeededCalls } from "../needed-call";

const ISSUER = "token.actions.githubusercontent.com";

/** How workflows come by the roles that `ci` makes for them. */
export function workflowsTakeRoles(calls: NeededCalls, { ci, name, namePrefix }: Environment): void {
  if (!ci) return;
  const { deployed } = calls;
  const provider = `arn:aws:iam::${deployed.account}:oidc-provider/${ISSUER}`;
  const workflow = (role: string, subject: string, ref: string) =>
    calls.add(
      'GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"',
      { kind: "Federated", provider },
      "sts:AssumeRoleWithWebIdentity",
      deployed.only("aws_iam_role", { name: `${namePrefix}-${role}` }).arn,
      {
        context: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: `repo:${ci.repository}:${subject}`,
          [`${ISSUER}:ref`]: ref,
        },
      },
    );
  workflow("planner", "pull_request", "refs/pull/1/merge");
  workflow("planner", "ref:refs/heads/main", "refs/heads/main");
  workflow("deployer", `environment:${name}`, "refs/heads/main");
}
