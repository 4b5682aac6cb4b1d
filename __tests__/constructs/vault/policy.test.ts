import { PolicyBuilder } from "../../../constructs/vault/policy";

test("names a path and what may be done there", () => {
  expect(new PolicyBuilder().allow("kv/data/orders", "read").toString()).toBe(
    'path "kv/data/orders" {\n  capabilities = ["read"]\n}\n',
  );
});

test("is the same whatever the order in which paths are allowed", () => {
  const one = new PolicyBuilder().allow("kv/data/b", "read").allow("kv/data/a", "read");
  const other = new PolicyBuilder().allow("kv/data/a", "read").allow("kv/data/b", "read");
  expect(one.toString()).toBe(other.toString());
  expect(one.toString()).toMatch(/data\/a[\s\S]*data\/b/);
});

test("adds up what is allowed at one path, each capability once", () => {
  const policy = new PolicyBuilder().allow("kv/metadata/a", "read").allow("kv/metadata/a", "read", "list");
  expect(policy.toString()).toBe('path "kv/metadata/a" {\n  capabilities = ["read","list"]\n}\n');
});

test("allows nothing until told to", () => {
  expect(new PolicyBuilder().toString()).toBe("");
});
