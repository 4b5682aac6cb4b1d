import type { Declaration } from "../contract/tags";
import { alternateUser, CLONE_SUFFIX } from "../contract/user-names";
import type { Settings } from "../contract/variables";
import type { Server } from "../engines/engine";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import type { DatabaseSecret } from "./secret-value";

/**
 * Guards against a confused deputy: the function holds a superuser and reaches every database of the environment, so
 * whoever may edit one secret must not be able to direct that power elsewhere. They run before any connection that
 * uses the value concerned.
 */

/** What the function is told of the databases that it may connect to. */
export interface Reach {
  readonly settings: Pick<Settings, "databaseHosts" | "hostsWithoutTls">;
}

/** Of one value: it names a host of this environment, the declared user, and does not turn TLS off. */
export function assertTrusted(secret: DatabaseSecret, declared: Declaration, reach: Reach): void {
  assertServerAllowed(secret.label, secret.server, reach);
  if (declared.database !== undefined && secret.server.database !== declared.database) {
    throw new RefusedError({
      problem:
        `${secret.label} names the database ${quote(secret.server.database)}; the secret was declared for ` +
        `${quote(declared.database)}`,
      remedy:
        "Restore dbname in the secret, or change the tag rotation:database where the secret is declared.",
    });
  }
  if (declared.user === undefined) return;
  if (declared.user.endsWith(CLONE_SUFFIX)) {
    throw new RefusedError({
      problem: `The tag rotation:user is ${quote(declared.user)}, the name of an alternate`,
      remedy: `Declare the user without ${CLONE_SUFFIX}.`,
    });
  }
  if (![declared.user, alternateUser(declared.user)].includes(secret.username)) {
    throw new RefusedError({
      problem:
        `${secret.label} names the user ${quote(secret.username)}; the secret was declared for ` +
        `${quote(declared.user)}`,
      remedy:
        "Restore the username in the secret, or change the tag rotation:user where the secret is declared.",
    });
  }
}

/**
 * A secret without password has the superuser create its user, so the user is the declared one and nobody else. Not its
 * alternate either: from that, the next rotation would go on to the declared user, which may be somebody's.
 */
export function assertBootstrapDeclared({ label, username }: DatabaseSecret, { user }: Declaration): void {
  if (user === username) return;
  throw new RefusedError({
    problem:
      `${label} has no password and names the user ${quote(username)}; a secret without password may only create the ` +
      `user that its tag rotation:user declares, ${user === undefined ? "and it has none" : quote(user)}`,
    remedy:
      "Restore the username in the secret, or put the password of a user that exists; a tag is written where " +
      "the secret is declared.",
  });
}

export function assertServerAllowed(label: string, { host, tls }: Server, { settings }: Reach): void {
  if (!settings.databaseHosts.has(host.toLowerCase())) {
    throw new RefusedError({
      problem: `${label} names the host ${quote(host)}, which is not one of this environment's databases`,
      remedy: "Restore the host in the secret, or add the host to DATABASE_HOSTS of the rotation function.",
    });
  }
  if (!tls && !settings.hostsWithoutTls.has(host.toLowerCase())) {
    throw new RefusedError({
      problem: `${label} has "ssl": false, and a password is never sent over a connection without TLS`,
      remedy:
        'Remove "ssl" from the secret and have the database accept TLS; or accept the risk for this one host ' +
        "by naming it in HOSTS_WITHOUT_TLS of the rotation function.",
    });
  }
}

type Host = Pick<Server, "host" | "port">;

/** Of two values: the new one is for the same database and exactly for this user. */
export function assertSuccessor(pending: DatabaseSecret, current: DatabaseSecret, username: string): void {
  const refuse = (problem: string): never => {
    throw new RefusedError({
      problem: `AWSPENDING ${problem}`,
      remedy:
        "Remove the AWSPENDING label from this version and rotate again; only a rotation may write AWSPENDING.",
    });
  };
  if (pending.engine !== current.engine) refuse("names another engine than AWSCURRENT");
  if (!sameServer(pending, current)) {
    refuse(`is for ${at(pending)}, AWSCURRENT for ${at(current)}`);
  }
  if (pending.username !== username) {
    refuse(`is for the user ${quote(pending.username)}, where ${quote(username)} must follow AWSCURRENT`);
  }
}

export function sameHost(one: Host, other: Host): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;
}

export function sameServer(one: DatabaseSecret, other: DatabaseSecret): boolean {
  return (
    sameHost(one.server, other.server) &&
    one.server.database === other.server.database &&
    one.server.tls === other.server.tls
  );
}

function at({ server }: DatabaseSecret): string {
  const tls = server.tls ? "" : " without TLS";
  return `${quote(server.database)} on ${quote(server.host)} port ${server.port}${tls}`;
}
