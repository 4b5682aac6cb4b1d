import { onEachServer } from "../support/mysql-servers";
import { MySqlWorld } from "../support/mysql-world";
import { playOvertaken } from "./play";

onEachServer((server) => {
  /** Where the server keeps passwords. */
  const table = server.isMariaDb ? "global_priv" : "user";
  playOvertaken<MySqlWorld>({
    start: () => MySqlWorld.start(server),

    async backUp({ database }, users) {
      const list = users.map((user) => `'${user}'`).join(", ");
      await database.asAdmin(
        `CREATE TABLE app.backup AS SELECT * FROM mysql.${table} WHERE User IN (${list})`,
      );
      return async () => {
        await database.asAdmin(
          `REPLACE INTO mysql.${table} SELECT * FROM app.backup`,
          "DROP TABLE app.backup",
          "FLUSH PRIVILEGES",
        );
      };
    },
  });
});
