import { type RotatedUser, rotationTags } from "../../../constructs/native/rotation-tags";

const orders: RotatedUser = { user: "orders", strategy: "single-user" };

test("name the user and the strategy, and nothing that was not given", () => {
  expect(rotationTags(orders)).toEqual({ "rotation:user": "orders", "rotation:strategy": "single-user" });
  expect(rotationTags({ ...orders, groupRoles: [], grants: [] })).toEqual(rotationTags(orders));
});

test("list group roles, grants and the IAM user", () => {
  expect(
    rotationTags({
      ...orders,
      groupRoles: ["readers", "writers"],
      grants: [
        { on: "database", privileges: ["CONNECT"] },
        { on: "schema", schema: "public", privileges: ["USAGE", "CREATE"] },
        { on: "tables", schema: "public", privileges: ["SELECT"] },
        { on: "sequences", schema: "s", privileges: ["USAGE"] },
      ],
      iamUser: "orders_iam",
    }),
  ).toMatchObject({
    "rotation:group-roles": "readers writers",
    "rotation:grants": "CONNECT:database USAGE+CREATE:schema:public SELECT:tables:public USAGE:sequences:s",
    "rotation:iam-user": "orders_iam",
  });
});

test("hold up to 256 characters", () => {
  const role = (length: number) => rotationTags({ ...orders, groupRoles: ["r".repeat(length)] });
  expect(role(256)["rotation:group-roles"]).toHaveLength(256);
  expect(() => role(257)).toThrow(
    "`rotation:group-roles` must fit into a tag of 256 characters, got 257; give the privileges to a group role and name that role",
  );
});

test("say which list is too long", () => {
  const grants = Array.from({ length: 20 }, (_, number) => ({
    on: "tables" as const,
    schema: `schema_${number}`,
    privileges: ["SELECT"],
  }));
  expect(() => rotationTags({ ...orders, grants })).toThrow("`rotation:grants` must fit into a tag");
});
