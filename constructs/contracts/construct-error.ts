import type { IConstruct } from "constructs";

/** A prop that a construct cannot have. The message says where, the rule with what it got, and what to do. */
export class ConstructError extends Error {
  override readonly name = "ConstructError";

  /** @param rule for example `` `code` must be a folder, got "x" ``. */
  constructor({ node }: IConstruct, rule: string, fix?: string) {
    super(`${node.path}: ${rule}${fix ? `; ${fix}` : ""}`);
  }
}
