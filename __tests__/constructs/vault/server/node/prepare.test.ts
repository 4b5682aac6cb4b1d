import { createHash, createPrivateKey } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createSecureContext, createServer, type Server } from "node:tls";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import {
  artifactKey,
  VAULT_PORT,
  type VaultNodeProps,
} from "../../../../../constructs/vault/server/node/vault-node";
import { createCertificateAuthority } from "../../../../../scripts/support/certificates";
import { CommandFailed, run } from "../../../../../scripts/support/processes";
import { loopbackAddresses } from "../../../../../testbed/vault/cluster";
import { SandboxNode } from "../../../../../testbed/vault/sandbox-node";
import { NODE } from "./support/node";

const DEVICE = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0";
/** AWS, as far as a node asks it: files in a folder, by the last part of their name. */
const AWS = `while [ $# -gt 0 ]; do
  case $1 in --key|--secret-id) name=$2 ;; esac
  last=$1; shift
done
source=$SANDBOX/aws/$(basename "$name")
[ -e "$source" ] || { echo "AccessDenied" >&2; exit 254; }
case $name in arn:*) cat "$source" ;; *) cp "$source" "$last" ;; esac`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "node-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function sandbox(
  props: Partial<VaultNodeProps> = {},
  standIns: Readonly<Record<string, string>> = {},
): SandboxNode {
  const node = new SandboxNode({
    files: nodeFiles({ ...NODE, ...props }),
    root,
    server: "/bin/true",
    environment: {},
    standIns: { aws: AWS, ...standIns },
  });
  for (const path of ["/aws/x", DEVICE, "/opt/vault-server/bin/x", "/opt/vault-server/plugins/x"])
    mkdirSync(dirname(node.path(path)), { recursive: true });
  return node;
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(CommandFailed);
  return (error as CommandFailed).output;
}

describe("the data volume", () => {
  const unmounted = { mountpoint: "exit 1", mount: 'echo "$*" >"$SANDBOX/mounted"' };

  function volume(node: SandboxNode): string {
    const file = node.path(DEVICE);
    writeFileSync(file, "");
    truncateSync(file, 16 << 20);
    return file;
  }

  test("is formatted when it is new, and mounted", async () => {
    const node = sandbox({}, unmounted);
    const device = volume(node);

    await node.run("mount-data");

    expect((await run("blkid", ["--probe", "--output", "value", "--match-tag", "TYPE", device])).stdout).toBe(
      "ext4\n",
    );
    expect(readFileSync(node.path("/mounted"), "utf8")).toContain(
      `${device} ${node.path("/var/lib/vault-server")}`,
    );
  });

  test.each([
    ["of a first node is for an initialisation", "vol-0123456789abcdef0", true],
    ["that is not the first one of the node is for none", "vol-0fedcba9876543210", false],
  ])("that is new and %s", async (_, volumeId, expected) => {
    const operators = { kind: "certificate", certificatePem: "" } as const;
    const node = sandbox({ selfInitialisation: { volumeId, operators } }, unmounted);
    volume(node);

    await node.run("mount-data");

    expect(existsSync(node.path("/var/lib/vault-server/initialise"))).toBe(expected);
  });

  test("keeps its file system when another machine gets it", async () => {
    const node = sandbox({}, unmounted);
    const device = volume(node);
    await run("mkfs.ext4", ["-q", "-L", "kept", device]);
    const before = digest(readFileSync(device));

    await node.run("mount-data");

    expect(digest(readFileSync(device))).toBe(before);
  });

  test("keeps what no tool knows", async () => {
    const node = sandbox({}, unmounted);
    const device = volume(node);
    writeFileSync(device, "something of somebody", { flag: "r+" });
    const before = digest(readFileSync(device));

    await node.run("mount-data");

    expect(digest(readFileSync(device))).toBe(before);
  });

  test("is waited for, and its lack is an error", async () => {
    const node = sandbox({}, { ...unmounted, sleep: "exit 0" });

    expect(await failure(node.run("mount-data"))).toContain("vol-0123456789abcdef0 must be attached");
  });
});

describe("a program from the bucket", () => {
  const PROGRAM = "#!/bin/sh\n";
  const sha256 = digest(PROGRAM);
  const artifacts = { bucket: "app-vault", server: { name: "vault", sha256 } };

  function stored(node: SandboxNode, content: string): void {
    writeFileSync(node.path(`/aws/${artifactKey({ sha256 }).split("/").at(-1)}`), content);
  }

  const fetch = (node: SandboxNode) =>
    node.run("fetch-artifact", ["bin/server", sha256, artifactKey({ sha256 })]);

  test("is used with its checksum", async () => {
    const node = sandbox({ artifacts });
    stored(node, PROGRAM);

    await fetch(node);

    expect(statSync(node.path("/opt/vault-server/bin/server")).mode & 0o777).toBe(0o755);
  });

  test("is not used with another checksum, and nothing of it stays", async () => {
    const node = sandbox({ artifacts });
    stored(node, "something else");

    expect(await failure(fetch(node))).toContain(
      `must have the SHA-256 ${sha256}, got ${digest("something else")}`,
    );
    expect((await run("ls", [node.path("/opt/vault-server/bin")])).stdout).toBe("");
  });

  test("that was changed on the disk is fetched again", async () => {
    const node = sandbox({ artifacts });
    stored(node, PROGRAM);
    writeFileSync(node.path("/opt/vault-server/bin/server"), "changed");

    await fetch(node);

    expect(readFileSync(node.path("/opt/vault-server/bin/server"), "utf8")).toBe(PROGRAM);
  });
});

describe("the certificate", () => {
  const secret = (node: SandboxNode, value: object): void =>
    writeFileSync(node.path("/aws/certificate-AbCdEf"), JSON.stringify(value));

  async function issued(host = NODE.hostName) {
    const authority = await createCertificateAuthority("test");
    const { certificatePem, keyPem } = await authority.issue({ hosts: [host] });
    return { certificate: certificatePem, key: keyPem, authority: authority.certificatePem };
  }

  test("is put in place as a whole", async () => {
    const node = sandbox();
    const value = await issued();
    secret(node, value);

    await node.run("certificate");

    for (const [part, pem] of Object.entries(value))
      expect(readFileSync(node.path(`/etc/vault-server/tls/${part}.pem`), "utf8")).toBe(pem);
    expect(statSync(node.path("/etc/vault-server/tls/key.pem")).mode & 0o777).toBe(0o640);
  });

  test("for another host leaves the one before in place", async () => {
    const node = sandbox();
    const value = await issued();
    secret(node, value);
    await node.run("certificate");
    secret(node, await issued("vault.other.internal"));

    const output = await failure(node.run("certificate"));

    expect(output).toContain("hostname mismatch");
    expect(output).not.toContain("PRIVATE KEY");
    expect(readFileSync(node.path("/etc/vault-server/tls/key.pem"), "utf8")).toBe(value.key);
  });

  test("with the key of another one is refused", async () => {
    const node = sandbox();
    secret(node, { ...(await issued()), key: (await issued()).key });

    expect(await failure(node.run("certificate"))).toContain("must belong together");
  });

  const BAGS = "Bag Attributes\n    friendlyName: vault\nKey Attributes: <No Attributes>\n";

  test("may have text before its blocks, as openssl prints it", async () => {
    const node = sandbox();
    const { certificate, key, authority } = await issued();
    const withText = async (pem: string) =>
      (await run("bash", ["-c", 'openssl x509 -text <<<"$0"', pem])).stdout;
    const value = {
      certificate: await withText(certificate),
      key: `${BAGS}${key}`,
      authority: await withText(authority),
    };
    expect(value.certificate).toMatch(/^Certificate:\n/);
    secret(node, value);

    await node.run("certificate");

    expect(readFileSync(node.path("/etc/vault-server/tls/certificate.pem"), "utf8")).toBe(value.certificate);
  });

  test.each([
    ["certificate", "has no block", () => "hunter2", "CERTIFICATE", "x509"],
    ["certificate", "only openssl reads", trusted, "CERTIFICATE", "x509"],
    ["authority", "is missing", () => undefined, "CERTIFICATE", "x509"],
    ["key", "has a password", encrypted("PKCS#8"), "PRIVATE KEY", "pkey"],
    ["key", "has a password as of old", encrypted("old"), "PRIVATE KEY", "pkey"],
  ] as const)("whose %s %s is refused, with what to write", async (part, _, change, block, command) => {
    const node = sandbox();
    const value = await issued();
    secret(node, { ...value, [part]: change(value[part]) });

    const output = await failure(node.run("certificate"));

    expect(output).toContain(
      `"${part}" in the secret ${NODE.certificateSecretArn} must have a line -----BEGIN ${block}-----, ` +
        `without a password, and has not; write there what openssl ${command} -in <file> prints`,
    );
    expect(output).not.toMatch(/hunter2|\n[A-Za-z0-9+/=]{64}\n/);
  });

  describe("at a running server", () => {
    const [address = ""] = loopbackAddresses(1);
    const reload = (does: string) => ({ systemctl: `case $1 in is-active) exit 0 ;; esac\n${does}` });
    /** The server has its certificate in memory: here, in another folder. */
    const LOAD = 'cp "$SANDBOX"/etc/vault-server/tls/*.pem "$SANDBOX/loaded"';
    let server: Server | undefined;

    afterEach(() => void server?.close());

    /** With a certificate in place and loaded, and a newer one in the secret. */
    async function renewed(does: string, text = "") {
      const node = sandbox({ address }, { systemctl: "exit 3" });
      secret(node, await issued());
      await node.run("certificate");
      cpSync(node.path("/etc/vault-server/tls"), node.path("/loaded"), {
        recursive: true,
        dereference: true,
      });
      const part = (name: string) => readFileSync(node.path(`/loaded/${name}.pem`), "utf8");
      server = createServer({
        SNICallback: (_, answer) =>
          answer(null, createSecureContext({ cert: part("certificate"), key: part("key") })),
      }).listen(VAULT_PORT, address);
      await once(server, "listening");
      sandbox({ address }, reload(does));
      const made = await issued();
      const value = { ...made, certificate: `${text}${made.certificate}` };
      secret(node, value);
      return { node, isLoaded: () => part("certificate") === value.certificate };
    }

    test("is loaded", async () => {
      const { node, isLoaded } = await renewed(LOAD);

      await node.run("certificate");

      expect(isLoaded()).toBe(true);
    });

    test("is loaded with text before it, too", async () => {
      const { node, isLoaded } = await renewed(LOAD, BAGS);

      await node.run("certificate");

      expect(isLoaded()).toBe(true);
    });

    test("is not loaded again", async () => {
      const { node } = await renewed(`${LOAD}; echo >>"$SANDBOX/reloads"`);

      for (let run = 0; run < 3; run++) await node.run("certificate");

      expect(readFileSync(node.path("/reloads"), "utf8")).toBe("\n");
    });

    test.each([
      ["did not load", "exit 0", "must serve the certificate"],
      ["could not be told of", "exit 1", "returned non-zero exit status 1"],
    ])("that the server %s is an error, and the next run has it loaded", async (_, does, error) => {
      const { node, isLoaded } = await renewed(does);
      const output = await failure(node.run("certificate"));
      expect(output).toContain(error);
      sandbox({ address }, reload(LOAD));

      await node.run("certificate");

      expect(isLoaded()).toBe(true);
    });

    test("that a run did not have loaded is loaded also while none can be fetched", async () => {
      const { node, isLoaded } = await renewed("exit 1");
      await failure(node.run("certificate"));
      sandbox({ address }, reload(LOAD));
      rmSync(node.path("/aws/certificate-AbCdEf"));

      expect(await failure(node.run("certificate"))).toContain("AccessDenied");

      expect(isLoaded()).toBe(true);
    });
  });

  test("that cannot be fetched is an error, and no start, on a node that has none", async () => {
    expect(await failure(sandbox().run("prepare"))).toContain("AccessDenied");
  });

  test("that cannot be fetched leaves a node with the one that it has", async () => {
    const node = sandbox();
    secret(node, await issued());
    await node.run("prepare");
    rmSync(node.path("/aws/certificate-AbCdEf"));

    await node.run("prepare");
  });
});

/** As `openssl x509 -trustout` begins it. */
function trusted(pem: string): string {
  return pem.replaceAll(" CERTIFICATE", " TRUSTED CERTIFICATE");
}

function encrypted(how: "PKCS#8" | "old"): (pem: string) => string {
  return (pem) => {
    const key = createPrivateKey(pem);
    const cipher = { cipher: "aes-256-cbc", passphrase: "secret", format: "pem" } as const;
    const type = how === "old" ? "sec1" : "pkcs8";
    return key.export({ ...cipher, type }).toString();
  };
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
