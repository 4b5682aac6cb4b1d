/** What a schedule sends: names of secrets, as `readSecret` takes them. */
export interface HealthEvent {
  readonly secrets: readonly string[];
}

/** @throws Error if it is not one. */
export function parseHealthEvent(event: unknown): HealthEvent {
  const { secrets } = Object(event) as { secrets?: unknown };
  // A call without any would count as a check that found nothing.
  if (Array.isArray(secrets) && secrets.length > 0 && secrets.every((name) => typeof name === "string"))
    return { secrets };
  throw new Error(
    'The event must be { "secrets": ["name", …] }; it is not. The construct CredentialHealth sends it.',
  );
}

/** What is wrong with a secret. */
export interface Finding {
  readonly secret: string;
  /**
   * - `login`: its readers get no credentials, or none that log in.
   * - `pending`: a rotation has not ended.
   * - `schedule`: it was not rotated when it had to be.
   * - `certificate`: of the database, or its authority, it ends soon.
   */
  readonly check: "login" | "pending" | "schedule" | "certificate";
  /** What is wrong and what to do about it; never a value. */
  readonly message: string;
}

/** What the function answers; Lambda hands it on to whoever is named as destination. */
export interface HealthReport {
  readonly environment: string;
  readonly database: string;
  readonly checked: number;
  /** How many findings there are. */
  readonly unhealthy: number;
  /** The findings, one a line, as far as a message has room for them. */
  readonly message: string;
}
