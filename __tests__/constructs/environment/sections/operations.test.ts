import { load } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";

const dev = shippedSettings("dev");

test("both functions are on where there is operations, and off one by one", () => {
  expect(load({ ...dev, operations: {} }).operations).toMatchObject({
    credentialHealth: { schedule: "rate(1 day)" },
    quotaMonitor: { schedule: "rate(6 hours)" },
  });
  expect(load({ ...dev, operations: { quotaMonitor: false } }).operations).toMatchObject({
    credentialHealth: { schedule: "rate(1 day)" },
    quotaMonitor: false,
  });
});

test("without operations nothing watches", () => {
  expect(load({ ...dev, operations: undefined }).operations).toBe(false);
});

describe("operations: refuses", () => {
  refuses(dev, [
    ...["rate(2 days)", "cron(0 6 ? * SUN *)", "daily"].map((schedule) => ({
      change: { operations: { credentialHealth: { schedule } } },
      path: "operations.credentialHealth.schedule",
      rule: "must be rate(1 day), rate(n hours) of at most 24, or cron(minute hour * * ? *) in UTC",
      got: JSON.stringify(schedule),
      fix: 'write for example "cron(0 6 * * ? *)"',
    })),
    {
      change: { operations: { quotaMonitor: { schedule: "rate(2 days)" } } },
      path: "operations.quotaMonitor.schedule",
      rule: "must be rate(n hours), of 1 to 24 hours",
      got: '"rate(2 days)"',
      fix: 'write for example "rate(6 hours)"',
    },
    {
      change: { rotation: { codeSigningConfigArn: "csc-1" } },
      path: "rotation.codeSigningConfigArn",
      rule: "must be the ARN of a code signing configuration",
      got: '"csc-1"',
      fix: 'write for example "arn:aws:lambda:ap-northeast-2:111122223333:code-signing-config:csc-0a1b2c3d4e5f67890"',
    },
  ]);
});
