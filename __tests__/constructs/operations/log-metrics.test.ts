import { filteredData } from "../../../testbed/operations/log-filters";
import { load } from "../../support/environment-files";
import { shippedSettings, shippedWith, synthesizeEnvironment } from "../../support/shipped";
import type { Template } from "../../support/template";

const template = synthesizeEnvironment(load(shippedSettings("prod"))).stack("operations");

/** How many records a filter counts. */
function counted(of: Template, name: string, record: string): number {
  const { pattern, log_group_name } = of.resource("aws_cloudwatch_log_metric_filter", { name });
  const filter = { logGroupName: log_group_name, pattern, namespace: "", metricName: name };
  return filteredData([filter], log_group_name, record).length;
}

/** Amazon VPC User Guide, "Flow log record examples". */
const flow = (from: string, to: string, action: string) =>
  `2 123456789010 eni-1235b8ca123456789 ${from} ${to} 49761 3389 6 20 4249 1418530010 1418530070 ${action} OK`;

test.each([
  [1, "between two addresses of the VPC that was rejected", flow("10.30.9.69", "10.30.9.12", "REJECT")],
  [0, "from outside that was rejected", flow("203.0.113.12", "10.30.9.12", "REJECT")],
  [0, "to somewhere outside that was rejected", flow("10.30.9.12", "10.3.0.1", "REJECT")],
  [0, "that was accepted", flow("10.30.9.69", "10.30.9.12", "ACCEPT")],
  [
    0,
    "of which there is no data",
    "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA",
  ],
])("%i is counted of a connection %s", (count, _, record) => {
  expect(counted(template, "secrets-prod-RejectedFlows", record)).toBe(count);
});

/** Amazon Route 53 Developer Guide, "VPC Resolver query log example". */
const lookUp = (name: string, action?: string) =>
  JSON.stringify({
    srcaddr: "10.30.64.102",
    vpc_id: "vpc-7example",
    answers: [{ Rdata: "203.0.113.9", Type: "PTR", Class: "IN" }],
    ...(action && { firewall_rule_group_id: "rslvr-frg-01234567890abcdef", firewall_rule_action: action }),
    query_name: name,
    query_class: "IN",
    srcids: { instance: "i-0d15cd0d3example" },
    rcode: "NOERROR",
    query_type: "PTR",
  });

test.each([
  [1, "blocked", "BLOCK"],
  [0, "only looked at", "ALERT"],
  [0, "answered", undefined],
])("%i is counted of a name that was %s", (count, _, action) => {
  expect(counted(template, "secrets-prod-BlockedNames", lookUp("15.3.4.32.in-addr.arpa.", action))).toBe(
    count,
  );
});

describe("of names that are blocked", () => {
  const withServer = synthesizeEnvironment(shippedWith("vault-server", ["vault"], { operations: {} })).stack(
    "operations",
  );
  const ofServer = (name: string) =>
    counted(withServer, "secrets-server-BlockedNames", lookUp(name, "BLOCK"));
  const ofNodes = ["time.aws.com.", "time.aws.com.ap-northeast-2.compute.internal."];

  test.each(ofNodes)("%s is not counted where a Vault server is made: Amazon Linux asks for it", (name) => {
    expect(ofServer(name)).toBe(0);
  });

  test.each(ofNodes)("%s is counted elsewhere", (name) => {
    expect(counted(template, "secrets-prod-BlockedNames", lookUp(name, "BLOCK"))).toBe(1);
  });

  test("any other is counted where a Vault server is made", () => {
    expect(ofServer("example.com.")).toBe(1);
  });
});
