import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { type PolicyName, type PolicyNeeds, type PolicyPlaces, policiesOf, policyDocument } from "./policies";
import { type PipelineRole, ROLE_PATH, roleName } from "./role-names";

/** GitHub Docs, "Configuring OpenID Connect in Amazon Web Services". */
const [ISSUER, AUDIENCE] = ["token.actions.githubusercontent.com", "sts.amazonaws.com"];
const BRANCH = "refs/heads/main";

/** Claims of GitHub's tokens that AWS compares ("What's New with AWS", January 2026: provider-specific claims). */
type Claims = Readonly<Partial<Record<"sub" | "ref", readonly string[]>>>;

export interface PipelineRolesProps extends PolicyPlaces, PolicyNeeds {
  /** As it stands in the subject of GitHub's tokens: `owner/name`, or `owner@id/name@id`. */
  readonly repository: string;
  /** GitHub's identity provider in the account, which has one at most: made here, or there already. */
  readonly identityProvider: "created" | "adopted";
}

/**
 * The roles that workflows of one repository take on: a planner for pull requests and the branch `main`, and a deployer
 * for jobs of the GitHub environment of the same name, where people approve.
 */
export class PipelineRoles extends Construct {
  private readonly identityProviderArn: string;
  private readonly policyArns = new Map<PolicyName, string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PipelineRolesProps,
  ) {
    super(scope, id);
    const { repository, environmentName } = props;
    this.identityProviderArn = this.findIdentityProvider();
    this.addRole("planner", {
      sub: [`repo:${repository}:pull_request`, `repo:${repository}:ref:${BRANCH}`],
    });
    // Without the branch, a workflow that somebody changed on another one could name the environment, too.
    this.addRole("deployer", { sub: [`repo:${repository}:environment:${environmentName}`], ref: [BRANCH] });
  }

  private findIdentityProvider(): string {
    const { account, identityProvider } = this.props;
    if (identityProvider === "adopted")
      return `arn:${account.partition}:iam::${account.id}:oidc-provider/${ISSUER}`;
    const made = new IamOpenidConnectProvider(this, "IdentityProvider", {
      url: `https://${ISSUER}`,
      clientIdList: [AUDIENCE],
    });
    return made.arn;
  }

  private addRole(role: PipelineRole, claims: Claims): void {
    const made = new IamRole(this, role, {
      name: roleName(role, this.props.namePrefix),
      path: ROLE_PATH,
      description: `Workflows of ${this.props.repository}: ${role}`,
      assumeRolePolicy: this.trust(role, claims),
    });
    for (const name of policiesOf(role, this.props))
      new IamRolePolicyAttachment(this, `${role}-${name}`, {
        role: made.name,
        policyArn: this.policyArn(name),
      });
  }

  private trust(role: PipelineRole, claims: Claims): string {
    return new DataAwsIamPolicyDocument(this, `${role}-trust`, {
      statement: [
        {
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: [{ type: "Federated", identifiers: [this.identityProviderArn] }],
          condition: Object.entries({ aud: [AUDIENCE], ...claims }).map(([claim, values]) => ({
            test: "StringEquals",
            variable: `${ISSUER}:${claim}`,
            values: [...values],
          })),
        },
      ],
    }).json;
  }

  /** Managed ones: together they are too long for a role's own. */
  private policyArn(name: PolicyName): string {
    const known = this.policyArns.get(name);
    if (known !== undefined) return known;
    const { namePrefix } = this.props;
    const { arn } = new IamPolicy(this, `policy-${name}`, {
      name: `${namePrefix}-${name}`,
      path: ROLE_PATH,
      // Variables of IAM are no references of Terraform.
      policy: policyDocument(name, this.props).replaceAll("${", () => "$${"),
    });
    this.policyArns.set(name, arn);
    return arn;
  }
}
