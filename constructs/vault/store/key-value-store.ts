import { KvSecretBackendV2 } from "@cdktf/provider-vault/lib/kv-secret-backend-v2";
import { KvSecretV2 } from "@cdktf/provider-vault/lib/kv-secret-v2";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { Annotations, Fn, TerraformVariable } from "cdktf";
import { Construct } from "constructs";

export interface KeyValueStoreProps {
  /** Path of the mount. */
  readonly mount: string;
  /** Where the secrets are below the mount; empty for directly below. */
  readonly prefix: string;
  /** Versions that a secret keeps; with two or more, functions can read the previous one. */
  readonly maxVersions: number;
  /** Refuse to destroy the mount, and with it every version of every secret. */
  readonly deletionProtection: boolean;
}

/** Secrets in a KV version 2 mount. People and pipelines write them; Terraform never reads them. */
export class KeyValueStore extends Construct {
  /** API path below which the secrets' values are, with a slash at its end. */
  readonly dataPath: string;
  private readonly settings: KvSecretBackendV2;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: KeyValueStoreProps,
  ) {
    super(scope, id);
    this.dataPath = `${props.mount}/data/${this.withPrefix("")}`;

    const mount = new Mount(this, "Mount", {
      path: props.mount,
      type: "kv",
      options: { version: "2" },
      description: "Secrets of Lambda functions",
      lifecycle: props.deletionProtection ? { preventDestroy: true } : undefined,
    });
    this.settings = new KvSecretBackendV2(this, "Settings", {
      mount: mount.path,
      maxVersions: props.maxVersions,
    });
    this.warnOfConfusingMount();
  }

  /** API path of a secret's value. */
  valuePath(secretName: string): string {
    return `${this.dataPath}${secretName}`;
  }

  /**
   * Writes a secret from the ephemeral variable `vault_test_secret`, a JSON object: its value is in neither plan nor
   * state.
   */
  addTestSecret(name: string): void {
    const value = new TerraformVariable(this, "vault_test_secret", {
      type: "string",
      sensitive: true,
      description: 'Value of the test secret: a JSON object, for example {"api-key":"…"}',
    });
    value.overrideLogicalId("vault_test_secret");
    value.addOverride("ephemeral", true);
    value.addValidation({
      condition: Fn.can(Fn.keys(Fn.jsondecode(value.stringValue))),
      errorMessage: "vault_test_secret must be a JSON object; set TF_VAR_vault_test_secret.",
    });
    new KvSecretV2(this, `TestSecret-${name}`, {
      mount: this.settings.mount,
      name: this.withPrefix(name),
      dataJsonWo: value.stringValue,
      dataJsonWoVersion: 1,
      // Refused where somebody has written a secret of that name already.
      options: { cas: "0" },
      disableRead: true,
      // The provider finds mount and name in the path again, at the first "/data/", which here belongs to the mount.
      lifecycle: this.isConfusing ? { ignoreChanges: ["mount", "name"] } : undefined,
    });
  }

  private get isConfusing(): boolean {
    return this.props.mount.split("/").includes("data");
  }

  private withPrefix(name: string): string {
    return this.props.prefix === "" ? name : `${this.props.prefix}/${name}`;
  }

  private warnOfConfusingMount(): void {
    const { mount } = this.props;
    if (!this.isConfusing) return;
    Annotations.of(this).addWarning(
      `The KV mount is called "${mount}". KV version 2 puts "data/" behind the mount's path itself, so values are at ` +
        `"${this.dataPath}"; "vault kv get -mount=${mount}" and policies without that second "data/" are ` +
        "easily confused. " +
        'A name without "data" avoids that.',
    );
  }
}
