import { RoleLookup, type RoleLookupProps } from "../../../../constructs/vault/login/role-lookup";
import { account } from "../../../support/fixtures";
import { synthesize } from "../../../support/template";

const name = "app-look-up-roles";
const boundRoles = account.roleArn("app-*");
const lookUp = [{ sid: "LookUpRoles", actions: ["iam:GetRole"], resources: [boundRoles] }];

function roleLookup(principal: RoleLookupProps["principal"]) {
  return synthesize((scope) => new RoleLookup(scope, "Lookup", { name, principal, boundRoles })).template;
}

test("a server's role may look up the functions' roles and nothing else", () => {
  const template = roleLookup({ roleName: "vault-server" });
  const { role, policy } = template.resource("aws_iam_role_policy", { name });
  expect(role).toBe("vault-server");
  expect(template.statements(policy)).toEqual(lookUp);
  expect(template.addresses).toHaveLength(1);
});

test("so may a user made for Vault", () => {
  const template = roleLookup({ newUserName: "app-vault" });
  expect(template.resource("aws_iam_user").name).toBe("app-vault");
  const { user, policy } = template.resource("aws_iam_user_policy", { name });
  expect(user).toBe(template.reference("name", "aws_iam_user"));
  expect(template.statements(policy)).toEqual(lookUp);
});

test("a user's access key is not made by Terraform, in whose state it would be", () => {
  const { addresses } = roleLookup({ newUserName: "app-vault" });
  expect(addresses.map((address) => address.split(".")[0])).toEqual(["aws_iam_user", "aws_iam_user_policy"]);
});

test("a user is destroyed with the keys that were made for it elsewhere", () => {
  expect(roleLookup({ newUserName: "app-vault" }).resource("aws_iam_user").force_destroy).toBe(true);
});

test("keeps its shape", () => {
  expect(roleLookup({ newUserName: "app-vault" }).snapshot()).toMatchSnapshot();
});
