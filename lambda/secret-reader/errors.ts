/** A secret could not be read. The message names the secret and the cause, never a value. */
export abstract class SecretError extends Error {
  constructor(
    readonly secretId: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Secret ${secretId}: ${reason}`, options);
    this.name = new.target.name;
  }
}

/** There is no such secret, or no such version of it. */
export class SecretNotFoundError extends SecretError {}

/** The function's role may not read the secret or use its key. */
export class SecretAccessDeniedError extends SecretError {}

/** The backend did not answer, or not in time; a later attempt may succeed. */
export class SecretUnavailableError extends SecretError {}

/** The secret is there but is not a flat JSON object. */
export class SecretMalformedError extends SecretError {}
