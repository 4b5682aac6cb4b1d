import { type ChildProcess, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeFile } from "../../constructs/vault/server/node/node-files";
import { CommandFailed, endProcess, run, startProcess } from "../../scripts/support/processes";

const SYSTEMD = "/lib/systemd/systemd";
const NAMESPACES = ["--pid", "--fork", "--mount", "--uts", "--ipc", "--cgroup", "--kill-child=SIGKILL"];
const START_MS = 60_000;

/**
 * The file system is this machine's with a layer over it that is in memory. What the kernel has for all is read-only:
 * systemd would set this machine's parameters otherwise, and its devices. Only what units stand on is started.
 */
const BOOT = `set -e
machine=$1
mount --make-rprivate /
mount -t tmpfs tmpfs "$machine"
mkdir "$machine"/{upper,work,root}
root=$machine/root
mount -t overlay -o "lowerdir=/,upperdir=$machine/upper,workdir=$machine/work" overlay "$root"
cp -a "$2"/. "$root"/
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
  mkdir "$root/sys/fs/cgroup/systemd"
  mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
fi
mount --rbind /dev "$root/dev"
for folder in run tmp var/lib/vault-server; do
  mkdir -p "$root/$folder"
  mount -t tmpfs tmpfs "$root/$folder"
done
: >"$root/etc/machine-id"
exec chroot "$root" /usr/bin/env -i container=test PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${SYSTEMD} \\
  --system --unit=sysinit.target --log-level=warning`;

/** Why this machine can run none; undefined if it can. */
export function whyNoSystemd(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "it takes Linux and root";
  if (!existsSync(SYSTEMD)) return "there is no systemd here (Debian: apt install systemd)";
  const tried = spawnSync("unshare", [...NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return tried.status === 0 ? undefined : "this machine lets nobody mount file systems";
}

/** A machine as far as systemd goes: it is process 1 there, and all ends with it. The network is this machine's. */
export class SystemdMachine {
  private constructor(
    private readonly boot: ChildProcess,
    private readonly pid: number,
  ) {}

  /** @param directory an empty folder. */
  static async start(directory: string, files: readonly NodeFile[]): Promise<SystemdMachine> {
    const tree = join(directory, "files");
    for (const { path, mode, content } of files) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), content, { mode: Number.parseInt(mode, 8) });
    }
    const machine = join(directory, "machine");
    mkdirSync(machine);
    const boot = startProcess("unshare", [...NAMESPACES, "bash", "-c", BOOT, "boot", machine, tree], {
      stdio: "ignore",
    });
    const children = `/proc/${boot.pid}/task/${boot.pid}/children`;
    for (const deadline = Date.now() + START_MS; ; await sleep(100)) {
      const pid = Number(readFileSync(children, "utf8").trim());
      const started = new SystemdMachine(boot, pid);
      const state = pid > 0 ? await started.run("systemctl is-system-running || true").catch(() => "") : "";
      if (/^(running|degraded)/.test(state)) return started;
      if (boot.exitCode !== null || Date.now() > deadline) {
        await endProcess(boot);
        throw new Error(`systemd did not start: ${state}`);
      }
    }
  }

  /** Runs a script of bash there; gives its output. */
  async run(script: string): Promise<string> {
    const enter = ["--target", String(this.pid), "--mount", "--uts", "--ipc", "--pid", "--root", "--wd"];
    try {
      return (await run("nsenter", [...enter, "bash", "-c", script])).output;
    } catch (error) {
      throw error instanceof CommandFailed ? new Error(`${script}: ${error.output}`) : error;
    }
  }

  async stop(): Promise<void> {
    await endProcess(this.boot);
  }
}
