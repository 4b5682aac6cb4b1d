import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { serverConfiguration } from "../../../../../constructs/vault/server/node/server-configuration";
import { nodeUserData } from "../../../../../constructs/vault/server/node/user-data";
import { run } from "../../../../../scripts/support/processes";
import {
  againstSchema,
  CLOUD_INIT_HINT,
  findCloudConfigSchema,
} from "../../../../../testbed/cloud-init/schema";
import { vaultTools } from "../../../../../testbed/vault/tools";
import { describeNeeding } from "../../../../support/needing";
import { NODE } from "./support/node";

/** Of EC2, before base64: EC2 User Guide, "Run commands when you launch an EC2 instance with user data input". */
const LIMIT = 16_384;

describe("user data", () => {
  test("is a cloud-config with every file and what to start", () => {
    const [mark, ...lines] = nodeUserData(NODE).split("\n");
    const config = JSON.parse(lines.join("\n"));

    expect(mark).toBe("#cloud-config");
    expect(
      config.write_files.map(({ path, permissions }: Record<string, string>) => `${permissions} ${path}`),
    ).toEqual(nodeFiles(NODE).map(({ path, mode }) => `${mode} ${path}`));
    expect(config.runcmd.at(-1)).toEqual(expect.arrayContaining(["enable", "--now", "vault-server.service"]));
  });

  describeNeeding("for cloud-init", { [CLOUD_INIT_HINT]: findCloudConfigSchema() }, (schema = "") => {
    /** Of the user data, with changes. */
    async function problems(changes: object = {}): Promise<readonly string[]> {
      const [, json = ""] = nodeUserData(NODE).split("\n");
      const directory = mkdtempSync(join(tmpdir(), "cloud-config-"));
      const file = join(directory, "config.json");
      writeFileSync(file, JSON.stringify({ ...JSON.parse(json), ...changes }));
      const found = await againstSchema(schema, file);
      rmSync(directory, { recursive: true });
      return found;
    }

    test("is a cloud-config by its schema", async () => {
      expect(await problems()).toEqual([]);
    });

    test("would be none with a mode that is a number", async () => {
      expect(await problems({ write_files: [{ path: "/a", permissions: 644 }] })).toEqual([
        "$.write_files[0].permissions: 644 is not of type 'string'",
      ]);
    });
  });

  test("leaves, as it is packed, a third of what EC2 takes", () => {
    expect(gzipSync(nodeUserData(NODE)).length).toBeLessThan((LIMIT * 2) / 3);
  });

  test("holds nothing that Terraform would read as a template", () => {
    expect(nodeUserData(NODE)).not.toMatch(/[$%]\{/);
  });

  test.each([
    ["a space", "a b"],
    ["a command", "$(reboot)"],
    ["a line", "a\nb"],
  ])("refuses a value with %s", (_, clusterName) => {
    expect(() => nodeUserData({ ...NODE, clusterName })).toThrow("CLUSTER of a Vault node must hold only");
  });

  test("refuses a schedule that would end its line", () => {
    expect(() => nodeUserData({ ...NODE, snapshotSchedule: "hourly\nExecStart=x" })).toThrow("systemd.time");
  });
});

test("the shell scripts of a node are clean to shellcheck", async () => {
  const directory = mkdtempSync(join(tmpdir(), "scripts-"));
  const scripts = nodeFiles(NODE).filter(({ content }) => content.startsWith("#!/bin/bash"));
  for (const { path, content } of scripts)
    writeFileSync(join(directory, path.split("/").at(-1) ?? ""), content);
  const { shellcheck } = await vaultTools();

  await run(
    shellcheck,
    scripts.map(({ path }) => join(directory, path.split("/").at(-1) ?? "")),
  );

  expect(scripts.length).toBeGreaterThan(3);
  rmSync(directory, { recursive: true });
});

describe("the server's configuration", () => {
  test("joins every other node by its address, and the server's name", () => {
    const { storage } = serverConfiguration(NODE) as { storage: { raft: { retry_join: object[] } } };

    expect(storage.raft.retry_join).toEqual(
      ["10.0.2.10", "10.0.3.10"].map((address) => ({
        leader_api_addr: `https://${address}:8200`,
        leader_tls_servername: NODE.hostName,
        leader_ca_cert_file: "/etc/vault-server/tls/authority.pem",
      })),
    );
  });

  test("unseals by the key, at an endpoint that has a name of its own", () => {
    const kms = "https://vpce-1.kms.ap-northeast-2.vpce.amazonaws.com";

    expect(serverConfiguration({ ...NODE, endpointUrls: { kms } })).toMatchObject({
      seal: { awskms: { region: NODE.region, kms_key_id: NODE.sealKeyArn, endpoint: kms } },
    });
  });

  test("has the audit device of OpenBao, which Vault takes from its API alone", () => {
    expect(serverConfiguration({ ...NODE, software: "openbao" })).toHaveProperty("audit");
    expect(serverConfiguration({ ...NODE, software: "vault" })).not.toHaveProperty("audit");
  });

  test("has OpenBao register its plugins", () => {
    const server = { name: "bao", sha256: "0" };
    const plugins = [{ name: "openbao-plugin-auth-aws", sha256: "1" }];
    const node = { ...NODE, artifacts: { bucket: "app-vault", server }, plugins };
    const plugin = { command: "openbao-plugin-auth-aws", version: "v0.0.0", sha256sum: "1" };

    expect(serverConfiguration({ ...node, software: "openbao" })).toMatchObject({
      plugin_auto_register: true,
      plugin: [{ auth: { aws: plugin } }],
      plugin_directory: "/opt/vault-server/plugins",
    });
    expect(serverConfiguration({ ...node, software: "openbao", artifacts: undefined })).toMatchObject({
      plugin: [{ auth: { aws: plugin } }],
      plugin_directory: "/usr/local/lib/vault-server",
    });
    expect(serverConfiguration({ ...node, software: "vault" })).not.toHaveProperty("plugin");
  });
});

test("the unit shuts the server in", () => {
  const unit = nodeFiles(NODE)
    .find(({ path }) => path.endsWith("/vault-server.service"))
    ?.content.split("\n");

  expect(unit).toEqual(
    expect.arrayContaining([
      "LimitCORE=0",
      "MemorySwapMax=0",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "User=vault-server",
    ]),
  );
});
