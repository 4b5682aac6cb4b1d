import { SecretMalformedError, SecretNotRotatedError, type SecretPlace } from "./errors";
import type { Secret } from "./secret";

/** Parses JSON without letting the parser's message, which quotes the text, out. @throws SecretMalformedError */
export function parseJson(text: string, what: string, place: SecretPlace): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SecretMalformedError(place, `${what} must be JSON; it is not JSON`, "Check who writes it.");
  }
}

/** What says where a user logs in to a database, and nothing that lets the user in. */
const ADDRESS = new Set(["engine", "host", "port", "dbname", "username", "masterarn"]);

/**
 * Whether these are of a database's secret before its first rotation, which adds the password, or as somebody wrote it
 * to Vault without one. A user at a host may log in to something else by another field, such as a key.
 */
function isLoginToBe(fields: object): boolean {
  if ("password" in fields || !("host" in fields && "username" in fields)) return false;
  return "engine" in fields || Object.keys(fields).every((name) => ADDRESS.has(name));
}

/** A number beyond these JSON.parse alters: it makes another one of 9007199254740993, and Infinity of 1e400. */
function isValue(field: unknown): boolean {
  return typeof field === "number" ? Math.abs(field) <= Number.MAX_SAFE_INTEGER : typeof field !== "object";
}

/**
 * The rule for every secret, wherever it is kept; a field that is null counts as absent.
 *
 * @param value of JSON.
 * @throws SecretMalformedError, SecretNotRotatedError
 */
export function fieldsOf(value: unknown, place: SecretPlace): Secret["fields"] {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const fields = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
    if (isLoginToBe(fields)) {
      throw new SecretNotRotatedError(
        place,
        "this version has no password yet, as it is from before the first rotation",
        "See in the rotation function's log why there was none; in Vault, write the password.",
      );
    }
    if (Object.values(fields).every(isValue)) return fields;
  }
  throw new SecretMalformedError(
    place,
    "must be a JSON object of texts, numbers and booleans; it is not",
    "Store it as one flat object, numbers beyond 2^53 as texts.",
  );
}
