import type { Arguments, ConfiguredProvider, ConfiguredResource } from "./change";
import type { ConfiguredModuleJson, PlanJson } from "./plan-json";

/** What a plan says of the configuration that it was made of ("JSON Output Format", Terraform documentation). */
export interface Configuration {
  /** All but managed resources without provisioners, of the root module and of those below it. */
  readonly others: readonly Raw[];
  readonly providers: readonly RawProvider[];
  /** A resource's arguments, by its address in the plan. */
  readonly argumentsOf: (address: string) => Arguments | undefined;
}

/** With what provisioners are set to as it is written, secrets and all. */
type Raw = Omit<ConfiguredResource, "commands"> & { readonly expressions: readonly unknown[] };

/** With what a provider is set to as it is written, secrets and all. */
type RawProvider = Omit<ConfiguredProvider, "settings"> & { readonly settings: unknown };

interface Found extends Raw {
  readonly names: Arguments;
}

export function configurationOf({ configuration, resource_changes: changes }: PlanJson): Configuration {
  const found = configuration?.root_module ? resourcesOf(configuration.root_module, "") : [];
  const names = new Map(found.map((one) => [one.address, one.names]));
  const read = (changes ?? [])
    .filter(({ mode, address }) => mode !== "managed" && !names.has(withoutKeys(address)))
    .map(({ address, mode, type }) => ({ address, mode, type, provisioners: [], expressions: [] }));
  return {
    others: [
      ...found
        .filter(({ mode, provisioners }) => mode !== "managed" || provisioners.length > 0)
        .map(({ names: _, ...one }) => one),
      ...read,
    ],
    providers: Object.entries(configuration?.provider_config ?? {}).map(
      ([key, { full_name: fullName, version_constraint: version, expressions }]) => ({
        key,
        ...(fullName && { fullName }),
        ...(version && { version }),
        configured: Object.keys(expressions ?? {}),
        settings: written(expressions ?? {}),
      }),
    ),
    argumentsOf: (address) => names.get(withoutKeys(address)),
  };
}

function resourcesOf({ resources, module_calls: calls }: ConfiguredModuleJson, prefix: string): Found[] {
  return [
    ...(resources ?? []).map(({ address, mode, type, expressions, provisioners }) => ({
      address: `${prefix}${address}`,
      mode,
      type,
      provisioners: (provisioners ?? []).map((one) => one.type),
      expressions: (provisioners ?? []).map((one) => one.expressions ?? null),
      names: new Map(Object.entries(expressions ?? {}).map(([name, one]) => [name, referencesOf(one)])),
    })),
    ...Object.entries(calls ?? {}).flatMap(([name, { module }]) =>
      module ? resourcesOf(module, `${prefix}module.${name}.`) : [],
    ),
  ];
}

/** What expressions are: constants themselves, so that each is found by its own name, and references by theirs. */
function written(expression: unknown): unknown {
  if (Array.isArray(expression)) return expression.map(written);
  if (typeof expression !== "object" || expression === null) return expression;
  if ("constant_value" in expression) return expression.constant_value;
  return Object.fromEntries(Object.entries(expression).map(([name, one]) => [name, written(one)]));
}

function referencesOf(expression: unknown): readonly string[] {
  const { references } = Object(expression) as { readonly references?: unknown };
  return Array.isArray(references) ? references.map(String) : [];
}

/** Instances of one block have its arguments: `a.b["c"]` those of `a.b`. */
function withoutKeys(address: string): string {
  return address.replaceAll(/\[(\d+|"(\\.|[^"\\])*")\]/g, "");
}
