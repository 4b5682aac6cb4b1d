import type { WrittenChange } from "./plans";

export interface Cases {
  /** Each must be found by the rule. */
  readonly fires: Readonly<Record<string, Case>>;
  /** None must be. */
  readonly silent: Readonly<Record<string, Case>>;
}

export type Case =
  | WrittenChange
  | { readonly changes?: readonly WrittenChange[]; readonly plan: Record<string, unknown> };

export const SECRET = "aws_secretsmanager_secret";
export const ROTATION = "aws_secretsmanager_secret_rotation";
export const arn = "arn:aws:kms:eu-west-1:111122223333:key/one";
export const days = (count: number) => ({ rotation_rules: [{ automatically_after_days: count }] });
export const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
export const allow = (Action: string, Resource = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
export const everybody = { Principal: { AWS: "*" } };
export const owner = { Principal: { AWS: "arn:aws:iam::111122223333:root" } };
export const foreign = { Principal: { AWS: "arn:aws:iam::999999999999:root" } };
export const denied = (arns: readonly string[]) => ({
  ...everybody,
  Effect: "Deny",
  Action: "secretsmanager:DeleteSecret",
  Resource: "*",
  Condition: { ArnNotLike: { "aws:PrincipalArn": arns } },
});
export const change = (type: string, before: object, after: object): WrittenChange => ({
  type,
  before: before as Record<string, unknown>,
  after: after as Record<string, unknown>,
});

/** In a stack of the account 111122223333. */
export function ours(...changes: readonly WrittenChange[]): Case {
  const expressions = { allowed_account_ids: { constant_value: ["111122223333"] } };
  return { changes, plan: { configuration: { provider_config: { aws: { name: "aws", expressions } } } } };
}

export function provider(...regions: readonly string[]): Record<string, unknown> {
  const configs = regions.map((region) => ({
    name: "aws",
    expressions: { region: { constant_value: region } },
  }));
  return { configuration: { provider_config: { ...configs } } };
}

/** A new resource that gets an argument which is known only after the apply, from what the references say. */
export function unknownOf(type: string, argument: string, ...references: readonly string[]): Case {
  return {
    changes: [{ type, after: {}, unknown: { [argument]: true } }],
    plan: configured(type, { [argument]: { references } }),
  };
}

/** What the configuration gives a resource. */
export function configured(type: string, expressions: Record<string, object>): Record<string, unknown> {
  const resources = [{ address: `${type}.it`, mode: "managed", type, expressions }];
  return { configuration: { root_module: { resources } } };
}
