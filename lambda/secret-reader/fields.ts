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

/** What the value of a database's secret has before its first rotation, which adds the password. */
const LOGIN_TO_BE = ["engine", "host", "username"];

/**
 * The rule for every secret, wherever it is kept; a field that is null counts as absent.
 *
 * @param value of JSON.
 * @throws SecretMalformedError, SecretNotRotatedError
 */
export function fieldsOf(value: unknown, place: SecretPlace): Secret["fields"] {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const fields = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
    if (!("password" in fields) && LOGIN_TO_BE.every((name) => name in fields)) {
      throw new SecretNotRotatedError(
        place,
        "this version has no password yet, as it is from before the first rotation",
        "See in the rotation function's log why there was none; in Vault, write the password.",
      );
    }
    if (Object.values(fields).every((field) => typeof field !== "object")) return fields;
  }
  throw new SecretMalformedError(
    place,
    "must be a JSON object of texts, numbers and booleans; it is not",
    "Store it as one flat object.",
  );
}
