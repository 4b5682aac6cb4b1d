import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** A secret of Secrets Manager that Terraform never sees: made by a command, its value a JSON object. */
export class JsonSecret<T extends object> {
  constructor(
    private readonly client: SecretsManagerClient,
    readonly name: string,
    /** Left out: the key of Secrets Manager itself. */
    private readonly kmsKeyId?: string,
  ) {}

  async read(): Promise<T | undefined> {
    const found = await this.client
      .send(new GetSecretValueCommand({ SecretId: this.name }))
      .catch(nothingIf(ResourceNotFoundException));
    return found?.SecretString === undefined ? undefined : JSON.parse(found.SecretString);
  }

  /** @returns whether it was not there before; a value that was there stays. */
  async create(value: T): Promise<boolean> {
    const SecretString = JSON.stringify(value);
    const made = await this.client
      .send(new CreateSecretCommand({ Name: this.name, SecretString, KmsKeyId: this.kmsKeyId }))
      .catch(nothingIf(ResourceExistsException));
    return made !== undefined;
  }

  async write(value: T): Promise<void> {
    if (await this.create(value)) return;
    const SecretString = JSON.stringify(value);
    await this.client.send(new PutSecretValueCommand({ SecretId: this.name, SecretString }));
  }
}

/** For `catch`: an expected error is no value, any other goes on. */
export function nothingIf(expected: new (...args: never[]) => Error) {
  return (error: unknown): undefined => {
    if (error instanceof expected) return undefined;
    throw error;
  };
}
