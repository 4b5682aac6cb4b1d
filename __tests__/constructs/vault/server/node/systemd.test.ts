import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { nodeUserData } from "../../../../../constructs/vault/server/node/user-data";
import { BAKED_BINARY } from "../../../../../constructs/vault/server/node/vault-node";
import { createCertificateAuthority } from "../../../../../scripts/support/certificates";
import { SystemdMachine, whyNoSystemd } from "../../../../../testbed/vault/systemd-machine";
import { vaultTools } from "../../../../../testbed/vault/tools";
import { describeNeeding } from "../../../../support/needing";
import { NODE } from "./support/node";

jest.setTimeout(300_000);

const address = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.1`;
const PROPS = { ...NODE, software: "openbao", artifacts: undefined, address, addresses: [address] } as const;
const SERVER = "set -a; . /etc/vault-server/node.env; /opt/vault-server/bin/server";
const SEAL = { static: { current_key_id: "test", current_key: Buffer.alloc(32, 7).toString("base64") } };

/** As openssl prints it before a block. */
const TEXT = "Bag Attributes\n    friendlyName: vault\n";

const why = whyNoSystemd();
const needed = { [`run it as root on a Linux with systemd (${why})`]: why ? undefined : "systemd" };

describeNeeding("a node under systemd", needed, () => {
  let directory: string;
  let machine: SystemdMachine;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "systemd-"));
    const authority = await createCertificateAuthority("systemd");
    const operators = { kind: "certificate", certificatePem: authority.certificatePem } as const;
    const props = { ...PROPS, selfInitialisation: { volumeId: PROPS.dataVolumeId, operators } };
    const { certificatePem, keyPem } = await authority.issue({ hosts: [NODE.hostName] });
    const secret = {
      certificate: `${TEXT}${certificatePem}`,
      key: `${TEXT}${keyPem}`,
      authority: `${TEXT}${authority.certificatePem}`,
    };
    const baked = join(directory, "files", BAKED_BINARY);
    await mkdir(join(baked, ".."), { recursive: true });
    await copyFile((await vaultTools()).server, baked);
    machine = await SystemdMachine.start(directory, [
      ...nodeFiles(props).map((file) =>
        file.path.endsWith("/server.json")
          ? { ...file, content: JSON.stringify({ ...JSON.parse(file.content), seal: SEAL }) }
          : file,
      ),
      { path: "/secret.json", mode: "0600", content: JSON.stringify(secret) },
      // AWS, as far as a node that starts asks it.
      {
        path: "/usr/local/bin/aws",
        mode: "0755",
        content:
          '#!/bin/sh\ncase "$*" in *get-secret-value*) cat /secret.json ;; *list-objects*) echo null ;; esac\n',
      },
    ]);
    // As on a new data volume, which no machine here can have.
    await machine.run("touch /var/lib/vault-server/initialise");
    const [, json = ""] = nodeUserData(props).split("\n");
    const commands: string[][] = JSON.parse(json).runcmd;
    for (const command of commands.filter(([program]) => program !== "sysctl"))
      await machine.run(command.join(" "));
  });

  afterAll(async () => {
    await machine?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test("what user data runs makes the server a service, which runs as a user of its own", async () => {
    expect(await machine.run("systemctl is-active vault-server")).toBe("active\n");
    expect(await machine.run("stat --format '%U %u %a' /var/lib/vault-server/raft")).toBe(
      "vault-server 820 700\n",
    );
    expect(await machine.run("ps -o user= -p $(systemctl show --value -p MainPID vault-server)")).toBe(
      "vault-server\n",
    );
  });

  test("what may read the server's key is root and the server", async () => {
    const listed = await machine.run(
      "stat --dereference --format '%U %G %a' /etc/vault-server/tls{,/key.pem}",
    );
    expect(listed).toBe("root vault-server 750\nroot vault-server 640\n");
  });

  test("text before the blocks of certificate, key and authority is nothing to the server and its clients", async () => {
    const listed = await machine.run("head --quiet --lines 1 /etc/vault-server/tls/*.pem");
    expect(listed).toBe("Bag Attributes\n".repeat(3));
    // It ends well if the server serves that certificate.
    await machine.run("systemctl start vault-certificate");
    expect(await machine.run(`(${SERVER} status -format=json || true) | grep -c '"initialized": true'`)).toBe(
      "1\n",
    );
  });

  test("a server of one node initialises itself once, and unseals itself after a restart", async () => {
    const mark = "ls /var/lib/vault-server/initialise /etc/vault-server/initialise.json 2>/dev/null || true";
    expect(await machine.run(mark)).toBe("/etc/vault-server/initialise.json\n");
    await machine.run("systemctl restart vault-server");
    const unsealed = `${SERVER} status -format=json | grep -q '"sealed": false'`;
    await machine.run(`for n in $(seq 300); do if (${unsealed}); then exit; fi; sleep 0.1; done; exit 1`);
    expect(await machine.run(mark)).toBe("");
  });

  test("its other units run", async () => {
    await machine.run("systemctl start vault-metrics vault-audit vault-certificate");
    expect(await machine.run("systemctl --failed --plain --no-legend")).toBe("");
  });
});
