import { type Case, type Cases, change, ours } from "./rule-case";

const WIDE = 'path "kv/*" { capabilities = ["read"] }\n';
const hcl = (before: string, after: string) => change("vault_policy", { policy: before }, { policy: after });
const login = (more: object): Case =>
  ours(
    { type: "vault_policy", actions: ["no-op"], before: { name: "orders" }, after: { name: "orders" } },
    {
      type: "vault_aws_auth_backend_role",
      after: {
        bound_iam_principal_arns: ["arn:aws:iam::111122223333:role/orders"],
        token_policies: ["orders"],
        token_bound_cidrs: ["10.0.0.0/16"],
        ...more,
      },
    },
  );

/** The rule of who logs in to Vault and what he may do there. */
export const CASES_OF_VAULT: Readonly<Record<string, Cases>> = {
  R16: {
    fires: {
      "a role for more": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a"] },
        { bound_iam_principal_arns: ["arn:a", "arn:*"] },
      ),
      "no principal is named any more": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a"] },
        { bound_iam_principal_arns: [] },
      ),
      "no account is named any more": change(
        "vault_aws_auth_backend_role",
        { bound_account_ids: ["111122223333"] },
        { bound_account_ids: null },
      ),
      "tokens live as long as the mount allows": change(
        "vault_aws_auth_backend_role",
        { token_ttl: 600 },
        { token_ttl: 0 },
      ),
      "a new policy, whatever it gives": {
        type: "vault_policy",
        after: { name: "default", policy: 'path "kv/data/a" { capabilities = ["read"] }' },
      },
      "tokens in every network": change(
        "vault_aws_auth_backend_role",
        { token_bound_cidrs: ["10.0.0.0/8"] },
        { token_bound_cidrs: [] },
      ),
      "a policy for more": change(
        "vault_policy",
        { policy: 'path "kv/data/a" {\n  capabilities = ["read"]\n}\n' },
        { policy: 'path "kv/data/*" {\n  capabilities = ["read", "list"]\n}\n' },
      ),
      "a denial goes": hcl(`${WIDE}path "kv/a" { capabilities = ["deny"] }`, WIDE),
      "a narrower path goes": hcl(`${WIDE}path "kv/a" { capabilities = ["list"] }`, WIDE),
      "the older way": hcl(WIDE, `${WIDE}path "*" { policy = "sudo" }`),
      "parameters, with braces": hcl(
        WIDE,
        `${WIDE}path "sys/*" { allowed_parameters = { "*" = [] } capabilities = ["create", "sudo"] }`,
      ),
      "a path in what looks like a comment": hcl(
        WIDE,
        `${WIDE}path "x/ #" { capabilities = ["read"] } path "sys/*" { capabilities = ["sudo"] }`,
      ),
      "JSON with parameters": hcl(
        '{"path":{"a":{"capabilities":["read"]}}}',
        '{"path":{"a":{"capabilities":["read"],"allowed_parameters":{"*":[]}}}}',
      ),
      "a new role for everybody": login({ bound_iam_principal_arns: ["*"] }),
      "a new role with somebody else's policy": login({ token_policies: ["operator"] }),
      "a new policy with everything": {
        type: "vault_policy",
        after: { policy: 'path "*" { capabilities = ["sudo"] }' },
      },
      "another server says who logs in": change(
        "vault_aws_auth_backend_client",
        { sts_endpoint: "https://sts.eu-west-1.amazonaws.com" },
        { sts_endpoint: "https://sts.example.com" },
      ),
      "a server that is not checked": change(
        "aws_lambda_function",
        { environment: [{ variables: {} }] },
        { environment: [{ variables: { VAULT_SKIP_VERIFY: "true" } }] },
      ),
    },
    silent: {
      "a role for fewer": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a", "arn:b"] },
        { bound_iam_principal_arns: ["arn:a"] },
      ),
      "a new role of a function": login({}),
      "comments and another order": hcl(
        'path "a" { capabilities = ["read"] }\npath "b" { capabilities = ["list", "read"] }',
        '# why\npath "b" {\n  // less\n  capabilities = ["read", "list",]\n}\n/* { */ path "a" { capabilities = ["read"] }',
      ),
      "a policy for less": change(
        "vault_policy",
        { policy: 'path "kv/data/a" {\n  capabilities = ["read", "list"]\n}\n' },
        { policy: '# why\npath "kv/data/a" { capabilities = ["read"] }' },
      ),
    },
  },
};
