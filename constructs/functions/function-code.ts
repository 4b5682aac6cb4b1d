import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { ConstructError } from "../contracts/construct-error";
import { HANDLER_FILES, runtimeOfFolder } from "./runtime-of-folder";

export interface FunctionCodeProps {
  /** See `PrivateFunctionProps.code`. */
  readonly code: string;
  /** @default - by the folder's handler; a zip file has none */
  readonly runtime?: string;
}

/** A function's zip file, and what Lambda runs it with. */
export class FunctionCode extends Construct {
  /** Last part of `code`, without `.zip`. */
  readonly name: string;
  readonly runtime: string;
  readonly path: string;
  /** Base64 SHA-256 of the zip, as Lambda reports it in `CodeSha256`: changes with the content only. */
  readonly sourceCodeHash: string;

  /** @throws Error if there is no such code, its zip file is missing, or nothing says what runs it. */
  constructor(scope: Construct, id: string, { code, runtime }: FunctionCodeProps) {
    super(scope, id);
    const isZip = code.endsWith(".zip");
    this.name = basename(code, ".zip");
    this.runtime = runtime ?? (isZip ? this.refuseZipWithoutRuntime(code) : this.runtimeOf(code));
    const zipFile = isZip ? code : join("dist", `${code}.zip`);
    if (!existsSync(zipFile))
      this.refuse(
        `must have a zip file, got none at ${zipFile}`,
        "the build makes it of a folder below lambda/: `npm run build`, with the package `npx lambda-secrets build`",
      );

    const digest = createHash("sha256").update(readFileSync(zipFile)).digest();
    const assetHash = digest.toString("hex").slice(0, 32);
    const asset = { path: resolve(zipFile), type: AssetType.FILE, assetHash };
    this.path = new TerraformAsset(this, "Asset", asset).path;
    this.sourceCodeHash = digest.toString("base64");
  }

  private runtimeOf(folder: string): string {
    return (
      runtimeOfFolder(folder) ??
      this.refuse(
        `must be a folder with ${HANDLER_FILES}, or a zip file, got "${folder}"`,
        "correct the path, which begins at the folder of cdktf.json",
      )
    );
  }

  private refuseZipWithoutRuntime(code: string): never {
    return this.refuse(
      `needs a runtime with a zip file, got "${code}" alone`,
      'name one, for example "nodejs24.x"',
    );
  }

  private refuse(rule: string, fix: string): never {
    throw new ConstructError(this, `\`code\` ${rule}`, fix);
  }
}
