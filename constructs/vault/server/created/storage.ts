import { Construct } from "constructs";
import type { Account } from "../../../contracts/account";
import { EncryptionKey, grantsThrough, throughService } from "../../../encryption/encryption-key";
import { PrivateBucket } from "../../../storage/private-bucket";
import { SNAPSHOT_PREFIX } from "../node/names";

/** Where `artifactKey` has programs. */
export const ARTIFACT_PREFIX = "vault-server";

/** Name of the role that every node has. */
export function nodeRoleName(namePrefix: string): string {
  return `${namePrefix}-vault-node`;
}

export interface VaultStorageProps {
  readonly account: Account;
  readonly namePrefix: string;
  /** How long a snapshot is kept. */
  readonly retentionDays: number;
  /** Refuse to destroy bucket and keys. */
  readonly deletionProtection: boolean;
}

/**
 * What has to be there before a Vault server is, and what outlives it: the key that unseals, the key of everything on
 * disk, and a bucket for the server's program and for snapshots.
 */
export class VaultStorage extends Construct {
  readonly sealKeyArn: string;
  /** Key of volumes and of the bucket. */
  readonly keyArn: string;
  readonly bucket: PrivateBucket;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VaultStorageProps,
  ) {
    super(scope, id);
    this.sealKeyArn = this.addSealKey();
    this.keyArn = this.addStorageKey();
    this.bucket = this.addBucket();
  }

  /** Without this key neither the data nor any snapshot can be read again, whoever has the recovery shares. */
  private addSealKey(): string {
    const { account, namePrefix, deletionProtection } = this.props;
    return new EncryptionKey(this, "SealKey", {
      account,
      name: `${namePrefix}-vault-seal`,
      description: "Unseals the Vault server",
      keep: deletionProtection,
      use: [
        {
          sid: "Unseal",
          actions: ["kms:Encrypt", "kms:Decrypt"],
          resources: ["*"],
          principals: [{ type: "AWS", identifiers: [account.rootArn] }],
          // The role is made later, and a policy with the ARN of none is refused.
          condition: [
            {
              test: "ArnEquals",
              variable: "aws:PrincipalArn",
              values: [account.roleArn(nodeRoleName(namePrefix))],
            },
          ],
        },
      ],
    }).arn;
  }

  private addStorageKey(): string {
    const { account, namePrefix, deletionProtection } = this.props;
    return new EncryptionKey(this, "Key", {
      account,
      name: `${namePrefix}-vault`,
      description: "Volumes, programs and snapshots of the Vault server",
      keep: deletionProtection,
      use: [throughService(account, "ec2"), grantsThrough(account, "ec2"), throughService(account, "s3")],
    }).arn;
  }

  private addBucket(): PrivateBucket {
    const { account, namePrefix, retentionDays, deletionProtection } = this.props;
    return new PrivateBucket(this, "Bucket", {
      name: `${namePrefix}-vault-${account.id}-${account.region}`,
      encryptionKeyArn: this.keyArn,
      retentionDays: { [SNAPSHOT_PREFIX]: retentionDays },
      deletionProtection,
    });
  }
}
