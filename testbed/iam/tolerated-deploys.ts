import { nameOf } from "./callers";
import type { Neighbour } from "./neighbours";
import type { Tolerated } from "./tolerated";

const DEPLOYER = /-deployer$/;
const PIPELINE = /-(planner|deployer)$/;

const byDeployer = ({ by }: Neighbour) => by.kind === "AWS" && !by.unlimited && DEPLOYER.test(nameOf(by));
const onAnother = ({ step }: Neighbour) => step.startsWith("on ");
const isOfServer = ({ context }: Neighbour) =>
  String(context?.["aws:ResourceTag/Stack"]).endsWith("-vault-server");
const isOwn = ({ account, of }: Neighbour) => account === of.account;

/** What the policies of a pipeline allow beside its calls. */
export const TOLERATED_OF_DEPLOYS: readonly Tolerated[] = [
  {
    why: "a deployer makes, changes and destroys whatever has the environment's name",
    is: (call) => byDeployer(call) && onAnother(call) && isOwn(call) && /[:/]secrets-/.test(call.resource),
  },
  {
    why: "EC2 gives ids, which no policy can know: tags and conditions tell what is the environment's",
    is: (call) =>
      byDeployer(call) &&
      onAnother(call) &&
      call.action.startsWith("ec2:") &&
      (isOwn(call) ||
        ["aws:ResourceTag/Stack", "ec2:CreateAction"].some((key) => call.context?.[key] !== undefined)),
  },
  {
    why: "a session with any machine of the server leads to Vault, by the document",
    is: (call) => call.action === "ssm:StartSession" && onAnother(call) && isOwn(call) && isOfServer(call),
  },
  {
    why: "sessions get ids, too: a tag says whose one is",
    is: (call) => /^ssm:(Resume|Terminate)Session$/.test(call.action) && onAnother(call) && isOwn(call),
  },
  {
    why: "the default group of a network cannot be told from its other groups",
    is: (call) =>
      byDeployer(call) && call.action === "ec2:CreateTags" && /:security-group\//.test(call.resource),
  },
  {
    why: "whatever a deployer makes, it may tag in making it",
    is: (call) => byDeployer(call) && call.step === "with another ec2:CreateAction",
  },
  {
    why: "KMS gives ids, too: the service through which a key is used has to let the deployer",
    is: (call) =>
      byDeployer(call) &&
      call.action.startsWith("kms:") &&
      call.context?.["kms:ViaService"] !== undefined &&
      isOwn(call) &&
      !/kms:ViaService$/.test(call.step),
  },
  {
    why: "the account's administrators make keys, too",
    is: ({ by, step, action, resource }) =>
      by.kind === "AWS" &&
      by.unlimited === true &&
      step.startsWith("by ") &&
      action.startsWith("kms:") &&
      resource === "*",
  },
  {
    why: "the condition of a service-linked role says which service it is for",
    is: (call) =>
      byDeployer(call) &&
      onAnother(call) &&
      isOwn(call) &&
      call.action === "iam:CreateServiceLinkedRole" &&
      /:role\/aws-service-role\//.test(call.resource),
  },
  {
    why: "groups and superusers that RDS makes have RDS's names",
    is: (call) =>
      byDeployer(call) &&
      onAnother(call) &&
      isOwn(call) &&
      /:(og:default:|pg:default\.|secret:rds!cluster-)/.test(call.resource),
  },
  {
    why: "AWS tells everybody which images it has",
    is: ({ by, resource }) => PIPELINE.test(nameOf(by)) && /:parameter\/aws\/service\//.test(resource),
  },
  {
    why: "a request to change records always says which",
    is: ({ step }) => step === "without route53:ChangeResourceRecordSetsNormalizedRecordNames",
  },
  {
    why: "states of other environments may be beside this one's, under the same prefix",
    is: ({ by, action, resource }) =>
      PIPELINE.test(nameOf(by)) && /^s3:\w+Object$/.test(action) && /-state\/lambda-secrets\//.test(resource),
  },
  {
    why: "the bucket of states has policies of its own, which are not known here",
    is: ({ step, resource }) => step === "without TLS" && /:::[^/]+-state(\/|$)/.test(resource),
  },
  {
    why: "whoever reads states through S3 may have any key decrypt them",
    is: (call) =>
      PIPELINE.test(nameOf(call.by)) &&
      onAnother(call) &&
      /-state(\/|$)/.test(String(call.context?.["kms:EncryptionContext:aws:s3:arn"])),
  },
  {
    why: "Lambda makes network interfaces with the roles of functions, and refuses roles that are held to some",
    is: ({ by, step, action, context = {} }) =>
      by.kind === "AWS" &&
      context["lambda:SourceFunctionArn"] === undefined &&
      !DEPLOYER.test(nameOf(by)) &&
      step.startsWith("by ") &&
      action === "ec2:CreateNetworkInterface",
  },
];
