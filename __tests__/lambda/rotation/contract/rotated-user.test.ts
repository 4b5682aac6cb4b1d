import { databaseUsers } from "../../../../lambda/rotation/contract/rotated-user";

test("a single user is one", () => {
  expect(databaseUsers({ user: "orders", strategy: "single-user" })).toEqual(["orders"]);
});

test("alternating users are two, named as AWS's rotation functions name them", () => {
  expect(databaseUsers({ user: "orders", strategy: "alternating-users" })).toEqual([
    "orders",
    "orders_clone",
  ]);
});

test("the user for IAM authentication is one more", () => {
  expect(databaseUsers({ user: "orders", strategy: "single-user", iamUser: "orders_iam" })).toEqual([
    "orders",
    "orders_iam",
  ]);
});
