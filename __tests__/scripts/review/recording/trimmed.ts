import { isDeepStrictEqual } from "node:util";

interface RawChange {
  readonly address: string;
  readonly mode: string;
  readonly previous_address?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: { readonly arn?: string } | null;
  };
}

interface Configured {
  readonly address: string;
  readonly provisioners?: readonly unknown[];
}

/** What a recorded plan keeps of Terraform's JSON. */
export interface RawPlan {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly applyable: boolean;
  readonly complete: boolean;
  readonly errored: boolean;
  readonly resource_changes: readonly RawChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly configuration: {
    readonly provider_config: Readonly<
      Record<string, { readonly name: string; readonly expressions?: Readonly<Record<string, unknown>> }>
    >;
    readonly root_module?: { readonly resources?: readonly Configured[] };
  };
}

/**
 * A plan without what it says of unchanged resources, and without what it says of the configuration but for providers
 * and provisioners.
 * What the plan of the unchanged stack says too is the emulator's doing.
 *
 * @param touched addresses that it is to be about
 */
export function trimmed(plan: RawPlan, unchanged: RawPlan, touched: ReadonlySet<string>): RawPlan {
  const { format_version, terraform_version, applyable, complete, errored, configuration } = plan;
  const isOurs = (change: RawChange) =>
    touched.has(change.address) && !unchanged.resource_changes.some((one) => isDeepStrictEqual(one, change));
  const isSomething = ({ change, previous_address: moved }: RawChange) =>
    moved !== undefined || !["no-op", "read"].includes(String(change.actions));
  const outputs = Object.entries(plan.output_changes ?? {}).filter(
    ([name, { actions }]) => touched.has(`output.${name}`) && String(actions) !== "no-op",
  );
  const changes = plan.resource_changes.filter((one) => isSomething(one) && isOurs(one));
  // What is deployed says where that is, also if nothing of it changes.
  const deployed = plan.resource_changes.find(({ change: { before } }) => before?.arn !== undefined);
  const { aws } = configuration.provider_config;
  const running = (configuration.root_module?.resources ?? []).filter(
    ({ address, provisioners }) => provisioners && touched.has(address),
  );
  return {
    format_version,
    terraform_version,
    applyable,
    complete,
    errored,
    resource_changes: changes.length === 0 && deployed ? [deployed] : changes,
    output_changes: Object.fromEntries(outputs),
    configuration: {
      provider_config: {
        aws: {
          name: "aws",
          expressions: {
            region: aws?.expressions?.region,
            allowed_account_ids: aws?.expressions?.allowed_account_ids,
          },
        },
      },
      ...(running.length > 0 && { root_module: { resources: running } }),
    },
  };
}
