import { type Answer, LoopbackServer } from "../support/loopback-server";
import { failureOf, leaveExecutionEnvironment, readerIn } from "./support/execution-environment";
import { readInOwnProcess } from "./support/own-process";
import { awsError, NOT_READY, SecretsManagerExtension } from "./support/secrets-manager-extension";
import { answerOf, loginGot, VaultExtension, withoutToken } from "./support/vault-extension";

let vault: VaultExtension;
let awsExtension: SecretsManagerExtension;
let secretsManager: LoopbackServer;
let ofSecretsManager: Answer;
let elsewhere: LoopbackServer;

beforeAll(async () => {
  [vault, awsExtension, secretsManager, elsewhere] = await Promise.all([
    VaultExtension.start(),
    SecretsManagerExtension.start(),
    LoopbackServer.start(() => ofSecretsManager),
    LoopbackServer.start(() => answerOf(200, {})),
  ]);
});
beforeEach(() => {
  vault.reset();
  awsExtension.reset();
  secretsManager.seen.length = 0;
  vault.write("kv/data/secrets-dev/orders", { password: "old copy" });
  awsExtension.put("secrets-dev/orders", "AWSCURRENT", { value: '{"password":"old copy"}', version: "v1" });
});
afterEach(leaveExecutionEnvironment);
afterAll(() => Promise.all([vault.stop(), awsExtension.stop(), secretsManager.stop(), elsewhere.stop()]));

type Primary = "vault-proxy" | "secrets-manager-extension" | "secrets-manager";

const TELL: Readonly<Record<Primary, (answer: Answer) => void>> = {
  "vault-proxy": (answer) => vault.tell(answer),
  "secrets-manager-extension": (answer) => awsExtension.tell(answer),
  "secrets-manager": (answer) => {
    ofSecretsManager = answer;
  },
};

/** Reads from a primary that gives this answer, with another store behind it that holds an old copy. */
async function readFrom(primary: Primary, answer: Answer) {
  TELL[primary](answer);
  const fallback = primary === "vault-proxy" ? "secrets-manager-extension" : "vault-proxy";
  const variables = {
    ...vault.environment,
    ...awsExtension.environment,
    AWS_REGION: "ap-northeast-2",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
    SECRET_SOURCES: `${primary},${fallback}`,
  };
  const read =
    primary === "secrets-manager"
      ? readInOwnProcess(variables)
      : (await readerIn(variables)).readSecret("orders");
  return { read, fallback: fallback === "vault-proxy" ? vault : awsExtension };
}

const plain = (status: number, body = ""): Answer => ({ status, type: "text/plain", body });

const ofApi = (status: number, name: string): Answer => ({
  status,
  type: "application/x-amz-json-1.1",
  body: JSON.stringify({ __type: name, message: "as told" }),
});

test.each<[Primary, string, Answer, string]>([
  [
    "vault-proxy",
    "a refused request",
    answerOf(400, { errors: ["invalid request"] }),
    "SecretAccessDeniedError",
  ],
  [
    "vault-proxy",
    "a refused path",
    answerOf(405, { errors: ["unsupported operation"] }),
    "SecretAccessDeniedError",
  ],
  ["vault-proxy", "a plain 401", plain(401), "SecretAccessDeniedError"],
  [
    "vault-proxy",
    "a removed Vault role",
    loginGot(400, 'entry for role "x" not found'),
    "SecretAccessDeniedError",
  ],
  ["vault-proxy", "a denied login", loginGot(403, "permission denied"), "SecretAccessDeniedError"],
  [
    "vault-proxy",
    "a role that may not be assumed",
    withoutToken(
      "failed to assume role with arn of x AccessDenied: not authorized\n\tstatus code: 403, request id: 1",
    ),
    "SecretAccessDeniedError",
  ],
  [
    "vault-proxy",
    "a refusal behind an error of Vault",
    answerOf(500, { errors: ["error making upstream request: received error code 403 from STS"] }),
    "SecretAccessDeniedError",
  ],
  [
    "vault-proxy",
    "a login that STS refuses",
    loginGot(
      400,
      "error making upstream request: received error code 403 from STS: <Code>SignatureDoesNotMatch</Code>",
    ),
    "SecretAccessDeniedError",
  ],
  ["vault-proxy", "a redirect that is not a standby's", plain(302), "SecretAccessDeniedError"],
  ["vault-proxy", "an answer that is not HTTP", "no-http", "SecretMalformedError"],
  [
    "secrets-manager-extension",
    "a deleted secret",
    awsError("InvalidRequestException"),
    "SecretNotFoundError",
  ],
  [
    "secrets-manager-extension",
    "a refused request",
    awsError("InvalidParameterException"),
    "SecretAccessDeniedError",
  ],
  [
    "secrets-manager-extension",
    "a denied key",
    awsError("KMSAccessDeniedException"),
    "SecretAccessDeniedError",
  ],
  [
    "secrets-manager-extension",
    "a disabled key",
    awsError("KMSDisabledException"),
    "SecretAccessDeniedError",
  ],
  [
    "secrets-manager-extension",
    "a bad signature",
    awsError("InvalidSignatureException"),
    "SecretAccessDeniedError",
  ],
  ["secrets-manager-extension", "a plain 400", plain(400, "bad request"), "SecretAccessDeniedError"],
  ["secrets-manager-extension", "a plain 401", plain(401, "unauthorized"), "SecretAccessDeniedError"],
  ["secrets-manager-extension", "a plain 403", plain(403), "SecretAccessDeniedError"],
  [
    "secrets-manager-extension",
    "a refusal in a 500",
    plain(500, "https response error StatusCode: 403, RequestID: 7fd6, SignatureDoesNotMatch: as told"),
    "SecretAccessDeniedError",
  ],
  ["secrets-manager", "a deleted secret", ofApi(400, "InvalidRequestException"), "SecretNotFoundError"],
  ["secrets-manager", "a disabled key", ofApi(400, "DecryptionFailure"), "SecretAccessDeniedError"],
  ["secrets-manager", "a bad signature", ofApi(403, "InvalidSignatureException"), "SecretAccessDeniedError"],
  ["secrets-manager", "a refusal with 500", ofApi(500, "AccessDeniedException"), "SecretAccessDeniedError"],
  ["secrets-manager", "a plain 403", plain(403), "SecretMalformedError"],
  ["secrets-manager", "an answer that is not HTTP", "no-http", "SecretMalformedError"],
])("of %s %s is an answer, which no other store's copy hides", async (primary, _, answer, name) => {
  const { read, fallback } = await readFrom(primary, answer);
  expect((await failureOf(read)).name).toBe(name);
  expect(fallback.seen).toHaveLength(0);
});

test.each<[Primary, string, Answer]>([
  [
    "vault-proxy",
    "a replica that lags behind",
    answerOf(412, { errors: ["required index state not present"] }),
  ],
  ["vault-proxy", "a rate limit", answerOf(429, { errors: ["request path: rate limit quota exceeded"] })],
  ["vault-proxy", "a standby of disaster recovery", plain(472)],
  ["vault-proxy", "a performance standby", plain(473)],
  ["vault-proxy", "an error of Vault", answerOf(500, { errors: ["internal error"] })],
  ["vault-proxy", "a gateway without Vault", plain(502, "failed to proxy request: connection refused")],
  ["vault-proxy", "a sealed Vault", answerOf(503, { errors: ["Vault is sealed"] })],
  ["vault-proxy", "a gateway's time-out", plain(504)],
  [
    "vault-proxy",
    "a mount that is being set up",
    answerOf(400, { errors: ["Upgrading from non-versioned to versioned data."] }),
  ],
  [
    "vault-proxy",
    "a mount that waits for the primary cluster",
    answerOf(400, { errors: ["Waiting for the primary to upgrade from non-versioned to versioned data."] }),
  ],
  ["vault-proxy", "a login at a sealed Vault", loginGot(503, "Vault is sealed")],
  ["vault-proxy", "a login at its rate limit", loginGot(429, "rate limit quota exceeded")],
  [
    "vault-proxy",
    "a login without a connection",
    withoutToken("dial tcp 10.0.0.10:8200: connect: connection refused"),
  ],
  [
    "vault-proxy",
    "a login while STS does not answer",
    loginGot(
      400,
      'error making upstream request: error making request: Post "https://sts.ap-northeast-2.amazonaws.com": EOF',
    ),
  ],
  [
    "vault-proxy",
    "a login while STS is unavailable",
    loginGot(400, "error making upstream request: received error code 503 from STS: \n<html>"),
  ],
  [
    "vault-proxy",
    "a login while STS has too much to do",
    loginGot(
      400,
      "error making upstream request: received error code 400 from STS: <ErrorResponse>\n<Code>Throttling</Code>",
    ),
  ],
  ["vault-proxy", "a standby that redirects to an active node", plain(307)],
  ["vault-proxy", "an answer that breaks off", "broken"],
  ["secrets-manager-extension", "not being ready", NOT_READY],
  ["secrets-manager-extension", "throttling", awsError("ThrottlingException")],
  ["secrets-manager-extension", "throttling of the key", awsError("KMSThrottlingException")],
  ["secrets-manager-extension", "a fault of the service", awsError("InternalServiceError")],
  ["secrets-manager-extension", "an unavailable service", awsError("ServiceUnavailable")],
  ["secrets-manager-extension", "a plain 500", plain(500, "an unexpected error occurred")],
  [
    "secrets-manager-extension",
    "a missing connection",
    plain(500, "https response error StatusCode: 0, RequestID: , request send failed, dial tcp: i/o timeout"),
  ],
  ["secrets-manager", "throttling", ofApi(400, "ThrottlingException")],
  ["secrets-manager", "a fault of the service", ofApi(500, "InternalServiceError")],
  ["secrets-manager", "a plain 429", plain(429)],
  ["secrets-manager", "a gateway's page", plain(503, "<html>")],
  ["secrets-manager", "an answer that breaks off", "broken"],
])("of %s %s is an outage, and the other store stands in", async (primary, _, answer) => {
  const { read, fallback } = await readFrom(primary, answer);
  expect((await read).fields.password).toBe("old copy");
  expect(fallback.seen).toHaveLength(1);
});

test.each<[Primary, number, string]>([
  ["vault-proxy", 307, "SecretUnavailableError"],
  ["secrets-manager-extension", 302, "SecretAccessDeniedError"],
  ["secrets-manager", 307, "SecretMalformedError"],
])("a redirect of %s with %i is not followed", async (primary, status, name) => {
  elsewhere.seen.length = 0;
  awsExtension.tell(awsError("InternalServiceError"));
  const { read } = await readFrom(primary, {
    status,
    body: "",
    headers: { location: `http://127.0.0.1:${elsewhere.port}/` },
  });
  expect((await failureOf(read)).name).toBe(name);
  expect(elsewhere.seen).toHaveLength(0);
});
