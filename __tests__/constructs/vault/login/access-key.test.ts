import { AwsAuth } from "../../../../constructs/vault/login/aws-auth";
import { authProps, synthesizeWithVault, warningsOf } from "../support";

function withKey(providerVersion: string) {
  const { built, template } = synthesizeWithVault(
    (scope) =>
      new AwsAuth(scope, "Auth", {
        ...authProps,
        resolveUniqueIds: true,
        accessKey: { userName: "app-vault", providerVersion },
      }),
  );
  const { variable } = JSON.parse(template.text);
  return {
    client: template.resource("vault_aws_auth_backend_client"),
    id: variable.vault_aws_access_key_id,
    secret: variable.vault_aws_secret_access_key,
    warnings: warningsOf(built),
  };
}

describe.each(["5.7.0", "5.9.0", "5.10.1"])("with provider %s", (version) => {
  const { client, secret, warnings } = withKey(version);

  test("the secret key is ephemeral, which Terraform lets into no plan and no state", () => {
    expect(secret).toMatchObject({ ephemeral: true, sensitive: true, nullable: false, type: "string" });
    expect(secret).not.toHaveProperty("default");
  });

  test("only the write-only argument has it", () => {
    const naming = Object.entries(client).filter(([, value]) =>
      JSON.stringify(value).includes("vault_aws_secret_access_key"),
    );
    expect(naming).toEqual([["secret_key_wo", `$${"{var.vault_aws_secret_access_key}"}`]]);
    expect(client).not.toHaveProperty("secret_key");
  });

  test("it is written again when the key's id is another one", () => {
    expect(client.secret_key_wo_version).toMatch(/sha256\(var\.vault_aws_access_key_id\)/);
  });

  test("nothing is to be warned of", () => {
    expect(warnings).toEqual([]);
  });
});

describe("with provider 5.6.0, which has no write-only argument for it", () => {
  const { client, secret, warnings } = withKey("5.6.0");

  test("the secret key is an argument, hidden from output only", () => {
    expect(client.secret_key).toBe(`$${"{var.vault_aws_secret_access_key}"}`);
    expect(client).not.toHaveProperty("secret_key_wo");
    expect(secret).toMatchObject({ sensitive: true });
    expect(secret).not.toHaveProperty("ephemeral");
  });

  test("a warning says that it is in the state, and what to do", () => {
    expect(warnings).toEqual([
      expect.stringMatching(/is in the Terraform state.*Set vault\.providerVersion to 5\.7\.0 or newer/),
    ]);
  });
});

test("the variables say how the key is made", () => {
  const { id, secret } = withKey("5.9.0");
  for (const { description } of [id, secret])
    expect(description).toContain("aws iam create-access-key --user-name app-vault");
});
