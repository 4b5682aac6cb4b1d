import { connectWith } from "../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../lambda/rotation/engines/postgresql/engine";
import { World } from "./support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

/**
 * Ends the run before its n-th operation that changes something: a write to Secrets Manager or a statement other than
 * a query. Ending it after the n-th is the same as before the next.
 */
function interruptAt(n: number): void {
  let changes = 0;
  const count = (operation: string) => {
    if (/^(getValue|describe|randomPassword|SELECT)/.test(operation)) return;
    if (changes++ >= n) throw new Error("interrupted");
  };
  world.secrets.before = count;
  const connect = connectWith(world.certificateAuthority.certificatePem);
  world.engine = postgresql({
    connect: async (server, credentials) => {
      const connection = await connect(server, credentials);
      if ("refused" in connection) return connection;
      return {
        close: connection.close,
        run: async (intent, sql, values) => {
          count(sql.trim());
          return await connection.run(intent, sql, values);
        },
      };
    },
  });
}

const PASSWORD = "password-of-before";

test.each([
  ["bootstrap", {}, {}],
  ["single-user", { password: PASSWORD }, {}],
  ["alternating-users", { password: PASSWORD }, { "rotation:strategy": "alternating-users" }],
])(
  "%s: ended before any change, it leaves a password that logs in, and a repeat succeeds",
  async (name, more, tags) => {
    const granted = { ...tags, "rotation:grants": "CONNECT:database USAGE:schema:public" };
    let interruptions = 0;
    for (let done = false; !done; interruptions++) {
      const user = `${name.slice(0, 4)}_${interruptions}`;
      if ("password" in more) await world.createUser(user, PASSWORD);
      const arn = world.secrets.create({ ...world.connection(user), ...more }, granted);
      const token = world.secrets.startRotation(arn);

      interruptAt(interruptions);
      done = await world.steps(arn, token).then(
        () => true,
        () => false,
      );
      world.reset();

      const [current, pending] = [world.secrets.at(arn, "AWSCURRENT"), world.secrets.at(arn, "AWSPENDING")];
      const currentLogsIn = await world.logsIn(current.username, current.password);
      if (name === "alternating-users") expect(currentLogsIn).toBe(true);
      if (name === "single-user") {
        expect(currentLogsIn || (await world.logsIn(pending.username, pending.password))).toBe(true);
      }
      if (!done) await world.steps(arn, token);
      expect(await world.currentLogsIn(arn)).toBe(true);
    }
    expect(interruptions).toBeGreaterThan(3);
  },
);
