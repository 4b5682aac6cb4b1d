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

  describe("a server that checks passwords and refuses hashes", () => {
    const SAYS_WHY =
      /--strict-password-validation.*refuses password hashes.*SET GLOBAL strict_password_validation/s;

    beforeAll(() => world.database.asAdmin("INSTALL SONAME 'simple_password_check'"));
    afterAll(() => world.database.asAdmin("UNINSTALL SONAME 'simple_password_check'"));

    test("is named by the user that changes its own password, which stays", async () => {
      await world.createUser("checked", "Known-1234");
      const arn = world.secrets.create({ ...world.connection("checked"), password: "Known-1234" });
      await expect(world.rotate(arn)).rejects.toThrow(SAYS_WHY);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("is named by the superuser that makes a user", async () => {
      const arn = world.secrets.create(world.connection("made"), { "rotation:user": "made" });
      await expect(world.rotate(arn)).rejects.toThrow(SAYS_WHY);
    });

    test("is named by the superuser that sets a password, until the setting of the remedy is made", async () => {
      await world.createUser("set", "Known-1234");
      await world.createUser("set_clone", "Known-1234");
      const secret = { ...world.connection("set"), password: "Known-1234", masterarn: world.superuserArn };
      const arn = world.secrets.create(secret);
      await world.obey(await world.rotate(arn).catch((error) => error));
      world.secrets.abandonRotation(arn);
      await expect(world.rotate(arn)).rejects.toThrow(SAYS_WHY);
      expect(await world.currentLogsIn(arn)).toBe(true);
      await world.database.asAdmin("SET GLOBAL strict_password_validation = OFF");
      world.secrets.abandonRotation(arn);
      await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });
  });
});
