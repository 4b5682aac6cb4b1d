import { loadEnvironment } from "../../../constructs/environment";
import { costDrivers } from "../../../scripts/costs/drivers";
import { PRICES, SOURCES } from "../../../scripts/costs/prices";
import { readTemplates } from "../../../testbed/deployed/templates";
import { synthesizeEnvironment } from "../../support/shipped";

const cluster = (min_capacity: number) => ({ serverlessv2_scaling_configuration: { min_capacity } });
// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform's.
const CLUSTER = "${aws_rds_cluster.C.id}";
const instance = (instance_class: string) => ({
  instance_class,
  cluster_identifier: CLUSTER,
});

test("what is charged by the hour or month is counted: zones of endpoints, capacities, sizes, metrics", () => {
  const alarm = { namespace: "Own", metric_name: "Failures" };
  const drivers = costDrivers([
    {
      resource: {
        aws_vpc_endpoint: {
          a: { vpc_endpoint_type: "Interface", subnet_ids: ["1", "2"] },
          b: { vpc_endpoint_type: "Gateway" },
        },
        aws_rds_cluster: { C: cluster(0.5) },
        aws_rds_cluster_instance: { a: instance("db.serverless"), b: instance("db.serverless") },
        aws_instance: { a: { instance_type: "t4g.medium", root_block_device: { volume_size: 10 } } },
        aws_ebs_volume: { a: { size: 20 } },
        aws_cloudwatch_metric_alarm: {
          a: alarm,
          b: { ...alarm, threshold: 2 },
          c: { metric_query: [{ metric: { namespace: "AWS/RDS", metric_name: "A" } }, { expression: "a" }] },
        },
      },
    },
    { resource: { aws_kms_key: { a: {} } } },
  ]);
  expect(Object.fromEntries(drivers.map(({ what, count }) => [what, count]))).toEqual({
    "interface endpoint, in each zone": 2,
    "Aurora capacity unit": 1,
    "machine t4g.medium": 1,
    "GiB of a gp3 volume": 30,
    "metric of an alarm": 3,
    "custom metric": 1,
    "KMS key": 1,
  });
  const byKind = new Map(drivers.map(({ what, usd }) => [what, usd]));
  expect(byKind.get("interface endpoint, in each zone")).toBeCloseTo(2 * 0.013 * 730);
  expect(byKind.get("KMS key")).toBe(1);
});

test("custom metrics are those that are published, whether an alarm watches them or not", () => {
  const { directory } = synthesizeEnvironment(loadEnvironment("prod"));
  const count = costDrivers(Object.values(readTemplates(directory))).find(
    ({ what }) => what === "custom metric",
  )?.count;
  // Seven of each database, three of each of three quotas, two that filters make of logs.
  expect(count).toBe(2 * 7 + 3 * 3 + 2);
});

test("what has no price here is counted all the same, without one", () => {
  const [driver] = costDrivers([{ resource: { aws_rds_cluster_instance: { a: instance("db.x9.large") } } }]);
  expect(driver).toEqual({ what: "Aurora instance db.x9.large", count: 1 });
});

test.each(Object.entries(PRICES))(
  "the price of %s has source and date, or says why it has none",
  (_, price) => {
    const { source, date, note } = price;
    if (source === undefined) expect(note).toMatch(/./);
    else
      expect([SOURCES[source], date]).toEqual([
        expect.any(String),
        expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
      ]);
  },
);
