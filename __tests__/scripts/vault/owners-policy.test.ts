import { ownersWith } from "../../../scripts/vault/owners-policy";

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

test("deployers with a path are the owners whichever of them acts", () => {
  const deployers = [role("aws-reserved/sso.amazonaws.com/Admin_x"), role("ci/deployer")];

  expect(ownersWith(role("Admin_x"), deployers)).toEqual(deployers);
  expect(ownersWith(role("deployer"), deployers)).toEqual(deployers);
});

test.each<[string, readonly string[] | undefined]>([
  ["no deployers", undefined],
  ["others", [role("ci/deployer"), role("other/admin-of-another")]],
])("with %s, whoever acts is an owner, too", (_, deployers) => {
  expect(ownersWith(role("admin"), deployers)).toEqual([...(deployers ?? []), role("admin")]);
});
