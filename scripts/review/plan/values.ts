import { isDeepStrictEqual } from "node:util";

class Unknown {
  readonly #isUnknown = true;

  toJSON() {
    return { unknown: this.#isUnknown };
  }
}

/** A value that is known only after the plan was applied. */
export const UNKNOWN = new Unknown();

/** A value that nobody may see. Equal values have one object, so that a change can be told without them. */
export class Hidden {
  constructor(
    readonly why: "sensitive" | "secret by its name" | "looks like a secret" | "a hash",
    /** Tells different values apart, and is none of them. */
    readonly number: number,
    /** Of what is no secret in it, for the digest. @default - nothing of it may be told from another value */
    readonly hash?: string,
  ) {}
}

/** A part of a resource after redaction; JSON in strings is taken apart. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Hidden
  | Unknown
  | readonly Value[]
  | { readonly [key: string]: Value };

export type Attributes = Readonly<Record<string, Value>>;

/** A place where a resource changes. */
export interface Difference {
  readonly path: string;
  /** Undefined where it was not there. */
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

export function isObject(value: Value | undefined): value is Attributes {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Hidden) &&
    !(value instanceof Unknown)
  );
}

export function same(one: Value | undefined, other: Value | undefined): boolean {
  return one !== UNKNOWN && isDeepStrictEqual(one ?? null, other ?? null);
}

/** Whether a value is there to be judged, as a whole. */
export function isKnown(value: Value | undefined): boolean {
  if (value === UNKNOWN || value instanceof Hidden) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return isObject(value) ? Object.values(value).every(isKnown) : true;
}

/** The places below a value that differ. Lists of plain values are one place each. */
export function differences(before: Value | undefined, after: Value | undefined, path = ""): Difference[] {
  if (same(before, after)) return [];
  const keys = keysOf(before, after);
  if (!keys) return [{ path, before, after }];
  const [b, a] = [before ?? {}, after ?? {}] as Record<string, Value>[];
  return keys.flatMap((key) =>
    differences(b?.[key], a?.[key], joined(path, key, Array.isArray(after ?? before))),
  );
}

/** What is to be compared piece by piece: objects, and lists of them. */
function keysOf(before: Value | undefined, after: Value | undefined): string[] | undefined {
  const both = [before, after].filter((one) => one !== undefined && one !== null);
  const areObjects = both.length > 0 && both.every(isObject);
  const areLists = both.length > 0 && both.every((one) => Array.isArray(one) && one.some(isObject));
  if (!areObjects && !areLists) return undefined;
  return [...new Set(both.flatMap((one) => Object.keys(one as object)))];
}

function joined(path: string, key: string, isList: boolean): string {
  if (isList) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
