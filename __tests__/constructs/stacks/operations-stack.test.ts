import { messagesOf } from "../../../testbed/operations/event-rules";
import { invocationEvent } from "../../../testbed/operations/invocation-event";
import { rotationEvent } from "../../../testbed/operations/rotation-event";
import { changed, load } from "../../support/environment-files";
import { shippedSettings, shippedWith, synthesizeEnvironment } from "../../support/shipped";
import type { Attributes, Template } from "../../support/template";

const prod = shippedSettings("prod");

function operations(changes: Readonly<Record<string, unknown>> = {}, settings: Attributes = prod): Template {
  return synthesizeEnvironment(load(changed(settings, changes))).stack("operations");
}

const template = operations();
const TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:on-call";

test("there is no such stack unless the environment asks for it", () => {
  expect(Object.keys(synthesizeEnvironment(load(shippedSettings("dev"))).stacks)).not.toContain("operations");
});

test("comes after all that it watches", () => {
  const { dependencies } = synthesizeEnvironment(load(prod));
  expect(dependencies["dev-operations"]).toEqual(["dev-foundation", "dev-functions", "dev-native"]);
});

test("comes after a Vault server that the environment makes, too", () => {
  const { vault } = shippedSettings("vault-server");
  const { dependencies } = synthesizeEnvironment(shippedWith("prod", ["vault"], { vault }));
  expect(dependencies["prod-operations"]).toContain("prod-vault-server");
});

describe("notifications", () => {
  test("are encrypted, and come from EventBridge and from alarms of the environment only", () => {
    const topic = template.resource("aws_sns_topic");
    expect(topic).toMatchObject({
      name: "secrets-prod-notifications",
      kms_master_key_id: template.reference("arn", "aws_kms_key"),
    });
    const { policy } = template.resource("aws_sns_topic_policy");
    const key = template.resource("aws_kms_key").policy;
    for (const document of [policy, key]) {
      expect(template.statement(document, "EventBridge").condition).toBeUndefined();
      expect(template.statement(document, "Alarms").condition).toEqual([
        { test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] },
        {
          test: "ArnLike",
          variable: "aws:SourceArn",
          values: ["arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:secrets-prod-*"],
        },
      ]);
    }
    expect(template.statement(policy, "Alarms").actions).toEqual(["sns:Publish"]);
    expect(template.statement(key, "Alarms").actions).toEqual(["kms:Decrypt", "kms:GenerateDataKey*"]);
  });

  test("go to the subscriptions that the environment names", () => {
    expect(template.resource("aws_sns_topic_subscription")).toMatchObject({
      protocol: "email",
      endpoint: "on-call@example.com",
    });
  });

  test("go to a topic that is there already", () => {
    const adopted = operations({ "operations.notifications": { kind: "adopted", topicArn: TOPIC } });
    expect(adopted.resources("aws_sns_topic")).toEqual([]);
    expect(adopted.resources("aws_kms_key")).toEqual([]);
    const actions = adopted
      .resources("aws_cloudwatch_metric_alarm")
      .map(({ alarm_actions }) => alarm_actions);
    expect(new Set(actions.map(String))).toEqual(new Set([TOPIC]));
    const targets = adopted.resources("aws_cloudwatch_event_target").map(({ arn }) => arn);
    expect(new Set(targets)).toEqual(new Set([TOPIC]));
  });
});

describe("the trail", () => {
  test("has all management events but those of KMS and the Data API, and no file of another trail", () => {
    expect(template.resource("aws_cloudtrail").event_selector).toEqual([
      {
        read_write_type: "All",
        include_management_events: true,
        exclude_management_event_sources: ["kms.amazonaws.com", "rdsdata.amazonaws.com"],
      },
    ]);
    const { policy } = template.resource("aws_s3_bucket_policy");
    for (const sid of ["CheckBucket", "WriteFiles"])
      expect(template.statement(policy, sid).condition).toContainEqual({
        test: "StringEquals",
        variable: "aws:SourceArn",
        values: ["arn:aws:cloudtrail:ap-northeast-2:111122223333:trail/secrets-prod-trail"],
      });
  });

  test("is not made where the account has one", () => {
    const adopted = operations({ "operations.trail": "adopted" });
    expect(adopted.addresses.filter((address) => /cloudtrail|s3/.test(address))).toEqual([]);
    expect(rules(adopted)).toHaveLength(3);
  });
});

/** The rules as EventBridge would have them. */
function rules(of: Template) {
  const ofRotations = of.resources("aws_cloudwatch_event_rule").filter(({ name }) => /Rotation/.test(name));
  return ofRotations.map(({ name, event_pattern }) => {
    const target = of
      .resources("aws_cloudwatch_event_target")
      .find(
        ({ rule }) =>
          rule === of.reference("name", "aws_cloudwatch_event_rule", `_${name.split("-").at(-1)}_`),
      );
    return {
      eventPattern: event_pattern,
      inputPaths: target?.input_transformer.input_paths,
      inputTemplate: target?.input_transformer.input_template,
    };
  });
}

describe("a message", () => {
  const secretArn = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-prod/orders-AbCdEf";
  const time = new Date("2026-11-28T03:00:00Z");
  const said = (eventName: string, arn = secretArn) =>
    messagesOf(rotationEvent({ eventName, secretArn: arn, time }), rules(template)).map(({ text }) => text);

  test.each(["RotationFailed", "RotationAbandoned", "TestRotationFailed"])(
    "of %s says which secret, when, what it means and where to look",
    (eventName) => {
      const [text = "", ...more] = said(eventName);
      expect(more).toEqual([]);
      expect(text).toContain(`${eventName}: the secret ${secretArn}, at 2026-11-28T03:00:00Z.`);
      expect(text).toContain("secrets-prod/failures");
      expect(text).toContain(`docs/operations.md#${eventName.toLowerCase()}`);
      expect(text.length).toBeLessThan(1000);
    },
  );

  test("comes of no event that is well, and of no secret of somebody else", () => {
    expect(said("RotationSucceeded")).toEqual([]);
    expect(said("RotationFailed", secretArn.replace("secrets-prod", "secrets-prod2"))).toEqual([]);
  });

  test("comes of the superusers' secrets, too, which RDS rotates", () => {
    const [rule] = rules(template);
    const { SecretId } = JSON.parse(rule?.eventPattern ?? "{}").detail.additionalEventData;
    expect(SecretId).toEqual([
      { prefix: "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-prod/" },
      expect.stringContaining("master_user_secret"),
      expect.stringContaining("master_user_secret"),
    ]);
  });
});

test.each([
  ["rotationEvents", "aws_cloudtrail"],
  ["alarms", "aws_cloudwatch_metric_alarm"],
  ["dashboard", "aws_cloudwatch_dashboard"],
  ["queries", "aws_cloudwatch_query_definition"],
])("%s: false leaves out each %s", (setting, type) => {
  expect(template.resources(type)).not.toEqual([]);
  expect(operations({ [`operations.${setting}`]: false }).resources(type)).toEqual([]);
});

test("rotationEvents: false leaves out each rule for them", () => {
  expect(rules(operations({ "operations.rotationEvents": false }))).toEqual([]);
});

test("findings of a check are sent on, with what the check says, and nothing is sent where all is well", () => {
  const { event_pattern: eventPattern } = template.resource("aws_cloudwatch_event_rule", {
    name: "secrets-prod-CredentialFindings",
  });
  const address = template.reference("name", "aws_cloudwatch_event_rule", "CredentialFindings");
  const { input_transformer: transformer } = template.resource("aws_cloudwatch_event_target", {
    rule: address,
  });
  const rule = {
    eventPattern,
    inputPaths: transformer.input_paths,
    inputTemplate: transformer.input_template,
  };
  const answer = (unhealthy: number, functionName = "secrets-prod-main-health") =>
    invocationEvent({
      functionArn: `arn:aws:lambda:ap-northeast-2:111122223333:function:${functionName}`,
      answer: { database: "main", unhealthy, message: "orders (login): LoginRefusedError: rotate it" },
      time: new Date("2026-11-28T06:00:00Z"),
    });
  const said = (event: ReturnType<typeof answer>) => messagesOf(event, [rule]).map(({ text }) => text);
  expect(said(answer(1))).toEqual([
    [
      '"secrets-prod: findings in the database main: 1, at 2026-11-28T06:00:00Z."',
      '"orders (login): LoginRefusedError: rotate it"',
      '"Runbook: docs/operations.md#credentialfindings"',
    ].join("\n"),
  ]);
  expect(said(answer(0))).toEqual([]);
  expect(said(answer(1, "secrets-prod-main-rotation"))).toEqual([]);
});

test("an alarm that is switched off is not there, and all others are", () => {
  const names = (of: Template) =>
    of.resources("aws_cloudwatch_metric_alarm").map(({ alarm_name }) => alarm_name);
  const without = names(operations({ "operations.alarms.databaseCpu": false }));
  expect(names(template).filter((name) => !without.includes(name))).toEqual([
    "secrets-prod-databaseCpu-billing",
    "secrets-prod-databaseCpu-main",
  ]);
});

test("a threshold keeps its name from the file to the alarm, whose unit the metric decides", () => {
  const alarms = operations({
    "operations.alarms": { rotationErrors: 3, rotationDuration: 50, databaseConnections: 10 },
  });
  const threshold = (alarm_name: string) =>
    alarms.resource("aws_cloudwatch_metric_alarm", { alarm_name }).threshold;
  expect(threshold("secrets-prod-rotationErrors-main")).toBe(3);
  expect(threshold("secrets-prod-rotationDuration-main")).toBe(30_000);
  // A db.r8g.large, of whose 16 GiB nine tenths are for connections.
  expect(threshold("secrets-prod-databaseConnections-main")).toBe(162);
});

describe("dashboard", () => {
  const titles = (of: Template): string[] =>
    JSON.parse(of.resource("aws_cloudwatch_dashboard").dashboard_body).widgets.map(
      ({ properties }: Attributes) => properties.title,
    );

  test("has what is deployed", () => {
    expect(titles(template)).toEqual([
      "secrets-prod-main-rotation: calls, errors, throttles",
      "secrets-prod-main-rotation: longest step",
      "secrets-prod-billing-rotation: calls, errors, throttles",
      "secrets-prod-billing-rotation: longest step",
      "Database main: secrets that fail, hang, are overdue",
      "Database main: days since the oldest rotation, until certificates end",
      "Database billing: secrets that fail, hang, are overdue",
      "Database billing: days since the oldest rotation, until certificates end",
      "Endpoint secretsmanager: connections, resets, dropped packets",
      "Database main: CPU",
      "Database main: connections",
      "Database billing: CPU",
      "Database billing: connections",
      "Network: rejected connections, blocked names",
      "Quotas: percent used",
      "Last rotation of each secret",
    ]);
  });

  test("opens with so many days that there are rotations in it", () => {
    const { start, periodOverride } = JSON.parse(
      template.resource("aws_cloudwatch_dashboard").dashboard_body,
    );
    expect({ start, periodOverride }).toEqual({ start: "-P14D", periodOverride: "inherit" });
  });

  test("draws a point a day of what is measured once a day, and one an hour of all else", () => {
    const { widgets } = JSON.parse(template.resource("aws_cloudwatch_dashboard").dashboard_body);
    const graphs = widgets.filter(({ type }: Attributes) => type === "metric");
    const titlesBy = (period: number) =>
      graphs.flatMap(({ properties }: Attributes) => (properties.period === period ? properties.title : []));
    expect(titlesBy(86_400)).toEqual([
      "Database main: secrets that fail, hang, are overdue",
      "Database main: days since the oldest rotation, until certificates end",
      "Database billing: secrets that fail, hang, are overdue",
      "Database billing: days since the oldest rotation, until certificates end",
      "Quotas: percent used",
    ]);
    expect(titlesBy(3_600)).toHaveLength(graphs.length - 5);
  });

  test("has a Vault server that the environment makes, and its endpoints", () => {
    const { vault } = shippedSettings("vault-server");
    const made = synthesizeEnvironment(shippedWith("prod", ["vault"], { vault })).stack("operations");
    const ofVault = titles(made).filter((title) => /vault/i.test(title));
    expect(ofVault.filter((title) => title.startsWith("Endpoint vault-"))).toHaveLength(7);
    expect(ofVault.filter((title) => title.startsWith("Vault"))).toEqual([
      "Vault: failed logins and reads",
      "Vault server: nodes sealed, without a leader, not served",
      "Vault server: data volume in percent, days until the certificate ends",
      "Vault server: age of the newest snapshot",
    ]);
  });

  test("has nothing of what is not there", () => {
    const adopt = changed(shippedSettings("adopt"), {
      operations: { credentialHealth: false, quotaMonitor: false },
    });
    expect(titles(operations({}, adopt))).toEqual([
      "secrets-adopt-main-rotation: calls, errors, throttles",
      "secrets-adopt-main-rotation: longest step",
      "Database main: CPU",
      "Database main: connections",
      "Last rotation of each secret",
    ]);
  });
});
