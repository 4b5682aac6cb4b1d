import type { VaultNodeProps } from "../../../../../../constructs/vault/server/node/vault-node";

/** One of three, in an account. */
export const NODE: VaultNodeProps = {
  software: "vault",
  region: "ap-northeast-2",
  clusterName: "app-vault",
  nodeId: "node-1",
  address: "10.0.1.10",
  addresses: ["10.0.1.10", "10.0.2.10", "10.0.3.10"],
  hostName: "vault.app.internal",
  sealKeyArn: "arn:aws:kms:ap-northeast-2:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000",
  dataVolumeId: "vol-0123456789abcdef0",
  certificateSecretArn:
    "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:app/vault-server/certificate-AbCdEf",
  snapshotBucket: "app-vault",
  snapshotPrefix: "snapshots",
  snapshotSchedule: "*-*-* *:15:00",
  auditLogGroup: "/app/vault/audit",
  metricsNamespace: "App/Vault",
};
