import { type Review, reviewPlans } from "../../../../scripts/review/review";

type Tree = Record<string, unknown>;

export interface WrittenChange {
  readonly type?: string;
  readonly address?: string;
  /** @default - what `before` and `after` say */
  readonly actions?: readonly string[];
  readonly before?: Tree | null;
  readonly after?: Tree | null;
  readonly unknown?: Tree;
  readonly sensitive?: Tree | boolean;
  /** More of the resource change, such as `previous_address`. */
  readonly more?: Tree;
  /** More of its `change`, such as `replace_paths`. */
  readonly change?: Tree;
}

/** A resource change in the words of Terraform's plan JSON. */
export function resourceChange({ type = "aws_thing", before = null, after = null, ...rest }: WrittenChange) {
  const usual = before === null ? ["create"] : after === null ? ["delete"] : ["update"];
  return {
    address: rest.address ?? `${type}.it`,
    mode: "managed",
    type,
    change: {
      actions: rest.actions ?? usual,
      before,
      after,
      after_unknown: rest.unknown ?? {},
      before_sensitive: before === null ? false : (rest.sensitive ?? {}),
      after_sensitive: rest.sensitive ?? {},
      ...rest.change,
    },
    ...rest.more,
  };
}

/** The text of a plan. */
export function planText(changes: readonly WrittenChange[], more: Tree = {}): string {
  return JSON.stringify({ format_version: "1.2", resource_changes: changes.map(resourceChange), ...more });
}

export function reviewed(changes: readonly WrittenChange[], more: Tree = {}): Review {
  return reviewPlans([{ stack: "stack", text: planText(changes, more) }]);
}

/** Identifiers of the rules that find something, each once. */
export function rulesIn({ risks }: Review): string[] {
  return [...new Set(risks.map(({ rule }) => rule))].sort();
}

/** One of several clusters that is no longer protected. */
export const cluster = (index: number): WrittenChange => ({
  type: "aws_rds_cluster",
  address: `aws_rds_cluster.Database-${index}_Cluster`,
  before: { deletion_protection: true, preferred_backup_window: "a".repeat(100) },
  after: { deletion_protection: false, preferred_backup_window: "b".repeat(100) },
});
