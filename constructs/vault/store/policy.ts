/** A Vault ACL policy that lets a token read some paths (Vault documentation, "Policies"); it denies all others. */
export class PolicyBuilder {
  private readonly paths = new Set<string>();

  /** @param path API path without `/v1/`; of a KV version 2 secret the one with `/data/`. */
  allowRead(path: string): this {
    this.paths.add(path);
    return this;
  }

  /** The policy in HCL, in the order of its paths. */
  toString(): string {
    return [...this.paths]
      .sort()
      .map((path) => `path "${path}" {\n  capabilities = ["read"]\n}\n`)
      .join("\n");
  }
}
