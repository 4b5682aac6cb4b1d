/** What a server can do, by its `VERSION()`. */
export interface ServerVersion {
  readonly isMariaDb: boolean;
  /** `RETAIN CURRENT PASSWORD` (MySQL 8.0.14 release notes). */
  readonly hasDualPasswords: boolean;
}

/**
 * Understands `8.0.39`, `9.1.0-commercial`, `8.0.mysql_aurora.3.08.0` (Aurora: MySQL 8.0.23 or later, since 3.01 of
 * 2021), `10.11.9-MariaDB-log` and `5.5.5-10.4.8-MariaDB`, whose first part is for old replicas only.
 */
export function parseServerVersion(text: string): ServerVersion {
  const isMariaDb = /mariadb/i.test(text);
  const [major = 0, minor = 0, patch = 0] = (/^\d+(\.\d+)*/.exec(text)?.[0] ?? "").split(".").map(Number);
  const isAurora = /aurora/i.test(text);
  const dual = major > 8 || (major === 8 && (minor > 0 || patch >= 14 || isAurora));
  return { isMariaDb, hasDualPasswords: dual && !isMariaDb };
}
