import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  createWriteStream,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { basename, dirname, join } from "node:path";
import type { NodeFile } from "../../constructs/vault/server/node/node-files";
import { BAKED_BINARY, BAKED_PLUGINS, VAULT_PORT } from "../../constructs/vault/server/node/vault-node";
import {
  type CommandFailed,
  endProcess,
  type Finished,
  run,
  startProcess,
} from "../../scripts/support/processes";
import { until } from "../../scripts/vault/waiting";

/** What only root, or a machine of its own, could do; by the name of the program that a script calls. */
export const STAND_INS: Readonly<Record<string, string>> = {
  swapoff: "exit 0",
  mountpoint: "exit 0",
  chgrp: "exit 0",
  install: `words=(); for word; do case $word in --owner=*|--group=*) ;; *) words+=("$word") ;; esac; done
exec "$(command -p -v install)" "\${words[@]}"`,
  // systemd knows one service here: the server, whose process id is in a file.
  systemctl: `pid=$(cat "$SANDBOX/server.pid" 2>/dev/null) || exit 3
case $1 in is-active) kill -0 "$pid" ;; reload) kill -HUP "$pid" ;; *) exit 1 ;; esac 2>/dev/null || exit 3`,
};

export interface SandboxOptions {
  readonly files: readonly NodeFile[];
  /** An existing or new folder: the node's `/`. */
  readonly root: string;
  /** The server's program, in the place of a baked one. */
  readonly server: string;
  /** Its plugins, as files. @default - none are baked */
  readonly plugins?: readonly string[];
  /** The words that run AWS CLI. @default - a stand-in does */
  readonly awsCli?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly standIns?: Readonly<Record<string, string>>;
}

/** A node's files below a folder, with paths that lead there: what user data puts on a machine, run on this one. */
export class SandboxNode {
  private server?: ChildProcess;

  constructor(private readonly options: SandboxOptions) {
    const { files, root, server, plugins = [], awsCli, standIns = {} } = options;
    const aws = awsCli && { aws: `exec ${awsCli.join(" ")} "$@"` };
    for (const { path, mode, content } of files)
      this.write(path, this.relocate(content), Number.parseInt(mode, 8));
    for (const [name, script] of Object.entries({ ...STAND_INS, ...aws, ...standIns }))
      this.write(`/stand-ins/${name}`, `#!/bin/bash\n${script}\n`, 0o755);
    mkdirSync(dirname(join(root, BAKED_BINARY)), { recursive: true });
    rmSync(join(root, BAKED_BINARY), { force: true });
    symlinkSync(server, join(root, BAKED_BINARY));
    for (const file of plugins) {
      mkdirSync(join(root, BAKED_PLUGINS), { recursive: true });
      copyFileSync(file, join(root, BAKED_PLUGINS, basename(file)));
    }
  }

  get log(): string {
    return join(this.options.root, "server.log");
  }

  path(path: string): string {
    return join(this.options.root, path);
  }

  /** Runs a script of the node as its unit would; `ExecStartPre` has the unit's mask, too. */
  async run(script: string, args: readonly string[] = []): Promise<Finished> {
    const masked = `umask ${this.unitLine("UMask")}; exec "$0" "$@"`;
    return await run("bash", ["-c", masked, this.path(`/opt/vault-server/libexec/${script}`), ...args], {
      cwd: this.path("/opt/vault-server"),
      env: this.environment(),
    });
  }

  /** What `mount-data` leaves on a volume that is new; here is none that it could mount. */
  newVolume(): void {
    const { DATA_VOLUME, INITIALISED_VOLUME } = this.settings;
    if (DATA_VOLUME === INITIALISED_VOLUME) this.write("/var/lib/vault-server/initialise", "", 0o644);
  }

  /** Starts the server as its unit does: prepares the machine, then runs it. Gives when it runs. */
  async start(): Promise<void> {
    await this.run("prepare").catch((error: CommandFailed) => {
      throw new Error(`the node could not be prepared: ${error.output ?? error}`);
    });
    const [program = "", ...args] = this.unitLine("ExecStart").split(" ");
    const child = startProcess(program, args, {
      cwd: this.unitLine("WorkingDirectory").replace(/^-/, ""),
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(this.log, { flags: "a" });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    await once(child, "spawn");
    writeFileSync(this.path("/server.pid"), String(child.pid));
    this.server = child;
  }

  /** Waits until the server takes requests, and does what its unit does then. */
  async started(): Promise<void> {
    const { hostname } = new URL(this.settings.VAULT_ADDR ?? "");
    await until("the server listens", async () => {
      const socket = connect(VAULT_PORT, hostname);
      await once(socket, "connect");
      socket.destroy();
      return true;
    });
    await run("bash", ["-c", this.unitLine("ExecStartPost").replace(/^\+/, "")]);
  }

  /** As a machine that loses power does. */
  async kill(): Promise<void> {
    if (!this.server) return;
    const ended = once(this.server, "exit");
    // With its plugins.
    process.kill(-Number(this.server.pid), "SIGKILL");
    await ended;
    this.forget();
  }

  async stop(): Promise<void> {
    if (this.server) await endProcess(this.server);
    this.forget();
  }

  get running(): boolean {
    return this.server !== undefined;
  }

  private forget(): void {
    this.server = undefined;
    rmSync(this.path("/server.pid"), { force: true });
  }

  private unitLine(name: string): string {
    const unit = readFileSync(this.path("/etc/systemd/system/vault-server.service"), "utf8");
    return new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
  }

  private get settings(): Readonly<Record<string, string>> {
    const lines = readFileSync(this.path("/etc/vault-server/node.env"), "utf8").trimEnd().split("\n");
    return Object.fromEntries(
      lines.map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]),
    );
  }

  private environment(): NodeJS.ProcessEnv {
    const { environment, root } = this.options;
    return {
      ...this.settings,
      ...environment,
      SANDBOX: root,
      HOME: root,
      PATH: `${join(root, "stand-ins")}:${process.env.PATH}`,
    };
  }

  private write(path: string, content: string, mode: number): void {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
  }

  private relocate(content: string): string {
    return content.replaceAll(
      /(?<![\w.])\/(etc|opt|var\/lib|usr\/local|dev\/disk)\//g,
      `${this.options.root}$&`,
    );
  }
}
