import { World } from "../../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const LIMITS = "rolconnlimit AS connections, rolvaliduntil AS until";

test("the twin may log in as often and as long as the user, and what is lifted there is lifted here", async () => {
  await world.createUser("limited", "first-password");
  const arn = world.secrets.create({
    ...world.connection("limited"),
    password: "first-password",
    masterarn: world.superuserArn,
  });
  const ofTwin = () => world.asSuperuser(`SELECT ${LIMITS} FROM pg_roles WHERE rolname = 'limited_clone'`);

  await world.asSuperuser("ALTER ROLE limited CONNECTION LIMIT 7 VALID UNTIL '2100-01-01 00:00:00+00'");
  await world.rotate(arn);
  expect(await ofTwin()).toEqual([{ connections: 7, until: new Date("2100-01-01T00:00:00Z") }]);

  await world.asSuperuser("ALTER ROLE limited CONNECTION LIMIT -1 VALID UNTIL 'infinity'");
  await world.rotate(arn);
  await world.rotate(arn);
  expect(await ofTwin()).toEqual([{ connections: -1, until: Number.POSITIVE_INFINITY }]);
  expect(await world.currentLogsIn(arn)).toBe(true);
});
