import { VAULT_EXTENSION_TABLE_READ } from "../../../../../constructs/vault/extension/extension-layer";
import { refuses } from "../../support/refuses";
import { oneOf, wholeNumber } from "../../support/usual-rules";
import { vaultDev } from "../../support/vault-settings";

describe("extension: refuses", () => {
  const layer = "arn:aws:lambda:us-east-1:111122223333:layer:vault-lambda-extension:1";
  refuses(vaultDev, [
    {
      change: { "vault.extension": { delivery: "PROXY" } },
      path: "vault.extension.delivery",
      got: '"PROXY"',
      ...oneOf("proxy", "file"),
      fix: 'write "proxy"',
    },
    {
      change: { "vault.extension": { release: "0.1.0" } },
      path: "vault.extension.release",
      got: '"0.1.0"',
      ...oneOf("0.15.1", "0.14.0", "0.13.2", "0.13.1", "0.12.0", "0.10.3"),
      fix: 'write "0.14.0"',
    },
    {
      change: { "vault.extension": { layerArns: { arm64: "vault-lambda-extension:25" } } },
      path: "vault.extension.layerArns.arm64",
      rule: "must be the ARN of a layer version",
      got: '"vault-lambda-extension:25"',
      fix: 'write for example "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault-lambda-extension:1"',
    },
    {
      change: { "vault.extension": { layerArns: { arm64: layer } } },
      path: "vault.extension.layerArns.arm64",
      rule: "must be of region ap-northeast-2",
      got: JSON.stringify(layer),
      fix: "name one there, or correct `region`",
    },
    {
      change: {
        "vault.extension": {
          release: "0.13.2",
          layerArns: { x86_64: layer.replace("us-east-1", "ap-northeast-2") },
        },
      },
      path: "vault.extension.release",
      rule: "layerArns names layers already",
      got: '"0.13.2"',
      fix: "remove release or layerArns",
    },
    {
      change: { "vault.extension": { cacheSeconds: 0 } },
      path: "vault.extension.cacheSeconds",
      got: "0",
      ...wholeNumber(1, 3600),
    },
    {
      change: { "vault.extension": { delivery: "file", cacheSeconds: 60 } },
      path: "vault.extension.cacheSeconds",
      rule: "the extension keeps answers of its proxy only; files are written once",
      got: "60",
      fix: 'remove it, or write "proxy" for delivery',
    },
    {
      change: {
        region: "me-central-1",
        "network.zones": ["me-central-1a", "me-central-1b"],
      },
      path: "vault.extension.layerArns.arm64",
      rule: `HashiCorp's layer for arm64 was not known in region me-central-1 on ${VAULT_EXTENSION_TABLE_READ}`,
      got: "nothing",
      fix: "publish the extension's zip from releases.hashicorp.com as a layer, and name its ARN",
    },
  ]);
});
