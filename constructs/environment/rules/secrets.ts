import { writeOneOf } from "../values/nearest";
import { repeated, secrets, setting } from "./places";
import { type Rule, rule } from "./rule";

export const secretRules: readonly Rule[] = [
  rule(repeated(setting(secrets, "name")), {
    must: "two secrets cannot have the same name",
    fix: "choose another name",
  }),
  rule(
    (draft) =>
      secrets(draft).map(({ path, section }) => ({ path: [...path, "database"], got: section.database })),
    {
      when: ({ namedDatabases }) => namedDatabases.size > 0,
      holds: ({ got }, { namedDatabases }) => got !== undefined && namedDatabases.has(got),
      must: ({ got }, { namedDatabases }) =>
        `${got === undefined ? "is required where there are several databases, and " : ""}must be the name ` +
        `of one: ${[...namedDatabases].join(", ")}`,
      fix: ({ got }, { namedDatabases }) => writeOneOf(got, [...namedDatabases]),
    },
  ),
];
