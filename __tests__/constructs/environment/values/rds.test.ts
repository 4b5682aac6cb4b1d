import {
  clusterIdentifierOf,
  regionOfHost,
  whyNoWriterEndpoint,
  writerEndpointFor,
} from "../../../../constructs/environment/values/rds";

describe.each([
  ["eu-west-1", "eu-west-1.rds.amazonaws.com"],
  ["us-gov-west-1", "us-gov-west-1.rds.amazonaws.com"],
  ["cn-north-1", "rds.cn-north-1.amazonaws.com.cn"],
  ["cn-northwest-1", "cn-northwest-1.rds.amazonaws.com.cn"],
  ["eu-west-1", "EU-West-1.RDS.AmazonAWS.com"],
])("in %s, with names that end in %s", (region, domain) => {
  const writer = `orders.cluster-c0example.${domain}`;

  test("the writer endpoint says its region and its cluster", () => {
    expect(whyNoWriterEndpoint(writer)).toBeUndefined();
    expect(regionOfHost(writer)).toBe(region);
    expect([writer, writer.toUpperCase()].map(clusterIdentifierOf)).toEqual(["orders", "orders"]);
  });

  test.each([
    ["cluster-ro-c0example", "a reader endpoint"],
    ["cluster-custom-c0example", "a custom endpoint"],
    ["proxy-c0example", "an endpoint of RDS Proxy"],
    ["endpoint.proxy-c0example", "an endpoint of RDS Proxy"],
    ["c0example", "the endpoint of one instance"],
  ])("orders.%s is %s, in any case, and no cluster's writer", (labels, kind) => {
    for (const host of [`orders.${labels}.${domain}`, `ORDERS.${labels.toUpperCase()}.${domain}`]) {
      expect(whyNoWriterEndpoint(host)).toContain(kind);
      expect(writerEndpointFor(host)).toContain(`.cluster-c0example.${domain.toLowerCase()}"`);
      expect(clusterIdentifierOf(host)).toBeUndefined();
      expect(regionOfHost(host)).toBe(region);
    }
  });
});

test.each([
  "orders.example",
  "orders.c0example.elb.eu-west-1.amazonaws.com",
  "orders.eu-west-1.rds.amazonaws.com",
])("%s says nothing", (host) => {
  expect([regionOfHost(host), whyNoWriterEndpoint(host), clusterIdentifierOf(host)]).toEqual(
    Array(3).fill(undefined),
  );
});
