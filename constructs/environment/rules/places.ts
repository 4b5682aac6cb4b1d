import type { Settings } from "../environment";
import type { Path } from "../problems/problem";
import type { Draft } from "./draft";

type Find<Item> = (draft: Draft) => readonly Item[];

/** A section of the file with its place, and whatever else a rule about it has to know. */
interface Section {
  readonly path: Path;
  readonly section: object;
}
type Value<At extends Section, Key> = Key extends keyof At["section"]
  ? NonNullable<At["section"][Key]>
  : never;
type Entry<List> = List extends readonly (infer Item)[] ? Item : NonNullable<List[keyof List]>;

/** A setting of each section that has it. */
export function setting<At extends Section, Key extends string>(find: Find<At>, key: Key) {
  return (draft: Draft) =>
    find(draft).flatMap((at) => {
      const got = (at.section as Record<string, Value<At, Key> | undefined>)[key];
      return got === undefined ? [] : [{ ...at, path: [...at.path, key] as Path, got }];
    });
}

/** The entries of a list, or the values of an object, that is a setting of each section. */
export function entries<At extends Section, Key extends string>(find: Find<At>, key: Key) {
  return (draft: Draft) =>
    setting(
      find,
      key,
    )(draft).flatMap(({ got: list, ...at }) =>
      // `Object.entries` skips holes.
      Object.entries<Entry<Value<At, Key>>>(list).map(([name, got]) => ({
        ...at,
        path: [...at.path, Array.isArray(list) ? Number(name) : name] as Path,
        got,
      })),
    );
}

/** What was found, as sections to look into. */
export function within<Got extends object>(find: Find<{ readonly path: Path; readonly got: Got }>) {
  return (draft: Draft) => find(draft).map(({ path, got }) => ({ path, section: got }));
}

export function ofKind<Of extends { readonly kind: string }, Kind extends string>(
  find: Find<{ readonly path: Path; readonly section: Of }>,
  kind: Kind,
) {
  return (draft: Draft) =>
    find(draft).flatMap(({ path, section }) =>
      section.kind === kind ? [{ path, section: section as Extract<Of, { kind: Kind }> }] : [],
    );
}

/** The top of the file. */
export const root = (draft: Draft) => [{ path: [] as Path, section: draft }];
export const network = within(setting(root, "network"));
export const native = within(setting(root, "native"));
const operations = (draft: Draft) =>
  draft.operations ? [{ path: ["operations"] as Path, section: draft.operations }] : [];
export const notifications = within(setting(operations, "notifications"));
export const rotation = within(setting(root, "rotation"));
export const vault = within(setting(root, "vault"));
export const vaultServer = within(setting(vault, "server"));
export const vaultExtension = within(setting(vault, "extension"));
export const databases = within(entries(root, "databases"));
export const createdDatabases = ofKind(databases, "created");
export const adoptedDatabases = ofKind(databases, "adopted");
export const functions = once(within(entries(root, "functions")));
export const secrets = once(within(entries(root, "secrets")));

/** The secrets whose database is right by itself. */
export const secretsWithDatabase = once((draft) => {
  const known = new Map<string | undefined, Settings["databases"][string]>(
    Object.entries(draft.databases ?? {}),
  );
  return secrets(draft).flatMap((secret) => {
    const database = known.get(secret.section.database);
    return database ? [{ ...secret, database }] : [];
  });
});

/** Finds what several rules are about once for a draft, which matters with a thousand secrets. */
export function once<Item>(find: Find<Item>): Find<Item> {
  const found = new WeakMap<Draft, readonly Item[]>();
  return (draft) => {
    const items = found.get(draft) ?? find(draft);
    found.set(draft, items);
    return items;
  };
}

/** Names that an entry before has already. */
export function repeated<At extends { readonly got: unknown }>(find: Find<At>) {
  return (draft: Draft) => {
    const seen = new Set<unknown>();
    return find(draft).filter(({ got }) => seen.has(got) || !seen.add(got));
  };
}

export function deploysNative({ backends }: Draft): boolean {
  return backends?.includes("native") ?? false;
}

export function deploysVault({ backends }: Draft): boolean {
  return backends?.includes("vault") ?? false;
}
