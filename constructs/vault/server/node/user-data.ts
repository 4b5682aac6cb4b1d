import { NODE_SERVICES, nodeFiles } from "./node-files";
import type { VaultNodeProps } from "./vault-node";

/**
 * User data of a node: a cloud-config of cloud-init, as JSON, which is YAML too and has one rule for escaping.
 *
 * EC2 takes 16 KiB, which this is over: make it a `TerraformLocal`, and `user_data_base64` the `Fn.base64gzip` of that
 * local. Cloud-init unpacks it. Source: cloud-init documentation, "User data formats", gzip compressed content.
 */
export function nodeUserData(node: VaultNodeProps): string {
  const files = nodeFiles(node);
  const config = {
    write_files: files.map(({ path, mode, content }) => ({ path, permissions: mode, content })),
    runcmd: [
      // Before any unit: systemd looks its user up before it runs a first command of it.
      ["systemd-sysusers", "vault-server.conf"],
      ["sysctl", "--quiet", "--system"],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", ...NODE_SERVICES],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}
