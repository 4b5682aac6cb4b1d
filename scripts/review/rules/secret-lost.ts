import type { Rule } from "./rule";
import { guarded, lost, turnedOn } from "./support";

export const secretLost: Rule = {
  id: "R01",
  title: "Secret destroyed or replaced",
  resource: (change) => [
    ...lost(change, ["aws_secretsmanager_secret"], "block"),
    ...guarded(change, [
      {
        types: ["aws_secretsmanager_secret"],
        attribute: "force_overwrite_replica_secret",
        severity: "block",
        isWorse: turnedOn,
        what: "a secret of the same name in another Region is overwritten",
      },
    ]),
  ],
};
