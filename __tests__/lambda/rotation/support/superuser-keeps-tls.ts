import type { RotationWorld } from "./rotation-world";

/** Where the deployment allows logins without TLS, the rotated value decides for its own user alone. */
export function superuserKeepsTls(world: () => RotationWorld, dropUser: (user: string) => string): void {
  test.each(["bootstrap", "alternating-users"])(
    "a value without TLS has its own user log in without, and not the superuser (%s)",
    async (strategy) => {
      const { secrets, superuserArn, environment, database } = world();
      const user = `plain_${strategy.slice(0, 4)}`;
      const { arn } = await world().alternatingSecret({ "rotation:user": user }, user);
      const value = { ...world().connection(user), ssl: false, masterarn: superuserArn };
      if (strategy === "bootstrap") await world().asSuperuser(dropUser(user));
      else Object.assign(value, { password: secrets.at(arn, "AWSCURRENT").password });
      secrets.put(arn, value);
      environment.HOSTS_WITHOUT_TLS = "localhost";
      const { username } = database.superuser;
      const logins = world().watchTls();
      await world().rotate(arn);
      expect(logins).toContain(`${username} with TLS`);
      expect(logins).not.toContain(`${username} without TLS`);
      expect(logins).toContain(`${secrets.at(arn, "AWSCURRENT").username} without TLS`);
    },
  );
}
