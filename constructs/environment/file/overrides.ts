import { isObject, type Problem, problemAt } from "../problems/problem";

const CHOICES = ["native", "vault", "native,vault", "vault,native"];

/** The input with the backends of SECRET_BACKEND, if that is set. */
export function withSelectedBackends(
  input: unknown,
  selected: string | undefined,
): { input: unknown; problems: Problem[] } {
  if (selected === undefined || !isObject(input)) return { input, problems: [] };
  if (CHOICES.includes(selected)) return { input: { ...input, backends: selected.split(",") }, problems: [] };
  const rule = `the environment variable must be one of ${CHOICES.join("; ")}`;
  const choice = selected === "both" ? "native,vault" : "native";
  const fix = `set SECRET_BACKEND=${choice}, or unset it`;
  return { input, problems: [problemAt(["SECRET_BACKEND"], selected, rule, fix)] };
}

/** The input with the name of the one database in each secret that names none. */
export function withDefaultDatabase(input: unknown): unknown {
  if (!isObject(input) || !isObject(input.databases) || !Array.isArray(input.secrets)) return input;
  const [database, ...others] = Object.keys(input.databases);
  if (database === undefined || others.length > 0) return input;
  return {
    ...input,
    secrets: input.secrets.map((secret) => (isObject(secret) ? { database, ...secret } : secret)),
  };
}
