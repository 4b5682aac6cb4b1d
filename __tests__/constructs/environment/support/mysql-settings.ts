import { changed } from "../../../support/environment-files";
import { shippedSettings } from "./shipped-settings";

/** The shipped environment `dev` on Aurora MySQL. */
export const mysqlDev = changed(shippedSettings("dev"), {
  "databases.main.engine": "aurora-mysql",
  "databases.main.engineVersion": "8.0.mysql_aurora.3.10.0",
  "secrets[0].groupRoles": [],
  "secrets[0].grants": [],
});
