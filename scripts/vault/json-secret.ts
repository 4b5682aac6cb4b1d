import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
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
import { nothingIf } from "../support/nothing-if";
import { forOwners, isPolicyFor, whoOwns } from "./owners-policy";

const LOOKS = 20;
const PAUSE_MS = 500;
/** Label of a version that has no value, for whoever may not read it. */
const EMPTY = "EMPTY";
/** What to do with one that may be somebody else's. */
export const SECRETS_DOCUMENT = "docs/vault-server-operations.md, A secret with another policy";

export interface SecretVersion<T> {
  readonly value: T;
  readonly versionId: string;
}

/**
 * A secret of Secrets Manager that Terraform never sees: made by a command, its value a JSON object. Its own policy
 * keeps it from everybody else in the account, whatever their IAM policies say, and is there before its value.
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

  /** @throws Error if its policy is another one: its value may be another's, too, or known to others */
  async readVersion(): Promise<SecretVersion<T> | undefined> {
    const found = await this.current();
    if (!found) return undefined;
    const policy = await this.policy();
    if (policy === undefined) throw this.withoutPolicy();
    this.refuseOther(policy);
    return isEmpty(found) ? undefined : found;
  }

  /**
   * Makes the secret where it is missing, without a value, and its policy: until that is there, IAM alone says who
   * reads a value. It goes on with what a run began that was stopped.
   *
   * @param isReplaceable whether a value that was there without the policy, so that others may know it, is given up
   * @returns whether it was
   * @throws Error if such a value has to stay, or if another policy is there
   */
  async guard(isReplaceable: (exposed: T) => boolean | Promise<boolean> = () => false): Promise<boolean> {
    await this.client
      .send(new CreateSecretCommand({ Name: this.name }))
      .catch(nothingIf(ResourceExistsException));
    for (let gaveUp = false; ; gaveUp = true) {
      // The value first: another run at the same time puts the policy before the value.
      const found = await this.current();
      const policy = await this.policy();
      if (policy !== undefined) {
        this.refuseOther(policy);
        return gaveUp;
      }
      if (!found || isEmpty(found)) {
        await this.putPolicy();
        return gaveUp;
      }
      if (!(await isReplaceable(found.value))) throw this.withoutPolicy();
      // Before the policy: a run that is stopped between the two leaves nothing that looks guarded and is known.
      await this.empty(found.versionId);
    }
  }

  /** @returns whether it had no value before; one that was there stays */
  async create(value: T): Promise<boolean> {
    await this.guard();
    const found = await this.current();
    if (found && !isEmpty(found)) return false;
    const made = await this.client
      .send(
        new PutSecretValueCommand({
          SecretId: this.name,
          SecretString: JSON.stringify(value),
          // Of two runs at once one gives the value: no version can be written twice.
          ClientRequestToken: hash(`${this.name} after ${found?.versionId ?? "nothing"}`),
        }),
      )
      .catch(nothingIf(ResourceExistsException));
    return made !== undefined;
  }

  async write(value: T): Promise<void> {
    if (await this.create(value)) return;
    const SecretString = JSON.stringify(value);
    await this.client.send(new PutSecretValueCommand({ SecretId: this.name, SecretString }));
  }

  /** Takes the value away: the next one is as the first. */
  async empty(versionId: string): Promise<void> {
    await this.replace(versionId, {} as T, [EMPTY]);
  }

  /**
   * Writes the policy for whoever owns the secret now, whatever it was. The value stays.
   *
   * @returns what it did, a line each
   */
  async changeOwners(): Promise<readonly string[]> {
    const found = await this.client
      .send(new GetResourcePolicyCommand({ SecretId: this.name }))
      .catch(nothingIf(ResourceNotFoundException));
    const { ResourcePolicy: before } = found ?? {};
    if (!found || (before && isPolicyFor(this.owners, before))) return [];
    await this.putPolicy();
    return [
      `The secret ${this.name} is for ${this.owners.join(", ")} now. Before, it was for ` +
        `${before ? whoOwns(before) : "whoever IAM lets read it"}. Its value stays.`,
    ];
  }

  private async current(): Promise<SecretVersion<T> | undefined> {
    const found = await this.client
      .send(new GetSecretValueCommand({ SecretId: this.name }))
      .catch(nothingIf(ResourceNotFoundException))
      .catch(async (error) => {
        // Another's policy may be what denies it.
        this.refuseOther(await this.policy().catch(() => undefined));
        throw error;
      });
    if (found?.SecretString === undefined) return undefined;
    return { value: parsed(this.name, found.SecretString), versionId: String(found.VersionId) };
  }

  private async policy(): Promise<string | undefined> {
    const { ResourcePolicy } = await this.client.send(new GetResourcePolicyCommand({ SecretId: this.name }));
    return ResourcePolicy || undefined;
  }

  private async putPolicy(): Promise<void> {
    const { name: SecretId, owners } = this;
    const ResourcePolicy = JSON.stringify(forOwners(owners));
    await this.client.send(
      new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }),
    );
    // What AWS answers may be a moment old.
    for (let looks = 0; looks < LOOKS; looks++) {
      if (isPolicyFor(owners, (await this.policy()) ?? "{}")) return;
      await sleep(PAUSE_MS);
    }
    throw new Error(
      `the secret ${SecretId} must have the policy that was written for ${owners.join(", ")}, and has not; look in ` +
        "CloudTrail who changes it, and run the command again",
    );
  }

  private refuseOther(policy: string | undefined): void {
    if (policy === undefined || isPolicyFor(this.owners, policy)) return;
    throw new Error(
      `the policy of the secret ${this.name} must be for ${this.owners.join(", ")}, and is for ${whoOwns(policy)}. ` +
        "If the owners changed, add --new-owners to vault:tls or vault:init. If not, somebody else may have made the " +
        `secret: see ${SECRETS_DOCUMENT}`,
    );
  }

  private withoutPolicy(): Error {
    return new Error(
      `the secret ${this.name} must have its policy, for ${this.owners.join(", ")}, and has a value and none: others ` +
        `may know that value, or have written it; see ${SECRETS_DOCUMENT}`,
    );
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
  async replace(versionId: string, value: T, labels: readonly string[] = []): Promise<string | undefined> {
    const SecretId = this.name;
    const own = `REPLACES-${randomUUID()}`;
    const { VersionId } = await this.client.send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: JSON.stringify(value),
        VersionStages: [own, ...labels],
      }),
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
  const found = await described(client, SecretId);
  return found && Object.fromEntries((found.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** For whoever may not read it, too. */
export async function hasValue(client: SecretsManagerClient, SecretId: string): Promise<boolean> {
  const { VersionIdsToStages = {} } = (await described(client, SecretId)) ?? {};
  const current = Object.values(VersionIdsToStages).find((labels) => labels.includes("AWSCURRENT"));
  return current !== undefined && !current.includes(EMPTY);
}

async function described(client: SecretsManagerClient, SecretId: string) {
  return await client
    .send(new DescribeSecretCommand({ SecretId }))
    .catch(nothingIf(ResourceNotFoundException));
}

function isEmpty({ value }: SecretVersion<object>): boolean {
  return Object.keys(value).length === 0;
}

/** The parser's own error would have a part of the value in it. */
function parsed<T>(name: string, text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as T;
  } catch {}
  throw new Error(
    `the secret ${name} must have a JSON object for its value, and has something else; see ${SECRETS_DOCUMENT}`,
  );
}

/** Of the length that a version's id may have. */
function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
