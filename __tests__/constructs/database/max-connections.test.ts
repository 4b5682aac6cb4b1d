import { maxConnections } from "../../../constructs/database/max-connections";

/**
 * Amazon Aurora User Guide, "Maximum connections to an Aurora MySQL DB instance", and for PostgreSQL what users read
 * on their instances. The alarm is at 80 %, so that an estimate may be 15 % too high.
 */
test.each([
  ["aurora-mysql", "db.t4g.medium", 90],
  ["aurora-mysql", "db.t4g.large", 135],
  ["aurora-mysql", "db.r6g.large", 1000],
  ["aurora-mysql", "db.r6g.xlarge", 2000],
  ["aurora-mysql", "db.r5.8xlarge", 5000],
  ["aurora-mysql", "db.r5.24xlarge", 7000],
  ["aurora-postgresql", "db.r4.large", 1660],
  ["aurora-postgresql", "db.r6g.8xlarge", 5000],
] as const)("estimates what %s on %s takes: %d", (engine, instanceClass, documented) => {
  const estimate = maxConnections(engine, { kind: "provisioned", instanceClass }) ?? 0;
  expect(estimate / documented).toBeGreaterThan(0.85);
  expect(estimate / documented).toBeLessThan(1.15);
});

test("a serverless instance takes what its highest capacity takes, and less with a low minimum", () => {
  const of = (minAcu: number, maxAcu: number) =>
    maxConnections("aurora-postgresql", { kind: "serverless", minAcu, maxAcu });
  expect(of(1, 256)).toBe(5000);
  expect(of(0.5, 256)).toBe(2000);
  expect(of(0, 1)).toBeLessThan(210);
});

test("of a class that is not known, nothing is said", () => {
  expect(
    maxConnections("aurora-mysql", { kind: "provisioned", instanceClass: "db.t3.small" }),
  ).toBeUndefined();
});
