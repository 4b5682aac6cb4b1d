import * as z from "zod";
import { securityGroupId } from "../values/aws";
import { privateBlock } from "../values/cidr";
import { distinct, message, settings, text } from "../values/format";

const zoneName = text(
  /^[a-z]{2}(-[a-z]+)+-\d[a-p]$/,
  "must be the name of an availability zone",
  'write for example "ap-northeast-2a"',
);

const dnsName = text(
  /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/,
  "must be a DNS name in lower case, with or without *. in front",
  'write for example "vault.example.internal" or "*.example.internal"',
).max(255, message("a DNS name has at most 255 characters", "write a shorter name"));

const createdNetwork = settings({
  kind: z.literal("created"),
  cidr: privateBlock(16, 24, "10.20.0.0/16").describe(
    "Private addresses (RFC 1918 or RFC 6598) of the VPC. Each zone gets one sixteenth of them.",
  ),
  zones: distinct(zoneName, "zones must differ", "remove the repeated zone")
    .min(
      2,
      message(
        "Aurora needs subnets in at least two availability zones",
        "name two or three zones of the region",
      ),
    )
    .describe("Availability zones; one private subnet each."),
  dnsFirewall: z
    .boolean()
    .default(true)
    .describe(
      "Route 53 Resolver DNS Firewall: the VPC may look up AWS's names of the region, Vault's host and " +
        "allowedNames. The rest is blocked; all queries are logged.",
    ),
  allowedNames: distinct(dnsName, "names must differ", "remove the repeated name")
    .default([])
    .describe("Further names that the VPC may look up; *.example.internal: all names below."),
}).describe("A VPC made by this project: private subnets, no route to the internet.");

const adoptedNetwork = settings({
  kind: z.literal("adopted"),
  vpcId: text(
    /^vpc-[0-9a-f]{8,17}$/,
    "must be a VPC id",
    'write for example "vpc-0a1b2c3d4e5f67890"',
  ).describe("Id of the VPC."),
  subnetIds: distinct(
    text(/^subnet-[0-9a-f]{8,17}$/, "must be a subnet id", 'write for example "subnet-0a1b2c3d4e5f67890"'),
    "subnets must differ, one of each zone",
    "remove the repeated subnet",
  )
    .min(1, message("the functions need at least one subnet", "name the private subnets for the functions"))
    .max(16, message("a Lambda function takes at most 16 subnets", "name at most 16 subnets"))
    .describe("Private subnets for the functions, one of each zone. A created database needs two or more."),
  secretsManagerEndpoint: settings({ securityGroupId: securityGroupId.describe("Of the endpoint.") })
    .optional()
    .describe(
      "The VPC's own Secrets Manager interface endpoint with private DNS. Only a rule is added to its " +
        "security group. Left out: an endpoint is created.",
    ),
}).describe("An existing VPC with DNS support and DNS hostnames on.");

export const network = z
  .discriminatedUnion("kind", [createdNetwork, adoptedNetwork])
  .describe("The VPC of functions and databases.");
