import { repeated, secrets, setting } from "./places";
import { type Rule, rule } from "./rule";

export const secretRules: readonly Rule[] = [
  rule(repeated(setting(secrets, "name")), {
    must: "two secrets cannot have the same name",
    fix: "choose another name",
  }),
  rule(
    (draft) =>
      secrets(draft).map(({ path, section }) => ({
        path: [...path, "database"],
        got: section.database,
        known: draft.namedDatabases,
      })),
    {
      when: ({ namedDatabases }) => namedDatabases.length > 0,
      holds: ({ got, known }) => got !== undefined && known.includes(got),
      must: ({ got, known }) =>
        `${got === undefined ? "is required where there are several databases, and " : ""}must be the name of one: ${known.join(", ")}`,
      fix: ({ known: [first] }) => `write "${first}"`,
    },
  ),
];
