import { repeatedNames, secretsOf } from "./places";
import { type Rule, rule } from "./rule";

export const secretRules: readonly Rule[] = [
  rule({
    where: ({ secrets }) => repeatedNames(secrets, "secrets"),
    must: "two secrets cannot have the same name",
    fix: "choose another name",
  }),
  rule({
    where: (draft) =>
      draft.namedDatabases.length === 0
        ? []
        : secretsOf(draft).map(({ path, secret: { database } }) => ({
            path: [...path, "database"],
            got: database,
            known: draft.namedDatabases,
          })),
    holds: ({ got, known }) => got !== undefined && known.includes(got),
    must: ({ got, known }) =>
      `${got === undefined ? "is required where there are several databases, and " : ""}must be the name of one: ${known.join(", ")}`,
    fix: ({ known: [first] }) => `write "${first}"`,
  }),
];
