import { onEachMySql } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";

onEachMySql((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());

  async function pluginOf(user: string): Promise<unknown> {
    const [account] = await world.database.asAdmin(`SELECT plugin FROM mysql.user WHERE User = '${user}'`);
    return account?.plugin;
  }

  test.each(["mysql_native_password", "sha256_password"])(
    "the alternate of a user of %s, which is not the default, has that plugin, and so has one made before",
    async (plugin) => {
      const [active] = await world.database.asAdmin(
        `SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = '${plugin}' AND PLUGIN_STATUS = 'ACTIVE'`,
      );
      if (active === undefined) {
        console.log(`${server.name} has no ${plugin}; MySQL 8.0 has (.ci/mysql gets one)`);
        return;
      }
      const user = `user_of_${plugin}`.slice(0, 26);
      await world.database.asAdmin(
        `CREATE USER ${user}@'%' IDENTIFIED WITH ${plugin} BY 'known'`,
        `GRANT SELECT ON app.* TO ${user}@'%'`,
      );
      const arn = world.secrets.create({
        ...world.connection(user),
        password: "known",
        masterarn: world.superuserArn,
      });
      await world.rotate(arn);
      expect(await pluginOf(`${user}_clone`)).toBe(plugin);
      expect(await world.currentLogsIn(arn)).toBe(true);
      await world.rotate(arn);
      await world.database.asAdmin(
        `ALTER USER ${user}_clone@'%' IDENTIFIED WITH caching_sha2_password BY 'x'`,
      );
      await world.rotate(arn);
      expect(await pluginOf(`${user}_clone`)).toBe(plugin);
      expect(await world.currentLogsIn(arn)).toBe(true);
    },
  );

  test("no password is in our log, in an error or in the server's general log", async () => {
    world.secrets.passwords.delete("known");
    expect(await world.leaks()).toEqual([]);
  });
});
