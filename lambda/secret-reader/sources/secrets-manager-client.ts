// The only file with the SDK. It is imported when it is needed, so that functions that use an extension do not load it.
import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

const CONNECT_MILLISECONDS = 2_000;
const REQUEST_MILLISECONDS = 5_000;

const client = new SecretsManagerClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: CONNECT_MILLISECONDS,
    requestTimeout: REQUEST_MILLISECONDS,
    throwOnRequestTimeout: true,
  },
});

export function getSecretValue(secretId: string, stage: string): Promise<GetSecretValueCommandOutput> {
  return client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
}
