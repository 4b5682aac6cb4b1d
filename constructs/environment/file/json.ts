import { formatPath, type Problem } from "../problems/problem";

/** More than any environment has, and little enough for what walks through it. */
const MOST_LEVELS = 32;

/** The value of a text, and keys that are there twice, of which JSON.parse takes the last without a word. */
export function parseJson(content: string): { input: unknown; problems: Problem[] } | { fatal: Problem } {
  const fatal = (rule: string, got: string, fix: string) => ({ fatal: { path: "", rule, got, fix } });
  if (content.startsWith("\uFEFF"))
    return fatal("must be JSON", "a byte order mark in front of it", "save the file as UTF-8 without one");
  if (content.trim() === "")
    return fatal("must be JSON", "an empty file", "start from a copy of environments/dev.json");
  let input: unknown;
  try {
    input = JSON.parse(content);
  } catch (error) {
    const where = /position (\d+)/.exec(String(error))?.[1];
    const got =
      where === undefined ? "a syntax error" : `a syntax error in line ${lineAt(content, Number(where))}`;
    return fatal("must be JSON", got, "correct the syntax; comments and trailing commas are not JSON");
  }
  const problems = repeatedKeys(content);
  return problems
    ? { input, problems }
    : fatal(`must not be nested deeper than ${MOST_LEVELS} levels`, "more levels", "remove the inner ones");
}

interface Level {
  /** Of an object. */
  readonly keys?: Set<string>;
  /** Key or index of the value that comes; undefined while an object's key is to come. */
  at: string | number | undefined;
}

/** Undefined for a text that is nested too deeply. */
function repeatedKeys(json: string): Problem[] | undefined {
  const problems: Problem[] = [];
  const levels: Level[] = [];
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]+|\\.)*"|[{}[\],]/g)) {
    const level = levels.at(-1);
    if (token === "{") levels.push({ keys: new Set(), at: undefined });
    else if (token === "[") levels.push({ at: 0 });
    else if (token === "}" || token === "]") levels.pop();
    else if (token === "," && level) level.at = typeof level.at === "number" ? level.at + 1 : undefined;
    else if (level?.keys && level.at === undefined) {
      const key: string = JSON.parse(token);
      level.at = key;
      if (level.keys.has(key))
        problems.push({
          path: formatPath(levels.map(({ at }) => at ?? "")),
          rule: "must be there once",
          got: `the key again in line ${lineAt(json, index)}`,
          fix: "remove one of them",
        });
      level.keys.add(key);
    }
    if (levels.length > MOST_LEVELS) return undefined;
  }
  return problems;
}

function lineAt(content: string, position: number): number {
  return content.slice(0, position).split("\n").length;
}
