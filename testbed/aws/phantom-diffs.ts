import type { PhantomDiff } from "../terraform/plan-changes";

const LOST_DESCRIPTION = "moto keeps no description of a rule that is its own resource";

/** Seen with moto 5.2.5. Anything else in a second plan is ours, and fails the check. */
export const PHANTOM_DIFFS: readonly PhantomDiff[] = [
  { type: "aws_vpc_security_group_ingress_rule", attribute: "description", reason: LOST_DESCRIPTION },
  { type: "aws_vpc_security_group_egress_rule", attribute: "description", reason: LOST_DESCRIPTION },
  {
    type: "aws_rds_cluster",
    attribute: "scaling_configuration",
    reason: "moto answers the serverless v1 block, with empty fields, for a cluster that has none",
  },
  {
    type: "aws_rds_cluster_instance",
    attribute: "performance_insights_enabled",
    reason: "moto forgets that an instance of a cluster has Performance Insights",
  },
  {
    type: "aws_rds_cluster_instance",
    attribute: "performance_insights_kms_key_id",
    reason: "as performance_insights_enabled",
  },
];
