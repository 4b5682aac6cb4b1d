import { nameOf } from "./callers";
import type { Neighbour } from "./neighbours";
import { TOLERATED_OF_DEPLOYS } from "./tolerated-deploys";

/** Calls that nothing needs and that the policies allow all the same. */
export interface Tolerated {
  readonly why: string;
  readonly is: (call: Neighbour) => boolean;
}

const PLANNER = /-planner$/;
const NODE = /-vault-node$/;

/** What has a name of its own has the environment's in it. */
const OF_ENVIRONMENT = /[:/]secrets-/;

export const TOLERATED: readonly Tolerated[] = [
  ...TOLERATED_OF_DEPLOYS,
  {
    why: "STS tells everybody who they are, whatever a policy says",
    is: ({ action, alone }) => action === "sts:GetCallerIdentity" && alone !== "endpoint",
  },
  {
    why: "a health function looks at every secret of the environment, to tell a missing one from another's",
    is: ({ action, by, resource, step }) =>
      !/^with/.test(step) &&
      /-health$/.test(nameOf(by)) &&
      /:(DescribeSecret|ListSecretVersionIds)$/.test(action) &&
      /:secret:secrets-/.test(resource),
  },
  {
    why: "what a key decrypts for rotation and health functions, Secrets Manager gives them of their own secrets only",
    is: ({ action, by, step, context = {} }) =>
      /^by /.test(step) &&
      /-(rotation|health)$/.test(nameOf(by)) &&
      /^kms:(Decrypt|GenerateDataKey)$/.test(action) &&
      /^secretsmanager\./.test(String(context["kms:ViaService"])),
  },
  {
    why: "Vault looks up the roles of functions that come later, too",
    is: ({ by, action, resource }) =>
      action === "iam:GetRole" && /-another$/.test(resource) && !PLANNER.test(nameOf(by)),
  },
  {
    why: "a planner looks at everything, and reads no value",
    is: ({ by, action, resource }) =>
      PLANNER.test(nameOf(by)) &&
      /:(Describe|List|Get(?!SecretValue|Object))/.test(action) &&
      (OF_ENVIRONMENT.test(resource) || !/^(iam|lambda|s3|scheduler|secretsmanager|ssm):/.test(action)),
  },
  {
    why: "a planner reads what others keep under the environment's name, where no policy of the secret refuses it",
    is: ({ by, action, resource }) =>
      PLANNER.test(nameOf(by)) && action.endsWith(":GetSecretValue") && /another-\w{6}$/.test(resource),
  },
  {
    why: "a planner decrypts what Secrets Manager gives it",
    is: ({ by, action, account, of, context = {} }) =>
      PLANNER.test(nameOf(by)) &&
      action === "kms:Decrypt" &&
      account === of.account &&
      /^secretsmanager\./.test(String(context["kms:ViaService"])) &&
      /:secrets-[^/]+\//.test(String(context["kms:EncryptionContext:SecretARN"])),
  },
  {
    why: "a planner may plan from any branch that is asked to be merged",
    is: ({ resource, step }) => /-planner$/.test(resource) && /^with.*:ref$/.test(step),
  },
  {
    why: "the quota monitor counts network interfaces",
    is: ({ by, action }) => /-quota-monitor$/.test(nameOf(by)) && action === "ec2:DescribeNetworkInterfaces",
  },
  {
    why: "the certificate's secret may have any key of the account, which decrypts nothing but that secret",
    is: ({ by, action, account, of, step, context = {} }) =>
      NODE.test(nameOf(by)) &&
      action === "kms:Decrypt" &&
      account === of.account &&
      /^on /.test(step) &&
      /vault-server\/certificate-/.test(String(context["kms:EncryptionContext:SecretARN"])),
  },
  {
    why: "AWS's own policy for Enhanced Monitoring is for log groups of RDS in any account",
    is: ({ by, resource }) => /-rds-monitoring$/.test(nameOf(by)) && /:log-group:RDS/.test(resource),
  },
  {
    why: "a bucket's key is used through S3 alone, which asks whether the object may be read or written",
    is: ({ step, context = {} }) =>
      /^with.* kms:EncryptionContext:aws:s3:arn$/.test(step) &&
      /^s3\./.test(String(context["kms:ViaService"])),
  },
  {
    why: "the account's administrators use keys through the services that use them",
    is: ({ by, step, context = {} }) =>
      /^by /.test(step) &&
      by.kind === "AWS" &&
      by.unlimited === true &&
      context["kms:ViaService"] !== undefined,
  },
  {
    why: "whoever IAM lets use the secrets' key may use it for all of them",
    is: ({ by, step }) =>
      by.kind === "AWS" && by.unlimited === true && /^with.* kms:EncryptionContext:/.test(step),
  },
];
