import type { Credentials } from "./credentials";

export interface SecretVersion {
  readonly id: string;
  /** Whether it is the version that functions get. */
  readonly current: boolean;
  /** Empty in a version without a password, as Terraform makes one. */
  readonly fields: Partial<Credentials>;
}

/** The deployed backend's secrets, as the run rotates and checks them. */
export interface SecretStore {
  /** The consumers' secrets by their names. */
  readonly secrets: readonly string[];
  /** Gives a secret a new password, with which the database lets its user in. */
  rotate(secret: string): Promise<void>;
  /** Every version that a secret ever had, oldest first. */
  versions(secret: string): Promise<readonly SecretVersion[]>;
}
