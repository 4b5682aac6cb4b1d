import { AUDIT_LOG } from "./server-configuration";
import type { OperatorLogin, VaultSoftware } from "./vault-node";

/** A write of the server's HTTP API; `path` is what follows `/v1/`. */
export interface InitialRequest {
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether a read of the same path gives the data as it was written. @default false */
  readonly readBack?: boolean;
}

/** In a request that OpenBao sends to itself: the text of a file (OpenBao documentation, "Profiles"). */
export interface FileOfNode {
  readonly eval_source: "file";
  readonly eval_type: "string";
  readonly path: string;
}

export interface InitialRequestsProps {
  readonly software: VaultSoftware;
  /** How many nodes the server has. */
  readonly nodes: number;
  /** Name that the nodes' certificate is for, and which operators sign into their logins. */
  readonly hostName: string;
  /** Certificate of the authority that signed it, PEM, or where the server reads that. */
  readonly authorityPem: string | FileOfNode;
  readonly operators: OperatorLogin;
}

export const OPERATOR_MOUNT = "operators";
/** Policy and role there. */
export const OPERATOR = "operator";
/** Says who logs in by AWS. */
export const OPERATOR_ROLE = `auth/${OPERATOR_MOUNT}/role/${OPERATOR}`;
const NODE_MOUNT = "nodes";
const SNAPSHOT = "snapshot";
/** How nodes log in to take snapshots: by certificates of the authorities that it names. */
export const NODE_LOGIN = `auth/${NODE_MOUNT}/certs/${SNAPSHOT}`;

/** What a new server is told, in this order, before Terraform configures it. Each may be written again. */
export function initialRequests(props: InitialRequestsProps): readonly InitialRequest[] {
  return [...audit(props), ...autopilot(props.nodes), ...nodeLogin(props), ...operatorLogin(props)];
}

function audit({ software }: InitialRequestsProps): readonly InitialRequest[] {
  // OpenBao has it in its configuration.
  if (software === "openbao") return [];
  return [
    { path: "sys/audit/file", data: { type: "file", options: { file_path: AUDIT_LOG, mode: "0600" } } },
  ];
}

/**
 * Of a server that gets smaller, the nodes that are gone would count as voters for good. Three voters are the least
 * that autopilot leaves. Times are as the server gives them. Source: Vault API documentation,
 * `/sys/storage/raft/autopilot`.
 *
 * @param nodes how many the server has
 */
export function autopilot(nodes: number): readonly InitialRequest[] {
  if (nodes < 3) return [];
  return [
    {
      path: "sys/storage/raft/autopilot/configuration",
      data: {
        cleanup_dead_servers: true,
        dead_server_last_contact_threshold: "24h0m0s",
        min_quorum: 3,
        server_stabilization_time: "10s",
      },
      readBack: true,
    },
  ];
}

/** A node takes snapshots, and proves to be one by the certificate that it serves. */
function nodeLogin({ hostName, authorityPem }: InitialRequestsProps): readonly InitialRequest[] {
  return [
    policy(SNAPSHOT, 'path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n'),
    { path: `sys/auth/${NODE_MOUNT}`, data: { type: "cert" } },
    {
      path: NODE_LOGIN,
      data: {
        certificate: authorityPem,
        allowed_dns_sans: [hostName],
        ...token(SNAPSHOT, 300),
        token_type: "batch",
      },
    },
  ];
}

/** Whoever writes policies can give himself any right, so the policy says no less. */
function operatorLogin({ operators, hostName }: InitialRequestsProps): readonly InitialRequest[] {
  const everything = '["create", "read", "update", "patch", "delete", "list", "sudo"]';
  const mount = `auth/${OPERATOR_MOUNT}`;
  const rights = policy(OPERATOR, `path "*" {\n  capabilities = ${everything}\n}\n`);
  if (operators.kind === "certificate")
    return [
      rights,
      { path: `sys/${mount}`, data: { type: "cert" } },
      {
        path: `${mount}/certs/${OPERATOR}`,
        data: { certificate: operators.certificatePem, ...token(OPERATOR, 3600) },
      },
    ];
  return [
    rights,
    { path: `sys/${mount}`, data: { type: "aws" } },
    {
      path: `${mount}/config/client`,
      data: {
        sts_endpoint: operators.stsUrl,
        sts_region: operators.stsRegion,
        // A login that was signed for another server is none here.
        iam_server_id_header_value: hostName,
      },
    },
    {
      path: OPERATOR_ROLE,
      data: {
        auth_type: "iam",
        bound_iam_principal_arn: operators.principalArns.map(boundPrincipal),
        // Otherwise Vault asks IAM, which has no endpoint in most regions.
        resolve_aws_unique_ids: false,
        ...token(OPERATOR, 3600),
      },
    },
  ];
}

/** As a login is compared with it: a role that STS names has lost its path. */
export function boundPrincipal(arn: string): string {
  return arn.replace(/:role\/.+\//, ":role/");
}

function policy(name: string, text: string): InitialRequest {
  return { path: `sys/policies/acl/${name}`, data: { policy: text } };
}

function token(policyName: string, seconds: number) {
  return {
    token_policies: [policyName],
    token_ttl: seconds,
    token_max_ttl: seconds,
    token_no_default_policy: true,
  };
}
