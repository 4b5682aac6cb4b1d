import * as z from "zod";
import { isPowerfulRole } from "../../lambda/rotation/powerful-roles";
import { says, section, text } from "./rule";
import { scheduleExpression, windowDuration, windowProblem } from "./schedule";

const identifier = text(
  /^[A-Za-z_][A-Za-z0-9_-]*$/,
  "must start with a letter or underscore and hold letters, digits, _ and - only",
  'write for example "app"',
);

const roleName = identifier.max(63, says("PostgreSQL cuts names at 63 bytes", "choose a shorter name"));

const groupRole = roleName.refine(
  (name) => !isPowerfulRole(name),
  says("must be a role of your own or one that reads or writes data", "choose another role"),
);

const schemaName = identifier
  .max(63, says("a schema name has at most 63 bytes", "choose a shorter name"))
  .refine(
    (name) => !/^pg_|^information_schema$/.test(name),
    says("must not be a system schema", "choose a schema of yours"),
  );

const grant = z.discriminatedUnion("on", [
  section({
    on: z.literal("database"),
    privileges: z.array(z.enum(["CONNECT", "TEMPORARY", "CREATE"])).min(1),
  }),
  section({
    on: z.literal("schema"),
    schema: schemaName,
    privileges: z.array(z.enum(["USAGE", "CREATE"])).min(1),
  }),
  section({
    on: z.literal("tables"),
    schema: schemaName,
    privileges: z
      .array(z.enum(["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]))
      .min(1),
  }),
  section({
    on: z.literal("sequences"),
    schema: schemaName,
    privileges: z.array(z.enum(["USAGE", "SELECT", "UPDATE"])).min(1),
  }),
]);

export const secret = section({
  name: text(
    /^[A-Za-z0-9][A-Za-z0-9_+=.@-]{0,63}$/,
    "must start with a letter or digit and hold at most 64 letters, digits and _+=.@-",
    'write for example "orders"; the secret is then named <namePrefix>/orders',
  ),
  user: roleName.meta({ description: "Database user whose password the secret holds." }),
  strategy: z.enum(["single-user", "alternating-users"]).meta({
    description:
      "alternating-users keeps the previous password valid for one more rotation by using <user> and <user>_clone in turn.",
  }),
  schedule: scheduleExpression.default("rate(7 days)").meta({
    description:
      "rate() from 4 hours to 999 days, or cron() in UTC, on the hour and at most every 4 hours. Default: below the 14 idle days after which Lambda takes a function's network interface away.",
  }),
  window: windowDuration.optional().meta({
    description:
      "Hours in which the rotation may start, for example 3h; they end with the UTC day, and not after the next window opens.",
  }),
  groupRoles: z.array(groupRole).default([]).meta({
    description:
      "Existing database roles that the user becomes a member of: no user of this environment, not the superuser.",
  }),
  grants: z.array(grant).default([]).meta({
    description: "Privileges given to the user at the first rotation (alternating-users: at each).",
  }),
  iamUser: roleName.optional().meta({
    description:
      "A second database user, without a password, for IAM database authentication. In PostgreSQL 16 and later it stays for good: revoke rds_iam from it to end its logins.",
  }),
}).refine(({ schedule, window }) => !window || !windowProblem(schedule, window), {
  path: ["window"],
  error: ({ input }) => {
    const { schedule, window } = input as { schedule: string; window: string };
    return windowProblem(schedule, window);
  },
  // Also where something else of the secret is wrong, but that it has texts for both.
  when: ({ value }) => hasTexts(value, "schedule", "window"),
});

function hasTexts(value: unknown, ...keys: readonly string[]): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    keys.every((key) => typeof (value as Record<string, unknown>)[key] === "string")
  );
}
