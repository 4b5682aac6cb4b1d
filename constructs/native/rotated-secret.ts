import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Annotations, Fn, type ITerraformDependable, Op, Token } from "cdktf";
import { Construct } from "constructs";
import type { RotatedUser } from "../../lambda/rotation/contract/rotated-user";
import { rotationTags, VALUE_TAG } from "../../lambda/rotation/contract/tags";
import type { Account } from "../contracts/account";
import type { Database } from "../contracts/database";
import { resolvedOnce } from "../terraform/resolved-once";
import { TerraformCheck } from "../terraform/terraform-check";
import { secretPolicyStatements } from "./secret-policy";

/** What a secret needs of the function that rotates it: a `RotationFunction`. */
export interface SecretRotator {
  readonly function: { readonly functionArn: string };
  readonly roleArn: string;
  /** What must exist before Secrets Manager may call the function. */
  readonly readyToRotate: readonly ITerraformDependable[];
}

export interface RotatedSecretProps extends RotatedUser {
  readonly account: Account;
  /** Full name of the secret. */
  readonly name: string;
  readonly database: Database;
  readonly encryptionKeyArn: string;
  readonly rotationFunction: SecretRotator;
  /** `rate()` or `cron()` in UTC. */
  readonly schedule: string;
  /**
   * Length of the rotation window, for example `3h`.
   *
   * @default - to the end of the UTC day, or one hour for an hourly schedule
   */
  readonly window?: string;
  /** Rotate when the rotation is created or changed. */
  readonly immediately: boolean;
  /**
   * Whether something calls the rotation function more often than rotations do, so that it is never idle for long.
   *
   * @default false
   */
  readonly keptFromIdle?: boolean;
  /** Days in which a deleted secret can be restored: 0 or 7 to 30. */
  readonly secretRecoveryDays: number;
  /**
   * ARNs of the principals that may change the secret: delete it, change its tags or policy, rotate it, write to it.
   *
   * @default - whoever IAM allows
   */
  readonly deployers?: readonly string[];
  /**
   * ARNs of the principals that may read the first version, which has no password, and no other.
   *
   * @default - none
   */
  readonly planners?: readonly string[];
  /** What must exist before the rotation function can reach Secrets Manager. */
  readonly endpointReady: ITerraformDependable[];
}

/** AWS Lambda Developer Guide, "Hyperplane ENIs": an idle function becomes inactive. */
const LAMBDA_IDLE_DAYS = 14;

/** Secrets Manager deletes versions without a staging label; this one keeps the first version. */
const BOOTSTRAP_LABEL = "BOOTSTRAP";

/**
 * Credentials of one database user, rotated.
 *
 * The value is JSON with the fields of AWS's rotation functions (AWS Secrets Manager User Guide, "JSON structure of AWS
 * Secrets Manager database credential secrets"): `engine`, `host`, `port`, `dbname`, `username`, `masterarn` and, after
 * the first rotation, `password`. Terraform writes the first version, without a password, and none after that.
 */
export class RotatedSecret extends Construct {
  readonly arn: string;
  /** The value that the secret should have, without a password: JSON. */
  readonly value: string;

  constructor(scope: Construct, id: string, props: RotatedSecretProps) {
    super(scope, id);
    this.value = valueFor(props);

    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: props.name,
      description: `Database user ${props.user}`,
      kmsKeyId: props.encryptionKeyArn,
      recoveryWindowInDays: props.secretRecoveryDays,
      tags: { ...rotationTags(props, props.database.databaseName), [VALUE_TAG]: Fn.sha256(this.value) },
      // `npm run secret` writes that tag together with the value.
      lifecycle: { ignoreChanges: [`tags["${VALUE_TAG}"]`] },
    });
    this.arn = secret.arn;
    const version = this.bootstrap(secret);
    const policy = this.protect(secret, version, props);
    this.rotate(secret, props, [policy, version]);
    this.warnIfOutdated(secret, props);
    if (!props.keptFromIdle) this.warnIfIdle(props.schedule);
  }

  private protect(
    secret: SecretsmanagerSecret,
    { versionId }: SecretsmanagerSecretVersion,
    { account, rotationFunction, deployers = [], planners = [] }: RotatedSecretProps,
  ): SecretsmanagerSecretPolicy {
    const document = new DataAwsIamPolicyDocument(this, "PolicyDocument", {
      statement: secretPolicyStatements({
        account,
        rotationRoleArn: rotationFunction.roleArn,
        bootstrapVersionId: versionId,
        deployers,
        planners,
      }),
    });
    return new SecretsmanagerSecretPolicy(this, "Policy", {
      secretArn: secret.arn,
      policy: document.json,
      blockPublicPolicy: true,
    });
  }

  /**
   * Secrets Manager labels the first version of a secret AWSCURRENT by itself (API reference, PutSecretValue). That
   * label is not named here, so that Terraform could never move it back, not even if it had to make this version again.
   */
  private bootstrap(secret: SecretsmanagerSecret): SecretsmanagerSecretVersion {
    return new SecretsmanagerSecretVersion(this, "BootstrapVersion", {
      secretId: secret.id,
      secretString: this.value,
      versionStages: [BOOTSTRAP_LABEL],
      lifecycle: { ignoreChanges: ["secret_string", "version_stages"] },
    });
  }

  private rotate(
    secret: SecretsmanagerSecret,
    props: RotatedSecretProps,
    protection: ITerraformDependable[],
  ): void {
    new SecretsmanagerSecretRotation(this, "Rotation", {
      secretId: secret.id,
      rotationLambdaArn: props.rotationFunction.function.functionArn,
      rotateImmediately: props.immediately,
      rotationRules: { ...rotationInterval(props.schedule), duration: props.window },
      dependsOn: [...protection, ...props.rotationFunction.readyToRotate, ...props.endpointReady],
    });
  }

  /** Terraform leaves the value alone. So it says that the environment has changed since the value was written. */
  private warnIfOutdated(secret: SecretsmanagerSecret, { name }: RotatedSecretProps): void {
    const written = Fn.lookup(secret.tags, VALUE_TAG, "unknown");
    new TerraformCheck(this, "ValueCheck", {
      condition: Token.asString(Op.eq(written, Fn.sha256(this.value))),
      message:
        `The user, host, port, database or superuser secret of ${name} is another one than its value was ` +
        "written for, and its next rotation will fail. Terraform leaves the value alone: deploy this change, then " +
        `write it into the value with: npm run secret -- ${name.split("/").at(-1)}`,
    });
  }

  private warnIfIdle(schedule: string): void {
    const days = wholeDays(schedule);
    if (days !== undefined && days > LAMBDA_IDLE_DAYS) {
      Annotations.of(this).addWarning(
        `Lambda takes the network interface of a function away that was idle for ${LAMBDA_IDLE_DAYS} days; ` +
          `the first attempt of each rotation every ${days} days fails and is retried. Rotate at least every ` +
          `${LAMBDA_IDLE_DAYS} days, or have operations.credentialHealth, which calls the function every day.`,
      );
    }
  }
}

/** Not JSON.stringify: `synth --hcl` turns its quotes into invalid HCL. */
function valueFor({ database, user }: RotatedSecretProps): string {
  return resolvedOnce(
    Fn.jsonencode({
      engine: database.engine,
      host: database.host,
      port: database.port,
      dbname: database.databaseName,
      username: user,
      masterarn: database.superuserSecretArn,
    }),
  );
}

/** Secrets Manager reports a schedule in whole days as a number of days whichever way it was set. */
function rotationInterval(
  schedule: string,
): { automaticallyAfterDays: number } | { scheduleExpression: string } {
  const days = wholeDays(schedule);
  return days === undefined ? { scheduleExpression: schedule } : { automaticallyAfterDays: days };
}

function wholeDays(schedule: string): number | undefined {
  const days = /^rate\((\d+) days?\)$/.exec(schedule)?.[1];
  return days === undefined ? undefined : Number(days);
}
