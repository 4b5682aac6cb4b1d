import { readFile } from "node:fs/promises";
import { callVault, type VaultConnection } from "../../../scripts/vault/vault-api";
import { type Resources, resolveReferences, type Values } from "./references";
import { type Arguments, callsFor, RESOURCE_TYPES, type ResourceType } from "./resource-calls";

export interface AppliedOverHttp {
  /** Addresses of the resources that were made. */
  readonly made: readonly string[];
  /** Addresses of the stack's resources that are not Vault's, which are somebody else's to make. */
  readonly others: readonly string[];
}

/** What Terraform keeps with a resource and a first apply needs nothing of: the order here is by type. */
const WITHOUT_EFFECT = ["//", "depends_on", "lifecycle"];

/**
 * Makes the Vault resources of a synthesized stack through Vault's HTTP API, for machines where Terraform's Vault
 * provider is not to be had: a first apply, without a state. `file` is the stack's cdk.tf.json; `values` has the
 * variables and whatever else it refers to outside itself. Nothing is called before everything is known to be supported.
 */
export async function applyOverHttp(
  file: string,
  connection: VaultConnection,
  values: Values = {},
): Promise<AppliedOverHttp> {
  const resources = (JSON.parse(await readFile(file, "utf8")).resource ?? {}) as Resources;
  const names = Object.keys(resources);
  const unknown = names.find((name) => name.startsWith("vault_") && !RESOURCE_TYPES[name]);
  if (unknown !== undefined)
    throw new Error(
      `${addressesOf(resources, unknown)[0]} is of a type that is not applied over HTTP, only ` +
        `${Object.keys(RESOURCE_TYPES).join(", ")} are; add it to __tests__/support/vault/resource-calls.ts, or apply ` +
        "with Terraform's Vault provider",
    );
  const made: string[] = [];
  const calls = Object.entries(RESOURCE_TYPES).flatMap(([name, type]) =>
    Object.entries(resources[name] ?? {}).flatMap(([id, args]) => {
      const address = `${name}.${id}`;
      made.push(address);
      const effective = resolveReferences(withEffect(args, type), resources, values, address);
      return callsFor(address, type, effective as Arguments);
    }),
  );
  for (const { method, path, body } of calls) await callVault(connection, method, path, body);
  const others = names.filter((name) => !name.startsWith("vault_"));
  return { made, others: others.flatMap((name) => addressesOf(resources, name)) };
}

function withEffect(args: Arguments, { later = [] }: ResourceType): Arguments {
  const without = [...WITHOUT_EFFECT, ...later];
  return Object.fromEntries(Object.entries(args).filter(([name]) => !without.includes(name)));
}

function addressesOf(resources: Resources, type: string): string[] {
  return Object.keys(resources[type] ?? {}).map((id) => `${type}.${id}`);
}
