import { type Path, type Problem, problemAt } from "../problems/problem";

/**
 * Terraform would evaluate them: `${file("…")}` copies a file of the machine into the plan (Terraform language,
 * "Strings and Templates").
 */
const TEMPLATE = /[$%]\{/;

/** Keys and texts of an environment that Terraform would take for an expression. */
export function templateProblems(value: unknown, path: Path = []): Problem[] {
  const problem = (got: string) =>
    problemAt(path, got, "must not hold a Terraform expression", 'remove "${" and "%{"');
  if (typeof value === "string") return TEMPLATE.test(value) ? [problem(value)] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, child]) => [
    ...(TEMPLATE.test(key) ? [problem(key)] : []),
    ...templateProblems(child, [...path, Array.isArray(value) ? Number(key) : key]),
  ]);
}
