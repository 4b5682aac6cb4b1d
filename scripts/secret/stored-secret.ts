import { createHash } from "node:crypto";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { VALUE_TAG } from "../../lambda/rotation/contract/tags";
import { nothingIf } from "../support/nothing-if";
import type { Change, Fields, Stored } from "./change";

/** Has a version kept by Secrets Manager while it is not current yet. */
const NEXT_LABEL = "NEXT";

/** A secret as it was read. What is written counts only if nobody else has made another version current meanwhile. */
export class StoredSecret implements Stored {
  readonly current: Fields;

  static async read(client: SecretsManagerClient, arn: string): Promise<StoredSecret> {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
    const labelled = (label: string) =>
      Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes(label));
    const currentId = labelled("AWSCURRENT");
    const text = currentId && (await textOf(client, arn, currentId));
    if (!currentId || !text)
      throw new Error(`${arn} must have an AWSCURRENT version with a value; it has none`);
    const id = labelled("AWSPENDING");
    if (id === undefined || id === currentId) return new StoredSecret(client, arn, currentId, text);
    const pendingText = await textOf(client, arn, id);
    const value = pendingText === undefined ? undefined : parse(pendingText, arn);
    return new StoredSecret(client, arn, currentId, text, { id, value });
  }

  private constructor(
    private readonly client: SecretsManagerClient,
    private readonly arn: string,
    private readonly currentId: string,
    readonly text: string,
    readonly pending?: Stored["pending"],
  ) {
    this.current = parse(text, arn);
  }

  async write({ text, abandoned }: Change): Promise<void> {
    // First: a rotation without the label can no longer make its version current.
    if (abandoned) await this.#moveLabel("AWSPENDING", { from: abandoned });
    if (text) await this.#makeCurrent(text);
  }

  async #makeCurrent(text: string): Promise<void> {
    const id = await this.#put(text);
    try {
      await this.#moveLabel("AWSCURRENT", { from: this.currentId, to: id });
    } catch (error) {
      throw new Error(
        `AWSCURRENT of ${this.arn} must still be version ${this.currentId}, which was shown; a rotation or ` +
          "somebody else has probably changed it, and the value was left alone. Run the command again " +
          `(${(error as Error).message})`,
      );
    } finally {
      await this.#moveLabel(NEXT_LABEL, { from: id });
    }
  }

  /** @returns the version's id */
  async #put(text: string): Promise<string> {
    const command = new PutSecretValueCommand({
      SecretId: this.arn,
      SecretString: text,
      VersionStages: [NEXT_LABEL],
    });
    try {
      const { VersionId = "" } = await this.client.send(command);
      return VersionId;
    } catch (error) {
      // The service's message may quote what it was sent.
      throw new Error(`Secrets Manager must take the new value of ${this.arn}, got ${(error as Error).name}`);
    }
  }

  /** Records which value was written, so that Terraform's plan no longer says that it is outdated. */
  async record(value: string): Promise<void> {
    const hash = createHash("sha256").update(value).digest("hex");
    await this.client.send(
      new TagResourceCommand({ SecretId: this.arn, Tags: [{ Key: VALUE_TAG, Value: hash }] }),
    );
  }

  async #moveLabel(label: string, { from, to }: { from: string; to?: string }): Promise<void> {
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.arn,
        VersionStage: label,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      }),
    );
  }
}

async function textOf(client: SecretsManagerClient, arn: string, id: string): Promise<string | undefined> {
  const command = new GetSecretValueCommand({ SecretId: arn, VersionId: id });
  return (await client.send(command).catch(nothingIf(ResourceNotFoundException)))?.SecretString;
}

/** Without the parser's message, which quotes the text. */
function parse(text: string, arn: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error(`the value of ${arn} must be a JSON object; put one (aws secretsmanager put-secret-value)`);
}
