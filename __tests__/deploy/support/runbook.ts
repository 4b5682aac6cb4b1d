import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "../../../scripts/support/processes";
import type { AwsEmulator } from "../../../testbed/aws/aws-emulator";
import { vaultTools } from "../../../testbed/vault/tools";
import { documentedCommands, type Ran, runAwsCommands } from "../../docs/support/aws-commands";
import { root } from "../../docs/support/documents";
import { copyOfProject } from "../../docs/support/project-copy";

/** Beginnings of commands of AWS CLI that fail on the emulator, and why. One that would run is a fault of this list. */
const NOT_ON_EMULATOR: readonly (readonly [begin: string, why: string])[] = [
  ["aws cloudtrail lookup-events", "no emulator keeps a history of events"],
  ["aws ec2 delete-volume", "the destroy has taken the volume with it"],
  ["aws lambda get-account-settings", "the emulator has no limits of accounts"],
  ["aws logs tail", "it is of AWS CLI 2, and only CLI 1 is in a package registry"],
  ["aws ssm start-session", "no emulator has sessions on machines"],
];

/** Beginnings of commands that have nothing to show here, and why. One that shows something is a fault of this list. */
const NOTHING_TO_SHOW: readonly (readonly [begin: string, why: string])[] = [
  [
    "aws logs filter-log-events --log-group-name /aws/lambda/<namePrefix>-orders",
    "no function was refused by Vault",
  ],
  ["aws logs filter-log-events --log-group-name /aws/route53resolver/", "nobody asked for a name"],
  [
    "aws s3api list-objects-v2 --bucket <namePrefix>-vault",
    "no node took a snapshot, as when vaultSnapshotAge goes off",
  ],
];

const PAGES = ["docs/operations.md", "docs/vault-server.md", "docs/vault-server-operations.md"];

const FIVE = ["alice", "bob", "carol", "dave", "erin"];

/** What `npm run` cannot do here, and who does it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "ENVIRONMENT=staging npm run deploy":
    "no Vault is there to be configured; the local run deploys all stacks",
  "ENVIRONMENT=staging npm run deploy -- staging-foundation": "as npm run deploy",
  "ENVIRONMENT=staging npm run deploy -- staging-functions": "as npm run deploy",
  "ENVIRONMENT=staging npm run deploy -- staging-vault-server":
    "its program is no Vault; the local run has one",
  "ENVIRONMENT=staging npm run destroy":
    "the test of the deploy destroys each stack; the local run destroys all",
  "ENVIRONMENT=staging npm run destroy -- staging-vault --ignore-dependencies":
    "no Vault was configured; the local run destroys a backend",
  "ENVIRONMENT=staging npm run vault:artifact -- bao_2.5.5_Linux_arm64.tar.gz --checksums checksums-linux.txt":
    "the environment has no OpenBao; __tests__/scripts/vault/server.test.ts stores such an archive",
  "ENVIRONMENT=staging npm run vault:artifact -- openbao-plugin-auth-aws_linux_arm64_v8.tar.gz --checksums checksums-auth-aws.txt":
    "as the one before",
  "ENVIRONMENT=staging npm run vault:init":
    "it needs sessions on machines; __tests__/scripts/vault/server.test.ts has nodes",
  "ENVIRONMENT=staging npm run vault:init -- --new-owners": "as vault:init",
  [`ENVIRONMENT=staging npm run vault:init -- ${FIVE.map((name) => `--pgp-key ${name}.pgp`).join(" ")}`]:
    "as vault:init; __tests__/scripts/vault/server.test.ts makes such keys",
  "gpg --export alice@example.com | base64 > alice.pgp": "it exports somebody's key",
  "ENVIRONMENT=staging npm run vault:restore -- snapshots/2026-11-28T13-15-00Z-node-1.snap": "as vault:init",
  "ENVIRONMENT=staging npm run vault:roll": "as vault:init",
  "ENVIRONMENT=staging npm run vault:status": "as vault:init",
  "ENVIRONMENT=staging npm run vault:tls -- --new-authority": "as vault:init",
  "ENVIRONMENT=staging npm run vault:tunnel": "as vault:init; __tests__/scripts/vault/preparation.test.ts",
  "ENVIRONMENT=staging VAULT_TOKEN=none npm run vault:tunnel":
    "as vault:init; __tests__/scripts/vault/server.test.ts makes the root token",
  "ENVIRONMENT=staging npm run vault:tunnel -- -- vault kv list -mount=<namePrefix>-kv":
    "as vault:init; __tests__/scripts/vault/preparation.test.ts",
};

export interface RunbookOptions {
  readonly emulator: AwsEmulator;
  /** The environment `dev`: its file, and the folder with its states. */
  readonly file: string;
  readonly states: string;
  /** What is in the place of `<…>`; of several, the command is run with each. */
  readonly values: () => Promise<Readonly<Record<string, readonly string[]>>>;
  /** Environment variables of Terraform. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** The runbook's commands, as people type them, for an environment that is deployed to the emulator. */
export class Runbook {
  readonly #untried = new Set(documentedCommands(...PAGES));
  /** Where people would type them. */
  readonly #project = copyOfProject();
  /** Of what was deployed, also when it is not any more. */
  #values?: Readonly<Record<string, readonly string[]>>;

  private constructor(
    private readonly options: RunbookOptions,
    awsCli: readonly string[],
  ) {
    const project = this.#project;
    cpSync(join(root, "dist"), join(project, "dist"), { recursive: true });
    cpSync(options.file, join(project, "environments", "dev.json"));
    mkdirSync(join(project, "bin"));
    writeFileSync(join(project, "bin", "aws"), `#!/bin/sh\nexec ${awsCli.join(" ")} "$@"\n`, { mode: 0o755 });
  }

  static async open(options: RunbookOptions): Promise<Runbook> {
    return new Runbook(options, (await vaultTools()).awsCli);
  }

  /** Writes what a command is to find, below the project's folder. */
  provide(file: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#project, file), content);
  }

  /**
   * Runs a command of a shell.
   *
   * @param answer the option that answers its question
   * @param values in the place of `<…>`
   */
  async type(command: string, answer = "", values: Readonly<Record<string, string>> = {}): Promise<string> {
    if (!this.#untried.delete(command)) throw new Error(`the runbook must have "${command}", and has not`);
    const { states, variables, emulator } = this.options;
    cpSync(states, this.#project, { recursive: true, filter: (path) => !path.includes("cdktf.out") });
    const line = command
      .replaceAll("staging", "dev")
      .replaceAll(/<([^>]+)>/g, (_, name) => values[name] ?? name);
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", `${line} ${answer}`], {
      cwd: this.#project,
      env: {
        ...process.env,
        ...variables,
        PATH: `${join(this.#project, "bin")}${delimiter}${process.env.PATH}`,
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_DEFAULT_REGION: "ap-northeast-2",
      },
    });
    const written = join(this.#project, "terraform.dev-native.tfstate");
    if (command.includes("deploy")) cpSync(written, join(states, "terraform.dev-native.tfstate"));
    return stdout;
  }

  /**
   * Runs all commands of AWS CLI that were not run yet.
   *
   * @param scenes by the beginning of a command, what has to have happened before it
   * @param except beginnings of commands that are left for later
   * @returns what is wrong
   */
  async typeAws(
    scenes: Readonly<Record<string, string>>,
    except: readonly string[] = [],
  ): Promise<unknown[]> {
    this.#values ??= await this.options.values();
    const values = this.#values;
    const begins = (command: string) => (begin: string) => command.startsWith(begin);
    const commands = [...this.#untried].filter((one) => one.startsWith("aws ") && !except.some(begins(one)));
    const lines = commands.flatMap((command) => {
      this.#untried.delete(command);
      const scene = Object.keys(scenes).find(begins(command));
      return [...(scene ? [scenes[scene] ?? ""] : []), command].flatMap((one) =>
        filled(one, values).map((line) => [command, line] as const),
      );
    });
    const results = await runAwsCommands(
      lines.map(([, line]) => line),
      this.options.emulator.endpoint,
    );
    return lines.flatMap(([command, line], at) => {
      const result = results[at] ?? [1, "", "no result"];
      const has = (list: readonly (readonly [string, string])[]) =>
        list.some(([begin]) => begins(command)(begin));
      return isRight(line, result, has(NOT_ON_EMULATOR), has(NOTHING_TO_SHOW)) ? [] : [[line, ...result]];
    });
  }

  /** Commands that nobody has run, and entries of the list that the runbook does not have. */
  get left(): readonly string[] {
    const elsewhere = Object.keys(ELSEWHERE);
    const documented = new Set(documentedCommands());
    return [
      ...[...this.#untried].filter((command) => !elsewhere.includes(command)),
      ...elsewhere.filter((command) => !documented.has(command)),
    ];
  }
}

function isRight(line: string, [code, output]: Ran, fails: boolean, isEmpty: boolean): boolean {
  if (fails || code !== 0) return fails && code !== 0;
  const shown = output.replaceAll(/None|null|[\s[\],]/g, "");
  return isEmpty ? shown === "" : shown !== "" || !line.includes("--query");
}

/** With each value that there is for its placeholder. */
function filled(command: string, values: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const [placeholder, name = ""] = /<([^>]+)>/.exec(command) ?? [];
  if (placeholder === undefined) return [command];
  const found = values[name] ?? [];
  if (found.length === 0) throw new Error(`${command}: nothing is there for ${placeholder}`);
  return found.flatMap((value) => filled(command.replaceAll(placeholder, value), values));
}
