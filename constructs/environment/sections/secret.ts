import * as z from "zod";
import { PRIVILEGES } from "../../../lambda/rotation/contract/grants";
import { isSystemSchema, LONGEST_NAME } from "../../../lambda/rotation/contract/postgresql-names";
import { isPowerfulRole } from "../../../lambda/rotation/contract/powerful-roles";
import { STRATEGIES } from "../../../lambda/rotation/contract/rotated-user";
import { message, settings, text } from "../values/format";
import { scheduleExpression, windowDuration, windowProblem } from "../values/schedule";

const identifier = text(
  /^[A-Za-z_][A-Za-z0-9_-]*$/,
  "must start with a letter or underscore and hold letters, digits, _ and - only",
  'write for example "app"',
);

const roleName = identifier.max(
  LONGEST_NAME,
  message(`PostgreSQL cuts names at ${LONGEST_NAME} bytes`, "choose a shorter name"),
);

const groupRole = roleName.refine(
  (name) => !isPowerfulRole(name),
  message("must be a role of your own or one that reads or writes data", "choose another role"),
);

const schema = identifier
  .max(LONGEST_NAME, message(`a schema name has at most ${LONGEST_NAME} bytes`, "choose a shorter name"))
  .refine((name) => !isSystemSchema(name), message("must not be a system schema", "choose a schema of yours"))
  .describe("A schema that exists.");

const someOf = <Privilege extends string>(privileges: readonly Privilege[]) =>
  z.array(z.enum(privileges)).min(1).describe("What the user may do there.");

const grant = z.discriminatedUnion("on", [
  settings({ on: z.literal("database"), privileges: someOf(PRIVILEGES.database) }),
  settings({ on: z.literal("schema"), schema, privileges: someOf(PRIVILEGES.schema) }),
  settings({ on: z.literal("tables"), schema, privileges: someOf(PRIVILEGES.tables) }),
  settings({ on: z.literal("sequences"), schema, privileges: someOf(PRIVILEGES.sequences) }),
]);

export const secret = settings({
  name: text(
    /^[A-Za-z0-9][A-Za-z0-9_+=.@-]{0,63}$/,
    "must start with a letter or digit and hold at most 64 letters, digits and _+=.@-",
    'write for example "orders"; the secret is then named <namePrefix>/orders',
  ).describe("The secret is then called <namePrefix>/<name>."),
  database: z
    .string()
    .optional()
    .describe("Name of the database that the user is of. May be left out where there is one database only."),
  user: roleName.describe("Database user whose password the secret holds."),
  strategy: z
    .enum(STRATEGIES)
    .describe(
      "alternating-users keeps the previous password valid for one more rotation by using <user> and " +
        "<user>_clone in turn.",
    ),
  schedule: scheduleExpression
    .default("rate(7 days)")
    .describe(
      "rate() from 4 hours to 999 days, or cron() in UTC, on the hour and at most every 4 hours. Default: " +
        "below the 14 idle days after which Lambda takes a function's network interface away.",
    ),
  window: windowDuration
    .optional()
    .describe(
      "Hours in which the rotation may start, for example 3h; they end with the UTC day, and not after the " +
        "next window opens.",
    ),
  groupRoles: z
    .array(groupRole)
    .default([])
    .describe(
      "Existing database roles that the user becomes a member of: no user of this environment, not the superuser.",
    ),
  grants: z
    .array(grant)
    .default([])
    .describe(
      "Privileges given to the user at the first rotation (alternating-users: at each). MySQL has no sequences, and " +
        "no CONNECT, USAGE or TRUNCATE.",
    ),
  iamUser: roleName
    .optional()
    .describe(
      "A second database user, without a password, for IAM database authentication. In PostgreSQL 16 and " +
        "later it stays for good: revoke rds_iam from it to end its logins.",
    ),
}).refine(({ schedule, window }) => !window || !windowProblem(schedule, window), {
  path: ["window"],
  error: ({ input }) => {
    const { schedule, window } = input as { schedule: string; window: string };
    return windowProblem(schedule, window);
  },
  // Also where another setting of the secret is wrong, as long as both are texts.
  when: ({ value }) => {
    const { schedule, window } = Object(value);
    return typeof schedule === "string" && typeof window === "string";
  },
});
