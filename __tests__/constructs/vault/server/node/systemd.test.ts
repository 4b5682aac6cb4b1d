import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { connect as connectTls } from "node:tls";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { nodeUserData } from "../../../../../constructs/vault/server/node/user-data";
import {
  BAKED_BINARY,
  VAULT_PORT,
  type VaultNodeProps,
} from "../../../../../constructs/vault/server/node/vault-node";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../../scripts/support/certificates";
import { askVault, type VaultConnection } from "../../../../../scripts/vault/vault-api";
import { until } from "../../../../../scripts/vault/waiting";
import { loopbackAddresses } from "../../../../../testbed/vault/cluster";
import { SystemdMachine, whyNoSystemd } from "../../../../../testbed/vault/systemd-machine";
import { vaultTools } from "../../../../../testbed/vault/tools";
import { describeNeeding } from "../../../../support/needing";
import { NODE } from "./support/node";

jest.setTimeout(300_000);

const ROOT = join(__dirname, ...Array(5).fill(".."));

const [firstAddress = "", address = ""] = loopbackAddresses(2);
const PROPS = { ...NODE, software: "openbao", artifacts: undefined, address, addresses: [address] } as const;
const SERVER = "set -a; . /etc/vault-server/node.env; /opt/vault-server/bin/server";
const SEAL = { static: { current_key_id: "test", current_key: Buffer.alloc(32, 7).toString("base64") } };
const SECRET = "/secret.json";
const MAIN_PID = "$(systemctl show --value -p MainPID vault-server)";

/** As openssl prints it before a block. */
const TEXT = "Bag Attributes\n    friendlyName: vault\n";

const why = whyNoSystemd();
const COMMAND = `sudo env "PATH=$PATH" NO_SKIPS=true npx jest ${relative(ROOT, __filename)}`;
const needed = { [`run ${COMMAND} on a Linux with systemd (${why})`]: why ? undefined : "systemd" };

/** What the node serves, as Secrets Manager has it. */
async function secretOf(authority: CertificateAuthority): Promise<string> {
  const { certificatePem, keyPem } = await authority.issue({ hosts: [NODE.hostName] });
  return JSON.stringify({
    certificate: `${TEXT}${certificatePem}`,
    key: `${TEXT}${keyPem}`,
    authority: `${TEXT}${authority.certificatePem}`,
  });
}

/** With its files, before what user data runs. */
async function machineOf(
  directory: string,
  props: VaultNodeProps,
  authority: CertificateAuthority,
): Promise<SystemdMachine> {
  const baked = join(directory, "files", BAKED_BINARY);
  await mkdir(join(baked, ".."), { recursive: true });
  await copyFile((await vaultTools()).server, baked);
  return await SystemdMachine.start(directory, [
    ...nodeFiles(props).map((file) =>
      file.path.endsWith("/server.json")
        ? { ...file, content: JSON.stringify({ ...JSON.parse(file.content), seal: SEAL }) }
        : file,
    ),
    { path: SECRET, mode: "0600", content: await secretOf(authority) },
    // AWS, as far as a node that starts asks it.
    {
      path: "/usr/local/bin/aws",
      mode: "0755",
      content: `#!/bin/sh\ncase "$*" in *get-secret-value*) cat ${SECRET} ;; *list-objects*) echo null ;; esac\n`,
    },
  ]);
}

async function runUserData(machine: SystemdMachine, props: VaultNodeProps): Promise<void> {
  const [, json = ""] = nodeUserData(props).split("\n");
  const commands: string[][] = JSON.parse(json).runcmd;
  for (const command of commands.filter(([program]) => program !== "sysctl"))
    await machine.run(command.join(" "));
}

describeNeeding("a node under systemd", needed, () => {
  let directory: string;
  let machine: SystemdMachine;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "systemd-"));
    const authority = await createCertificateAuthority("systemd");
    const operators = { kind: "certificate", certificatePem: authority.certificatePem } as const;
    const props = { ...PROPS, selfInitialisation: { volumeId: PROPS.dataVolumeId, operators } };
    machine = await machineOf(directory, props, authority);
    // As on a new data volume, which no machine here can have.
    await machine.run("touch /var/lib/vault-server/initialise");
    await runUserData(machine, props);
  });

  afterAll(async () => {
    await machine?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test("what user data runs makes the server a service, which runs as a user of its own", async () => {
    expect(await machine.run("systemctl is-active vault-server")).toBe("active\n");
    const folders = "/var/lib/vault-server{,/raft,/audit}";
    expect(await machine.run(`stat --format '%U %u %G %a' ${folders}`)).toBe(
      `root 0 vault-server 750\n${"vault-server 820 vault-server 700\n".repeat(2)}`,
    );
    expect(await machine.run(`ps -o user= -p ${MAIN_PID}`)).toBe("vault-server\n");
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

  test("what root runs before the server takes no code from the data volume", async () => {
    await machine.run(`code=$(HOME=/var/lib/vault-server /usr/bin/python3 -m site --user-site)
mkdir --parents "$code"
echo 'open("/ran", "w")' >"$code/usercustomize.py"
chown --recursive vault-server /var/lib/vault-server/.local`);

    await machine.run("systemctl restart vault-server");

    expect(await machine.run("ls /ran 2>/dev/null || true")).toBe("");
  });

  test("its other units run", async () => {
    await machine.run("systemctl start vault-metrics vault-audit vault-certificate");
    expect(await machine.run("systemctl --failed --plain --no-legend")).toBe("");
    expect(await machine.run("stat --format '%U %a' /var/lib/vault-server/joined")).toBe("root 600\n");
  });
});

describeNeeding("a node under systemd that has no data and is not the first", needed, () => {
  const props = { ...PROPS, addresses: [firstAddress, address] };
  let directory: string;
  let machine: SystemdMachine;
  let authority: CertificateAuthority;
  let first: Server;
  let initialized = false;

  const node = () => ({
    address: `https://${address}:${VAULT_PORT}`,
    caPem: authority.certificatePem,
    serverName: NODE.hostName,
  });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "systemd-"));
    authority = await createCertificateAuthority("systemd");
    const { certificatePem: cert, keyPem: key } = await authority.issue({ hosts: [NODE.hostName] });
    first = createServer({ cert, key }, (_, answer) => answer.end(JSON.stringify({ initialized })));
    await new Promise<void>((resolve) => first.listen(VAULT_PORT, firstAddress, resolve));
    machine = await machineOf(directory, props, authority);
    await runUserData(machine, props);
  });

  afterAll(async () => {
    await machine?.stop();
    first.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("is a service while it waits, as the server's user", async () => {
    expect(await machine.run("systemctl is-active vault-server")).toBe("active\n");
    expect(await machine.run(`ps -o user= -p ${MAIN_PID}`)).toBe("vault-server\n");
  });

  test("says that nobody has initialised it, and lets nobody do so", async () => {
    expect(await askVault(node(), "GET", "sys/init")).toMatchObject({
      status: 200,
      body: { initialized: false },
    });
    expect(await askVault(node(), "PUT", "sys/init", { recovery_shares: 1 })).toMatchObject({ status: 503 });
  });

  test("says so also while a client does not end its handshake", async () => {
    const silent = connect(VAULT_PORT, address);
    await once(silent, "connect");

    expect(await askVault(node(), "GET", "sys/health")).toMatchObject({ status: 501 });
    silent.destroy();
  });

  test("serves a renewed certificate", async () => {
    const before = await certificateOf(node());
    await machine.run(`cat >${SECRET} <<'end'\n${await secretOf(authority)}\nend`);

    // It ends well if the new one is served.
    await machine.run("systemctl start vault-certificate");

    expect(await certificateOf(node())).not.toBe(before);
  });

  const program = () => machine.run(`ps -o args= -p ${MAIN_PID}`);

  test("becomes the server once another node is initialised", async () => {
    expect(await program()).toContain("python3");
    initialized = true;

    await until("the server runs", async () => (await program()).startsWith("/opt/vault-server/bin/server"));
    await until(
      "it listens",
      async () => typeof (await askVault(node(), "GET", "sys/health")).body?.version === "string",
    );
  });

  test("waits again after a restart if it did not join, although the server left data", async () => {
    initialized = false;
    await machine.run("systemctl start vault-metrics && systemctl restart vault-server");

    expect(await machine.run("ls /var/lib/vault-server /var/lib/vault-server/raft")).toContain("vault.db");
    expect(await program()).toContain("python3");
    expect(await askVault(node(), "PUT", "sys/init", { recovery_shares: 1 })).toMatchObject({ status: 503 });
  });
});

/** Serial number of the one that is served. */
async function certificateOf({ address, caPem, serverName }: VaultConnection): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connectTls({ host: hostname, port: Number(port), ca: caPem, servername: serverName });
  await once(socket, "secureConnect");
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}
