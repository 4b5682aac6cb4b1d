import { createHash, randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  TagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { awsSecretsManager } from "../../../lambda/rotation/ports/aws-secrets-manager";
import { rotate } from "../../../lambda/rotation/rotate";
import { rewrite } from "../../../scripts/secret/command";
import { emulatedSecretsManager } from "../../lambda/rotation/support/emulated-secrets-manager";
import { onMariaDb } from "../../lambda/rotation/support/mysql-servers";
import { MySqlWorld } from "../../lambda/rotation/support/mysql-world";
import { STEPS, World } from "../../lambda/rotation/support/world";

const STRATEGIES = ["single-user", "alternating-users"] as const;
const BY_HAND = "made-by-hand-0";

const aws = emulatedSecretsManager();
let said: string;
beforeEach(() => {
  said = "";
  process.env.AWS_ENDPOINT_URL = aws.emulator.endpoint;
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

describe("PostgreSQL", () => changes(() => World.start()));
onMariaDb((server) => changes(() => MySqlWorld.start(server)));

function changes(start: () => Promise<World | MySqlWorld>): void {
  let world: World | MySqlWorld;
  let superuserArn: string;
  beforeAll(async () => {
    world = await start();
    superuserArn = await create("superuser", world.database.superuser);
  });
  afterAll(() => world?.stop());

  async function create(name: string, value: object, tags: Record<string, string> = {}): Promise<string> {
    const { ARN = "" } = await aws.client.send(
      new CreateSecretCommand({
        Name: `${name}-${randomUUID()}`,
        SecretString: JSON.stringify(value),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return ARN;
  }

  /** As Terraform makes it: without a password. */
  async function secretFor(user: string, strategy: (typeof STRATEGIES)[number]): Promise<string> {
    const arn = await create(user, world.connection(user), {
      "rotation:user": user,
      "rotation:strategy": strategy,
    });
    await aws.client.send(
      new RotateSecretCommand({
        SecretId: arn,
        RotationLambdaARN: "arn:aws:lambda:eu-central-1:123456789012:function:rotation",
        RotationRules: { AutomaticallyAfterDays: 7 },
        RotateImmediately: false,
      }),
    );
    return arn;
  }

  async function begin(arn: string): Promise<string> {
    const token = randomUUID();
    await aws.emulator.secretsManager.beginRotation(arn, token, aws.headers);
    return token;
  }

  async function step(arn: string, token: string, name: string): Promise<void> {
    world.environment = { ...world.environment, SUPERUSER_SECRET_ARN: superuserArn };
    const ports = { ...world.ports(), secrets: awsSecretsManager(aws.client) };
    await rotate({ SecretId: arn, ClientRequestToken: token, Step: name }, ports);
  }

  async function rotated(arn: string): Promise<Record<string, string>> {
    const token = await begin(arn);
    for (const name of STEPS) await step(arn, token, name);
    await aws.emulator.secretsManager.endRotation(arn, aws.headers);
    return await current(arn);
  }

  async function current(arn: string): Promise<Record<string, string>> {
    const { SecretString = "" } = await aws.client.send(new GetSecretValueCommand({ SecretId: arn }));
    return JSON.parse(SecretString);
  }

  async function described(arn: string) {
    const { VersionIdsToStages = {}, Tags = [] } = await aws.client.send(
      new DescribeSecretCommand({ SecretId: arn }),
    );
    return { labels: Object.values(VersionIdsToStages).flat().sort(), tags: Tags };
  }

  const wanted = (changed: object) => JSON.stringify({ ...world.connection("-"), ...changed });
  const yes = { approve: async () => true };
  const logsIn = ({ username, password }: Record<string, string>) => world.logsIn(username, password);

  test.each(STRATEGIES)(
    "adopts a user whose password is known, without the superuser (%s)",
    async (strategy) => {
      const username = `legacy_${strategy.slice(0, 6)}`;
      await world.createUser(username, BY_HAND);
      const arn = await secretFor(username, strategy);
      const token = await begin(arn);
      await step(arn, token, "createSecret");
      await expect(step(arn, token, "setSecret")).rejects.toThrow(/already exists/);

      expect(await rewrite({ arn, value: wanted({ username }) }, { ...yes, password: BY_HAND })).toBe(0);
      expect(said).toContain(`AWSPENDING: taken from ${token}`);
      expect(await current(arn)).toMatchObject({ username, password: BY_HAND });
      expect((await described(arn)).labels).not.toContain("AWSPENDING");

      for (let rotation = 0; rotation < 3; rotation++) expect(await logsIn(await rotated(arn))).toBe(true);
      expect(await world.logsIn(username, BY_HAND)).toBe(false);
      expect(said).not.toContain(BY_HAND);
    },
  );

  test("fields that the environment says nothing of stay byte for byte", async () => {
    const username = "numbered";
    const others = '"accountNumber": 12345678901234567890, "ratio" : 1.0';
    const text = (host: string) =>
      `{ ${others},${JSON.stringify({ ...world.connection(username), host, password: BY_HAND }).slice(1)}`;
    const { ARN: arn = "" } = await aws.client.send(
      new CreateSecretCommand({ Name: `numbered-${randomUUID()}`, SecretString: text("former") }),
    );
    const { host } = world.connection(username) as { host: string };
    expect(await rewrite({ arn, value: wanted({ username }) }, yes)).toBe(0);
    const { SecretString } = await aws.client.send(new GetSecretValueCommand({ SecretId: arn }));
    expect(SecretString).toBe(text(host));
  });

  test("a new user is made by the next rotation, and the old password is not given to it", async () => {
    const arn = await secretFor("old_user", "alternating-users");
    const before = await rotated(arn);
    await aws.client.send(
      new TagResourceCommand({ SecretId: arn, Tags: [{ Key: "rotation:user", Value: "new_user" }] }),
    );
    await expect(rotated(arn)).rejects.toThrow(/declared for "new_user"/);

    const value = wanted({ username: "new_user" });
    expect(await rewrite({ arn, value }, yes)).toBe(0);
    expect(said).toContain('username: "old_user" -> "new_user"');
    expect(said).toContain("password: removed; the next rotation sets one for new_user");
    expect(await current(arn)).not.toHaveProperty("password");
    expect((await described(arn)).tags).toContainEqual({
      Key: "rotation:value",
      Value: createHash("sha256").update(value).digest("hex"),
    });

    const after = await rotated(arn);
    expect(after.username).toBe("new_user");
    expect(await logsIn(after)).toBe(true);
    expect(said).not.toContain(before.password);
  });

  test.each(STRATEGIES)(
    "a password that nobody knows any more is set anew by the next rotation (%s)",
    async (strategy) => {
      const username = `forgotten_${strategy.slice(0, 6)}`;
      const arn = await secretFor(username, strategy);
      const before = await rotated(arn);
      await world.setPassword(username, "nobody-knows");
      await expect(rotated(arn)).rejects.toThrow(/refused/);

      expect(await rewrite({ arn, value: wanted({ username }) }, { ...yes, forgetPassword: true })).toBe(0);
      expect(await current(arn)).not.toHaveProperty("password");
      expect(await logsIn(await rotated(arn))).toBe(true);
      expect(await logsIn(before)).toBe(false);
    },
  );

  test("another connection keeps the password and whichever of the two users is in use", async () => {
    const arn = await secretFor("moved", "alternating-users");
    await rotated(arn);
    const before = await rotated(arn);
    expect(before.username).toBe("moved_clone");
    const changed = { username: "moved", host: "elsewhere.example", port: 6543, masterarn: superuserArn };
    expect(await rewrite({ arn, value: wanted(changed) }, yes)).toBe(0);
    expect(await current(arn)).toEqual({ ...before, ...changed, username: "moved_clone" });
    expect(said).not.toContain("username");
    expect(said).not.toContain(before.password);
  });

  test("keeps the password of a single user only while no rotation may have set another one", async () => {
    const arn = await secretFor("halfway", "single-user");
    const before = await rotated(arn);
    const token = await begin(arn);
    await step(arn, token, "createSecret");
    await step(arn, token, "setSecret");
    const value = wanted({ username: "halfway", host: "elsewhere.example" });
    await expect(rewrite({ arn, value }, yes)).rejects.toThrow(
      /no rotation .* under way .*docs\/operations.md/,
    );
    expect(await current(arn)).toEqual(before);

    for (const name of ["testSecret", "finishSecret"]) await step(arn, token, name);
    expect(await rewrite({ arn, value }, yes)).toBe(0);
    expect((await current(arn)).host).toBe("elsewhere.example");
  });

  test("gives a hanging rotation up without a new version, and the next one takes its password up", async () => {
    const arn = await secretFor("hanging", "single-user");
    await rotated(arn);
    const token = await begin(arn);
    for (const name of ["createSecret", "setSecret"]) await step(arn, token, name);
    await expect(begin(arn)).rejects.toThrow(/previous rotation isn't complete/);
    const { labels } = await described(arn);

    expect(await rewrite({ arn, value: wanted({ username: "hanging" }) }, yes)).toBe(0);
    expect((await described(arn)).labels).toEqual(labels.filter((label) => label !== "AWSPENDING"));
    expect(await logsIn(await rotated(arn))).toBe(true);
  });

  test("writes nothing over a version that became current after it was read", async () => {
    const arn = await secretFor("overtaken", "single-user");
    await rotated(arn);
    const newer = JSON.stringify({ ...(await current(arn)), password: "of-somebody-else" });
    const approve = async () => {
      await aws.client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: newer }));
      return true;
    };
    const value = wanted({ username: "overtaken", port: 6543 });
    await expect(rewrite({ arn, value }, { approve })).rejects.toThrow(
      /the value was left alone. Run the command again/,
    );
    expect(await current(arn)).toEqual(JSON.parse(newer));
    expect((await described(arn)).labels).not.toContain("NEXT");
  });

  test("changes nothing unless it is approved, and asks nothing where nothing would change", async () => {
    const arn = await secretFor("untouched", "single-user");
    const before = await rotated(arn);
    const approve = jest.fn(async () => false);
    const value = wanted({ username: "untouched", dbname: "other" });
    expect(await rewrite({ arn, value }, { approve })).toBe(1);
    expect(await current(arn)).toEqual(before);
    expect(approve).toHaveBeenCalledTimes(1);
    expect(await rewrite({ arn, value: wanted({ username: "untouched" }) }, { approve })).toBe(0);
    expect(approve).toHaveBeenCalledTimes(1);
    expect(await current(arn)).toEqual(before);
  });
}
