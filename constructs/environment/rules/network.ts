import { adoptedDatabases, createdDatabases, entries, network, ofKind, setting } from "./places";
import { type Rule, rule } from "./rule";

export const networkRules: readonly Rule[] = [
  rule(entries(ofKind(network, "created"), "zones"), {
    when: ({ region }) => region !== undefined,
    holds: ({ got }, { region }) => got.slice(0, -1) === region,
    must: (_, { region }) => `must be a zone of region ${region}`,
    fix: (_, { region }) => `write for example "${region}a"`,
  }),
  rule(setting(network, "kind"), {
    when: (draft) => adoptedDatabases(draft).length > 0,
    holds: ({ got }) => got === "adopted",
    must: "an adopted database stays in its own VPC, so that VPC must be adopted too",
    fix: 'write "adopted" and the vpcId and subnetIds of the database',
  }),
  rule(setting(ofKind(network, "adopted"), "subnetIds"), {
    when: (draft) => createdDatabases(draft).length > 0,
    holds: ({ got }) => got.length > 1,
    must: "a created database needs subnets in at least two availability zones",
    fix: "name a subnet of another zone too",
  }),
];
