import { adoptedDatabases, createdDatabases } from "./places";
import { place, type Rule, rule } from "./rule";

export const networkRules: readonly Rule[] = [
  rule({
    where: ({ network, region }) =>
      network?.kind === "created" && region
        ? network.zones.map((zone, index) => ({ path: ["network", "zones", index], got: zone, region }))
        : [],
    holds: ({ got, region }) => got.slice(0, -1) === region,
    must: ({ region }) => `must be a zone of region ${region}`,
    fix: ({ region }) => `write for example "${region}a"`,
  }),
  rule({
    where: (draft) =>
      adoptedDatabases(draft).length > 0 ? place(draft.network?.kind, "network", "kind") : [],
    holds: ({ got }) => got === "adopted",
    must: "an adopted database stays in its own VPC, so that VPC must be adopted too",
    fix: 'write "adopted" and the vpcId and subnetIds of the database',
  }),
  rule({
    where: ({ network, ...draft }) =>
      network?.kind === "adopted" && createdDatabases(draft).length > 0
        ? place(network.subnetIds, "network", "subnetIds")
        : [],
    holds: ({ got }) => got.length > 1,
    must: "a created database needs subnets in at least two availability zones",
    fix: "name a subnet of another zone too",
  }),
];
