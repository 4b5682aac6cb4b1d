import type { DatabaseSession } from "../engines/engine";
import type { Rotation } from "../rotation";
import { assertServerAllowed, sameHost } from "../secret/guards";
import { type DatabaseSecret, parseSuperuserSecret, type SuperuserSecret } from "../secret/secret-value";
import { ConfigurationError, LoginRefusedError, RefusedError, SecretsManagerError } from "../support/errors";
import { quote } from "../support/text";

/**
 * Logs in as the superuser, in the database of the rotated secret.
 *
 * A superuser secret that RDS manages holds a username and a password and no host. AWS's functions then ask the RDS
 * API for the host, which in a VPC without internet takes one more interface endpoint. There is no need: the rotated
 * secret's host has passed DATABASE_HOSTS, which names this environment's own cluster and nothing else.
 */
export async function loginAsSuperuser(rotation: Rotation, secret: DatabaseSecret): Promise<DatabaseSession> {
  const arn = superuserSecretArn(rotation, secret);
  // By stage alone, unlike our own versions: it was not written a moment ago, and its version id would take another
  // call (and another permission) to find out.
  const text = await rotation.secrets.getValue(arn, { stage: "AWSCURRENT" });
  if (text === undefined) {
    throw new SecretsManagerError({
      problem: `The superuser secret ${quote(arn)} has no AWSCURRENT value`,
      remedy: "Check SUPERUSER_SECRET_ARN of the rotation function.",
    });
  }
  const superuser = parseSuperuserSecret(text, "the superuser secret");
  assertSameServer(superuser, secret, arn);
  // Never by the rotated value: its writer would have the superuser's password in the clear.
  const server = { ...secret.server, tls: superuser.tls ?? true };
  assertServerAllowed("The superuser secret", server, rotation);

  const login = await secret.engine.login(server, superuser);
  if ("session" in login) return login.session;
  throw new LoginRefusedError({
    problem: `The database on ${quote(server.host)} refused the superuser ${quote(superuser.username)}`,
    code: login.refused,
    remedy:
      `Check that ${quote(arn)} is the superuser secret of this cluster. If RDS has just rotated it, the ` +
      "next call of this step will succeed. If it became a member of a member of rds_iam, log in with IAM and " +
      "revoke that.",
  });
}

/**
 * A confused-deputy guard: who may direct a secret to one database of the environment must not have the superuser of
 * another act for it, on users of the same name. AWS's functions compare the hosts, too.
 */
function assertSameServer(superuser: SuperuserSecret, { label, server }: DatabaseSecret, arn: string): void {
  const { host = server.host, port = server.port } = superuser;
  if (sameHost({ host, port }, server)) return;
  throw new RefusedError({
    problem:
      `${label} is for ${quote(server.host)} port ${server.port}, the superuser secret ${quote(arn)} for ` +
      `${quote(host)} port ${port}`,
    remedy:
      "Have both name the cluster's writer endpoint, or leave host and port out of the superuser secret.",
  });
}

/** The function's; a secret may name it, and no other. */
export function superuserSecretArn(rotation: Rotation, secret: DatabaseSecret): string {
  const configured = rotation.settings.superuserSecretArn;
  if (configured === undefined) {
    throw new ConfigurationError({
      problem: "This rotation needs a superuser, and the function has none",
      remedy: "Set SUPERUSER_SECRET_ARN of the rotation function, and let its role read that secret.",
    });
  }
  if (secret.masterArn !== undefined && secret.masterArn !== configured) {
    throw new RefusedError({
      problem: `${secret.label} names ${quote(secret.masterArn)} as masterarn, the function uses ${quote(configured)}`,
      remedy:
        "Write that whole ARN, with the six characters at its end, as masterarn of the secret, or remove it.",
    });
  }
  return configured;
}
