import type * as z from "zod";
import type { environmentSchema } from "./schema";

/** What a file holds, with defaults. */
export type Settings = z.output<typeof environmentSchema>;

/** Certificates of who signed a server's certificate. */
export interface CertificateAuthority {
  /** Absolute path of the file that they were read from. */
  readonly path: string;
  /** Certificates only. */
  readonly pem: string;
}

/** A union's members, each with `certificateAuthority` in the place of the file's name. */
type WithAuthority<Section, Authority> = Section extends { certificateAuthorityFile?: string }
  ? Omit<Section, "certificateAuthorityFile"> & { readonly certificateAuthority?: Authority }
  : never;

export type DatabaseSettings = WithAuthority<Settings["databases"][string], string>;
export type VaultServerSettings = WithAuthority<
  NonNullable<Settings["vault"]>["server"],
  CertificateAuthority
>;
export type CreatedVaultSettings = Extract<VaultServerSettings, { kind: "created" }>;
export type VaultSettings = Omit<NonNullable<Settings["vault"]>, "server"> & {
  readonly server: VaultServerSettings;
};
export type SecretSettings = Settings["secrets"][number] & { readonly database: string };

/** One named deployment, complete with defaults. */
export interface Environment extends Omit<Settings, "$schema" | "databases" | "secrets" | "vault"> {
  /** The file's name without `.json`; first part of every stack name. */
  readonly name: string;
  readonly databases: Readonly<Record<string, DatabaseSettings>>;
  readonly secrets: readonly SecretSettings[];
  readonly vault?: VaultSettings;
}
