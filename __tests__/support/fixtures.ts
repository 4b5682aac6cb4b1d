import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Account } from "../../constructs/contracts/account";
import type { Database } from "../../constructs/contracts/database";
import type { FunctionHost } from "../../constructs/contracts/function-host";
import type { Network } from "../../constructs/contracts/network";
import type { PrivateFunctionProps } from "../../constructs/functions/private-function";

export const account = new Account("111122223333", "ap-northeast-2");

export const network: Network = {
  kind: "created",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  zones: ["ap-northeast-2a", "ap-northeast-2c"],
  routeTableIds: ["rtb-1"],
  addresses: { vpc: "10.0.0.0/16", subnets: ["10.0.0.0/20", "10.0.16.0/20"] },
};

export const lambdaSecurityGroupId = "sg-lambda";

export const database: Database = {
  engine: "aurora-postgresql",
  host: "writer.example",
  port: 5432,
  databaseName: "app",
  clusterResourceId: "cluster-ABC",
  securityGroupId: "sg-database",
  superuserSecretArn: "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:superuser-AbCdEf",
  superuserSecretKeyArn: "arn:aws:kms:ap-northeast-2:111122223333:key/superuser",
};

export const logsKeyArn = "arn:aws:kms:ap-northeast-2:111122223333:key/logs";

export const host: FunctionHost = {
  account,
  namePrefix: "app",
  network,
  securityGroupId: lambdaSecurityGroupId,
  logsKeyArn,
  logRetentionDays: 30,
};

/** Stand-ins for functions' zip files: constructs only hash and copy them. */
const zips = mkdtempSync(join(tmpdir(), "zips-"));
export const rotationZip = join(zips, "rotation.zip");
export const readerZip = join(zips, "reader.zip");
writeFileSync(rotationZip, "rotation function");
writeFileSync(readerZip, "reader");

/** Of a function `app-reader`. */
export const functionProps: PrivateFunctionProps = { host, code: readerZip, runtime: "nodejs24.x" };

/** A self-signed certificate for no host, good until 2126; its private key was thrown away. */
export const certificateAuthorityPem = `-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUdV6RJZsZDAQkJuikdzgkdWB3QlkwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEVGVzdDAgFw0yNjExMjIwNDE3MzRaGA8yMTI2MTAyOTA0MTcz
NFowDzENMAsGA1UEAwwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGNd
zF2Hi1P71SKSAP26GU4ul1gpDm3JlekSzPsTygutKERSekPEG8OCELIamxS1PxLM
O1zPDlHJu10mQWn18N6jUzBRMB0GA1UdDgQWBBTFegVNSkze8RYJSIE4ep7a2u3g
pTAfBgNVHSMEGDAWgBTFegVNSkze8RYJSIE4ep7a2u3gpTAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCOb0lc2MAOPdlTvInqwQXPsPC8QfPDthMs
UfnwB/0dnwIhALKMKPolug5cJA5jbd9ei3ze1zQBu6b9nxVs3snCIye5
-----END CERTIFICATE-----
`;
