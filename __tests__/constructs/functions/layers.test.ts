import { layerFor, layersFrom } from "../../../constructs/functions/layers";
import { recordedConsumer } from "../../support/recorded-consumer";

test("asks a table for both architectures", () => {
  expect(layersFrom((architecture) => `arn:${architecture}`)).toEqual({
    arm64: "arn:arm64",
    x86_64: "arn:x86_64",
  });
});

test.each(["arm64", "x86_64"] as const)("gives the layer for %s", (architecture) => {
  const layers = { arm64: "arn:arm64", x86_64: "arn:x86_64" };
  expect(layerFor(recordedConsumer("app", { architecture }), layers, "the extension")).toBe(
    `arn:${architecture}`,
  );
});

test.each([
  ["none is named", { arm64: "arn:arm64" }],
  ["the table has none", layersFrom((architecture) => (architecture === "arm64" ? "arn:arm64" : undefined))],
])("refuses an architecture for which %s, by the extension's name", (_, layers) => {
  expect(() =>
    layerFor(recordedConsumer("app", { architecture: "x86_64" }), layers, "the extension"),
  ).toThrow("app: there must be a layer with the extension for x86_64; name its ARN");
});
