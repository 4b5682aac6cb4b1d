import { shippedSettings } from "../../../support/shipped";
import { refuses } from "../support/refuses";
import { trueOrFalse, wholeNumber } from "../support/usual-rules";

const dev = shippedSettings("dev");

describe("rotation and consumers: refuse", () => {
  refuses(dev, [
    {
      change: { "rotation.timeoutSeconds": 901 },
      got: "901",
      ...wholeNumber(30, 900),
    },
    {
      change: { "rotation.memoryMegabytes": 64 },
      got: "64",
      ...wholeNumber(128, 10240),
    },
    {
      change: { "rotation.immediately": 1 },
      got: "1",
      ...trueOrFalse,
    },
    {
      change: { "consumers[0].name": "Orders" },
      rule: "must hold at most 24 lower-case letters, digits and hyphens",
      got: '"Orders"',
      fix: 'write for example "orders"',
    },
    {
      change: { "consumers[0].secret": "billing" },
      rule: "must be the name of a secret: orders",
      got: '"billing"',
      fix: 'write "orders"',
    },
    ...["rotation", "flow-logs", "rds-monitoring"].map((name) => ({
      change: { "consumers[0].name": name },
      rule: "rotation, flow-logs, rds-monitoring end the names of an environment's own function and roles",
      got: `"${name}"`,
      fix: "choose another name",
    })),
    {
      change: { "consumers[1]": { name: "orders", secret: "orders" } },
      path: "consumers[1].name",
      rule: "two consumers cannot have the same name",
      got: '"orders"',
      fix: "choose another name",
    },
  ]);
});
