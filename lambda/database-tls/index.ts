import { unpackCertificates } from "./contract/packed-certificates";
import { rdsAuthorities } from "./contract/rds-authorities";

/**
 * Authorities that a database's certificate may be signed by: those of the variable DATABASE_CA_PEM, or those of Amazon
 * RDS and RDS Proxy (Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance").
 */
export function serverAuthorities(variable: string | undefined): string[] {
  return variable ? [unpackCertificates(variable)] : rdsAuthorities();
}
