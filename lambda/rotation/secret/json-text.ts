/** Strings whole, punctuation one by one, and what is between: numbers and words. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

interface Member {
  readonly name: string;
  /** Where the member begins in the text, and its value. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A JSON object, as a text, with other values of some of its members; those that it lacks come last. Everything else
 * stays byte for byte: parsed and written again, `12345678901234567890` and `1.0` would be other numbers, and of two
 * members of one name the first would be gone.
 *
 * @param text is valid JSON.
 * @param values undefined takes a member away.
 */
export function withMembers(text: string, values: Readonly<Record<string, unknown>>): string {
  const members = membersOf(text);
  let result = text;
  for (const { name, from, start, end } of members.toReversed()) {
    if (!Object.hasOwn(values, name)) continue;
    const value = values[name];
    result =
      value === undefined
        ? withoutMember(result.slice(0, from), result.slice(end))
        : result.slice(0, start) + JSON.stringify(value) + result.slice(end);
  }
  const added = Object.entries(values)
    .filter(([name, value]) => value !== undefined && !members.some((member) => member.name === name))
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (added.length === 0) return result;
  const isEmpty = members.every(({ name }) => Object.hasOwn(values, name) && values[name] === undefined);
  const lastValue = result.slice(0, result.lastIndexOf("}")).trimEnd();
  return lastValue + (isEmpty ? "" : ",") + added.join(",") + result.slice(lastValue.length);
}

/** What was around a member, without one of the commas. */
function withoutMember(before: string, after: string): string {
  return /^\s*,/.test(after)
    ? before + after.replace(/^\s*,\s*/, "")
    : before.replace(/\s*,\s*$/, "") + after;
}

/** Those of the object itself, not of objects in it. */
function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let name: string | undefined;
  let from = 0;
  let start: number | undefined;
  let end = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 1 && (token === "," || token === "}")) {
      if (name !== undefined && start !== undefined) members.push({ name, from, start, end });
      name = start = undefined;
    } else if (depth === 1 && name === undefined) {
      name = JSON.parse(token);
      from = index;
    } else if (depth > 0 && start === undefined && token !== ":") start = index;
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    end = index + token.length;
  }
  return members;
}
