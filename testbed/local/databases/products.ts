import type { DatabaseEngine } from "../../../constructs/contracts/database";
import type { DatabaseProduct } from "./local-database";
import { mariaDb } from "./mariadb";
import { postgreSql } from "./postgresql";

/** What plays each engine of Aurora. */
export const PRODUCTS: Readonly<Record<DatabaseEngine, DatabaseProduct>> = {
  "aurora-postgresql": postgreSql,
  "aurora-mysql": mariaDb,
};
