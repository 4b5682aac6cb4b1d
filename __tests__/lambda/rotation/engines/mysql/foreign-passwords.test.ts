import { LAST_WRITTEN } from "../../../../../lambda/rotation/ports/secrets-manager";
import { onEachMySql } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";

onEachMySql((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  let count = 0;

  /** A user that may keep an old password. */
  async function bootstrapped(): Promise<{ arn: string; user: string }> {
    const user = `foreign_${count++}`;
    const arn = world.secrets.create(world.connection(user), { "rotation:user": user });
    await world.rotate(arn);
    return { arn, user };
  }

  /** As whoever has a password of the user does it, who leaves no trace in AWSCURRENT. */
  async function addPassword(user: string, known: string | undefined, foreign: string): Promise<void> {
    await world.asUser(
      user,
      known,
      "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
      `ALTER USER USER() IDENTIFIED BY '${foreign}' RETAIN CURRENT PASSWORD`,
    );
  }

  test.each(["AWSCURRENT", "AWSPREVIOUS"])(
    "a password that somebody set with the one of %s ends with the rotation, and the log has a warning",
    async (label) => {
      const { arn, user } = await bootstrapped();
      await world.rotate(arn);
      await addPassword(user, world.secrets.at(arn, label).password, "evil");
      expect(await world.logsIn(user, "evil")).toBe(true);
      const { password: old } = world.secrets.at(arn, "AWSCURRENT");
      world.logLines.length = 0;
      await world.rotate(arn);
      expect(await world.logsIn(user, "evil")).toBe(false);
      expect(await world.logsIn(user, old)).toBe(true);
      expect(await world.currentLogsIn(arn)).toBe(true);
      expect(world.logLines.join("\n")).toMatch(/"level":"warn".*"the user had a newer password/);
    },
  );

  test("a password history that forbids to set AWSCURRENT again makes no difference", async () => {
    const { arn, user } = await bootstrapped();
    await world.database.asAdmin(`ALTER USER ${user}@'%' PASSWORD HISTORY 5`);
    await world.rotate(arn);
    const { password: old } = world.secrets.at(arn, "AWSCURRENT");
    await addPassword(user, old, "evil");
    await world.rotate(arn);
    expect(await world.logsIn(user, "evil")).toBe(false);
    expect(await world.logsIn(user, old)).toBe(true);
  });

  test("after an abandoned rotation whose password is lost, AWSCURRENT goes on logging in through the next one", async () => {
    const { arn, user } = await bootstrapped();
    const { password: old } = world.secrets.at(arn, "AWSCURRENT");
    const token = world.secrets.startRotation(arn);
    await world.step(arn, token, "createSecret");
    await world.step(arn, token, "setSecret");
    const { password: lost } = world.secrets.at(arn, "AWSPENDING");
    world.secrets.abandonRotation(arn);
    world.secrets.secret(arn).versions.get(token)?.stages.delete(LAST_WRITTEN);
    const next = world.secrets.startRotation(arn);
    await world.step(arn, next, "createSecret");
    await world.step(arn, next, "setSecret");
    expect(await world.logsIn(user, old)).toBe(true);
    await world.steps(arn, next, "testSecret");
    expect(await world.logsIn(user, old)).toBe(true);
    expect(await world.logsIn(user, lost)).toBe(false);
  });

  test("with PASSWORD REQUIRE CURRENT a foreign password is an error, whose remedy works", async () => {
    const { arn, user } = await bootstrapped();
    const { password } = world.secrets.at(arn, "AWSCURRENT");
    await addPassword(user, password, "evil");
    await world.database.asAdmin(`ALTER USER ${user}@'%' PASSWORD REQUIRE CURRENT`);
    const token = world.secrets.startRotation(arn);
    await expect(world.steps(arn, token)).rejects.toThrow(
      /PASSWORD REQUIRE CURRENT, and somebody gave it a password .* Set it, as a superuser, to the one in AWSCURRENT/,
    );
    await world.setPassword(user, password?.replaceAll("'", "''") ?? "");
    await world.steps(arn, token);
    expect(await world.logsIn(user, "evil")).toBe(false);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("no password is in our log, in an error or in the server's general log", async () => {
    expect(await world.leaks()).toEqual([]);
  });
});
