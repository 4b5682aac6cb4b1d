import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { SecretsPlatform } from "../../constructs/platform";

const FOLDER = join(__dirname, "..", "..", "environments");

/** The ways for functions to get their secrets: `backends` of an environment. */
export const BACKENDS: readonly Environment["backends"][] = [["native"], ["native", "vault"], ["vault"]];

export function shippedEnvironments(): readonly Environment[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json") && file !== "schema.json")
    .map((file) => environmentOf(file.replace(/\.json$/, "")));
}

/** `prod` with other backends; Vault is then the created server of `vault-server`. */
export function prodWith(backends: Environment["backends"]): Environment {
  const { vault } = settingsOf("vault-server");
  return environmentOf("prod", (prod) => ({
    ...prod,
    backends,
    ...(backends.includes("vault") && { vault }),
  }));
}

// biome-ignore lint/suspicious/noExplicitAny: an environment file before it is checked.
type Settings = Readonly<Record<string, any>>;

/** A shipped environment, with its settings as they are or changed. */
export function environmentOf(
  name: string,
  change = (settings: Settings): Settings => settings,
): Environment {
  const root = mkdtempSync(join(tmpdir(), "environment-"));
  try {
    mkdirSync(join(root, "environments"));
    writeFileSync(join(root, "environments", `${name}.json`), JSON.stringify(change(settingsOf(name))));
    return loadEnvironment(name, { root, variables: {} });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Synthesizes an environment to a folder, as `npm run synth` does; gives the folders of its stacks. */
export function synthesizeTo(outdir: string, environment: Environment): readonly string[] {
  mkdirSync(outdir);
  const app = new App({ outdir, stackTraces: false });
  const { stacks } = new SecretsPlatform(app, "Secrets", { environment });
  app.synth();
  return stacks.map(({ node }) => join(outdir, "stacks", node.id));
}

function settingsOf(name: string): Settings {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
}
