import * as z from "zod";
import { privateBlock } from "./cidr";
import { says, section, text, wholeNumber } from "./rule";

export const securityGroupId = text(
  /^sg-[0-9a-f]{8,17}$/,
  "must be a security group id",
  'write it as EC2 shows it, for example "sg-0a1b2c3d4e5f67890"',
);

const zoneName = text(
  /^[a-z]{2}(-[a-z]+)+-\d[a-p]$/,
  "must be the name of an availability zone",
  'write for example "ap-northeast-2a"',
);

const createdNetwork = section({
  kind: z.literal("created"),
  cidr: privateBlock(16, 24, "10.20.0.0/16").meta({
    description: "Private addresses (RFC 1918 or RFC 6598) of the VPC. Each zone gets one sixteenth of them.",
  }),
  zones: z
    .array(zoneName)
    .min(
      2,
      says(
        "Aurora needs subnets in at least two availability zones",
        "name two or three zones of the region",
      ),
    )
    .refine(
      (zones) => new Set(zones).size === zones.length,
      says("zones must differ", "remove the repeated zone"),
    )
    .meta({ description: "Availability zones; one private subnet each." }),
}).meta({ description: "A VPC made by this project: private subnets, no route to the internet." });

const adoptedNetwork = section({
  kind: z.literal("adopted"),
  vpcId: text(/^vpc-[0-9a-f]{8,17}$/, "must be a VPC id", 'write for example "vpc-0a1b2c3d4e5f67890"'),
  subnetIds: z
    .array(
      text(/^subnet-[0-9a-f]{8,17}$/, "must be a subnet id", 'write for example "subnet-0a1b2c3d4e5f67890"'),
    )
    .min(1, says("the functions need at least one subnet", "name the private subnets for the functions"))
    .max(16, says("a Lambda function takes at most 16 subnets", "name at most 16 subnets")),
  secretsManagerEndpoint: section({ securityGroupId }).optional().meta({
    description:
      "The VPC's own Secrets Manager interface endpoint with private DNS. Only a rule is added to its security group. Left out: an endpoint is created.",
  }),
}).meta({ description: "An existing VPC with DNS support and DNS hostnames on." });

export const network = z.discriminatedUnion("kind", [createdNetwork, adoptedNetwork]);

/** Days that CloudWatch Logs accepts (API reference, PutRetentionPolicy). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logRetentionDays = wholeNumber(1, 3653).refine(
  (days) => RETENTION_DAYS.includes(days),
  says(`CloudWatch Logs keeps logs for one of ${RETENTION_DAYS.join(", ")} days`, "write one of them"),
);
