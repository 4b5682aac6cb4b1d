/** Capabilities of a Vault policy that reading needs (Vault documentation, "Policies"). */
type Capability = "read" | "list";

/** Builds a Vault ACL policy path by path; what it does not name is denied. */
export class PolicyBuilder {
  private readonly paths = new Map<string, Set<Capability>>();

  /** @param path API path without `/v1/`; of a KV version 2 secret the one with `/data/`. */
  allow(path: string, ...capabilities: readonly Capability[]): this {
    const known = this.paths.get(path) ?? new Set();
    for (const capability of capabilities) known.add(capability);
    this.paths.set(path, known);
    return this;
  }

  /** The policy in HCL, in the order of its paths. */
  toString(): string {
    return [...this.paths]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([path, capabilities]) =>
          `path "${path}" {\n  capabilities = ${JSON.stringify([...capabilities])}\n}\n`,
      )
      .join("\n");
  }
}
