/** Strings whole, punctuation one by one, and what is between: numbers and words. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

interface Member {
  readonly name: string;
  /** Where its value is in the text. */
  readonly start: number;
  readonly end: number;
}

/**
 * A JSON object, as a text, with other texts as some of its members; those that it lacks come last. Everything else stays
 * byte for byte: parsed and written again, `12345678901234567890` and `1.0` would be other numbers, and of two members of
 * one name the first would be gone.
 *
 * @param text is valid JSON.
 */
export function withMembers(text: string, values: Readonly<Record<string, string>>): string {
  const members = membersOf(text);
  let result = text;
  for (const { name, start, end } of members.toReversed()) {
    if (!Object.hasOwn(values, name)) continue;
    result = result.slice(0, start) + JSON.stringify(values[name]) + result.slice(end);
  }
  const added = Object.entries(values)
    .filter(([name]) => !members.some((member) => member.name === name))
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (added.length === 0) return result;
  const lastValue = result.slice(0, result.lastIndexOf("}")).trimEnd();
  return lastValue + (members.length > 0 ? "," : "") + added.join(",") + result.slice(lastValue.length);
}

/** Those of the object itself, not of objects in it. */
function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let name: string | undefined;
  let start: number | undefined;
  let end = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 1 && (token === "," || token === "}")) {
      if (name !== undefined && start !== undefined) members.push({ name, start, end });
      name = start = undefined;
    } else if (depth === 1 && name === undefined) name = JSON.parse(token);
    else if (depth > 0 && start === undefined && token !== ":") start = index;
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    end = index + token.length;
  }
  return members;
}
