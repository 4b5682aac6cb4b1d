import type * as z from "zod";
import { environmentSchema, type Sections } from "./schema";

/** What a file mentions, also in sections that are wrong by themselves. */
export interface Mentioned {
  readonly secretNames: readonly string[];
  /** Names of secrets that consumers read. */
  readonly readNames: readonly string[];
  readonly hasVault: boolean;
  /** Before SECRET_BACKEND. */
  readonly backend: unknown;
  /** Not the default. */
  readonly primary: unknown;
}

/** So that what is wrong between sections is reported together with what is wrong within others. */
export function validSections(input: unknown): Sections {
  if (!isObject(input)) return {};
  return Object.fromEntries(
    Object.entries<z.ZodType>(environmentSchema.shape).flatMap(([key, schema]) => {
      const section = schema.safeParse(input[key]);
      if (section.success) return [[key, section.data]];
      const entries = validEntries(schema, input[key]);
      return entries.length === 0 ? [] : [[key, entries]];
    }),
  );
}

/** Of a list. Wrong entries are holes, which `flatMap` and its like skip, so that the others keep their places. */
function validEntries(schema: z.ZodType, list: unknown): unknown[] {
  const entries: unknown[] = [];
  for (const [index, entry] of Array.isArray(list) ? list.entries() : []) {
    const { data } = schema.safeParse([entry]);
    if (Array.isArray(data)) entries[index] = data[0];
  }
  return entries;
}

/** What must not count as missing because it has other faults. */
export function mentionedIn(input: unknown): Mentioned {
  const { secrets, consumers, vault, backend, primary } = isObject(input) ? input : {};
  return {
    secretNames: textsOf(secrets, "name"),
    readNames: textsOf(consumers, "secret"),
    hasVault: vault !== undefined,
    backend,
    primary,
  };
}

function textsOf(list: unknown, key: string): string[] {
  return (Array.isArray(list) ? list : []).flatMap((entry) =>
    isObject(entry) && typeof entry[key] === "string" ? [entry[key]] : [],
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
