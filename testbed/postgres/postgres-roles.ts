import { type Client, escapeIdentifier, escapeLiteral } from "pg";

/**
 * Roles as RDS sets them up. PostgreSQL 16 asks for ADMIN OPTION to grant a role; SET and INHERIT are off for
 * rds_iam so that the master user can hand it out without holding it.
 */
export async function createRdsRoles(
  admin: Client,
  superuser: { readonly username: string; readonly password: string },
  databaseName: string,
): Promise<void> {
  const master = escapeIdentifier(superuser.username);
  const { rows } = await admin.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
  const major: number = rows[0].major;
  const predefined = major >= 14 ? ", pg_read_all_data, pg_write_all_data" : "";
  const iamOptions = major >= 16 ? "ADMIN TRUE, INHERIT FALSE, SET FALSE" : "ADMIN OPTION";
  await admin.query(`
    CREATE ROLE rds_superuser NOLOGIN;
    CREATE ROLE rds_iam NOLOGIN;
    CREATE ROLE rds_password NOLOGIN;
    GRANT pg_monitor, pg_signal_backend${predefined}, rds_password TO rds_superuser WITH ADMIN OPTION;
    GRANT rds_iam TO rds_superuser WITH ${iamOptions};
    CREATE ROLE ${master} LOGIN CREATEROLE CREATEDB PASSWORD ${escapeLiteral(superuser.password)};
    GRANT rds_superuser TO ${master};
  `);
  await admin.query(`CREATE DATABASE ${escapeIdentifier(databaseName)} OWNER ${master}`);
}

/**
 * TLS for everybody but the admin of the tests, and no password login for a member of rds_iam, as on RDS. The superuser
 * is exempt because it is a member here, which stands for RDS's own rule of who may grant the role. So that it becomes
 * one in no other way is for a test of memberships to find out.
 */
export function hostBasedAuthentication(admin: string, superuserName: string, plaintext: boolean): string {
  return [
    `hostnossl all ${admin} 127.0.0.1/32 scram-sha-256`,
    `hostssl all "${superuserName}" 127.0.0.1/32 scram-sha-256`,
    "hostssl all +rds_iam 127.0.0.1/32 reject",
    `${plaintext ? "host" : "hostssl"} all all 127.0.0.1/32 scram-sha-256`,
    "",
  ].join("\n");
}
