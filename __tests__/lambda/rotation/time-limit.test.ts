import { connectWith as connectMySql } from "../../../lambda/rotation/engines/mysql/connection";
import { mariadb } from "../../../lambda/rotation/engines/mysql/engine";
import { connectWith as connectPostgresql } from "../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../lambda/rotation/engines/postgresql/engine";
import { awsSecretsManager, createClient } from "../../../lambda/rotation/ports/aws-secrets-manager";
import {
  DatabaseUnavailableError,
  LoginRefusedError,
  OutOfTimeError,
  RotationError,
  SecretsManagerError,
} from "../../../lambda/rotation/support/errors";
import { type Blackhole, fullBacklog, proxyTo, silentServer } from "./support/blackholes";
import { onMariaDb } from "./support/mysql-servers";
import { MySqlWorld } from "./support/mysql-world";
import { STEPS } from "./support/rotation-world";
import { World } from "./support/world";

/** Of which 2 s are kept in reserve. Lambda would say nothing but that the time is up. */
const LIMIT_MS = 4_000;

/** For what comes before the part of a step that has to end in time, however busy the machine is. */
const AMPLE_MS = 60_000;

type AnyWorld = World | MySqlWorld;

describe("PostgreSQL", () => endsInTime(() => World.start(), postgresql, connectPostgresql));
onMariaDb((server) => endsInTime(() => MySqlWorld.start(server), mariadb, connectMySql));

function endsInTime(
  start: () => Promise<AnyWorld>,
  engine: typeof postgresql | typeof mariadb,
  connectWith: typeof connectPostgresql | typeof connectMySql,
): void {
  let world: AnyWorld;
  let deadline: number;
  const timeLeft = () => deadline - performance.now();
  let count = 0;

  beforeAll(async () => {
    world = await start();
  });
  afterAll(() => world?.stop());
  beforeEach(() => {
    world.reset();
    const certificateAuthorities = world.certificateAuthority.certificatePem;
    world.engine = engine({ certificateAuthorities, timeLeft });
    deadline = Number.POSITIVE_INFINITY;
  });

  /** Runs a step that must fail in time, and gives its error. */
  async function failureInTime(
    arn: string,
    token: string,
    step: string,
    limit = LIMIT_MS,
  ): Promise<RotationError> {
    deadline = performance.now() + limit;
    const error = await world.step(arn, token, step).catch((thrown) => thrown);
    expect(timeLeft()).toBeGreaterThan(0);
    expect(error).toBeInstanceOf(RotationError);
    deadline = Number.POSITIVE_INFINITY;
    return error;
  }

  /** A secret whose AWSPENDING and AWSPREVIOUS are written, in the situation that each strategy meets in setSecret. */
  async function aboutToBeSet(strategy: string, port: number): Promise<{ arn: string; token: string }> {
    const user = `limited_${count++}`;
    const connection = { ...world.connection(user), port };
    const boot = strategy === "bootstrap";
    const tags = { "rotation:strategy": boot ? "single-user" : strategy, "rotation:user": user };
    const arn = world.secrets.create(boot ? connection : { ...connection, password: "previous" }, tags);
    if (!boot) world.secrets.put(arn, { ...connection, password: "current" });
    const token = world.secrets.startRotation(arn);
    const { SUPERUSER_SECRET_ARN: _, ...withoutSuperuser } = world.environment;
    const environment = world.environment;
    // With one, the first createSecret of a single user looks for other accounts, and would be the step to fail.
    if (strategy === "single-user") world.environment = withoutSuperuser;
    await world.step(arn, token, "createSecret");
    world.environment = environment;
    return { arn, token };
  }

  describe.each([
    ["a server that takes connections and says nothing", silentServer],
    ["a server whose queue of connections is full", fullBacklog],
  ])("%s", (_name, open) => {
    let blackhole: Blackhole;
    beforeAll(async () => {
      blackhole = await open();
    });
    afterAll(() => blackhole?.close());

    test.each(["single-user", "alternating-users", "bootstrap"])(
      "ends every step that logs in with a clear error in time (%s)",
      async (strategy) => {
        const { arn, token } = await aboutToBeSet(strategy, blackhole.port);
        for (const step of ["setSecret", "testSecret"]) {
          const error = await failureInTime(arn, token, step);
          expect(error).toBeInstanceOf(DatabaseUnavailableError);
          expect(error.message).toMatch(/"localhost" port \d+ .*cannot be reached/);
        }
        world.secrets.abandonRotation(arn);
        // With a password of an abandoned rotation to try, createSecret logs in too.
        if (strategy === "single-user") {
          const error = await failureInTime(arn, world.secrets.startRotation(arn), "createSecret");
          expect(error).toBeInstanceOf(DatabaseUnavailableError);
        }
      },
    );
  });

  test.each(["single-user", "alternating-users", "bootstrap"])(
    "a server that refuses each login slowly leaves time for a clear error (%s)",
    async (strategy) => {
      const slow = await proxyTo(world.database.port, 1_200);
      const { arn, token } = await aboutToBeSet(strategy, slow.port);
      for (const step of ["setSecret", "testSecret"]) {
        const error = await failureInTime(arn, token, step);
        expect([DatabaseUnavailableError, LoginRefusedError, OutOfTimeError]).toContain(error.constructor);
      }
      await slow.close();
    },
  );

  test.each(["single-user", "alternating-users", "bootstrap"])(
    "a connection that freezes after the login leaves time for a clear error (%s)",
    async (strategy) => {
      const proxy = await proxyTo(world.database.port);
      const { arn, token } = await aboutToBeSet(strategy, proxy.port);
      const { username = "" } = world.secrets.at(arn, "AWSCURRENT");
      if (strategy !== "bootstrap") await world.createUser(username, "current");
      const limited = world.engine;
      let logins = 0;
      world.engine = {
        ...limited,
        login: async (server, credentials) => {
          const login = await limited.login(server, credentials);
          // Of alternating users the first session is the one that gives objects away, the second the superuser's.
          if ("session" in login && ++logins === (strategy === "alternating-users" ? 2 : 1)) {
            proxy.freeze();
            deadline = performance.now() + LIMIT_MS;
          }
          return login;
        },
      };
      const error = await failureInTime(arn, token, "setSecret", AMPLE_MS);
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect(error.message).toMatch(/The time was up while trying to /);
      await proxy.close();
    },
  );

  test("closing a frozen connection does not wait for an answer", async () => {
    const proxy = await proxyTo(world.database.port);
    const { databaseName, superuser } = world.database;
    const server = { host: "localhost", port: proxy.port, database: databaseName, tls: true };
    const connection = await connectWith(world.certificateAuthority.certificatePem)(server, superuser);
    if ("refused" in connection) throw new Error(connection.refused);
    proxy.freeze();
    const started = performance.now();
    await connection.close();
    // It waits a second; without that, until the server ends.
    expect(performance.now() - started).toBeLessThan(10_000);
    await proxy.close();
  });

  test.each(STEPS.slice(1, 3))("with too little time left %s does not begin to log in", async (step) => {
    const { arn, token } = await aboutToBeSet("single-user", 1);
    deadline = performance.now() + 1_000;
    const failure = world.step(arn, token, step);
    await expect(failure).rejects.toBeInstanceOf(OutOfTimeError);
    await expect(failure).rejects.toThrow(
      /Too little of the function's time is left to log in to "localhost" as "limited_\d+"\. .*raise the function's time limit/,
    );
  });
}

test("a Secrets Manager that says nothing leaves time for a clear error", async () => {
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  });
  const silent = await silentServer();
  const deadline = performance.now() + LIMIT_MS;
  const service = awsSecretsManager(
    createClient(`http://127.0.0.1:${silent.port}`),
    () => deadline - performance.now(),
  );
  const failure = service.describe("app");
  await expect(failure).rejects.toBeInstanceOf(SecretsManagerError);
  await expect(failure).rejects.toThrow(/No usable answer from Secrets Manager to DescribeSecret on "app"/);
  await expect(service.describe("app")).rejects.toThrow(
    /Too little of the function's time is left to call DescribeSecret/,
  );
  expect(deadline - performance.now()).toBeGreaterThan(0);
  await silent.close();
});
