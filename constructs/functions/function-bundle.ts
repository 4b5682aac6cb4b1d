import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";

/** A function's zip file, as `npm run build` made it. */
export class FunctionBundle extends Construct {
  readonly path: string;
  /** Base64 SHA-256 of the zip, as Lambda reports it in `CodeSha256`: changes with the content only. */
  readonly sourceCodeHash: string;

  /** @throws Error if the zip is missing. */
  constructor(scope: Construct, id: string, zipFile: string) {
    super(scope, id);
    if (!existsSync(zipFile)) {
      throw new Error(
        `${this.node.path}: the function's code must exist, got no file ${zipFile}; run \`npm run build\``,
      );
    }
    const digest = createHash("sha256").update(readFileSync(zipFile)).digest();
    const assetHash = digest.toString("hex").slice(0, 32);
    this.path = new TerraformAsset(this, "Asset", { path: zipFile, type: AssetType.FILE, assetHash }).path;
    this.sourceCodeHash = digest.toString("base64");
  }
}
