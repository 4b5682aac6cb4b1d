import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";

/**
 * A secret of Secrets Manager that Terraform never sees: made by a command, its value a JSON object. Its own policy
 * keeps it from everybody else in the account, whatever their IAM policies say.
 */
export class JsonSecret<T extends object> {
  /** @param owners ARNs of those who may read and write it. */
  constructor(
    private readonly client: SecretsManagerClient,
    readonly name: string,
    private readonly owners: readonly string[],
  ) {}

  async read(): Promise<T | undefined> {
    return (await this.readVersion())?.value;
  }

  async readVersion(): Promise<{ readonly value: T; readonly versionId: string } | undefined> {
    const found = await this.client
      .send(new GetSecretValueCommand({ SecretId: this.name }))
      .catch(nothingIf(ResourceNotFoundException));
    if (found?.SecretString === undefined) return undefined;
    return { value: JSON.parse(found.SecretString), versionId: String(found.VersionId) };
  }

  /** @returns whether it was not there before; a value that was there stays. */
  async create(value: T): Promise<boolean> {
    const SecretString = JSON.stringify(value);
    const made = await this.client
      .send(new CreateSecretCommand({ Name: this.name, SecretString }))
      .catch(nothingIf(ResourceExistsException));
    await this.guard();
    return made !== undefined;
  }

  /** Also one that an earlier run made and could not guard. A policy that is there stays: it has its own owners. */
  private async guard(): Promise<void> {
    const SecretId = this.name;
    const present = await this.client.send(new GetResourcePolicyCommand({ SecretId }));
    if (present.ResourcePolicy) return;
    const ResourcePolicy = JSON.stringify(forOwners(this.owners));
    await this.client.send(
      new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }),
    );
  }

  async write(value: T): Promise<void> {
    if (await this.create(value)) return;
    const SecretString = JSON.stringify(value);
    await this.client.send(new PutSecretValueCommand({ SecretId: this.name, SecretString }));
  }

  async tags(): Promise<Readonly<Record<string, string>> | undefined> {
    return await tagsOfSecret(this.client, this.name);
  }

  async tag(Key: string, Value: string): Promise<void> {
    await this.client.send(new TagResourceCommand({ SecretId: this.name, Tags: [{ Key, Value }] }));
  }

  /**
   * Puts a value in the place of the version that was read.
   *
   * @returns the value's version; undefined if there is another one by now, which stays
   */
  async replace(versionId: string, value: T): Promise<string | undefined> {
    const SecretId = this.name;
    const own = `REPLACES-${randomUUID()}`;
    const { VersionId } = await this.client.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value), VersionStages: [own] }),
    );
    const moved = await this.client
      .send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: "AWSCURRENT",
          MoveToVersionId: VersionId,
          RemoveFromVersionId: versionId,
        }),
      )
      .catch(nothingIf(InvalidParameterException));
    // A version with a label is kept for good, and a secret has 20 of them at most.
    await this.client.send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage: own, RemoveFromVersionId: VersionId }),
    );
    return moved && VersionId;
  }
}

/** For whoever may not read the secret, too. Undefined where there is none. */
export async function tagsOfSecret(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const found = await client
    .send(new DescribeSecretCommand({ SecretId }))
    .catch(nothingIf(ResourceNotFoundException));
  return found && Object.fromEntries((found.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** The policy of such a secret. A role that STS names has lost its path. */
export function forOwners(owners: readonly string[]) {
  const arns = owners.flatMap((arn) => [arn, arn.replace(/:role\/([^/]+)$/, ":role/*/$1")]);
  const verbs = [
    ...["GetSecretValue", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"],
    // A tag says whose recovery shares are kept.
    ...["TagResource", "UntagResource"],
  ];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnersOnly",
        Effect: "Deny",
        Principal: "*",
        Action: verbs.map((verb) => `secretsmanager:${verb}`),
        Resource: "*",
        Condition: { ArnNotLike: { "aws:PrincipalArn": [...new Set(arns)] } },
      },
    ],
  };
}

/** For `catch`: an expected error is no value, any other goes on. */
export function nothingIf(expected: new (...args: never[]) => Error) {
  return (error: unknown): undefined => {
    if (error instanceof expected) return undefined;
    throw error;
  };
}
