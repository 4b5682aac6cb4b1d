import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import * as z from "zod";
import { checkEnvironment } from "./checks";
import { EnvironmentError, type Problem, problemsOf, show } from "./problem";
import { environmentSchema } from "./schema";

const DEFAULT_ENVIRONMENT = "dev";
const NAME = /^[a-z][a-z0-9-]*$/;

const checkedSchema = environmentSchema.superRefine(checkEnvironment);

type Settings = z.output<typeof environmentSchema>;

/** One named deployment, complete with defaults. */
export interface Environment extends Omit<Settings, "$schema"> {
  /** The file's name without `.json`; first part of every stack name. */
  readonly name: string;
  /** PEM text of `database.certificateAuthorityFile`. */
  readonly databaseCertificateAuthority?: string;
}

export interface LoadOptions {
  /** Folder that holds `environments/`. */
  readonly root: string;
  /** Process environment: ENVIRONMENT selects the file, SECRET_BACKEND overrides its backend. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the environment that ENVIRONMENT names: `environments/<name>.json`, or a path to a JSON file.
 *
 * @throws EnvironmentError that lists everything wrong with it.
 */
export function loadEnvironment({ root, variables }: LoadOptions): Environment {
  const file = locate(root, variables.ENVIRONMENT ?? DEFAULT_ENVIRONMENT);
  const shown = relative(root, file).startsWith("..") ? file : relative(root, file);
  const input = withBackend(readJson(file, shown), variables.SECRET_BACKEND);

  const parsed = checkedSchema.safeParse(input);
  const authority = readAuthority(input, dirname(file));
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error, input)),
    ...(authority.problem ? [authority.problem] : []),
  ];
  if (!parsed.success || problems.length > 0) throw new EnvironmentError(shown, problems);

  const { $schema: _, ...settings } = parsed.data;
  return deepFreeze({
    name: basename(file, ".json"),
    ...settings,
    ...(authority.pem && { databaseCertificateAuthority: authority.pem }),
  });
}

/** JSON Schema of an environment file, for editors. */
export function environmentJsonSchema(): unknown {
  return z.toJSONSchema(environmentSchema, { io: "input" });
}

function locate(root: string, selected: string): string {
  const isPath = selected.includes("/") || selected.endsWith(".json");
  const file = isPath
    ? isAbsolute(selected)
      ? selected
      : resolve(root, selected)
    : join(root, "environments", `${selected}.json`);
  if (!NAME.test(basename(file, ".json"))) {
    throw selectionError(
      selected,
      "an environment's name starts with a letter and holds lower-case letters, digits and hyphens",
      "rename the file",
    );
  }
  if (!existsSync(file)) {
    const known = readdirSync(join(root, "environments")).filter(
      (name) => name.endsWith(".json") && name !== "schema.json",
    );
    throw selectionError(
      selected,
      "must name a file of environments/ or be the path of one",
      `set ENVIRONMENT to one of ${known.map((name) => basename(name, ".json")).join(", ")}`,
    );
  }
  return file;
}

function selectionError(selected: string, rule: string, fix: string): EnvironmentError {
  return new EnvironmentError("ENVIRONMENT", [{ path: "ENVIRONMENT", rule, got: show(selected), fix }]);
}

function readJson(file: string, shown: string): unknown {
  const content = readFileSync(file, "utf8");
  try {
    return JSON.parse(content);
  } catch (error) {
    const where = /position (\d+)/.exec(String(error))?.[1];
    const line = where === undefined ? undefined : content.slice(0, Number(where)).split("\n").length;
    throw new EnvironmentError(shown, [
      {
        path: "",
        rule: "must be JSON",
        got: line ? `a syntax error in line ${line}` : "a syntax error",
        fix: "correct the syntax; comments and trailing commas are not JSON",
      },
    ]);
  }
}

function withBackend(input: unknown, backend: string | undefined): unknown {
  return backend !== undefined && input !== null && typeof input === "object" ? { ...input, backend } : input;
}

function readAuthority(input: unknown, directory: string): { pem?: string; problem?: Problem } {
  const file = (input as { database?: { certificateAuthorityFile?: unknown } } | null)?.database
    ?.certificateAuthorityFile;
  if (typeof file !== "string") return {};
  try {
    const pem = readFileSync(resolve(directory, file), "utf8");
    new X509Certificate(pem);
    return { pem };
  } catch {
    return {
      problem: {
        path: "database.certificateAuthorityFile",
        rule: "must be a readable PEM file, relative to the environment file",
        got: show(file),
        fix: "correct the path, or remove the key to trust the Amazon RDS authorities",
      },
    };
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (value !== null && typeof value === "object") {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
