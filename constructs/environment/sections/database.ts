import * as z from "zod";
import { keyArn, secretArn, securityGroupId } from "../values/aws";
import { message, settings, text, wholeNumber } from "../values/format";

const engine = z.enum(["aurora-postgresql", "aurora-mysql"]).describe("What the cluster runs.");

const port = wholeNumber(1150, 65535).describe("Where the cluster listens.");

const databaseName = text(
  /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
  "must start with a letter and hold at most 63 letters, digits and underscores",
  'write for example "app"',
).describe("Database in the cluster that users connect to and get privileges in.");

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** Of two labels or more, the last of them no number, as in an IP address (RFC 1123, "Host Names and Numbers"). */
const writerEndpoint = text(
  new RegExp(`^(?=.{1,253}$)(${LABEL}\\.)+(?!\\d+$)${LABEL}$`),
  "must be the host name of the writer endpoint",
  'write the cluster endpoint without "https://" and without a port',
);

const certificateAuthorityFile = z
  .string()
  .optional()
  .describe(
    "PEM file, relative to this file, of the certificate authority that signed the database's certificate. " +
      "Left out: the Amazon RDS authorities; in a region whose roots functions do not have with them, the " +
      "loader asks for AWS's bundle.",
  );

const serverless = settings({
  kind: z.literal("serverless"),
  minAcu: z
    .number()
    .min(0)
    .max(256)
    .multipleOf(0.5)
    .describe("Least capacity, in Aurora capacity units; with 0 it pauses."),
  maxAcu: z.number().min(1).max(256).multipleOf(0.5).describe("Most capacity, in Aurora capacity units."),
}).refine((capacity) => capacity.minAcu <= capacity.maxAcu, {
  path: ["minAcu"],
  error: message("minAcu must not be above maxAcu", "lower minAcu or raise maxAcu"),
});

const provisioned = settings({
  kind: z.literal("provisioned"),
  instanceClass: text(
    /^db\.[a-z0-9]+\.[a-z0-9]+$/,
    "must be an RDS instance class",
    'write for example "db.r8g.large"',
  ).describe("One with Performance Insights."),
});

const createdDatabase = settings({
  kind: z.literal("created"),
  engine,
  engineVersion: text(
    /^\d+\.\d+(\.mysql_aurora(\.\d+)+)?$/,
    "must be an exact engine version",
    'write for example "16.8" (PostgreSQL) or "8.0.mysql_aurora.3.10.0" (MySQL)',
  ).describe(
    "Exact version. AWS upgrades nothing by itself before the version's support ends: change it and deploy, " +
      "over major versions too, and the cluster is upgraded at once. If AWS has upgraded the cluster, write " +
      "the version that it has.",
  ),
  databaseName,
  port: port.optional().describe("Left out: 5432 (PostgreSQL) or 3306 (MySQL)."),
  superuserName: text(
    /^[a-z][a-z0-9_]{0,15}$/,
    "must start with a letter and hold at most 16 lower-case letters, digits and underscores",
    'write for example "dbadmin"',
  )
    .default("dbadmin")
    .describe("Who creates the users of secrets. RDS keeps and rotates the password."),
  capacity: z.discriminatedUnion("kind", [serverless, provisioned]).describe("Size of the instances."),
  instances: wholeNumber(1, 15).describe("1 for a writer alone; 2 or more for a multi-AZ cluster."),
  backupRetentionDays: wholeNumber(1, 35)
    .optional()
    .describe(
      "How far back the cluster can be restored. Left out: 14; with awsBackup, what AWS Backup sets.",
    ),
  awsBackup: z
    .boolean()
    .default(false)
    .describe("AWS Backup sets retention and backup window of the cluster: Terraform leaves both alone."),
  keepAutomatedBackups: z
    .boolean()
    .default(true)
    .describe("Keep automated backups after the cluster is destroyed, until they expire."),
  extendedSupport: z
    .boolean()
    .default(false)
    .describe(
      "Pay for RDS Extended Support after the version's standard support ends. False: AWS then upgrades the " +
        "cluster to the next major version. Decided when the cluster is made.",
    ),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe("Terraform and RDS refuse to destroy the cluster, and Terraform to replace it."),
  finalSnapshot: z.boolean().default(true).describe("Take a snapshot when the cluster is destroyed."),
  certificateAuthorityFile,
}).describe("An Aurora cluster made by this project.");

const adoptedDatabase = settings({
  kind: z.literal("adopted"),
  engine,
  clusterResourceId: text(
    /^cluster-[A-Z0-9]{10,40}$/,
    "must be the cluster's resource id (not its name)",
    'write "DbClusterResourceId" of `aws rds describe-db-clusters`, for example "cluster-ABCDEFGHIJKL01234567890"',
  ).describe("DbClusterResourceId, which names it in policies for IAM database authentication."),
  host: writerEndpoint.describe("Writer endpoint of the cluster."),
  port,
  databaseName,
  securityGroupId: securityGroupId.describe("Of the cluster. Rules for the functions are added to it."),
  superuserSecretArn: secretArn.describe(
    "Secret of a user that may create users and give privileges, not below `<namePrefix>/`.",
  ),
  superuserSecretKeyArn: keyArn
    .optional()
    .describe("Customer-managed key of the superuser secret. Left out: aws/secretsmanager."),
  certificateAuthorityFile,
  allowWithoutTls: z
    .boolean()
    .optional()
    .describe(
      'Honour "ssl": false in a secret of this database, which is refused otherwise: passwords then cross ' +
        "the VPC in the clear.",
    ),
}).describe("An existing Aurora cluster.");

/** A part of names: of the cluster, of its rotation function. */
const name = text(
  /^(?!.*--)[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/,
  "a database's name must start with a letter and hold at most 16 lower-case letters, digits and single hyphens",
  'write for example "main"',
);

export const databases = z
  .record(name, z.discriminatedUnion("kind", [createdDatabase, adoptedDatabase]))
  .refine(
    (record) => Object.keys(record).length > 0,
    message("needs at least one database", 'add "main": { "kind": "created", … }'),
  )
  .describe(
    "Aurora clusters, by a name of your choice: at most 16 lower-case letters, digits and single hyphens. It " +
      "is part of the names of the cluster and its rotation function.",
  );
