import { FOUNDATION_HARMLESS, FOUNDATION_RISKS } from "./foundation-changes";
import { FUNCTIONS_HARMLESS, FUNCTIONS_RISKS } from "./functions-changes";
import { NATIVE_HARMLESS, NATIVE_RISKS } from "./native-changes";
import type { StackEdit } from "./stack-edit";
import { VAULT_HARMLESS, VAULT_RISKS } from "./vault-changes";

/** By name, what somebody may change in a stack of `prod`. */
export type Changes = Readonly<Record<string, (stack: StackEdit) => void>>;

export interface RecordedChange {
  /** The file is named after it. */
  readonly name: string;
  readonly stack: "foundation" | "native" | "functions" | "vault";
  readonly risky: boolean;
  readonly edit: (stack: StackEdit) => void;
  /** Whether what it edits is replaced, which changes what refers to it. */
  readonly replaces: boolean;
}

const REPLACING = [
  "secret renamed",
  "cluster replaced",
  "cluster with another key",
  "superuser with a literal password",
  "mount moved",
];

export const CHANGES: readonly RecordedChange[] = [
  ...of("foundation", true, FOUNDATION_RISKS),
  ...of("native", true, NATIVE_RISKS),
  ...of("functions", true, FUNCTIONS_RISKS),
  ...of("vault", true, VAULT_RISKS),
  ...of("foundation", false, FOUNDATION_HARMLESS),
  ...of("native", false, NATIVE_HARMLESS),
  ...of("functions", false, FUNCTIONS_HARMLESS),
  ...of("vault", false, VAULT_HARMLESS),
];

function of(stack: RecordedChange["stack"], risky: boolean, changes: Changes): RecordedChange[] {
  return Object.entries(changes).map(([name, edit]) => ({
    name,
    stack,
    risky,
    edit,
    replaces: REPLACING.includes(name),
  }));
}
