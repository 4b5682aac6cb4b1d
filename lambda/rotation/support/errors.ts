import { asciiJson } from "./text";

/**
 * What went wrong, for the person who reads the log. Every text here is built from names only (hosts, users, ARNs,
 * labels, error codes): a message ends up in CloudWatch, so no value of a secret and no SQL may get into it.
 */
export interface Failure {
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
  /** What was attempted before giving up, in order. */
  readonly tried?: readonly string[];
  /** SQLSTATE, Node error code or AWS error name. The error it came from is not kept: it may hold a value. */
  readonly code?: string;
}

/** Base of everything the rotation function throws. */
export abstract class RotationError extends Error {
  // A literal in each class: minified class names would make `new.target.name` useless in CloudWatch.
  abstract override readonly name: string;
  readonly code: string | undefined;

  constructor({ problem, remedy, tried = [], code }: Failure) {
    const attempts = tried.length > 0 ? ` Tried: ${tried.join("; ")}.` : "";
    super(`${problem}${code === undefined ? "" : ` [${code}]`}.${attempts} ${remedy}`);
    this.code = code;
  }

  /** Says at which step of which rotation it happened; only the dispatcher knows. */
  locate(step: string, secretArn: string, versionId: string): this {
    const { message: unlocated, stack } = this;
    this.message = `${step} of ${secretArn} version ${versionId}: ${unlocated}`;
    this.stack = stack?.replace(unlocated, () => this.message);
    return this;
  }
}

/** The function's own environment variables are wrong. */
export class ConfigurationError extends RotationError {
  override readonly name = "ConfigurationError";
}

/** Not an event of Secrets Manager's rotation, or an unknown step. */
export class InvalidEventError extends RotationError {
  override readonly name = "InvalidEventError";
}

/** The version named in the event is not one to be rotated now. */
export class VersionStateError extends RotationError {
  override readonly name = "VersionStateError";
}

/** The `rotation:` tags of the secret cannot be understood. */
export class InvalidTagsError extends RotationError {
  override readonly name = "InvalidTagsError";
}

/** The secret's value breaks the contract of `secret-value.ts`. */
export class InvalidSecretError extends RotationError {
  override readonly name = "InvalidSecretError";
}

/** A guard against a confused deputy: the secret asks for something its owner may not have done for them. */
export class RefusedError extends RotationError {
  override readonly name = "RefusedError";
}

/** The database answered, and none of the passwords is right. */
export class LoginRefusedError extends RotationError {
  override readonly name = "LoginRefusedError";
}

/** No trustworthy answer from the database: network, time-out, TLS, overload. The password may well be right. */
export class DatabaseUnavailableError extends RotationError {
  override readonly name = "DatabaseUnavailableError";
}

/** The function's time limit is near: what else there is to try would not be finished. */
export class OutOfTimeError extends RotationError {
  override readonly name = "OutOfTimeError";
}

/** The database refused a command of a session that had logged in. */
export class DatabaseCommandError extends RotationError {
  override readonly name = "DatabaseCommandError";
  readonly #failure: Failure;

  constructor(failure: Failure) {
    super(failure);
    this.#failure = failure;
  }

  /** The same, where it is known better what to do. */
  withRemedy(remedy: string): DatabaseCommandError {
    return new DatabaseCommandError({ ...this.#failure, remedy });
  }
}

/** Secrets Manager could not be reached, or refused a call. */
export class SecretsManagerError extends RotationError {
  override readonly name = "SecretsManagerError";
}

/** Anything else: a defect of this function. Keeps the frames of the stack, not the message, which may hold a value. */
export class UnexpectedError extends RotationError {
  override readonly name = "UnexpectedError";

  static from(error: unknown): UnexpectedError {
    const type = error instanceof Error ? error.constructor.name : typeof error;
    const frames = error instanceof Error ? (error.stack?.match(/^\s+at .*$/gm) ?? []) : [];
    const unexpected = new UnexpectedError({
      problem:
        `A fault of the rotation function itself: an unexpected ${asciiJson(type)}; its message is ` +
        "withheld because it may hold a secret value",
      remedy: "Report it with the stack frames of this log record.",
    });
    unexpected.stack = [`${unexpected.name}: ${unexpected.message}`, ...frames].join("\n");
    return unexpected;
  }
}
