import type { AwsAuthBackendClient } from "@cdktf/provider-vault/lib/aws-auth-backend-client";
import { Annotations, Fn, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { isOlder } from "../../contracts/versions";

export interface AccessKey {
  /** Name of the IAM user whose key it is. */
  readonly userName: string;
  /** Version of hashicorp/vault; from 5.7.0 on it has the write-only argument. */
  readonly providerVersion: string;
}

/**
 * Hands Vault an access key from the variables `vault_aws_access_key_id` and `vault_aws_secret_access_key`. The secret
 * one is written only: it is in neither plan nor state.
 */
export function applyAccessKey(
  scope: Construct,
  client: AwsAuthBackendClient,
  { userName, providerVersion }: AccessKey,
): void {
  const how = `aws iam create-access-key --user-name ${userName}`;
  const id = variable(scope, "vault_aws_access_key_id", `AccessKeyId of: ${how}`);
  const secret = variable(scope, "vault_aws_secret_access_key", `SecretAccessKey of: ${how}`);
  client.accessKey = id.stringValue;
  if (!isOlder(providerVersion, "5.7.0")) {
    secret.addOverride("ephemeral", true);
    client.addOverride("secret_key_wo", secret.stringValue);
    // Written again when the key is another one.
    client.addOverride("secret_key_wo_version", Fn.parseint(Fn.substr(Fn.sha256(id.stringValue), 0, 7), 16));
    return;
  }
  client.secretKey = secret.stringValue;
  Annotations.of(scope).addWarning(
    `Vault's secret access key is in the Terraform state, because hashicorp/vault ${providerVersion} has no ` +
      "write-only argument for it. Set vault.providerVersion to 5.7.0 or newer and make a new key.",
  );
}

function variable(scope: Construct, name: string, description: string): TerraformVariable {
  const made = new TerraformVariable(scope, name, {
    type: "string",
    sensitive: true,
    nullable: false,
    description,
  });
  made.overrideLogicalId(name);
  return made;
}
