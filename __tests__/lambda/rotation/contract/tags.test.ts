import type { RotatedUser } from "../../../../lambda/rotation/contract/rotated-user";
import { rotationTags } from "../../../../lambda/rotation/contract/tags";

const orders: RotatedUser = { user: "orders", strategy: "single-user" };

test("name the user and the strategy, and nothing that was not given", () => {
  expect(rotationTags(orders, "app")).toEqual({
    "rotation:user": "orders",
    "rotation:database": "app",
    "rotation:strategy": "single-user",
  });
  expect(rotationTags({ ...orders, groupRoles: [], grants: [] }, "app")).toEqual(rotationTags(orders, "app"));
});

test("list group roles, grants and the IAM user", () => {
  expect(
    rotationTags(
      {
        ...orders,
        groupRoles: ["readers", "writers"],
        grants: [
          { on: "database", privileges: ["CONNECT"] },
          { on: "schema", schema: "public", privileges: ["USAGE", "CREATE"] },
          { on: "tables", schema: "public", privileges: ["SELECT"] },
          { on: "sequences", schema: "s", privileges: ["USAGE"] },
        ],
        iamUser: "orders_iam",
      },
      "app",
    ),
  ).toMatchObject({
    "rotation:group-roles": "readers writers",
    "rotation:grants": "CONNECT:database USAGE+CREATE:schema:public SELECT:tables:public USAGE:sequences:s",
    "rotation:iam-user": "orders_iam",
  });
});
