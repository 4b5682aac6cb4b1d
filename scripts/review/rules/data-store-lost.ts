import type { Rule } from "./rule";
import { exchanged, type Guard, guarded, lost, lowered, turnedOff, turnedOn } from "./support";

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

const GUARDS: readonly Guard[] = [
  guard("deletion_protection", turnedOff, "deletion protection is lowered"),
  guard("skip_final_snapshot", turnedOn, "no snapshot is taken before it is deleted"),
  guard("backup_retention_period", lowered, "backups are kept for less time"),
  guard("storage_encrypted", turnedOff, "storage is no longer encrypted"),
  guard("kms_key_id", exchanged, "storage gets another key"),
  guard("delete_automated_backups", turnedOn, "backups go with the cluster"),
];

export const dataStoreLost: Rule = {
  id: "R02",
  title: "Data destroyed, or its protection lowered",
  condition:
    "a database, key, table, bucket, volume, server or network is destroyed or replaced; deletion protection, final " +
    "snapshot, backups or storage encryption of a database get weaker",
  severity: "block",
  why: "What is in it is gone, and no later apply brings it back.",
  resource: (change) => [...lost(change, STORES, "block"), ...guarded(change, GUARDS)],
};

function guard(attribute: string, isWorse: Guard["isWorse"], what: string): Guard {
  return { types: DATABASES, attribute, severity: "block", isWorse, what };
}
