import { isObject, type Problem, problemAt, valueAt } from "../problems/problem";

type Input = Record<string, unknown>;

interface OldKey {
  readonly path: readonly string[];
  /** What has become of it. */
  readonly rule: string;
  /** The new key and its value. @default - there is none */
  readonly now?: (value: unknown, input: Input) => readonly [path: readonly string[], value: unknown];
  /** @default - to write the new key */
  readonly fix?: (value: unknown) => string;
}

/** The keys of the model before `backends`, `databases`, `functions` and `vault.server`. */
const OLD_KEYS: readonly OldKey[] = [
  {
    path: ["backend"],
    rule: "is now `backends`, a list",
    now: (backend, { primary }) => {
      if (backend === "both")
        return [["backends"], primary === "vault" ? ["vault", "native"] : ["native", "vault"]];
      return [["backends"], [backend === "vault" ? "vault" : "native"]];
    },
  },
  {
    path: ["primary"],
    rule: "is now the first of `backends`",
    fix: (primary) => `remove it, and write ${inline(primary)} first in "backends"`,
  },
  {
    path: ["database"],
    rule: "is now an entry of `databases`",
    now: (database) => [["databases"], { main: database }],
    fix: () => 'write "databases": { "main": { … } }, with the same settings in it',
  },
  {
    path: ["consumers"],
    rule: "is now `functions`",
    now: (consumers, input) => [
      ["functions"],
      Array.isArray(consumers) ? consumers.map(functionFor(input)) : consumers,
    ],
  },
  ...(["runtime", "architecture"] as const).map((key) => ({
    path: [key === "runtime" ? "consumerRuntime" : "consumerArchitecture"],
    rule: `is now \`${key}\` of each function`,
    fix: (value: unknown) => `remove it, and write "${key}": ${inline(value)} in the entries of functions`,
  })),
  ...[["native"], ["vault", "extension"]].map((section) => ({
    path: [...section, "layerArn"],
    rule: "is now `layerArns`, by architecture",
    now: (arn: unknown, input: Input) =>
      [[...section, "layerArns"], { [String(input.consumerArchitecture ?? "arm64")]: arn }] as const,
  })),
  ...["address", "namespace", "location", "certificateAuthorityFile"].map((key) => ({
    path: ["vault", key],
    rule: "is now in `vault.server`",
    now: (value: unknown) => [["vault", "server"], { kind: "adopted", [key]: value }] as const,
  })),
  {
    path: ["vault", "kv", "readMetadata"],
    rule: "is no setting any more: functions read secrets and not their metadata",
    fix: () => "remove it",
  },
];

/** The input with new keys in the place of old ones, so that all else is checked, and a problem for each old key. */
export function withNewKeys(input: unknown): { input: unknown; problems: Problem[] } {
  if (!isObject(input)) return { input, problems: [] };
  const result: Input = structuredClone(input);
  const problems = OLD_KEYS.flatMap(({ path, rule, now, fix }) => {
    const value = valueAt(input, path);
    if (value === undefined) return [];
    delete (valueAt(result, path.slice(0, -1)) as Input)[path.at(-1) ?? ""];
    const moved = now?.(value, input);
    if (moved) put(result, ...moved);
    const spelling = moved ? `write "${moved[0].at(-1)}": ${inline(moved[1])}` : "remove it";
    return [problemAt(path, value, rule, fix?.(value) ?? spelling)];
  });
  return { input: result, problems };
}

/** Beside what the file has under the new key already. */
function put(input: Input, path: readonly string[], value: unknown): void {
  const section = valueAt(input, path.slice(0, -1)) as Input;
  const key = path.at(-1) ?? "";
  const present = section[key];
  if (present === undefined) section[key] = value;
  else if (isObject(present) && isObject(value)) section[key] = { ...value, ...present };
}

function functionFor({ consumerRuntime, consumerArchitecture }: Input) {
  return (consumer: unknown): unknown => {
    if (!isObject(consumer)) return consumer;
    const { name, secret, runtime = consumerRuntime } = consumer;
    return {
      name,
      code: "lambda/samples/orders",
      secrets: [secret],
      ...(runtime !== undefined && { runtime }),
      ...(consumerArchitecture !== undefined && { architecture: consumerArchitecture }),
    };
  };
}

/** JSON in one line, as the documents write it. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "…";
  return `{ ${Object.entries(value)
    .map(([key, entry]) => `${JSON.stringify(key)}: ${inline(entry)}`)
    .join(", ")} }`;
}
