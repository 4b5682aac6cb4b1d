import { type Deployment, keyOfBucket, type Values } from "../deployed/resources";
import type { GraphStack } from "./graph";

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** Policies by which something makes a log group again that has been destroyed. */
export function policiesThatMakeLogGroups(stacks: readonly GraphStack[]): readonly string[] {
  return stacks.flatMap(({ name, template }) =>
    Object.entries((template.data as Blocks | undefined)?.aws_iam_policy_document ?? {})
      .filter(([, document]) => /"(logs:(\*|Create\*|CreateLogGroup)|\*)"/.test(actionsIn(document)))
      .map(([document]) => `${name}: ${document}`),
  );
}

/** What refuses to be destroyed, with a key that does not: without the key it is of no use. */
export function keptWithoutKey({ resources }: Deployment): readonly string[] {
  const keys = resources.filter(({ type, values }) => type === "aws_kms_key" && !isKept(values));
  return resources
    .filter(({ values }) => isKept(values))
    .flatMap(({ stack, type, name, values }) =>
      keys
        .filter(({ values: { arn } }) => arn === (values.kms_key_id ?? keyOfBucket(values.bucket, resources)))
        .map((key) => `${stack}: ${type}.${name}, ${key.name}`),
    );
}

function isKept({ lifecycle }: Values): boolean {
  return lifecycle?.prevent_destroy === true;
}

function actionsIn(document: Readonly<Record<string, unknown>>): string {
  const statements = (document.statement ?? []) as readonly {
    effect?: string;
    actions?: readonly string[];
  }[];
  return JSON.stringify(statements.filter(({ effect }) => effect !== "Deny").map(({ actions }) => actions));
}
