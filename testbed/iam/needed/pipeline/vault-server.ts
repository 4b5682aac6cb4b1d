import type { Environment } from "../../../../constructs/environment";
import { SNAPSHOT_PREFIX } from "../../../../constructs/vault/server/node/names";
import type { Caller } from "../../decide";
import { keyIsUsed, type NeededCalls, of } from "../needed-call";
import { nodeRoleArn } from "../vault";
import { roleIsPassed, serviceIsUsedFirst } from "./made";

const DEPLOY = "npm run deploy";
const LAUNCH =
  'Service Authorization Reference, "Amazon EC2"; Amazon EC2 User Guide, "Launch instances (RunInstances)"';
const VOLUMES = 'Amazon EBS User Guide, "Requirements for Amazon EBS encryption"';
const NAME = "vault-server";

export function vaultServerIsMade(calls: NeededCalls, environment: Environment, by: Caller): void {
  const { deployed } = calls;
  if (deployed.ofType("aws_instance").length === 0) return;
  const { namePrefix, name } = environment;
  nodesAreLaunched(calls, `${name}-${NAME}`, by);
  const nodeRole = nodeRoleArn(environment, deployed);
  roleIsPassed(calls, by, nodeRole, "ec2");
  calls.add(
    DEPLOY,
    by,
    of("iam", "CreateInstanceProfile", "AddRoleToInstanceProfile", "TagInstanceProfile"),
    nodeRole.replace(":role/", ":instance-profile/"),
  );
  for (const { values } of deployed.ofType("aws_ebs_volume").slice(0, 1))
    keyIsUsed(calls, by, VOLUMES, values.kms_key_id, {
      service: "ec2",
      actions: ["Decrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"],
    });
  for (const { values } of deployed.ofType("aws_ssm_document"))
    calls.add(
      DEPLOY,
      by,
      of("ssm", "CreateDocument", "UpdateDocument", "DeleteDocument", "AddTagsToResource"),
      deployed.arn("ssm", `document/${values.name}`),
    );
  const balancing = (resource: string) => deployed.arn("elasticloadbalancing", resource);
  const balancer = balancing(`loadbalancer/net/${namePrefix}-vault/0a1b2c3d`);
  calls.add(
    DEPLOY,
    by,
    of("elasticloadbalancing", "CreateLoadBalancer", "CreateListener", "AddTags"),
    balancer,
  );
  const targets = balancing(`targetgroup/${namePrefix}-vault/0a1b2c3d`);
  calls.add(
    DEPLOY,
    by,
    of("elasticloadbalancing", "CreateTargetGroup", "RegisterTargets", "AddTags"),
    targets,
  );
  const listener = balancing(`listener/net/${namePrefix}-vault/0a1b2c3d/4e5f6a7b`);
  calls.add(DEPLOY, by, of("elasticloadbalancing", "AddTags", "DeleteListener"), listener);
  serviceIsUsedFirst(
    calls,
    by,
    "elasticloadbalancing.amazonaws.com",
    "AWSServiceRoleForElasticLoadBalancing",
  );
  calls.add(DEPLOY, by, "route53:CreateHostedZone", "*");
  calls.add(DEPLOY, by, "route53:ChangeResourceRecordSets", "*", {
    context: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": `vault.${namePrefix}.internal` },
  });
  const bucket = `arn:aws:s3:::${namePrefix}-vault-${deployed.account}-${deployed.region}`;
  calls.add(DEPLOY, by, of("s3", "CreateBucket", "PutBucketPolicy", "DeleteBucket"), bucket);
  calls.add(
    DEPLOY,
    by,
    of("s3", "DeleteObject", "DeleteObjectVersion"),
    `${bucket}/${SNAPSHOT_PREFIX}/2026-11-28.snap`,
  );
}

/** Each resource of a launch is asked about, and the machine alone says what tags it will have. */
function nodesAreLaunched(calls: NeededCalls, stack: string, by: Caller): void {
  const { deployed } = calls;
  const arn = (kind: string) => deployed.arn("ec2", `${kind}/id-0a1b2c3d`);
  calls.add(LAUNCH, by, "ec2:RunInstances", arn("instance"), { context: { "aws:RequestTag/Stack": stack } });
  for (const kind of ["network-interface", "security-group", "subnet", "volume"])
    calls.add(LAUNCH, by, "ec2:RunInstances", arn(kind));
  const image = `arn:aws:ec2:${deployed.region}::image/ami-0a1b2c3d`;
  calls.add(LAUNCH, by, "ec2:RunInstances", image);
  calls.add(DEPLOY, by, "ec2:CreateVolume", arn("volume"));
  for (const kind of ["network-interface", "security-group", "subnet"])
    calls.add(DEPLOY, by, "ec2:CreateNetworkInterface", arn(kind));
  const context = { "aws:ResourceTag/Stack": stack };
  calls.add(DEPLOY, by, of("ec2", "AttachVolume", "DetachVolume"), arn("volume"), { context });
  calls.add(DEPLOY, by, of("ec2", "AttachVolume", "TerminateInstances", "StopInstances"), arn("instance"), {
    context,
  });
}
