import type { Credentials } from "./credentials";

export interface SecretVersion {
  readonly id: string;
  /** Whether it is the version that functions get. */
  readonly current: boolean;
  /** Without a password in a version as Terraform makes one. */
  readonly fields: Partial<Credentials>;
}

/** The deployed backend's secrets, as the run rotates and checks them. */
export interface SecretStore {
  /** The functions' secrets by their names. */
  readonly secrets: readonly string[];
  /** Who has to rotate a secret. */
  rotator(secret: string): string | undefined;
  /** Gives a secret a new password, with which the database lets its user in. Gives who did it. */
  rotate(secret: string): Promise<string>;
  /** Every version that a secret ever had, oldest first. */
  versions(secret: string): Promise<readonly SecretVersion[]>;
}
