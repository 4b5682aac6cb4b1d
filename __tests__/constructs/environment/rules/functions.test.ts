import { changed, problems } from "../../../support/environment-files";
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
      change: { "rotation.timeoutSeconds": "60" },
      got: '"60"',
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
    {
      change: { backend: "vault", "consumers[0].secret": 7 },
      path: "consumers[0].secret",
      rule: "must be a string",
      got: "7",
      fix: "write a string",
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

test("a consumer of a secret where there are none is told so", () => {
  expect(problems(changed(dev, { secrets: [] }))).toContainEqual({
    path: "consumers[0].secret",
    rule: "must be the name of a secret, and there is none",
    got: '"orders"',
    fix: "add it to secrets, or remove the consumer",
  });
});

test("a number too large to be one is called that", () => {
  const text = JSON.stringify(dev).replace('"maxAcu":2', '"maxAcu":1e999');
  expect(problems(text)).toEqual([
    {
      path: "database.capacity.maxAcu",
      rule: "must be a number",
      got: "a number too large to be one",
      fix: "write a number",
    },
  ]);
});
