import { PolicyBuilder } from "../../../../constructs/vault/store/policy";

test("lets a token read a path", () => {
  expect(new PolicyBuilder().allowRead("kv/data/orders").toString()).toBe(
    'path "kv/data/orders" {\n  capabilities = ["read"]\n}\n',
  );
});

test("is the same whatever the order in which paths are allowed", () => {
  const one = new PolicyBuilder().allowRead("kv/data/b").allowRead("kv/data/a");
  const other = new PolicyBuilder().allowRead("kv/data/a").allowRead("kv/data/b");
  expect(one.toString()).toBe(other.toString());
  expect(one.toString()).toMatch(/data\/a[\s\S]*data\/b/);
});

test("names a path once that is allowed twice", () => {
  const policy = new PolicyBuilder().allowRead("kv/data/a").allowRead("kv/data/a");
  expect(policy.toString()).toBe('path "kv/data/a" {\n  capabilities = ["read"]\n}\n');
});

test("allows nothing until told to", () => {
  expect(new PolicyBuilder().toString()).toBe("");
});
