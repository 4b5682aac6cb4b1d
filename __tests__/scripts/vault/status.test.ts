import { otherVersions } from "../../../scripts/vault/status";

test("nodes that run another version are named, whatever edition they are", () => {
  const nodes = [
    { id: "node-1", version: "1.21.1+ent" },
    { id: "node-2", version: "1.20.0" },
    { id: "node-3", version: "1.21.1" },
  ];

  expect(otherVersions(nodes, "1.21.1")).toEqual([
    expect.stringContaining("says version 1.21.1, and node-2 runs another one"),
  ]);
});

test("nothing is said of nodes that run the version, or are not reached", () => {
  const nodes = [
    { id: "node-1", version: "1.21.1" },
    { id: "node-2", version: "" },
  ];

  expect(otherVersions(nodes, "1.21.1")).toEqual([]);
});
