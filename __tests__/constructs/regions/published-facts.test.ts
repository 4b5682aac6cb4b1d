import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Account } from "../../../constructs/contracts/account";
import type { DatabaseEngine } from "../../../constructs/contracts/database";
import { majorVersion, standardSupport } from "../../../constructs/database/engine-versions";
import { lambdaFunction } from "../../../constructs/environment/sections/function";
import { PUBLISHED } from "../../../constructs/regions/published";
import {
  endOfRuntime,
  isKnownClass,
  isKnownRegion,
  isKnownVersion,
} from "../../../constructs/regions/published-facts";
import { pythonEnvironment } from "../../../scripts/machine/python-environment";
import { run } from "../../../scripts/support/processes";
import { documents } from "../../docs/support/documents";
import { projectRoot, shippedEnvironments } from "../../support/shipped";

/** Everything that somebody may copy. */
const texts = [
  ...documents.map(({ text }) => text),
  ...shippedEnvironments.map((name) =>
    readFileSync(join(projectRoot, "environments", `${name}.json`), "utf8"),
  ),
].join("\n");

const found = (pattern: RegExp) => [...new Set([...texts.matchAll(pattern)].map(([, value = ""]) => value))];

test.each(found(/"engineVersion": "([^"]+)"/g))("a new cluster can be of the shown version %s", (version) => {
  const engine = version.includes("mysql") ? "aurora-mysql" : "aurora-postgresql";
  expect(isKnownVersion(engine, version)).toBe(true);
});

test.each(Object.entries(PUBLISHED.engineVersions))(
  "the table of major versions has each that a new cluster of %s can be of",
  (engine, versions) => {
    const unknown = versions.split(" ").filter((version) => !majorVersion(engine as DatabaseEngine, version));
    expect(unknown).toEqual([]);
  },
);

test("the end of standard support is known of each Aurora PostgreSQL that a new cluster can be of", () => {
  const engine = "aurora-postgresql";
  const versions = PUBLISHED.engineVersions[engine].split(" ");
  expect(versions.filter((version) => !standardSupport(engine, version))).toEqual([]);
});

test.each(found(/"instanceClass": "([^"]+)"/g))(
  "the shown class %s is in the Region of the examples",
  (name) => {
    for (const engine of ["aurora-mysql", "aurora-postgresql"] as const)
      expect(isKnownClass(engine, name, "ap-northeast-2")).toBe(true);
  },
);

test.each(found(/"region": "([^"]+)"/g))("the shown Region %s is known", (region) => {
  expect(isKnownRegion(region)).toBe(true);
});

test.each(lambdaFunction.shape.runtime.unwrap().options)(
  "the runtime %s, which may be chosen, is known",
  (name) => {
    expect(endOfRuntime(name)).toBeDefined();
  },
);

describe("the AWS SDK for Python", () => {
  interface Partition {
    readonly partition: string;
    readonly dnsSuffix: string;
    readonly regions: Readonly<Record<string, unknown>>;
    readonly services: Readonly<
      Record<
        string,
        { readonly endpoints: Readonly<Record<string, unknown>>; readonly isRegionalized?: boolean }
      >
    >;
  }

  let partitions: readonly Partition[];

  beforeAll(async () => {
    const python = await pythonEnvironment(join(projectRoot, "testbed", "aws", "requirements.txt"));
    const { stdout } = await run(python, ["-c", "import botocore; print(botocore.__file__)"]);
    const file = join(dirname(stdout.trim()), "data", "endpoints.json");
    const read = JSON.parse(readFileSync(file, "utf8")) as { partitions: Partition[] };
    partitions = read.partitions.filter(({ partition }) => /^aws(-cn|-us-gov)?$/.test(partition));
  });

  test("puts each Region into the partition and below the domain that we do, and knows no other", () => {
    const regions = partitions.flatMap(({ partition, dnsSuffix, regions }) =>
      Object.keys(regions).map((region) => ({ region, partition, host: `rds.${region}.${dnsSuffix}` })),
    );
    const ours = regions.map(({ region }) => {
      const account = new Account("111122223333", region);
      return { region, partition: account.partition, host: account.serviceHost("rds") };
    });
    expect(ours).toEqual(regions);
    expect(regions.filter(({ region }) => !isKnownRegion(region))).toEqual([]);
  });

  // Endpoints of ssmmessages, which sessions on nodes need, are not in botocore's file.
  test.each([
    "cloudtrail",
    "ec2",
    "elasticloadbalancing",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "route53",
    "route53resolver",
    "s3",
    "scheduler",
    "secretsmanager",
    "servicequotas",
    "sns",
    "ssm",
    "sts",
  ])("has an endpoint of %s in each Region", (service) => {
    for (const { regions, services } of partitions) {
      const { endpoints = {}, isRegionalized } = services[service] ?? {};
      const without = Object.keys(regions).filter((region) => isRegionalized !== false && !endpoints[region]);
      expect(without).toEqual([]);
    }
  });
});
