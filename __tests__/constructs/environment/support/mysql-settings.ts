import { changed } from "../../../support/environment-files";
import { shippedSettings } from "../../../support/shipped";

/** The shipped environment `dev` on Aurora MySQL, without the samples, which speak PostgreSQL only. */
export const mysqlDev = changed(shippedSettings("dev"), {
  "database.engine": "aurora-mysql",
  "database.engineVersion": "8.0.mysql_aurora.3.10.0",
  "secrets[0].groupRoles": [],
  consumers: [],
});
