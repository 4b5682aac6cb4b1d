import { clusterWarnings, type KnownByTables } from "../../../constructs/database/cluster-warnings";
import { AURORA_TABLES_READ } from "../../../constructs/database/engine-versions";
import { PUBLISHED_READ, STANDARD_SUPPORT_READ } from "../../../constructs/regions/published-facts";

const cluster: KnownByTables = {
  region: "ap-northeast-2",
  engine: "aurora-postgresql",
  engineVersion: "16.8",
  capacity: { kind: "serverless" },
  extendedSupport: false,
};
const at = (day: string) => Date.parse(day);
const ofClass = (instanceClass: string): KnownByTables => ({
  ...cluster,
  capacity: { kind: "provisioned", instanceClass },
});

test("nothing is said of a cluster that the tables know", () => {
  expect(clusterWarnings(cluster, at("2026-11-28"))).toEqual([]);
});

test.each(["99.1", "12.9", "16.6"])(
  "no cluster is made of PostgreSQL %s, and the date of the table is said",
  (engineVersion) => {
    expect(clusterWarnings({ ...cluster, engineVersion }, at("2026-11-28"))).toEqual([
      `engineVersion must be one that Aurora makes clusters of, got "${engineVersion}", which was none on ${PUBLISHED_READ}. ` +
        "Compare it with: aws rds describe-db-engine-versions --engine aurora-postgresql",
    ]);
  },
);

test.each(["8.0.mysql_aurora.9.1.0", "5.7.mysql_aurora.2.11.2"])(
  "no cluster is made of Aurora MySQL %s",
  (engineVersion) => {
    const [warning] = clusterWarnings({ ...cluster, engine: "aurora-mysql", engineVersion });
    expect(warning).toMatch("which was none");
  },
);

test.each(["db.x99.huge", "db.t3.micro", "db.r8g.huge", "db.m5.large"])(
  "class %s is not known",
  (instanceClass) => {
    expect(clusterWarnings(ofClass(instanceClass), at("2026-11-28"))).toEqual([
      `instanceClass must be one that Aurora has in ap-northeast-2, got "${instanceClass}", which was none on ${PUBLISHED_READ}. ` +
        "Compare it with: aws rds describe-orderable-db-instance-options --engine aurora-postgresql --engine-version 16.8 " +
        "--region ap-northeast-2",
    ]);
  },
);

test.each([
  "db.r8g.large",
  "db.r8g.xlarge",
  "db.r7i.48xlarge",
  "db.t4g.medium",
  "db.t3.large",
  "db.r8gd.16xlarge",
])("class %s is known", (instanceClass) => {
  expect(clusterWarnings(ofClass(instanceClass), at("2026-11-28"))).toEqual([]);
});

test.each([
  ["eu-west-1", "db.x2g.16xlarge", 0],
  ["ap-northeast-2", "db.x2g.16xlarge", 1],
  ["eu-south-1", "db.r8g.large", 1],
  ["ap-southeast-9", "db.r8g.large", 0],
])("in %s, a warning of %s comes %d times", (region, instanceClass, times) => {
  expect(clusterWarnings({ ...ofClass(instanceClass), region }, at("2026-11-28"))).toHaveLength(times);
});

describe("the end of standard support", () => {
  const engineVersion = "14.22";

  test.each([
    ["2026-08-31", 0],
    ["2026-09-02", 1],
  ])("on %s is said %d times, half a year before", (day, times) => {
    expect(clusterWarnings({ ...cluster, engineVersion }, at(day))).toHaveLength(times);
  });

  test("is said with what AWS does then", () => {
    expect(clusterWarnings({ ...cluster, engineVersion }, at("2026-11-28"))).toEqual([
      `The standard support of engineVersion "14.22" ends on 2027-02-28 (as known on ${STANDARD_SUPPORT_READ}). ` +
        "Then AWS makes no cluster of it, and upgrades those that there are by itself. " +
        "Write a newer major version and deploy.",
    ]);
  });

  test("of Aurora MySQL is said, with the date of the table by hand", () => {
    const mysql = { engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.10.3" } as const;
    const [warning] = clusterWarnings({ ...cluster, ...mysql }, at("2028-01-01"));
    expect(warning).toMatch(`ends on 2028-04-30 (as known on ${AURORA_TABLES_READ})`);
  });

  test("that nobody has announced is not said", () => {
    const mysql = { engine: "aurora-mysql", engineVersion: "8.4.mysql_aurora.8.4.7" } as const;
    const warnings = clusterWarnings({ ...cluster, ...mysql }, at("2040-01-01"));
    expect(warnings.filter((warning) => /standard support/.test(warning))).toEqual([]);
  });

  test("that is past is said with its cost, if Extended Support is on", () => {
    const [warning] = clusterWarnings(
      { ...cluster, engineVersion: "13.23", extendedSupport: true },
      at("2026-11-28"),
    );
    expect(warning).toMatch('"13.23" ended on 2026-02-28');
    expect(warning).toMatch("charges Extended Support for each vCPU and hour");
  });
});
