import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import * as z from "zod";
import {
  type CertificateAuthority,
  readCertificateAuthority,
  tooLongTogether,
} from "./certificate-authority";
import { crossChecks } from "./checks";
import { EnvironmentError, type Problem, problemsOf, show } from "./problem";
import { environmentSchema, secretBackend } from "./schema";
import { isObject, mentionedIn, validSections } from "./sections";
import { templateProblems } from "./template-problems";

const DEFAULT_ENVIRONMENT = "dev";
const NAME = /^[a-z][a-z0-9-]*$/;

type Settings = z.output<typeof environmentSchema>;

/** One named deployment, complete with defaults. */
export interface Environment extends Omit<Settings, "$schema"> {
  /** The file's name without `.json`; first part of every stack name. */
  readonly name: string;
  /** PEM text of `database.certificateAuthorityFile`. */
  readonly databaseCertificateAuthority?: string;
  /** What `vault.certificateAuthorityFile` holds. */
  readonly vaultCertificateAuthority?: CertificateAuthority;
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
  const { input, problem: wrongBackend } = withBackend(readJson(file, shown), variables.SECRET_BACKEND);

  const parsed = environmentSchema.safeParse(input);
  const [databaseAuthority, vaultAuthority] = ["database", "vault"].map((section) =>
    authorityOf(input, section, dirname(file)),
  );
  const problems = [
    ...(wrongBackend ? [wrongBackend] : []),
    ...templateProblems(input),
    ...(parsed.success ? [] : problemsOf(parsed.error, input)),
    ...crossChecks(parsed.success ? parsed.data : validSections(input), mentionedIn(input)),
    ...authorityProblems(databaseAuthority, vaultAuthority),
  ];
  if (!parsed.success || problems.length > 0) throw new EnvironmentError(shown, problems);

  const { $schema: _, ...settings } = parsed.data;
  return deepFreeze({
    name: basename(file, ".json"),
    ...settings,
    ...(databaseAuthority &&
      "pem" in databaseAuthority && { databaseCertificateAuthority: databaseAuthority.pem }),
    ...(vaultAuthority && "pem" in vaultAuthority && { vaultCertificateAuthority: vaultAuthority }),
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
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
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

function withBackend(input: unknown, backend: string | undefined): { input: unknown; problem?: Problem } {
  if (backend === undefined || !isObject(input)) return { input };
  if (secretBackend.safeParse(backend).success) return { input: { ...input, backend } };
  const rule = `the environment variable must be one of ${secretBackend.options.join(", ")}`;
  const fix = `set SECRET_BACKEND=${secretBackend.options[0]}, or unset it`;
  return { input, problem: { path: "SECRET_BACKEND", rule, got: show(backend), fix } };
}

type Authority = CertificateAuthority | { problem: Problem } | undefined;

function authorityProblems(database: Authority, vault: Authority): Problem[] {
  if (database && "pem" in database && vault && "pem" in vault) {
    const together = tooLongTogether(database, vault);
    return together ? [together] : [];
  }
  return [database, vault].flatMap((authority) =>
    authority && "problem" in authority ? [authority.problem] : [],
  );
}

function authorityOf(input: unknown, name: string, directory: string): Authority {
  const section = isObject(input) ? input[name] : undefined;
  const file = isObject(section) ? section.certificateAuthorityFile : undefined;
  return typeof file === "string" ? readCertificateAuthority(name, file, directory) : undefined;
}

function deepFreeze<Value>(value: Value): Value {
  if (value !== null && typeof value === "object") {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
