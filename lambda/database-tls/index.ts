import { unpackCertificates } from "./contract/packed-certificates";
import { rdsAuthorities } from "./contract/rds-authorities";

/**
 * Authorities that a database's certificate may be signed by: those of Amazon RDS and RDS Proxy (Amazon RDS User Guide,
 * "Using SSL/TLS to encrypt a connection to a DB instance"), and those that databases of the environment have of their
 * own. A function may read the secrets of both kinds, and a client verifies the host's name, too.
 *
 * @param variable what `grantRead` sets as DATABASE_CA_PEM
 */
export function serverAuthorities(variable: string | undefined = process.env.DATABASE_CA_PEM): string[] {
  return variable ? [...rdsAuthorities(), unpackCertificates(variable)] : rdsAuthorities();
}
