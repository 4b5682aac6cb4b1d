import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { IamUserPolicy } from "@cdktf/provider-aws/lib/iam-user-policy";
import { Construct } from "constructs";

export interface RoleLookupProps {
  /** Of the policy. */
  readonly name: string;
  /** The role of Vault's server, or an IAM user to be made for Vault. */
  readonly principal: { readonly roleName: string } | { readonly newUserName: string };
  /** ARN pattern of the roles that Vault binds. */
  readonly boundRoles: string;
}

/**
 * Lets Vault look up the unique ids of the roles that it binds: the one AWS call that it makes for a role's ARN (Vault
 * documentation, "AWS auth method", recommended IAM policy; a bound user would need iam:GetUser).
 */
export class RoleLookup extends Construct {
  constructor(scope: Construct, id: string, { name, principal, boundRoles }: RoleLookupProps) {
    super(scope, id);
    const policy = new DataAwsIamPolicyDocument(this, "Document", {
      statement: [{ sid: "LookUpRoles", actions: ["iam:GetRole"], resources: [boundRoles] }],
    }).json;
    if ("roleName" in principal) {
      new IamRolePolicy(this, "RolePolicy", { name, role: principal.roleName, policy });
      return;
    }
    // Its keys are made outside Terraform, and AWS deletes no user who has one.
    const user = new IamUser(this, "User", { name: principal.newUserName, forceDestroy: true });
    new IamUserPolicy(this, "UserPolicy", { name, user: user.name, policy });
  }
}
