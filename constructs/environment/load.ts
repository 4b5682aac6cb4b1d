import { dirname } from "node:path";
import type { Environment, Settings } from "./environment";
import { type AuthorityFile, readAuthorities } from "./file/certificate-authority";
import { parseJson } from "./file/json";
import { withNewKeys } from "./file/old-keys";
import { withDefaultDatabase, withSelectedBackends } from "./file/overrides";
import { selectFile } from "./file/select";
import { templateProblems } from "./file/template-marks";
import { problemsOf } from "./problems/from-zod";
import { EnvironmentError, isObject, type Problem, problemAt, valueAt } from "./problems/problem";
import { brokenRules } from "./rules";
import { factsOf, validSections } from "./rules/draft";
import { environmentSchema } from "./schema";

export interface LoadOptions {
  /**
   * Folder that holds `environments/`.
   *
   * @default process.cwd()
   */
  readonly root?: string;
  /**
   * ENVIRONMENT selects the file, SECRET_BACKEND overrides its backends.
   *
   * @default process.env
   */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads an environment: `environments/<selected>.json`, or the JSON file at the path `selected`. Without `selected`,
 * the variable ENVIRONMENT names it; without that, it is `dev`.
 *
 * @throws EnvironmentError that lists everything wrong with it.
 */
export function loadEnvironment(
  selected?: string,
  { root = process.cwd(), variables = process.env }: LoadOptions = {},
): Environment {
  const file =
    selected === undefined
      ? selectFile(root, variables.ENVIRONMENT)
      : selectFile(root, selected, "loadEnvironment");
  const json = parseJson(file.content);
  if ("fatal" in json) throw new EnvironmentError(file.displayPath, [json.fatal]);

  const current = withNewKeys(json.input);
  const chosen = withSelectedBackends(current.input, variables.SECRET_BACKEND);
  const input = withDefaultDatabase(chosen.input);
  const parsed = environmentSchema.safeParse(input);
  const authorities = readAuthorities(input, dirname(file.path));
  const problems = [
    ...nameProblems(file, input),
    ...chosen.problems,
    ...json.problems,
    ...templateProblems(json.input),
    ...current.problems,
    ...(parsed.success ? [] : problemsOf(parsed.error, input)),
    ...authorities.flatMap(({ result }) => ("problem" in result ? [result.problem] : [])),
    ...brokenRules({
      ...(parsed.success ? parsed.data : validSections(input)),
      ...factsOf(input, current.input, authorities),
    }),
  ];
  if (!parsed.success || problems.length > 0) throw new EnvironmentError(file.displayPath, problems);
  return deepFreeze(complete(file.name, parsed.data, authorities));
}

/** A run against an emulator keeps its state in a folder of its own. */
function nameProblems({ name, sameName }: ReturnType<typeof selectFile>, input: unknown): Problem[] {
  if (!sameName || (isObject(input) && input.emulator !== undefined)) return [];
  const rule = `there is a file ${sameName} too, and both would have the same stacks and state files`;
  return [problemAt([], `${name}.json`, rule, "rename the file")];
}

/** Puts certificates in the place of the names of their files: all that `Settings` and `Environment` differ in. */
function complete(
  name: string,
  { $schema: _, ...settings }: Settings,
  authorities: readonly AuthorityFile[],
): Environment {
  for (const { section, result } of authorities) {
    const target = valueAt(settings, section) as Record<string, unknown>;
    delete target.certificateAuthorityFile;
    target.certificateAuthority = section[0] === "vault" || "problem" in result ? result : result.pem;
  }
  return { name, ...settings } as unknown as Environment;
}

function deepFreeze<Value>(value: Value): Value {
  if (value !== null && typeof value === "object") {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
