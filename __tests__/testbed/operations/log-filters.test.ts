import { filteredData } from "../../../testbed/operations/log-filters";

const filter = { logGroupName: "/aws/lambda/orders", namespace: "App", metricName: "Failures" };
const pattern = '?"no login" ?"(vault-file): "';

test("each record with one of the words counts", () => {
  const log = "all is well\nno login today\nError (vault-file): no\n(vault-file) is well";
  expect(filteredData([{ ...filter, pattern }], "/aws/lambda/orders", log)).toEqual(
    Array.from({ length: 2 }, () => ({ namespace: "App", metricName: "Failures", dimensions: {}, value: 1 })),
  );
});

test("the log of another group does not", () => {
  expect(filteredData([{ ...filter, pattern }], "/aws/lambda/billing", "no login")).toEqual([]);
});

const counted = (pattern: string, record: string) =>
  filteredData([{ ...filter, pattern }], "/aws/lambda/orders", record).length;

/** Amazon CloudWatch Logs User Guide, "Filter pattern syntax": the example of space-delimited records. */
const REQUEST = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

test.each([
  ["[ip, user, username, timestamp, request = *.html*, status = 4*, bytes]", 1],
  ["[ip, user, username, timestamp, request, status = 5*, bytes]", 0],
  ['[ip, user, username, timestamp, request, status = "404", bytes]', 1],
  ["[ip = 127.0.*, user, username, timestamp, request, status, bytes]", 1],
  ["[ip = 127.*, user]", 0],
])("of a record with fields, %s counts %i", (pattern, count) => {
  expect(counted(pattern, REQUEST)).toBe(count);
});

test.each([
  ['{ $.level = "error" }', 1],
  ['{ $.level = "info" }', 0],
  ['{ $.level = "error" && $.step != "setSecret" }', 0],
  ['{ $.level = "error" && $.step != "testSecret" }', 1],
  ['{ $.action = "BLOCK" }', 0],
])("of a record in JSON, %s counts %i", (pattern, count) => {
  expect(counted(pattern, '{"level":"error","step":"setSecret"}')).toBe(count);
});

test("what is no JSON is not counted by members", () => {
  expect(counted('{ $.level = "error" }', "START RequestId: 1")).toBe(0);
});

test.each(["{ $.level = error }", "[..., status = 4*]", '[ip = "127.*"]', "error"])(
  "the pattern %s of another kind is refused",
  (pattern) => {
    expect(() => counted(pattern, "")).toThrow(`got ${pattern}`);
  },
);
