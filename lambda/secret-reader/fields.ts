import { SecretMalformedError, type SecretPlace } from "./errors";
import type { Secret } from "./secret";

/** Parses JSON without letting the parser's message, which quotes the text, out. @throws SecretMalformedError */
export function parseJson(text: string, what: string, place: SecretPlace): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SecretMalformedError(place, `${what} must be JSON; it is not JSON`, "Check who writes it.");
  }
}

/**
 * The rule for every secret, wherever it is kept; a field that is null counts as absent.
 *
 * @param value of JSON.
 * @throws SecretMalformedError
 */
export function fieldsOf(value: unknown, place: SecretPlace): Secret["fields"] {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const fields = Object.entries(value).filter(([, field]) => field !== null);
    if (fields.every(([, field]) => typeof field !== "object")) return Object.fromEntries(fields);
  }
  throw new SecretMalformedError(
    place,
    "must be a JSON object of texts, numbers and booleans; it is not",
    "Store it as one flat object.",
  );
}
