import { type Environment, required } from "../environment";
import { SecretAccessDeniedError, type SecretError, SecretUnavailableError } from "../errors";
import { askExtension, originOf } from "../extension-http";
import { parseJson } from "../fields";
import { isOutage, statusBehind } from "../outage";
import type { SecretSource } from "../secret";
import {
  awsFailure,
  CHECK_ENDPOINT,
  prefixOf,
  type StagedSecret,
  secretFromValue,
  stageOf,
} from "./secrets-manager-api";

const PORT = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";

/**
 * Reads through the AWS Parameters and Secrets Lambda Extension (Secrets Manager User Guide, "Use AWS Secrets Manager
 * secrets in AWS Lambda functions"). Its own cache has to be off (SECRETS_MANAGER_TTL=0): no request can pass it by.
 *
 * @throws Error if the environment is wrong.
 */
export function secretsManagerExtension(environment: Environment): SecretSource {
  const prefix = prefixOf(environment);
  const headers = {
    "X-Aws-Parameters-Secrets-Token": required(
      environment,
      "AWS_SESSION_TOKEN",
      "hold the function's session",
      "Lambda",
    ),
  };
  const extension = {
    origin: originOf(`http://localhost:${environment[PORT] || 2773}`, PORT, "write a number"),
    ifRefused: "Check the layer AWS-Parameters-and-Secrets-Lambda-Extension.",
    ifSilent: CHECK_ENDPOINT,
  };
  return {
    name: "secrets-manager-extension",
    capabilities: { previousVersion: true, refresh: true },

    async fetch(name, version) {
      const place = { source: this.name, secretId: prefix + name, stage: stageOf(version) };
      const query = `secretId=${encodeURIComponent(place.secretId)}&versionStage=${place.stage}`;
      const { status, body } = await askExtension(extension, place, `/secretsmanager/get?${query}`, headers);
      if (status !== 200) throw translate(status, body, place);
      return secretFromValue(Object(parseJson(body, "the extension's answer", place)), place);
    },
  };
}

/** The form of an error's body is not documented, so nothing but AWS's name of the error is taken from it. */
function translate(status: number, body: string, place: StagedSecret): SecretError {
  if (/not ready to serve traffic/i.test(body)) {
    return new SecretUnavailableError(
      place,
      "the extension answers only while an event is handled",
      "Read secrets in the handler, not while its module loads.",
    );
  }
  const name = /\b[A-Z]\w{2,60}(?:Exception|Failure|ServiceError|Unavailable)\b/.exec(body)?.[0];
  if (name !== undefined) return awsFailure(name, "", place);
  const Failure = isOutage(statusBehind(status, body)) ? SecretUnavailableError : SecretAccessDeniedError;
  return new Failure(
    place,
    `the extension answered HTTP ${status}`,
    "Check its log, and that nothing changes AWS_SESSION_TOKEN.",
  );
}
