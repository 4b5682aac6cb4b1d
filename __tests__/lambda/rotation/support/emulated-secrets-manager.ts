import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createClient } from "../../../../lambda/rotation/ports/aws-secrets-manager";
import { type AwsEmulator, startAwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { unsignedHeaders } from "../../../../testbed/aws/aws-protocol";

const REGION = "eu-central-1";

export interface EmulatedSecretsManager {
  emulator: AwsEmulator;
  client: SecretsManagerClient;
  /** For calls that come from no client. */
  readonly headers: ReturnType<typeof unsignedHeaders>;
}

/** An emulator from before the tests of a file or block until after them, and the environment of a client. */
export function emulatedSecretsManager(): EmulatedSecretsManager {
  const emulated = { headers: unsignedHeaders(REGION, "secretsmanager") } as EmulatedSecretsManager;
  let directory: string;

  beforeAll(async () => {
    Object.assign(process.env, {
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    directory = await mkdtemp(join(tmpdir(), "emulated-"));
    emulated.emulator = await startAwsEmulator({ directory });
    emulated.client = createClient(emulated.emulator.endpoint);
  });

  afterAll(async () => {
    emulated.client?.destroy();
    await emulated.emulator?.stop();
    await rm(directory, { recursive: true });
  });

  return emulated;
}
