import * as z from "zod";

const change = z.object({
  actions: z.array(z.enum(["no-op", "create", "read", "update", "delete", "forget"])).min(1),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).nullish(),
  importing: z.looseObject({}).nullish(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().nullish(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  deposed: z.string().nullish(),
  action_reason: z.string().nullish(),
  change,
});

const trigger = z.object({
  triggering_resource_address: z.string().nullish(),
  action_trigger_event: z.string().nullish(),
});

const actionInvocation = z.object({
  address: z.string(),
  type: z.string(),
  config_values: z.looseObject({}).nullish(),
  config_sensitive: z.unknown().optional(),
  lifecycle_action_trigger: trigger.nullish(),
});

const checkResult = z.object({
  address: z.object({ to_display: z.string() }),
  status: z.string(),
  instances: z
    .array(z.object({ problems: z.array(z.object({ message: z.string().nullish() })).nullish() }))
    .nullish(),
});

const expressions = z.record(z.string(), z.unknown()).nullish();

const providerConfig = z.looseObject({
  name: z.string().nullish(),
  full_name: z.string().nullish(),
  version_constraint: z.string().nullish(),
  expressions,
});

const configuredResource = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  expressions,
  provisioners: z.array(z.object({ type: z.string(), expressions })).nullish(),
});

const configuredModule = z.object({
  resources: z.array(configuredResource).nullish(),
  get module_calls(): z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, typeof moduleCall>>> {
    return z.record(z.string(), moduleCall).nullish();
  },
});

const moduleCall = z.object({
  get module(): z.ZodOptional<z.ZodNullable<typeof configuredModule>> {
    return configuredModule.nullish();
  },
});

/** What the review reads of `terraform show -json` ("JSON Output Format", Terraform documentation). */
const planJson = z.object({
  format_version: z.string().regex(/^1\./),
  terraform_version: z.string().nullish(),
  complete: z.boolean().nullish(),
  errored: z.boolean().nullish(),
  planned_values: z.unknown().optional(),
  resource_changes: z.array(resourceChange).nullish(),
  resource_drift: z.array(resourceChange).nullish(),
  output_changes: z.record(z.string(), change).nullish(),
  deferred_changes: z.array(z.unknown()).nullish(),
  action_invocations: z.array(actionInvocation).nullish(),
  checks: z.array(checkResult).nullish(),
  configuration: z
    .object({
      provider_config: z.record(z.string(), providerConfig).nullish(),
      root_module: configuredModule.nullish(),
    })
    .nullish(),
});

export type PlanJson = z.output<typeof planJson>;
export type ResourceChangeJson = z.output<typeof resourceChange>;
export type ChangeJson = z.output<typeof change>;
export type ConfiguredModuleJson = z.output<typeof configuredModule>;

/** A file that is no plan in JSON. Its message has paths and types, and never a value: it may be a secret. */
export class UnreadablePlan extends Error {
  override readonly name = "UnreadablePlan";
}

const HOW = "write one with: terraform show -json <plan file>";

/**
 * Parses a plan.
 *
 * @param source the name of the file, for errors
 * @throws UnreadablePlan
 */
export function parsePlan(text: string, source: string): PlanJson {
  if (text.startsWith("PK"))
    throw new UnreadablePlan(`${source} must be a plan in JSON, got a plan file of Terraform; ${HOW}`);
  const parsed = planJson.safeParse(json(text, source));
  if (!parsed.success)
    throw new UnreadablePlan(`${source} must be a plan in JSON; ${problem(parsed.error)}; ${HOW}`);
  const plan = parsed.data;
  if (!plan.resource_changes && plan.planned_values === undefined)
    throw new UnreadablePlan(
      `${source} must be a plan in JSON, got JSON with neither resource_changes nor planned_values; ${HOW}`,
    );
  return plan;
}

function json(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadablePlan(`${source} must be JSON, got ${text.length} characters that are none; ${HOW}`);
  }
}

function problem({ issues }: z.ZodError): string {
  const [issue] = issues;
  const path = issue?.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  // Names in a plan are the user's; those of the format are lower case.
  return `${path?.replace(/^\./, "").replaceAll(/[^a-z_.[\]\d]/g, "?")} is not what Terraform writes (${issue?.code})`;
}
