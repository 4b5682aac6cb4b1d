import { isObject, type Value } from "../plan/values";

/** By path, what a policy of Vault says of it. */
export type VaultPaths = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The paths of a policy of Vault, in HCL or JSON ("Policies", Vault documentation). Undefined if anything in it is not
 * `path "…" { capabilities = ["…"] }` or a comment: parameters and older ways of writing may say anything.
 */
export function vaultPathsOf(policy: Value): VaultPaths | undefined {
  if (policy === null) return new Map();
  const blocks = typeof policy === "string" ? fromHcl(policy) : fromJson(policy);
  if (!blocks) return undefined;
  const paths = new Map<string, Set<string>>();
  for (const [path, capabilities] of blocks)
    paths.set(path, new Set([...(paths.get(path) ?? []), ...capabilities]));
  return paths;
}

type Block = readonly [path: string, capabilities: readonly string[]];

const TOKEN = /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("[^"\\\n$%]*"|[A-Za-z_]+|[{}[\]=,])/y;

/** The text is read from its beginning to its end, so that nothing in it is overlooked. */
function fromHcl(text: string): Block[] | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  const blocks: Block[] = [];
  while (tokens.length > 0) {
    const [word, path = "", open] = tokens.splice(0, 3);
    const capabilities = open === "{" && isText(path) ? bodyOf(tokens) : undefined;
    if (word !== "path" || !capabilities) return undefined;
    blocks.push([path.slice(1, -1), capabilities]);
  }
  return blocks;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    if (found[1] !== undefined) tokens.push(found[1]);
  }
  return tokens;
}

/** Takes what stands between the braces, and the closing one. */
function bodyOf(tokens: string[]): string[] | undefined {
  const end = tokens.indexOf("}");
  const [name, is, open, ...rest] = tokens.splice(0, end + 1).slice(0, -1);
  if (end < 0 || name !== "capabilities" || is !== "=" || open !== "[" || rest.pop() !== "]")
    return undefined;
  const isList = rest.every((one, index) => (index % 2 === 0 ? isText(one) : one === ","));
  return isList ? rest.filter(isText).map((one) => one.slice(1, -1)) : undefined;
}

function isText(token: string): boolean {
  return token.startsWith('"');
}

function fromJson(policy: Value): Block[] | undefined {
  if (!isObject(policy) || Object.keys(policy).join() !== "path" || !isObject(policy.path)) return undefined;
  const blocks = Object.entries(policy.path).map(([path, body]): Block | undefined => {
    const capabilities = isObject(body) && Object.keys(body).join() === "capabilities" && body.capabilities;
    return Array.isArray(capabilities) && capabilities.every((one) => typeof one === "string")
      ? [path, capabilities]
      : undefined;
  });
  return blocks.every((one) => one !== undefined) ? blocks : undefined;
}

/** What the second policy lets happen that the first one did not; a path that goes may uncover a wider one. */
export function vaultWidenings(before: VaultPaths, after: VaultPaths): string[] {
  const news = [...after].flatMap(([path, capabilities]) =>
    [...capabilities]
      .filter((one) => one !== "deny" && !before.get(path)?.has(one))
      .map((one) => `allows ${one} on ${path}`),
  );
  const gone = [...before].flatMap(([path, capabilities]) => {
    if (capabilities.has("deny") && !after.get(path)?.has("deny")) return [`no longer denies ${path}`];
    const isUncovered = !after.has(path) && [...after.keys()].some((other) => mayCover(other, path));
    return isUncovered ? [`no longer has a rule of its own for ${path}`] : [];
  });
  return [...news, ...gone];
}

/** `*` ends a path and stands for any rest, `+` for one part of it. */
function mayCover(pattern: string, path: string): boolean {
  const literal = /^[^*+]*/.exec(pattern)?.[0] ?? "";
  return literal !== pattern && path.startsWith(literal);
}
