import * as z from "zod";
import { says, section, text } from "./rule";
import { scheduleExpression, windowDuration, windowProblem } from "./schedule";

const identifier = text(
  /^[A-Za-z_][A-Za-z0-9_$-]*$/,
  "must start with a letter or underscore and hold letters, digits, _, $ and - only",
  'write for example "app"',
);

const roleName = identifier.max(63, says("PostgreSQL cuts names at 63 bytes", "choose a shorter name"));

const grant = z.discriminatedUnion("on", [
  section({
    on: z.literal("database"),
    privileges: z.array(z.enum(["CONNECT", "TEMPORARY", "CREATE"])).min(1),
  }),
  section({
    on: z.literal("schema"),
    schema: identifier,
    privileges: z.array(z.enum(["USAGE", "CREATE"])).min(1),
  }),
  section({
    on: z.literal("tables"),
    schema: identifier,
    privileges: z
      .array(z.enum(["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]))
      .min(1),
  }),
  section({
    on: z.literal("sequences"),
    schema: identifier,
    privileges: z.array(z.enum(["USAGE", "SELECT", "UPDATE"])).min(1),
  }),
]);

export const secret = section({
  name: text(
    /^[A-Za-z0-9][A-Za-z0-9_+=.@-]{0,127}$/,
    "must hold letters, digits and _+=.@- only",
    'write for example "orders"; the secret is then named <namePrefix>/orders',
  ),
  user: roleName.meta({ description: "Database user whose password the secret holds." }),
  strategy: z.enum(["single-user", "alternating-users"]).meta({
    description:
      "alternating-users keeps the previous password valid for one more rotation by using <user> and <user>_clone in turn.",
  }),
  schedule: scheduleExpression.default("rate(7 days)").meta({
    description:
      "Default: below the 14 idle days after which Lambda takes a function's network interface away.",
  }),
  window: windowDuration
    .optional()
    .meta({ description: "Hours in which the rotation may start, for example 3h." }),
  groupRoles: z
    .array(roleName)
    .default([])
    .meta({ description: "Existing database roles that the user becomes a member of." }),
  grants: z
    .array(grant)
    .default([])
    .meta({ description: "Privileges given to the user when it is created." }),
  iamUser: roleName
    .optional()
    .meta({ description: "A second database user, without a password, for IAM database authentication." }),
}).superRefine((value, context) => {
  const problem = value.window && windowProblem(value.schedule, value.window);
  if (problem) context.addIssue({ code: "custom", path: ["window"], message: problem, input: value.window });
});
