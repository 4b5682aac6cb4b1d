import { onMariaDb } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";

onMariaDb((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());

  test("a user of a plugin that mysql2 does not speak is told so, and keeps it", async () => {
    await world.createUser("curved", "known");
    const arn = world.secrets.create({ ...world.connection("curved"), password: "known" });
    await world.database.asAdmin(
      "INSTALL SONAME 'auth_ed25519'",
      "ALTER USER curved@'%' IDENTIFIED VIA ed25519 USING PASSWORD('known')",
    );
    await expect(world.rotate(arn)).rejects.toThrow(
      /plugin that the function does not speak, such as ed25519/,
    );
    const [account] = await world.database.asAdmin("SELECT plugin FROM mysql.user WHERE User = 'curved'");
    expect(account?.plugin).toBe("ed25519");
  });
});
