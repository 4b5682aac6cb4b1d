import type { DatabaseEngine } from "../../../constructs/contracts/database";
import type { DatabaseProduct } from "./local-database";
import { PRODUCTS } from "./products";

export interface DatabaseChoice {
  /** The databases that this machine has a server for. */
  readonly names: readonly string[];
  readonly products: readonly string[];
  /** A line for people for each of the others. */
  readonly leftOut: readonly string[];
}

/**
 * Chooses those databases of an environment for which this machine has a server.
 *
 * @throws Error if one is left out and the variable CI is set: nobody would miss it there.
 */
export function chooseDatabases(
  { databases }: { readonly databases: Readonly<Record<string, { readonly engine: DatabaseEngine }>> },
  products: Readonly<Record<DatabaseEngine, DatabaseProduct>> = PRODUCTS,
  variables: NodeJS.ProcessEnv = process.env,
): DatabaseChoice {
  const all = Object.entries(databases).map(([name, { engine }]) => ({ name, product: products[engine] }));
  const chosen = all.filter(({ product }) => product.howToInstall() === undefined);
  const leftOut = all.flatMap(({ name, product }) => {
    const fix = product.howToInstall();
    return fix ? [`the database ${name} is left out, because ${product.name} is not here; ${fix}`] : [];
  });
  if (variables.CI && leftOut.length > 0) throw new Error(leftOut.join("\n"));
  return {
    names: chosen.map(({ name }) => name),
    products: chosen.map(({ product }) => product.name),
    leftOut,
  };
}
