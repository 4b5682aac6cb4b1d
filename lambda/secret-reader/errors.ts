/** Which secret it is about. */
export interface SecretPlace {
  /** Name of the source, as in SECRET_SOURCES. */
  readonly source: string;
  /** What the source calls the secret: its name in Secrets Manager or its path in Vault. */
  readonly secretId: string;
}

/**
 * A secret could not be read. Messages are built from names only, and the error that it came from is not kept as its
 * cause: a JSON parser's error, for one, quotes the text, and that may be the secret.
 */
export abstract class SecretError extends Error {
  // A literal in each class: minified class names would make `new.target.name` useless in CloudWatch.
  abstract override readonly name: string;
  readonly source: string;
  readonly secretId: string;

  /** @param check what to check, as a sentence. */
  constructor({ source, secretId }: SecretPlace, problem: string, check: string) {
    super(`Secret ${secretId} (${source}): ${problem}. ${check}`);
    this.source = source;
    this.secretId = secretId;
  }
}

/** There is no such secret, or no such version of it. */
export class SecretNotFoundError extends SecretError {
  override readonly name = "SecretNotFoundError";
}

/**
 * The backend refuses: the function's role may not read the secret or use its key, or the request is not one it takes.
 */
export class SecretAccessDeniedError extends SecretError {
  override readonly name = "SecretAccessDeniedError";
}

/** The backend did not answer, not in time, or that it cannot now; a later attempt may succeed. */
export class SecretUnavailableError extends SecretError {
  override readonly name = "SecretUnavailableError";
}

/** There is an answer, but it is not one of the backend, or does not hold a flat JSON object. */
export class SecretMalformedError extends SecretError {
  override readonly name = "SecretMalformedError";
}

/** The value is a database login without a password: no rotation has succeeded yet. */
export class SecretNotRotatedError extends SecretError {
  override readonly name = "SecretNotRotatedError";
}

/** The source cannot do this at all, see `secretCapabilities`. */
export class SecretUnsupportedError extends SecretError {
  override readonly name = "SecretUnsupportedError";
}

/**
 * A fault of the reader, or of how it was bundled. The message of the error behind it is withheld: it may hold a value.
 */
export class SecretUnexpectedError extends SecretError {
  override readonly name = "SecretUnexpectedError";

  constructor(place: SecretPlace, { name, stack = "" }: Error) {
    super(place, `a fault of the reader (${name})`, "Report it.");
    this.stack = `${this.name}: ${this.message}${stack.match(/\n +at [\s\S]*/) ?? ""}`;
  }
}
