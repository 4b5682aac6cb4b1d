import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, LambdaClient, type LambdaClientConfig } from "@aws-sdk/client-lambda";
import {
  DescribeSecretCommand,
  InvalidRequestException,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** What Secrets Manager says of a secret's versions. */
export interface SecretState {
  /** Id of the version that has AWSCURRENT. */
  readonly current?: string;
  /** Id of the version that a rotation has begun and not ended. */
  readonly pending?: string;
  /** Whether Secrets Manager has a date of a last rotation. */
  readonly rotated: boolean;
}

/** The calls that a proof makes of an account. None of them reads a secret's value. */
export interface Account {
  secret(arn: string): Promise<SecretState>;
  /** Begins a rotation, or leaves the one that has begun to Secrets Manager, which goes on with it. */
  rotate(arn: string): Promise<void>;
  /** @throws Error with what the function said, if it failed */
  call(functionName: string, event: object): Promise<unknown>;
  /** Lines of a log group that match a filter pattern of CloudWatch Logs. */
  logLines(group: string, pattern: string, since: Date): Promise<readonly string[]>;
}

/** @param config region; where a test's emulator is, and its credentials */
export function awsAccount(config: Pick<LambdaClientConfig, "region" | "endpoint" | "credentials">): Account {
  const secretsManager = new SecretsManagerClient(config);
  const lambda = new LambdaClient(config);
  const logs = new CloudWatchLogsClient(config);
  return {
    async secret(SecretId) {
      const answer = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
      const versions = Object.entries(answer.VersionIdsToStages ?? {});
      const labelled = (label: string) => versions.find(([, labels]) => labels.includes(label))?.[0];
      const [current, pending] = [labelled("AWSCURRENT"), labelled("AWSPENDING")];
      const rotated = answer.LastRotatedDate !== undefined;
      return { current, pending: pending === current ? undefined : pending, rotated };
    },
    async rotate(SecretId) {
      await secretsManager.send(new RotateSecretCommand({ SecretId })).catch((error: unknown) => {
        if (!(error instanceof InvalidRequestException && /isn't complete/.test(error.message))) throw error;
      });
    },
    async call(FunctionName, event) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
      );
      const answer: unknown = JSON.parse(Payload?.transformToString() || "null");
      if (FunctionError === undefined) return answer;
      const { errorType = FunctionError, errorMessage = "" } = Object(answer);
      throw new Error(`${FunctionName} failed with ${errorType}: ${errorMessage}`);
    },
    async logLines(logGroupName, filterPattern, since) {
      const lines: string[] = [];
      const query = { logGroupName, filterPattern, startTime: since.getTime() };
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, query))
        lines.push(...events.flatMap(({ message }) => message ?? []));
      return lines;
    },
  };
}
