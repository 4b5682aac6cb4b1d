import { Throttling } from "../../../testbed/aws/faults/throttling";

/** How many of so many calls of an operation are let through, by a clock that stands still but for {@link pass}. */
function bucket(service: string, left = (perSecond: number) => perSecond) {
  let now = 0;
  const throttling = new Throttling(left, () => now);
  return {
    passed: (action: string, calls: number) =>
      Array.from({ length: calls }, () => throttling.refuse({ service, action })).filter((no) => !no).length,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

test("CloudTrail takes ten reads a second, and one change", () => {
  const cloudtrail = bucket("cloudtrail");
  expect(cloudtrail.passed("DescribeTrails", 20)).toBe(10);
  expect(cloudtrail.passed("DeleteTrail", 5)).toBe(1);
});

test("tokens come back with time, and no more than the bucket holds", () => {
  const cloudtrail = bucket("cloudtrail");
  cloudtrail.passed("DeleteTrail", 1);
  cloudtrail.pass(999);
  expect(cloudtrail.passed("DeleteTrail", 1)).toBe(0);
  cloudtrail.pass(1);
  expect(cloudtrail.passed("DeleteTrail", 1)).toBe(1);
  cloudtrail.pass(3_600_000);
  expect(cloudtrail.passed("DeleteTrail", 5)).toBe(1);
});

test("others leave a part of the rate and of the bucket, which holds one token at least", () => {
  expect(bucket("iam", (perSecond) => perSecond / 10).passed("GetRole", 20)).toBe(10);
  expect(bucket("cloudtrail", (perSecond) => perSecond / 100).passed("DeleteTrail", 5)).toBe(1);
});

test("a service that publishes no rate, and is assumed to have none, is not throttled", () => {
  expect(bucket("sns").passed("Publish", 1_000)).toBe(1_000);
});
