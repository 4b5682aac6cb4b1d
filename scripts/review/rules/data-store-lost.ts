import type { Rule } from "./rule";
import { exchanged, guarded, guardsOf, lost, lowered, turnedOff, turnedOn } from "./support";

const DATABASES = ["aws_rds_cluster", "aws_db_instance"];
const STORES = [
  ...DATABASES,
  "aws_rds_cluster_instance",
  "aws_db_subnet_group",
  "aws_kms_key",
  "aws_dynamodb_table",
  "aws_s3_bucket",
  "aws_ebs_volume",
  "aws_instance",
  "aws_vpc",
  "aws_subnet",
];

const GUARDS = guardsOf(
  DATABASES,
  "block",
  ["deletion_protection", turnedOff, "deletion protection is lowered"],
  ["skip_final_snapshot", turnedOn, "no snapshot is taken before it is deleted"],
  ["backup_retention_period", lowered, "backups are kept for less time"],
  ["storage_encrypted", turnedOff, "storage is no longer encrypted"],
  ["kms_key_id", exchanged, "storage gets another key"],
  ["delete_automated_backups", turnedOn, "backups go with the cluster"],
);

export const dataStoreLost: Rule = {
  id: "R02",
  title: "Data destroyed, or its protection lowered",
  resource: (change) => [...lost(change, STORES, "block"), ...guarded(change, GUARDS)],
};
