/**
 * What one account may do, as `SHOW GRANTS` tells it: a set of single entitlements, so that two accounts can be
 * compared and made equal.
 */
export interface Entitlement {
  readonly kind: "privilege" | "restriction" | "role";
  /** A privilege with its columns, or a role as the server quotes it. */
  readonly what: string;
  /** The object as the server quotes it; empty for a role. */
  readonly on: string;
  /** May be passed on; of roles and dynamic privileges. For others see `GRANT_OPTION`. */
  readonly grantable: boolean;
}

/**
 * Static privileges are passed on all together or not at all, object by object: to the server, it is one more of them.
 */
export const GRANT_OPTION = "GRANT OPTION";

const DEFAULT_ROLE = /^SET DEFAULT ROLE /;

/** Reads the lines of SHOW GRANTS of MySQL 8 and later and of MariaDB 10.4 and later. */
export function parseGrants(lines: readonly string[]): Entitlement[] {
  return lines.filter((line) => !DEFAULT_ROLE.test(line)).flatMap(parseLine);
}

function parseLine(line: string): Entitlement[] {
  const restricts = line.startsWith("REVOKE ");
  const [head = "", tail = ""] = splitOutside(
    line.replace(/^(GRANT|REVOKE) /, ""),
    restricts ? " FROM " : " TO ",
  );
  const [list = "", on = ""] = splitOutside(head, " ON ");
  const items = splitOutside(list, ",", Number.POSITIVE_INFINITY).map((item) => item.trim());
  // Beside the account, only MariaDB's password and limits can follow; none of them has these words outside of quotes.
  const passesOn = outside(tail).some((text) => /\b(GRANT|ADMIN) OPTION\b/.test(text));
  if (restricts) return items.map((what) => ({ kind: "restriction", what, on, grantable: false }));
  if (on === "") return items.map((what) => ({ kind: "role", what, on, grantable: passesOn }));
  const dynamic = on === "*.*" && items.every(isDynamic);
  const privileges = items
    .filter((what) => what !== "USAGE")
    .map((what) => ({ kind: "privilege" as const, what, on, grantable: dynamic && passesOn }));
  return passesOn && !dynamic
    ? [...privileges, { kind: "privilege", what: GRANT_OPTION, on, grantable: false }]
    : privileges;
}

/** Dynamic privileges are written with underscores, static ones with spaces. */
function isDynamic(privilege: string): boolean {
  return /^[A-Z]+(_[A-Z]+)+$/.test(privilege) || DYNAMIC_WORDS.has(privilege);
}

/** MySQL reference manual, "Privileges Provided by MySQL": the only ones without an underscore. */
const DYNAMIC_WORDS = new Set(["FIREWALL", "SENSITIVE"]);

/** Statements after which an account that may do `present` may do exactly `wanted`. */
export function statementsToAlign(
  account: string,
  present: readonly Entitlement[],
  wanted: readonly Entitlement[],
): string[] {
  const excess = present.filter((one) => !has(wanted, one));
  const missing = wanted.filter((one) => !has(present, one));
  // Revoked first: what goes may be a part of what comes, as SELECT is of ALL PRIVILEGES.
  return [
    ...excess.map((one) => takeAway(one, account)),
    ...missing.filter(({ what }) => what !== GRANT_OPTION).map((one) => giveTo(one, account)),
    ...missing.filter(({ what }) => what === GRANT_OPTION).map((one) => giveTo(one, account)),
  ];
}

/** Whether `one` has nothing that `other` lacks. */
export function isWithin(one: readonly Entitlement[], other: readonly Entitlement[]): boolean {
  return one.every((entitlement) => entitlement.kind === "restriction" || has(other, entitlement));
}

function has(all: readonly Entitlement[], wanted: Entitlement): boolean {
  return all.some(
    ({ kind, what, on, grantable }) =>
      kind === wanted.kind && what === wanted.what && on === wanted.on && grantable === wanted.grantable,
  );
}

function takeAway({ kind, what, on }: Entitlement, account: string): string {
  if (kind === "role") return `REVOKE ${what} FROM ${account}`;
  return kind === "restriction"
    ? `GRANT ${what} ON ${on} TO ${account}`
    : `REVOKE ${what} ON ${on} FROM ${account}`;
}

function giveTo({ kind, what, on, grantable }: Entitlement, account: string): string {
  if (kind === "role") return `GRANT ${what} TO ${account}${grantable ? " WITH ADMIN OPTION" : ""}`;
  if (kind === "restriction") return `REVOKE ${what} ON ${on} FROM ${account}`;
  if (what === GRANT_OPTION) return `GRANT USAGE ON ${on} TO ${account} WITH GRANT OPTION`;
  return `GRANT ${what} ON ${on} TO ${account}${grantable ? " WITH GRANT OPTION" : ""}`;
}

/** Cuts at a separator that is outside of quotes and parentheses; a name may contain anything. */
function splitOutside(text: string, separator: string, most = 2): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(QUOTED_OR_CHARACTER)) {
    if (token === "(") depth++;
    else if (token === ")") depth--;
    else if (
      token.length === 1 &&
      depth === 0 &&
      index >= start &&
      parts.length < most - 1 &&
      text.startsWith(separator, index)
    ) {
      parts.push(text.slice(start, index));
      start = index + separator.length;
    }
  }
  return [...parts, text.slice(start)];
}

const QUOTED_OR_CHARACTER = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|[\s\S]/g;

/** The parts of a text that are not quoted. */
function outside(text: string): string[] {
  return text.split(/`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"/);
}
