import type { Rule } from "./rule";
import { guarded, guardsOf, lost, turnedOn } from "./support";

const GUARDS = guardsOf(["aws_secretsmanager_secret"], "block", [
  "force_overwrite_replica_secret",
  turnedOn,
  "a secret of the same name in another Region is overwritten",
]);

export const secretLost: Rule = {
  id: "R01",
  title: "Secret destroyed or replaced",
  resource: (change) => [...lost(change, ["aws_secretsmanager_secret"], "block"), ...guarded(change, GUARDS)],
};
