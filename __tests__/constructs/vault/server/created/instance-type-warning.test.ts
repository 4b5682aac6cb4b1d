import { PUBLISHED } from "../../../../../constructs/regions/published";
import { PUBLISHED_READ } from "../../../../../constructs/regions/published-facts";
import { instanceTypeWarning } from "../../../../../constructs/vault/server/created/instance-type-warning";

test.each(PUBLISHED.regions.split(" "))(
  "nothing is said of the usual type, nor of a larger one, in %s",
  (region) => {
    for (const type of ["t4g.medium", "r7g.large"]) expect(instanceTypeWarning(type, region)).toBeUndefined();
  },
);

test.each(["t4g.huge", "m99g.large"])(
  "the type %s is not known, and the date of the table is said",
  (type) => {
    expect(instanceTypeWarning(type, "ap-northeast-2")).toBe(
      `instanceType must be one that EC2 has in ap-northeast-2, got "${type}", which was none on ${PUBLISHED_READ}. ` +
        "Compare it with: aws ec2 describe-instance-type-offerings --region ap-northeast-2 " +
        `--filters Name=instance-type,Values=${type}`,
    );
  },
);

test.each([
  ["us-east-1", "x8g.large", false],
  ["me-central-1", "c7g.large", true],
  ["ap-southeast-4", "c7g.large", true],
  ["ap-southeast-9", "m7g.large", false],
])("in %s, that of %s is a warning: %s", (region, type, warns) => {
  expect(instanceTypeWarning(type, region) !== undefined).toBe(warns);
});
