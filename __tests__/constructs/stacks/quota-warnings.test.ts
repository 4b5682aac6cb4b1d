import { Annotations } from "cdktf";
import type { Environment } from "../../../constructs/environment";
import { quotaWarnings, rulesOfFunctions } from "../../../constructs/stacks/quota-warnings";
import { readTemplates, resolved } from "../../../testbed/deployed/templates";
import { existingFor } from "../../../testbed/network/existing";
import { changed, load } from "../../support/environment-files";
import { allVariants, shippedWith, synthesizeEnvironment } from "../../support/shipped";
import { shippedSettings } from "../environment/support/shipped-settings";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

function withDatabases(settings: typeof dev, count: number, more: object = {}): Environment {
  const { main } = settings.databases;
  const databases = Array.from({ length: count }, (_, index) => [
    `database-${index}`,
    main.kind === "adopted"
      ? {
          ...main,
          host: `${index}.${main.host}`,
          clusterResourceId: `${main.clusterResourceId.slice(0, -1)}${index}`,
        }
      : main,
  ]);
  return load(
    changed(settings, {
      databases: Object.fromEntries(databases),
      secrets: [{ name: "orders", user: "orders", strategy: "single-user", database: "database-0" }],
      functions: [],
      ...more,
    }),
  );
}

describe("of databases whose events are told", () => {
  test("15 fit into the pattern", () => {
    expect(quotaWarnings(withDatabases(dev, 15, { operations: {} }))).toEqual([]);
  });

  test("16 are warned of, with what to do", () => {
    expect(quotaWarnings(withDatabases(dev, 16, { operations: {} }))).toEqual([
      "The pattern of rotation events may have 2,048 characters, and has 2,154. Ask AWS for more (Service " +
        'Quotas, Amazon EventBridge, "Event pattern size"), put some databases into another environment, or write ' +
        "false for operations.rotationEvents.",
    ]);
  });

  test.each([false, { rotationEvents: false }])(
    "no pattern is warned of with operations %j",
    (operations) => {
      expect(quotaWarnings(withDatabases(dev, 16, { operations }))).toEqual([]);
    },
  );
});

describe("of databases whose credentials are checked", () => {
  const checking = (count: number, operations: object | false) =>
    withDatabases(dev, count, {
      operations,
      secrets: Array.from({ length: count }, (_, index) => ({
        name: `orders-${index}`,
        user: `orders_${index}`,
        strategy: "single-user",
        database: `database-${index}`,
      })),
    });
  const findingsOnly = { rotationEvents: false };

  test("19 fit into the pattern", () => {
    expect(quotaWarnings(checking(19, findingsOnly))).toEqual([]);
  });

  test("20 are warned of, with what to do", () => {
    expect(quotaWarnings(checking(20, findingsOnly))).toEqual([
      "The pattern of credential findings may have 2,048 characters, and has 2,113. Ask AWS for more (Service " +
        'Quotas, Amazon EventBridge, "Event pattern size"), put some databases into another environment, or write ' +
        "false for operations.credentialHealth.",
    ]);
  });

  test("as many characters are counted as the rule has", () => {
    const environment = checking(20, findingsOnly);
    const { event_pattern } = synthesizeEnvironment(environment)
      .stack("operations")
      .resource("aws_cloudwatch_event_rule", { name: `${environment.namePrefix}-CredentialFindings` });
    expect(quotaWarnings(environment)[0]).toContain(`has ${event_pattern.length.toLocaleString("en")}.`);
  });

  test("no pattern is warned of without checks", () => {
    expect(quotaWarnings(checking(20, { rotationEvents: false, credentialHealth: false }))).toEqual([]);
  });
});

describe("of rules of the functions' security group", () => {
  const withBlocks = (count: number) => {
    const cidrs = Array.from({ length: count }, (_, index) => `10.1.${index}.0/24`);
    return shippedWith("dev", ["native", "vault"], { "vault.server.location": { kind: "elsewhere", cidrs } });
  };

  test("60 fit", () => {
    expect(quotaWarnings(withBlocks(58))).toEqual([]);
    expect(quotaWarnings(withDatabases(dev, 59))).toEqual([]);
  });

  test("61 are warned of at synth, with what to do", () => {
    const warnings = jest.spyOn(Annotations.prototype, "addWarning").mockReturnValue();
    synthesizeEnvironment(withBlocks(59));
    const told = warnings.mock.calls.map(([text]) => text).filter((text) => text.includes("60 rules"));
    warnings.mockRestore();
    expect(told).toEqual([
      "The security group of the functions may have 60 rules, and has 61: one for each database, backend and block " +
        'of vault.server.location.cidrs. Ask AWS for more (Service Quotas, Amazon VPC, "Inbound or outbound rules ' +
        'per security group"), or put some databases into another environment.',
    ]);
  });

  const shared = withDatabases(adopt, 3, { operations: false });
  test.each([
    ...allVariants,
    ["three databases of one security group", shared] as const,
    ["two blocks of Vault", withBlocks(2)] as const,
  ])("%s: as many are counted as are made", (_, environment) => {
    const { directory } = synthesizeEnvironment(environment);
    const { resources } = resolved(readTemplates(directory), environment, existingFor(environment));
    const group = resources.find(
      ({ type, values }) =>
        type === "aws_security_group" && values.name === `${environment.namePrefix}-lambda`,
    );
    const made = resources.filter(
      ({ type, values }) =>
        type === "aws_vpc_security_group_egress_rule" && values.security_group_id === group?.values.id,
    );
    expect(made.length).toBeGreaterThan(0);
    expect(rulesOfFunctions(environment)).toBe(made.length);
  });
});
