import type { Arguments } from "./resource-calls";

/** By resource type and name, the arguments of every resource of a stack. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Arguments>>>>;

/** By an expression as it is written between `${` and `}`, for example `var.vault_test_secret`, its value. */
export type Values = Readonly<Record<string, unknown>>;

const ARGUMENT = /^(vault_\w+)\.([\w-]+)\.(\w+)$/;

/**
 * Resolves a value of a resource. The rule, which covers what stacks here contain and not Terraform's language:
 * `${<type>.<name>.<argument>}` is that argument of a resource of the same stack, `$${` is `${`, and any other expression
 * has the value that `values` gives it. A string that is nothing but an expression becomes its value, of any type.
 */
export function resolveReferences(
  value: unknown,
  resources: Resources,
  values: Values,
  address: string,
): unknown {
  const resolve = (inner: unknown): unknown => resolveReferences(inner, resources, values, address);
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  if (typeof value !== "string") return value;

  const evaluate = (expression: string): unknown => {
    if (Object.hasOwn(values, expression)) return values[expression];
    const [, type = "", name = "", argument = ""] = ARGUMENT.exec(expression) ?? [];
    const referred = resources[type]?.[name]?.[argument];
    if (referred !== undefined) return resolve(referred);
    throw new Error(
      `${address} refers to \${${expression}}, which is no argument of a Vault resource of the stack; pass its value by that text`,
    );
  };
  const [, whole] = /^\$\{(.*)\}$/s.exec(value) ?? [];
  if (whole !== undefined && (Object.hasOwn(values, whole) || !whole.includes("${"))) return evaluate(whole);
  return value.replace(/\$\$\{|\$\{([^}]*)\}/g, (_, expression: string | undefined) =>
    expression === undefined ? "${" : String(evaluate(expression)),
  );
}
