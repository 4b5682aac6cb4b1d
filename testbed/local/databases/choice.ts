import type { LocalEnvironment } from "../run-environment";
import type { DatabaseProduct, LocalDatabaseOptions } from "./local-database";
import { PRODUCTS } from "./products";

export type ChosenDatabase = Pick<LocalDatabaseOptions, "name" | "databaseName" | "superuserName"> & {
  /** What plays it. */
  readonly product: DatabaseProduct;
};

export interface DatabaseChoice {
  /** The databases that this machine has a server for. */
  readonly chosen: readonly ChosenDatabase[];
  /** A line for people for each of the others. */
  readonly leftOut: readonly string[];
}

/**
 * Chooses those databases of an environment for which this machine has a server.
 *
 * @throws Error if one is left out and the variable CI is set: nobody would miss it there.
 */
export function chooseDatabases(
  { databases }: Pick<LocalEnvironment, "databases">,
  products: typeof PRODUCTS = PRODUCTS,
  variables: NodeJS.ProcessEnv = process.env,
): DatabaseChoice {
  const chosen: ChosenDatabase[] = [];
  const leftOut: string[] = [];
  for (const [name, { engine, databaseName, superuserName }] of Object.entries(databases)) {
    const product = products[engine];
    const fix = product.howToInstall();
    if (fix) leftOut.push(`the database ${name} is left out, because ${product.name} is not here; ${fix}`);
    else chosen.push({ name, databaseName, superuserName, product });
  }
  if (variables.CI && leftOut.length > 0)
    throw new Error(`nothing may be left out where CI is set: ${leftOut.join("; ")}`);
  return { chosen, leftOut };
}
