import { readFile } from "node:fs/promises";
import { EC2Client } from "@aws-sdk/client-ec2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { Account } from "../../constructs/contracts/account";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { nodeRoleName } from "../../constructs/vault/server/created/storage";
import { serverVersion } from "../../constructs/vault/server/created/versions";
import { initialRequests } from "../../constructs/vault/server/node/initial-requests";
import { SNAPSHOT_PREFIX, vaultServerNames } from "../../constructs/vault/server/node/names";
import { approval } from "../deploy/approval";
import { failed, say } from "../support/ending";
import { parseWords } from "../support/words";
import { checksumOf, refuseOtherVersion, uploadArtifact } from "./artifact";
import { callerArn } from "./aws-cli";
import {
  deployedServer,
  operatorLogin,
  type ReachedNode,
  reread,
  serverHost,
  serverSettings,
  stackOutputs,
  withNodes,
} from "./deployed-server";
import { initialise, isInitialised, type Recovery } from "./initialise";
import { JsonSecret } from "./json-secret";
import { replaceAuthority } from "./new-authority";
import { operatorSession } from "./operator-session";
import { ownersWith } from "./owners-policy";
import { keepRecoveryShares } from "./recovery-shares";
import { restartMachines } from "./restart";
import { restore } from "./restore";
import { roll } from "./roll";
import { onlyMachineOf } from "./roll-review";
import { otherVersions, serverStatus } from "./status";
import { changeOwners, provideCertificates } from "./tls";
import { askVault } from "./vault-api";

const USAGE = `Usage: npm run vault:<command> [-- options]

For a Vault server that the environment makes. ENVIRONMENT names the environment ("dev" if unset).

  vault:tls [--renew]            make the private authority and the server's certificate, or renew the certificate
  vault:tls --known-authority <fingerprint>
                                 take an authority that is in its secret and was not published for one's own
  vault:tls --new-authority      have a new authority take over, in steps: each run does one, and says what comes next
  vault:artifact <file> --sha256 <hex> | --checksums <file>
                                 check a published program, or the archive (.zip, .tar.gz) that it is in, and store it
  vault:init [--pgp-key <file>…] [--again]
                                 initialise the server, or keep the recovery shares of one that did so itself;
                                 five PGP keys (base64) encrypt the five recovery shares;
                                 --again: a server that lost its data begins anew, and the old shares are kept
  vault:tls --new-owners, vault:init --new-owners
                                 first write the policy of the secrets for whoever owns them now
  vault:tunnel [-- <program>…]   open a shell, or run a program, that reaches Vault as an operator; login and tunnel
                                 end with it
  vault:status                   how the server is; exit code 1 if something is wrong
  vault:roll                     replace one node after the other
  vault:restore <key>            put a snapshot in the place of all data, and restart all nodes
  --direct                       reach the nodes at their addresses, not by Session Manager
  --yes                          do not ask
  --help                         show this text
`;

const flag = { type: "boolean", default: false } as const;
const text = { type: "string" } as const;
const list = { type: "string", multiple: true, default: [] as string[] } as const;
const OPTIONS = {
  renew: flag,
  "new-authority": flag,
  "known-authority": text,
  "new-owners": flag,
  sha256: text,
  checksums: text,
  "pgp-key": list,
  again: flag,
  direct: flag,
  yes: flag,
  help: flag,
};

type Options = ReturnType<typeof parseWords<typeof OPTIONS>>["values"];

/** What each command takes. */
const TAKES = {
  tls: { options: ["renew", "new-authority", "known-authority", "new-owners", "direct"] },
  artifact: { options: ["sha256", "checksums"], words: true },
  init: { options: ["pgp-key", "again", "new-owners", "direct"] },
  tunnel: { options: [], words: true },
  status: { options: ["direct"] },
  roll: { options: ["direct", "yes"] },
  restore: { options: ["direct", "yes"], words: true },
} satisfies Record<string, { options: readonly (keyof typeof OPTIONS)[]; words?: true }>;

type Name = keyof typeof TAKES;

const COMMANDS: Readonly<Record<Name, (options: Options, words: readonly string[]) => Promise<number>>> = {
  async tls({
    renew,
    "new-authority": isNew,
    "known-authority": knownAuthority,
    "new-owners": newOwners,
    direct,
  }) {
    const environment = loadEnvironment();
    const { region, namePrefix } = environment;
    const { certificateSecretArn: own } = serverSettings(environment);
    if (own)
      throw new Error(
        `vault.server.certificateSecretArn must be left out for vault:tls to make a certificate, got ${own}; write ` +
          "your own to that secret, as docs/vault-server-operations.md says, or remove the key",
      );
    const tls = {
      secretsManager: new SecretsManagerClient({ region }),
      ssm: new SSMClient({ region }),
      names: vaultServerNames(namePrefix),
      hostName: serverHost(environment),
      owners: await ownersOf(environment),
      nodeRoleArn: new Account(environment.account, region).roleArn(nodeRoleName(namePrefix)),
      renew,
      knownAuthority,
    };
    if (newOwners) for (const line of await changeOwners(tls)) say(line);
    if (!isNew) return say(...(await provideCertificates(tls)));
    const server = await deployedServer();
    const { address, certificate_authority: deployedPem } = server;
    const lambda = new LambdaClient({ region });
    const logIn = operatorLogin(server);
    return await withNodes(server, direct, async (nodes) =>
      say(...(await replaceAuthority({ tls, lambda, nodes, logIn, address, deployedPem }))),
    );
  },

  async artifact({ sha256, checksums }, words) {
    const environment = loadEnvironment();
    const settings = serverSettings(environment);
    const file = one(words, "file");
    refuseOtherVersion(file, serverVersion(settings));
    const expected = sha256 ?? (checksums && checksumOf(file, await readFile(checksums, "utf8")));
    if (!expected) throw new Error("the checksum must be named; add --sha256 or --checksums");
    const { region } = environment;
    const { vault_bucket: bucket } = (await stackOutputs("foundation")).outputs;
    const s3 = new S3Client({ region });
    const artifact = await uploadArtifact({ s3, bucket: String(bucket), file, sha256: expected });
    return say(`${artifact.name} is stored. In the environment file: "sha256": "${artifact.sha256}"`);
  },

  async init({ "pgp-key": pgpKeyFiles, again, "new-owners": newOwners, direct }) {
    const server = await deployedServer();
    const { operators, software } = server;
    const { region, namePrefix } = server.environment;
    const pgpKeys = await Promise.all(pgpKeyFiles.map(async (file) => (await readFile(file, "utf8")).trim()));
    const requests = initialRequests({
      software,
      nodes: Object.keys(server.nodes).length,
      hostName: new URL(server.address).hostname,
      authorityPem: server.certificate_authority,
      operators: {
        kind: "aws",
        principalArns: operators.length > 0 ? operators : [await callerArn()],
        stsRegion: region,
        stsUrl: server.sts_url,
      },
    });
    const secrets = new SecretsManagerClient({ region });
    const owners = await ownersOf(server.environment);
    const { recoverySecret } = vaultServerNames(namePrefix);
    const kept = (name: string) => new JsonSecret<Recovery>(secrets, name, owners);
    if (newOwners) for (const line of await kept(recoverySecret).changeOwners()) say(line);
    const now = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    return await withNodes(server, direct, async (reached) => {
      const options = {
        nodes: reached,
        recovery: kept(recoverySecret),
        requests,
        logIn: operatorLogin(server),
        ...(pgpKeys.length > 0 && { pgpKeys }),
      };
      const lostRecovery = kept(`${recoverySecret}-${now}`);
      // With --again, OpenBao is initialised by this command, too, and maybe by two runs of it.
      const isOurs =
        software === "vault" ||
        (again && !(await isInitialised(options.nodes))) ||
        (await options.recovery.read())?.rootToken !== undefined;
      const lines = await (isOurs
        ? initialise({ ...options, ...(again && { lostRecovery }) })
        : keepRecoveryShares({ ...options, lostRecovery }));
      return say(...lines, ...otherVersions(await versionsOf(reached), server.version));
    });
  },

  async tunnel(_, words) {
    return await operatorSession(await deployedServer(), words);
  },

  async status({ direct }) {
    const server = await deployedServer();
    const { region } = server.environment;
    return await withNodes(server, direct, async (nodes) => {
      const { healthy, lines } = await serverStatus({
        nodes,
        version: server.version,
        logIn: operatorLogin(server),
        operators: server.operators,
        shares: {
          secretsManager: new SecretsManagerClient({ region }),
          secret: vaultServerNames(server.environment.namePrefix).recoverySecret,
        },
        s3: new S3Client({ region }),
        snapshots: { bucket: server.bucket, prefix: SNAPSHOT_PREFIX },
      });
      say(...lines);
      return healthy ? 0 : 1;
    });
  },

  async roll({ direct, yes }) {
    const server = await deployedServer();
    await roll({
      ids: Object.keys(server.nodes),
      logIn: operatorLogin(server),
      // A tunnel ends with its machine, and the next machine is another instance.
      reach: async (work) => await withNodes(await reread(server), direct, work),
      replace: async (id) => {
        const applied = await server.terraform
          .with({ review: onlyMachineOf(id) })
          .apply([`-replace=${server.nodes[id]?.resource}`], async ({ verdict }) => {
            if (verdict === "blocked") return false;
            return yes || (await agreed(`Replace ${id}?`));
          });
        if (applied === undefined) throw new Error(`${id} was not replaced; nothing more was done`);
      },
      say: (line) => void say(line),
    });
    return 0;
  },

  async restore({ direct, yes }, words) {
    const Key = one(words, "key of a snapshot");
    const server = await deployedServer();
    const s3 = new S3Client({ region: server.environment.region });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: server.bucket, Key }));
    const snapshot = (await Body?.transformToByteArray()) ?? new Uint8Array();
    if (
      !yes &&
      !(await agreed(`Put ${Key} in the place of everything that the server has, and restart all nodes?`))
    )
      return say("Nothing was changed.") + 1;
    const machines = Object.values(server.nodes).map(({ instance_id }) => instance_id);
    const ec2 = new EC2Client({ region: server.environment.region });
    await restore({
      ids: Object.keys(server.nodes),
      reach: async (work) => await withNodes(server, direct, work),
      logIn: operatorLogin(server),
      snapshot,
      restart: async () => await restartMachines(ec2, machines),
    });
    return say(
      `${Key} was restored, logins and recovery shares included. All nodes were restarted, and vote.`,
    );
  },
};

async function versionsOf(nodes: readonly ReachedNode[]) {
  return await Promise.all(
    nodes.map(async ({ id, connection }) => {
      const { body } = await askVault(connection, "GET", "sys/health");
      return { id, version: String(body?.version ?? "") };
    }),
  );
}

/** Those who deploy, and whoever runs this. */
async function ownersOf({ deployers }: Environment): Promise<readonly string[]> {
  return ownersWith(await callerArn(), deployers);
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error(`${question} There is no terminal to ask at; add --yes`);
  return await approval(question, new AbortController().signal);
}

function one([word, ...more]: readonly string[], what: string): string {
  if (word !== undefined && more.length === 0) return word;
  throw new Error(`one ${what} must be named, got ${word === undefined ? 0 : more.length + 1}; see --help`);
}

async function main([name = "", ...argv]: readonly string[]): Promise<number> {
  const { values, positionals, tokens } = parseWords(argv, OPTIONS);
  if (values.help || !isName(name)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 1;
  }
  const { options, words = false }: { options: readonly string[]; words?: boolean } = TAKES[name];
  const useless = [
    ...tokens.flatMap((token) =>
      token.kind === "option" && !options.includes(token.name) ? token.rawName : [],
    ),
    ...(words ? [] : positionals),
  ];
  if (useless.length > 0) throw new Error(`vault:${name} does not take ${useless.join(", ")}; see --help`);
  return await COMMANDS[name](values, positionals);
}

function isName(name: string): name is Name {
  return Object.hasOwn(TAKES, name);
}

void main(process.argv.slice(2))
  .catch(failed)
  .then((code) => process.exit(code));
