import { setTimeout as sleep } from "node:timers/promises";
import { type ProofOptions, prove } from "../../../scripts/prove/proof";
import { Progress } from "../../../scripts/support/progress";

// Only the clock: a proof of an account takes minutes.
jest.mock("node:timers/promises", () => ({ setTimeout: jest.fn() }));
const mockedSleep = jest.mocked(sleep);
beforeEach(() => {
  mockedSleep.mockImplementation(jest.requireActual("node:timers/promises").setTimeout);
});

interface World {
  readonly options: { -readonly [Name in keyof ProofOptions]: ProofOptions[Name] };
  readonly calls: string[];
}

/** An account in memory in which everything holds: one secret, one sample, one check. */
function world(): World {
  const calls: string[] = [];
  let version = 1;
  const options: World["options"] = {
    deployed: {
      secretArns: { orders: "arn:orders" },
      readers: [{ functionName: "app-orders", logsIn: true, secretArn: "arn:orders" }],
      otherFunctions: [],
      healthChecks: [{ functionName: "app-main-health", secrets: ["orders"] }],
      databaseLogs: [
        { group: "/aws/rds/cluster/app-main/postgresql", showsRotations: true },
        { group: "/aws/rds/cluster/app-billing/audit", showsRotations: false },
      ],
    },
    account: {
      secret: async () => ({ current: `v${version}`, rotated: version > 1 }),
      rotate: async (arn) => {
        calls.push(`rotate ${arn}`);
        version += 1;
      },
      call: async (name, event) => {
        calls.push(`${name} ${JSON.stringify(event)}`);
        return name === "app-orders"
          ? { databaseUser: "orders", secretVersion: `v${version}` }
          : { checked: 1, unhealthy: 0, message: "" };
      },
      logLines: async (group) =>
        group.endsWith("postgresql")
          ? [`ALTER ROLE "orders" PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$a:b'`]
          : [],
    },
    progress: new Progress({ write: () => true }, {}),
    planned: async () => [],
    since: new Date(0),
    patienceMs: 10_000,
    pauseMs: 1,
  };
  return { options, calls };
}

async function failure({ options }: World) {
  const stages = await prove(options);
  expect(stages.slice(0, -1).every(({ held }) => held)).toBe(true);
  return stages.at(-1);
}

test("every secret is rotated once, and twice more, and each time its readers and its check are called", async () => {
  const { options, calls } = world();

  const stages = await prove(options);

  expect(stages.filter(({ held }) => !held)).toEqual([]);
  const round = ["rotate arn:orders", "app-orders {}", 'app-main-health {"secrets":["orders"]}'];
  expect(calls).toEqual([...round, ...round, ...round]);
  expect(stages.map(({ detail }) => detail)).toEqual([
    "1 now, 0 before",
    "app-orders is orders",
    "1 secrets log in",
    expect.stringMatching(/^1 secrets, the slowest in /),
    "app-orders is orders",
    "1 secrets log in",
    expect.stringMatching(/^1 secrets, the slowest in /),
    "app-orders is orders",
    "1 secrets log in",
    "no changes",
    "1 statements about passwords in 1 logs, none shows one; no rotation writes into 1 more, which show none either",
  ]);
});

test("a rotation that Secrets Manager has begun by itself is waited for, and not begun again", async () => {
  const { options, calls } = world();
  let asked = 0;
  const { secret } = options.account;
  const beginning = { current: "v1", pending: "v2", rotated: false };
  const ended = { current: "v2", rotated: true };
  options.account = {
    ...options.account,
    secret: async (arn) => {
      asked += 1;
      return asked < 3 ? beginning : asked === 3 ? ended : await secret(arn);
    },
  };

  await prove(options);

  expect(calls.filter((call) => call.startsWith("rotate"))).toHaveLength(2);
});

test("a reader that kept the version before is said to have, and one that does not log in needs no user", async () => {
  const { options } = world();
  const { account, deployed } = options;
  options.account = {
    ...account,
    call: async (name, event) =>
      name.startsWith("app-orders") ? { databaseUser: "orders", version: "v0" } : account.call(name, event),
  };
  options.deployed = {
    ...deployed,
    readers: [...deployed.readers, { functionName: "app-orders-python", logsIn: false }],
  };

  const stages = await prove(options);

  expect(stages[1]?.detail).toBe(
    "app-orders is orders with the version before, which it kept, app-orders-python reads its secret",
  );
});

test("an interruption ends the proof with the stage that runs", async () => {
  const { options, calls } = world();
  const { account } = options;
  const controller = new AbortController();
  options.signal = controller.signal;
  options.account = { ...account, rotate: async () => controller.abort() };

  const stages = await prove(options);

  expect(stages).toMatchObject([{ title: "every secret has been rotated once", held: false }]);
  expect(calls).toEqual([]);
});

test("a secret that fails leaves the other rotations to their end", async () => {
  const { options, calls } = world();
  const { account, deployed } = options;
  options.deployed = { ...deployed, secretArns: { broken: "arn:broken", orders: "arn:orders" } };
  options.account = {
    ...account,
    rotate: async (arn) => {
      if (arn === "arn:broken") throw new Error("AccessDenied");
      await account.rotate(arn);
    },
  };

  expect(await prove(options)).toMatchObject([{ held: false, detail: "AccessDenied" }]);
  expect(calls).toEqual(["rotate arn:orders"]);
});

test("functions of the user's own are not called, and that is said", async () => {
  const { options, calls } = world();
  options.deployed = { ...options.deployed, readers: [], otherFunctions: ["app-payments"] };

  const stages = await prove(options);

  expect(stages[1]?.detail).toBe("not called: app-payments");
  expect(calls.join()).not.toContain("app-payments");
});

test("of an environment without rotated secrets, checks and created databases, each stage says what it has not shown", async () => {
  const { options } = world();
  options.deployed = { ...options.deployed, secretArns: {}, readers: [], healthChecks: [], databaseLogs: [] };

  const stages = await prove(options);

  expect(stages.map(({ detail }) => detail)).toEqual(
    expect.arrayContaining([
      "no secret of this environment rotates",
      "the environment lists no functions",
      "not checked: the environment has no operations.credentialHealth",
      "no database was created here",
    ]),
  );
});

test.each<[string, (world: World) => void, title: string, detail: RegExp]>([
  [
    "a rotation does not end",
    ({ options: { account }, options }) => {
      options.patienceMs = 20;
      options.account = { ...account, rotate: async () => {} };
    },
    "every secret has been rotated once",
    /the rotation of orders must end, and did not in time: no rotation is pending.*rotation function.*operations\.md/,
  ],
  [
    "a rotation stays pending",
    ({ options: { account }, options }) => {
      options.patienceMs = 20;
      options.account = { ...account, secret: async () => ({ current: "v1", pending: "v2", rotated: true }) };
    },
    "every secret is rotated again (1 of 2)",
    /v2 is AWSPENDING/,
  ],
  [
    "a function fails",
    ({ options: { account }, options }) => {
      options.account = {
        ...account,
        call: async (name) => {
          throw new Error(`${name} failed with SecretError: no`);
        },
      };
    },
    "functions connect, rotated once",
    /app-orders failed with SecretError: no/,
  ],
  [
    "a function answers something else",
    ({ options: { account }, options }) => {
      options.account = { ...account, call: async () => null };
    },
    "functions connect, rotated once",
    /app-orders must answer as whom it logged in/,
  ],
  [
    "a check finds something",
    ({ options: { account }, options }) => {
      const report = { checked: 1, unhealthy: 1, message: "orders (login): refused" };
      options.account = {
        ...account,
        call: async (name, event) => (name === "app-orders" ? account.call(name, event) : report),
      };
    },
    "credentials log in, rotated once",
    /checked 1: orders \(login\): refused/,
  ],
  [
    "a check leaves a secret out",
    ({ options: { account }, options }) => {
      const report = { checked: 0, unhealthy: 0, message: "" };
      options.account = {
        ...account,
        call: async (name, event) => (name === "app-orders" ? account.call(name, event) : report),
      };
    },
    "credentials log in, rotated once",
    /must find 1 healthy secrets, and checked 0/,
  ],
  [
    "a plan has changes",
    ({ options }) => {
      options.planned = async () => ["update aws_kms_key.A"];
    },
    "plan after the rotations",
    /the plan would change: update aws_kms_key\.A/,
  ],
  [
    "the statements of the rotations do not arrive in a log",
    ({ options: { account }, options }) => {
      options.patienceMs = 20;
      options.account = { ...account, logLines: async () => [] };
    },
    "no password in the databases' logs",
    /app-main\/postgresql must have the statements of the rotations, and none came in time/,
  ],
  [
    "a log cannot be read",
    ({ options: { account }, options }) => {
      options.account = {
        ...account,
        logLines: async () => {
          throw new Error("The specified log group does not exist.");
        },
      };
    },
    "no password in the databases' logs",
    /does not exist/,
  ],
  [
    "a log shows a password",
    ({ options: { account }, options }) => {
      options.account = { ...account, logLines: async () => ["ALTER USER orders IDENTIFIED BY 'pa55'"] };
    },
    "no password in the databases' logs",
    /app-main\/postgresql must hold no password, and 1 of its statements have one\. Rotate/,
  ],
])("the proof ends where %s", async (_, spoil, title, detail) => {
  const spoilt = world();
  spoil(spoilt);

  expect(await failure(spoilt)).toMatchObject({ title, held: false, detail: expect.stringMatching(detail) });
});

test("a rotation is looked at early and then less often, a log every time after a whole pause", async () => {
  const { options } = world();
  const pauses: number[] = [];
  mockedSleep.mockImplementation(async (pause) => void pauses.push(Number(pause)));
  const waiting = { current: "v1", pending: "v2", rotated: false };
  let looks = 0;
  const { secret } = options.account;
  let reads = 0;
  options.pauseMs = 1_600;
  options.account = {
    ...options.account,
    secret: async (arn) => (++looks <= 10 ? waiting : { ...(await secret(arn)), rotated: true }),
    logLines: async () =>
      ++reads <= 4 ? [] : [`ALTER ROLE "orders" PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$a:b'`],
  };
  options.deployed = { ...options.deployed, databaseLogs: options.deployed.databaseLogs.slice(0, 1) };

  expect((await prove(options)).every(({ held }) => held)).toBe(true);

  const [first, ...others] = pauses;
  expect(first).toBe(100);
  expect(others.slice(0, 6)).toEqual(Array.from({ length: 6 }, (_, n) => 100 * 1.5 ** (n + 1)));
  expect(others.slice(6)).toEqual(others.slice(6).map(() => 1_600));
});
