import { basename, dirname } from "node:path";
import * as z from "zod";
import {
  type CertificateAuthority,
  readCertificateAuthority,
  tooLongTogether,
} from "./certificate-authority";
import { crossChecks } from "./checks";
import { parseJson } from "./json";
import { EnvironmentError, type Problem, problemsOf, show } from "./problem";
import { environmentSchema, secretBackend } from "./schema";
import { isObject, mentionedIn, validSections } from "./sections";
import { selectedFile } from "./selection";
import { templateProblems } from "./template-problems";

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
  const { file, shown, content, namesake } = selectedFile(root, variables.ENVIRONMENT);
  const json = parseJson(content);
  if ("fatal" in json) throw new EnvironmentError(shown, [json.fatal]);
  const { input, problem: wrongBackend } = withBackend(json.input, variables.SECRET_BACKEND);

  const parsed = environmentSchema.safeParse(input);
  const [databaseAuthority, vaultAuthority] = ["database", "vault"].map((section) =>
    authorityOf(input, section, dirname(file)),
  );
  const problems = [
    ...(namesake ? nameProblems(input, basename(file), namesake) : []),
    ...(wrongBackend ? [wrongBackend] : []),
    ...json.problems,
    ...templateProblems(input),
    ...(parsed.success ? [] : problemsOf(parsed.error, input)),
    ...crossChecks(parsed.success ? parsed.data : validSections(input), mentionedIn(json.input)),
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

/** A run against an emulator keeps its state in a folder of its own. */
function nameProblems(input: unknown, name: string, namesake: string): Problem[] {
  if (isObject(input) && input.emulator !== undefined) return [];
  const rule = `there is a file ${namesake} too, and both would have the same stacks and state files`;
  return [{ path: "", rule, got: show(name), fix: "rename the file" }];
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
