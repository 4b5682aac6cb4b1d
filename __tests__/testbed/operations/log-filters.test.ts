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

test("a pattern of another kind is refused", () => {
  const json = { ...filter, pattern: "{ $.level = error }" };
  expect(() => filteredData([json], "/aws/lambda/orders", "")).toThrow("got { $.level = error }");
});
