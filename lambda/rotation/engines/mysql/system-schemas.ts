import { SYSTEM_SCHEMAS } from "../../contract/mysql-names";

/**
 * In any case, which some servers do not tell apart. MariaDB takes a grant on a name with blanks at its end, and
 * forgets them when it reads its grants again.
 */
export function isSystemSchema(name: string): boolean {
  return SYSTEM_SCHEMAS.includes(name.trimEnd().toLowerCase());
}

/** By the name in a grant, where `_` and `%` stand for other characters unless a backslash is before them. */
export function coversSystemSchema(pattern: string): boolean {
  const source = pattern.trimEnd().replace(/%+|\\?[\s\S]/g, (token) => {
    if (token.startsWith("%")) return ".*";
    return token === "_" ? "." : token.slice(-1).replace(/\W/, "\\$&");
  });
  const covered = new RegExp(`^${source}$`, "i");
  return SYSTEM_SCHEMAS.some((name) => covered.test(name));
}
