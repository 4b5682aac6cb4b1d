import { callJson, unsignedHeaders } from "../aws/aws-protocol";
import type { RotationScheduler } from "../aws/rotation-scheduler";
import type { Credentials } from "./credentials";
import type { SecretStore, SecretVersion } from "./secret-store";

/** What moto shows to whoever asks it directly: every version, also those that Secrets Manager would have deleted. */
export class MotoSecrets {
  constructor(
    private readonly endpoint: string,
    private readonly region: string,
  ) {}

  /** Every secret, RDS's own too. */
  async arns(): Promise<readonly string[]> {
    const { SecretList } = await this.call<{ SecretList: readonly { ARN: string }[] }>("ListSecrets", {});
    return SecretList.map(({ ARN }) => ARN);
  }

  async versions(arn: string): Promise<readonly SecretVersion[]> {
    const secret = { SecretId: arn };
    const { Versions } = await this.call<{
      Versions: readonly { VersionId: string; VersionStages: readonly string[] }[];
    }>("ListSecretVersionIds", secret);
    return await Promise.all(
      Versions.map(async ({ VersionId, VersionStages }) => {
        const value = await this.call<{ SecretString: string }>("GetSecretValue", { ...secret, VersionId });
        const fields: Partial<Credentials> = JSON.parse(value.SecretString);
        return { id: VersionId, current: VersionStages.includes("AWSCURRENT"), fields };
      }),
    );
  }

  private async call<Answer>(operation: string, input: object): Promise<Answer> {
    return await callJson(this.endpoint, unsignedHeaders(this.region, "secretsmanager"), operation, input);
  }
}

export interface NativeStoreOptions {
  readonly moto: MotoSecrets;
  readonly scheduler: RotationScheduler;
  /** By the secret's name. */
  readonly arns: Readonly<Record<string, string>>;
  /** The name of the rotation function of the secret's database, by the secret's name. */
  readonly rotators: Readonly<Record<string, string | undefined>>;
}

/** Secrets Manager, which has the deployed functions rotate its secrets. */
export class NativeStore implements SecretStore {
  constructor(private readonly options: NativeStoreOptions) {}

  get secrets(): readonly string[] {
    return Object.keys(this.options.arns);
  }

  rotator(secret: string): string | undefined {
    return this.options.rotators[secret];
  }

  async rotate(secret: string): Promise<string> {
    const { functionArn } = await this.options.scheduler.rotate(this.arn(secret));
    return functionArn.replace(/^.*:function:/, "");
  }

  async versions(secret: string): Promise<readonly SecretVersion[]> {
    return await this.options.moto.versions(this.arn(secret));
  }

  private arn(secret: string): string {
    const arn = this.options.arns[secret];
    if (!arn) throw new Error(`the deployment has no secret ${secret}`);
    return arn;
  }
}
