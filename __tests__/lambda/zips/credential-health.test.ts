import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import { NODE_RUNTIMES } from "../../../testbed/node/releases";
import { onMariaDb } from "../rotation/support/mysql-servers";
import { MySqlWorld } from "../rotation/support/mysql-world";
import { World } from "../rotation/support/world";
import { VaultExtension } from "../secret-reader/support/vault-extension";
import { HealthDeployment, type Unhealthy } from "./support/health-deployment";
import { withNodeReleases } from "./support/with-node-releases";

/** How a credential can break: what somebody does, and what the check says. */
interface Way {
  /** Fields of the value that differ from those of a secret that works, or the whole value. */
  readonly value?: (works: Readonly<Record<string, unknown>>) => object | string | Uint8Array;
  readonly happen?: (user: string, arn: string) => Promise<unknown>;
  readonly check: Unhealthy["check"];
  readonly says: RegExp;
}

withNodeReleases((nodes) => {
  describe("PostgreSQL", () => {
    tells(
      "aurora-postgresql",
      () => World.start(),
      (world) => ({
        "the user may not log in any more": {
          happen: (user) => world.asSuperuser(`ALTER ROLE ${user} NOLOGIN`),
          check: "login",
          says: /refused AWSCURRENT .*\[28000\].*Rotate the secret/,
        },
        "the user's password has expired": {
          happen: (user) => world.asSuperuser(`ALTER ROLE ${user} VALID UNTIL '2020-01-01'`),
          check: "login",
          says: /refused AWSCURRENT .*\[28P01\].*ALTER ROLE/,
        },
        "the user has no connection left": {
          happen: (user) => world.asSuperuser(`ALTER ROLE ${user} CONNECTION LIMIT 0`),
          check: "login",
          says: /CONNECTION LIMIT lets it have \[53300\].*ALTER ROLE/,
        },
        "the database is gone": {
          value: (works) => ({ ...works, dbname: "dropped" }),
          check: "login",
          says: /does not have the database \[3D000\].*correct dbname/,
        },
      }),
    );
  });

  onMariaDb((server) =>
    tells(
      server.engineName,
      () => MySqlWorld.start(server),
      (world) => ({
        "the account is locked": {
          happen: (user) => world.asSuperuser(`ALTER USER ${user}@'%' ACCOUNT LOCK`),
          check: "login",
          says: /refused AWSCURRENT .*Rotate the secret/,
        },
        "the password has to be changed": {
          happen: (user) => world.asSuperuser(`ALTER USER ${user}@'%' PASSWORD EXPIRE`),
          check: "login",
          says: /\[ER_MUST_CHANGE_PASSWORD\]. The password has expired. Rotate the secret/,
        },
      }),
    ),
  );

  function tells<Started extends World | MySqlWorld>(
    engine: string,
    start: () => Promise<Started>,
    own: (world: Started) => Readonly<Record<string, Way>>,
  ): void {
    let world: Started;
    let deployment: HealthDeployment;
    const passwords: string[] = [];
    beforeAll(async () => {
      world = await start();
      const { certificatePem: certificateAuthority } = world.certificateAuthority;
      deployment = await HealthDeployment.start(nodes, { engine, certificateAuthority });
    });
    afterAll(async () => {
      await deployment?.stop();
      await world?.stop();
    });

    let users = 0;
    const create = async (name: string, { value = (works) => works, happen }: Partial<Way> = {}) => {
      const user = `user_${users++}`;
      const password = randomBytes(12).toString("base64url");
      passwords.push(password);
      await world.createUser(user, password);
      const arn = await deployment.createSecret(name, value({ ...world.connection(user), password }), user);
      await happen?.(user, arn);
    };

    const ways = (): Readonly<Record<string, Way>> => ({
      "somebody else set the password": {
        happen: (user) => world.setPassword(user, "another-than-any"),
        check: "login",
        says: /refused AWSCURRENT for the user .*Rotate the secret.*run as superuser, .*ALTER (ROLE|USER)/,
      },
      "the user was dropped": {
        happen: (user) => world.asSuperuser(engine === "mariadb" ? `DROP USER ${user}` : `DROP ROLE ${user}`),
        check: "login",
        says: /refused AWSCURRENT .*If the user is gone/,
      },
      "the value is no JSON": {
        value: () => "password=a-value-that-is-secret",
        check: "login",
        says: /SecretMalformedError: .*its value must be JSON.*Check who writes it/,
      },
      "the value is binary": {
        value: () => Buffer.from("a-value-that-is-secret"),
        check: "login",
        says: /SecretMalformedError: .*Check who writes it/,
      },
      "the value is for another engine": {
        value: (works) => ({ ...works, engine: "oracle" }),
        check: "login",
        says: /has engine "oracle"/,
      },
      "the password is empty": {
        value: (works) => ({ ...works, password: "" }),
        check: "login",
        says: /must have a non-empty text password/,
      },
      "it was never rotated": {
        value: ({ password, ...works }) => works,
        check: "login",
        says: /SecretNotRotatedError: .*no password yet.*rotation function's log/,
      },
      "the value names a host of somebody else": {
        value: (works) => ({ ...works, host: "database.attacker.example" }),
        check: "login",
        says: /RefusedError: .*"database.attacker.example", which is not one of this environment's databases/,
      },
      "the value names another user": {
        value: (works) => ({ ...works, username: "somebody_else" }),
        check: "login",
        says: /RefusedError: .*"somebody_else"; the secret was declared for "user_\d+"/,
      },
      "the value turns TLS off": {
        value: (works) => ({ ...works, ssl: false }),
        check: "login",
        says: /RefusedError: .*"ssl": false.*Remove "ssl"/,
      },
      "nothing listens at the port": {
        value: (works) => ({ ...works, port: 1 }),
        check: "login",
        says: /DatabaseUnavailableError: .*cannot be reached \[ECONNREFUSED\].*cluster is available/,
      },
      "the secret is marked for deletion": {
        happen: (_, arn) => deployment.call("DeleteSecret", { SecretId: arn, RecoveryWindowInDays: 7 }),
        check: "login",
        says: /marked for deletion since .*aws secretsmanager restore-secret --secret-id arn:/,
      },
      "the secret is deleted for good": {
        happen: (_, arn) =>
          deployment.call("DeleteSecret", { SecretId: arn, ForceDeleteWithoutRecovery: true }),
        check: "login",
        says: /There is no such secret: .*Deploy again/,
      },
      "a rotation is stuck": {
        happen: (_, arn) => deployment.daysAgo(2, () => deployment.beginRotation(arn)),
        check: "pending",
        says: /longer than a rotation window: the rotation failed.*aws secretsmanager rotate-secret --secret-id arn:/,
      },
      "rotation was switched off": {
        happen: (_, arn) => deployment.call("CancelRotateSecret", { SecretId: arn }),
        check: "schedule",
        says: /rotation is off. Deploy again, or run: aws secretsmanager rotate-secret/,
      },
      ...own(world),
    });

    test.each(NODE_RUNTIMES)(
      "secrets that work are healthy, and what they hold is shown nowhere (%s)",
      async (runtime) => {
        await create(`first-${runtime}`);
        await create(`second-${runtime}`);
        const { result, error, unhealthy, metrics, text } = await deployment.check(
          [`first-${runtime}`, `second-${runtime}`],
          { runtime },
        );
        expect({ error, unhealthy }).toEqual({ unhealthy: [] });
        expect(result).toEqual({
          environment: "app",
          database: "main",
          checked: 2,
          unhealthy: 0,
          message: "",
        });
        expect(metrics.map(({ dimensions, values }) => ({ dimensions, values }))).toEqual([
          {
            dimensions: { Environment: "app", Database: "main" },
            values: {
              CompleteCheck: 1,
              SecretsFailing: 0,
              SecretsPending: 0,
              SecretsOverdue: 0,
              CertificateDaysLeft: 89,
              AuthorityDaysLeft: 89,
            },
          },
        ]);
        expect(passwords.filter((password) => text.includes(password))).toEqual([]);
      },
    );

    test("each way to break says which secret it is, why, and what to do; no log has a value", async () => {
      const all = Object.entries(ways());
      for (const [name, way] of all) await create(name.replaceAll(/\W/g, "-"), way);
      await deployment.daysAgo(10, () => create("not-rotated-for-too-long"));
      const names = [...all.map(([name]) => name.replaceAll(/\W/g, "-")), "not-rotated-for-too-long"];
      const { unhealthy, metrics, text, result } = await deployment.check(names);
      const found = Object.fromEntries(
        unhealthy.map(({ secret, check, message }) => [secret, { check, message }]),
      );
      const expected = all.map(([name, { check, says }]) => [
        name.replaceAll(/\W/g, "-"),
        { check, message: expect.stringMatching(says) },
      ]);
      expect(found).toEqual({
        ...Object.fromEntries(expected),
        "not-rotated-for-too-long": {
          check: "schedule",
          message: expect.stringMatching(/had to be rotated by .* and was not.*rotate-secret/),
        },
      });
      expect(metrics[0]?.values).toMatchObject({
        CompleteCheck: 1,
        SecretsFailing: all.filter(([, { check }]) => check === "login").length,
        SecretsPending: 1,
        SecretsOverdue: 2,
      });
      expect((result as { message: string }).message).toMatch(/^somebody-else-set-the-password \(login\): /);
      expect(passwords.filter((password) => text.includes(password))).toEqual([]);
      expect(text).not.toContain("a-value-that-is-secret");
    });

    test.each([
      ["names one twice", ["complete-1", "complete-1"]],
      ["names another in the place of one", ["complete-1", "gone"]],
    ])("a check whose event %s is not complete", async (_, secrets) => {
      const { metrics } = await deployment.check(secrets, { deployed: ["complete-1", "complete-2"] });
      expect(metrics[0]?.values.CompleteCheck).toBe(0);
    });

    test("what readers get of Vault is what logs in; what is no login there only has to be readable", async () => {
      const vault = await VaultExtension.start();
      const password = randomBytes(12).toString("base64url");
      await world.createUser("of_vault", password);
      const { engine: _, ...connection } = world.connection("of_vault");
      const value = { ...connection, password };
      const path = (name: string) => `${vault.environment.SECRET_VAULT_PATH}${name}`;
      vault.write(path("works"), value);
      vault.write(path("wrong"), { ...value, password: "another-than-any" });
      vault.write(path("api-key"), { key: "a-value-that-is-secret" });
      const variables = { ...vault.environment, SECRET_PREFIX: "" };
      const { unhealthy, metrics, text } = await deployment.check(["works", "wrong", "api-key", "missing"], {
        variables,
      });
      await vault.stop();
      expect(unhealthy).toMatchObject(
        [
          { secret: "wrong", check: "login", message: /refused the secret in Vault for the user "of_vault"/ },
          { secret: "missing", check: "login", message: /SecretNotFoundError: / },
        ].map(matching),
      );
      expect(metrics[0]?.values).toMatchObject({ CompleteCheck: 1, SecretsFailing: 2 });
      expect(metrics[0]?.values).not.toHaveProperty("SecretsOverdue");
      expect(text).not.toContain("a-value-that-is-secret");
    });

    test("the age of the oldest rotation is published", async () => {
      const name = "rotated-long-ago";
      await create(name);
      const value = { ...world.connection("user_0"), password: passwords[0] };
      const put = { SecretId: `app/${name}`, SecretString: JSON.stringify(value) };
      await deployment.daysAgo(5, () => deployment.call("PutSecretValue", put));
      expect((await deployment.check([name])).metrics[0]?.values.OldestRotationDays).toBe(5);
    });

    describe("with a certificate of the server", () => {
      const DAY = 86_400_000;
      afterEach(() => world.database.serveCertificateFor(["localhost"]));
      test.each([
        ["that ends in a week", 7.5, "certificate", /server's certificate ends in 7 days.*Renew it/],
        ["that has expired", -1, "login", /certificate that has expired \[CERT_HAS_EXPIRED\].*Renew/],
      ])("%s", async (_, days, check, says) => {
        const name = `certificate-${days}`;
        await create(name);
        await world.database.serveCertificateFor(["localhost"], {
          notAfter: new Date(Date.now() + days * DAY),
        });
        const { unhealthy } = await deployment.check([name]);
        expect(unhealthy).toMatchObject([{ check, message: expect.stringMatching(says) }]);
      });

      test("for another host", async () => {
        await create("another-host");
        await world.database.serveCertificateFor(["elsewhere.example"]);
        const { unhealthy } = await deployment.check(["another-host"]);
        expect(unhealthy).toMatchObject(
          [{ secret: "another-host", message: /another host name/ }].map(matching),
        );
      });

      test("of an authority that nobody trusts", async () => {
        await create("another-authority");
        const { certificatePem } = await createCertificateAuthority("somebody else");
        const variables = { DATABASE_CA_PEM: certificatePem };
        const { unhealthy } = await deployment.check(["another-authority"], { variables });
        expect(unhealthy).toMatchObject([{ message: /does not vouch for/ }].map(matching));
      });
    });

    test("a database that says nothing is told of each of its secrets within the time limit", async () => {
      let open = 0;
      let most = 0;
      const silent = createServer((socket) => {
        most = Math.max(most, ++open);
        socket.on("error", () => undefined).on("close", () => open--);
      });
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      const names = Array.from({ length: 12 }, (_, index) => `silent-${index}`);
      for (const name of names) await create(name, { value: (works) => ({ ...works, port }) });
      const { unhealthy, error } = await deployment.check(names, { timeoutSeconds: 12 });
      silent.close();
      expect(error).toBeUndefined();
      expect(most).toBe(10);
      const messages = unhealthy.map(({ message }) => message);
      expect(messages.filter((text) => /the login was not done within [\d.]+ s/.test(text))).toHaveLength(10);
      expect(messages.filter((text) => /Too little of the function's time/.test(text))).toHaveLength(2);
    });
  }
});

function matching<Expected extends { readonly message: RegExp }>({ message, ...more }: Expected) {
  return { ...more, message: expect.stringMatching(message) };
}
