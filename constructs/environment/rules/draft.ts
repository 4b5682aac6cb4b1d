import { basename } from "node:path";
import * as z from "zod";
import type { Settings } from "../environment";
import type { AuthorityFile } from "../file/certificate-authority";
import { isObject, type Path, valueAt } from "../problems/problem";
import { environmentSchema } from "../schema";

/** What rules look at. */
export interface Draft extends Partial<Settings>, Facts {}

/** What the file names, valid or not, so that rules do not call it missing. */
interface Facts {
  readonly namedDatabases: ReadonlySet<string>;
  readonly namedSecrets: ReadonlySet<string>;
  readonly namesVault: boolean;
  /** Before SECRET_BACKEND. */
  readonly backendsOfFile: unknown;
  /** What functions get to trust, of files that are right by themselves. */
  readonly authorities: readonly { readonly section: Path; readonly file: string; readonly pem: string }[];
}

export function factsOf(input: unknown, fileInput: unknown, files: readonly AuthorityFile[]): Facts {
  const { databases, secrets, vault } = isObject(input) ? input : {};
  return {
    namedDatabases: new Set(isObject(databases) ? Object.keys(databases) : []),
    namedSecrets: new Set(
      (Array.isArray(secrets) ? secrets : []).flatMap((entry) =>
        isObject(entry) && typeof entry.name === "string" ? [entry.name] : [],
      ),
    ),
    namesVault: vault !== undefined,
    backendsOfFile: valueAt(fileInput, ["backends"]),
    authorities: files.flatMap(({ section, result }) =>
      "pem" in result ? [{ section, file: basename(result.path), pem: result.pem }] : [],
    ),
  };
}

/**
 * The sections of a file that are right by themselves, so that what is wrong between them is reported together with
 * what is wrong within others. A wrong entry of a list or of `databases` is left out, not the whole.
 */
export function validSections(input: unknown): Partial<Settings> {
  if (!isObject(input)) return {};
  return Object.fromEntries(
    Object.entries<z.ZodType>(environmentSchema.shape).flatMap(([key, schema]) => {
      const section = schema.safeParse(input[key]);
      if (section.success) return [[key, section.data]];
      const entries = validEntries(schema, input[key]);
      return Object.keys(entries).length === 0 ? [] : [[key, entries]];
    }),
  );
}

/** Of a list, wrong entries are holes, which `flatMap` and its like skip, so that the others keep their places. */
function validEntries(schema: z.ZodType, section: unknown): object {
  const entries: unknown[] = [];
  if (Array.isArray(section)) {
    for (const [index, entry] of section.entries()) {
      const { data } = schema.safeParse([entry]);
      if (Array.isArray(data)) entries[index] = data[0];
    }
  } else if (schema instanceof z.ZodRecord && isObject(section)) {
    return Object.assign(
      {},
      ...Object.entries(section).map(([key, entry]) => schema.safeParse({ [key]: entry }).data),
    );
  }
  return entries;
}
