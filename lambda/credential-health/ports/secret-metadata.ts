import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  ResourceNotFoundException,
  type RotationRulesType,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { callWithin } from "../../rotation/ports/aws-secrets-manager";
import type { TimeLeft } from "../../rotation/support/time-left";

/** What Secrets Manager knows of a secret, without any of its values. */
export interface SecretMetadata {
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
  /** The version that a rotation has not brought to an end. */
  readonly pendingVersionId: string | undefined;
  readonly rotationEnabled: boolean;
  readonly rules: RotationRulesType;
  readonly lastRotated: Date | undefined;
  readonly nextRotation: Date | undefined;
  /** When somebody deleted it; it can be restored for some days. */
  readonly deleted: Date | undefined;
}

export interface MetadataPort {
  /** By its name behind the prefix; undefined if there is no such secret. */
  describe(name: string): Promise<SecretMetadata | undefined>;
  /** Undefined if there is no such version. */
  createdAt(secretId: string, versionId: string): Promise<Date | undefined>;
}

/** @param prefix start of the secrets' names. */
export function secretMetadata(
  client: SecretsManagerClient,
  timeLeft: TimeLeft,
  prefix: string,
): MetadataPort {
  const call = callWithin(timeLeft);
  return {
    describe: (name) => {
      const secretId = prefix + name;
      return call("DescribeSecret", secretId, async (options) => {
        const secret = await client
          .send(new DescribeSecretCommand({ SecretId: secretId }), options)
          .catch(ifMissing);
        if (secret === undefined) return undefined;
        const pending = Object.entries(secret.VersionIdsToStages ?? {}).find(
          ([, stages]) => stages.includes("AWSPENDING") && !stages.includes("AWSCURRENT"),
        );
        return {
          arn: secret.ARN ?? secretId,
          tags: new Map((secret.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
          pendingVersionId: pending?.[0],
          rotationEnabled: secret.RotationEnabled ?? false,
          rules: secret.RotationRules ?? {},
          lastRotated: secret.LastRotatedDate,
          nextRotation: secret.NextRotationDate,
          deleted: secret.DeletedDate,
        };
      });
    },

    createdAt: (secretId, versionId) =>
      call("ListSecretVersionIds", secretId, async (options) => {
        const { Versions = [] } = await client.send(
          new ListSecretVersionIdsCommand({ SecretId: secretId, MaxResults: 100 }),
          options,
        );
        return Versions.find(({ VersionId }) => VersionId === versionId)?.CreatedDate;
      }),
  };
}

function ifMissing(error: unknown): undefined {
  if (error instanceof ResourceNotFoundException) return undefined;
  throw error;
}
