import type { VaultMethod } from "../../../scripts/vault/vault-api";

/** Arguments of a resource as Terraform's JSON has them, with nothing left to resolve. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface Call {
  readonly method: VaultMethod;
  /** What follows `/v1/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ResourceType {
  /** By argument, the field of the API that it becomes, with dots for fields inside fields. */
  readonly fields: Readonly<Record<string, string>>;
  /** Arguments that are part of the path or of how the body is built. */
  readonly used: readonly string[];
  /** Arguments that matter to a later apply or destroy only, and get here no value. */
  readonly later?: readonly string[];
  calls(args: Arguments, body: Record<string, unknown>): readonly Call[];
}

const same = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));

const post = (path: string, body: Call["body"]): Call => ({ method: "POST", path, body });

/**
 * The resource types of a Vault stack, in the order in which Vault can take them, each as the calls that the provider
 * makes when it creates one (HTTP API reference of Vault; source of terraform-provider-vault 5.9.0).
 */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  vault_audit: {
    fields: same("type", "description", "options", "local"),
    used: ["path"],
    calls: ({ path, type }, body) => [{ method: "PUT", path: `sys/audit/${path ?? type}`, body }],
  },
  vault_auth_backend: {
    fields: same("type", "description", "local"),
    used: ["path", "tune"],
    later: ["disable_remount"],
    calls: ({ path, type, tune }, body) => [
      post(`sys/auth/${path ?? type}`, { ...body, ...(tune !== undefined && { config: onlyBlock(tune) }) }),
    ],
  },
  vault_mount: {
    fields: {
      ...same("type", "description", "options", "local", "seal_wrap", "external_entropy_access"),
      default_lease_ttl_seconds: "config.default_lease_ttl",
      max_lease_ttl_seconds: "config.max_lease_ttl",
      listing_visibility: "config.listing_visibility",
    },
    used: ["path"],
    calls: ({ path }, body) => [post(`sys/mounts/${path}`, body)],
  },
  vault_policy: {
    fields: same("policy"),
    used: ["name"],
    calls: ({ name }, body) => [{ method: "PUT", path: `sys/policies/acl/${name}`, body }],
  },
  vault_aws_auth_backend_client: {
    fields: {
      ...same("access_key", "secret_key", "iam_endpoint", "sts_endpoint", "sts_region"),
      ...same("use_sts_region_from_client", "iam_server_id_header_value", "allowed_sts_header_values"),
      ...same("max_retries"),
      secret_key_wo: "secret_key",
      ec2_endpoint: "endpoint",
    },
    used: ["backend"],
    later: ["secret_key_wo_version"],
    calls: ({ backend = "aws" }, body) => [post(`auth/${backend}/config/client`, body)],
  },
  vault_aws_auth_backend_role: {
    fields: {
      ...same("auth_type", "resolve_aws_unique_ids", "token_ttl", "token_max_ttl", "token_explicit_max_ttl"),
      ...same("token_policies", "token_bound_cidrs", "token_type", "token_no_default_policy"),
      ...same("token_num_uses", "token_period"),
      bound_iam_principal_arns: "bound_iam_principal_arn",
    },
    used: ["backend", "role"],
    calls: ({ backend = "aws", role }, body) => [post(`auth/${backend}/role/${role}`, body)],
  },
  vault_kv_secret_backend_v2: {
    fields: same("max_versions", "cas_required", "delete_version_after"),
    used: ["mount"],
    calls: ({ mount }, body) => [post(`${mount}/config`, body)],
  },
  vault_kv_secret_v2: {
    fields: same("options"),
    used: ["mount", "name", "data_json", "data_json_wo", "custom_metadata"],
    later: ["data_json_wo_version", "delete_all_versions", "disable_read"],
    calls: ({ mount, name, data_json, data_json_wo, custom_metadata }, body) => {
      const data = parseSecret(`${mount}/${name}`, String(data_json_wo ?? data_json));
      const { data: labels, ...limits } =
        custom_metadata === undefined ? {} : (onlyBlock(custom_metadata) as Record<string, unknown>);
      const metadata = { ...limits, ...(labels !== undefined && { custom_metadata: labels }) };
      return [
        ...(custom_metadata === undefined ? [] : [post(`${mount}/metadata/${name}`, metadata)]),
        post(`${mount}/data/${name}`, { ...body, data }),
      ];
    },
  },
  vault_quota_rate_limit: {
    fields: same("path", "rate", "interval", "block_interval", "inheritable", "role"),
    used: ["name"],
    calls: ({ name }, body) => [post(`sys/quotas/rate-limit/${name}`, body)],
  },
};

/** What JSON.parse says of a fault quotes the text, which is a secret. */
function parseSecret(path: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(
      `the value of the secret ${path} is no JSON; give an object, for example {"api-key":"…"}`,
    );
  }
}

/** Terraform's JSON has a nested block as itself or in a list. */
function onlyBlock(block: unknown): unknown {
  return Array.isArray(block) ? block[0] : block;
}

/** The calls that make a resource; an argument that none of them would carry is an error. `address` is for messages. */
export function callsFor(address: string, type: ResourceType, args: Arguments): readonly Call[] {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) {
    const field = type.fields[name];
    if (field !== undefined) put(body, field.split("."), value);
    else if (!type.used.includes(name))
      throw new Error(
        `${address} has the argument ${name}, which is not applied over HTTP; add it to ` +
          "__tests__/support/vault/resource-calls.ts, or apply with Terraform's Vault provider",
      );
  }
  return type.calls(args, body);
}

function put(body: Record<string, unknown>, [first = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    body[first] = value;
    return;
  }
  const inner = (body[first] ?? {}) as Record<string, unknown>;
  body[first] = inner;
  put(inner, rest, value);
}
