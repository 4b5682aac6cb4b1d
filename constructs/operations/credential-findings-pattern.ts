import type { Account } from "../contracts/account";

/** The event that Lambda makes of an answer (AWS Lambda Developer Guide, "Destinations"). */
export const RESULT = {
  source: "lambda",
  detailType: "Lambda Function Invocation Result - Success",
} as const;

/** Name of the function that checks the secrets of a database, behind the environment's prefix. */
export function healthCheckName(database: string): string {
  return `${database}-health`;
}

export interface CredentialChecks {
  readonly account: Account;
  /** Names of the functions that check credentials. */
  readonly healthChecks: readonly string[];
}

/** Answers of checks that found something. */
export function credentialFindingsPattern({ account, healthChecks }: CredentialChecks): object {
  return {
    source: [RESULT.source],
    "detail-type": [RESULT.detailType],
    detail: {
      requestContext: {
        functionArn: healthChecks.map((name) => ({ prefix: account.arn("lambda", `function:${name}:`) })),
      },
      responsePayload: { unhealthy: [{ numeric: [">", 0] }] },
    },
  };
}
