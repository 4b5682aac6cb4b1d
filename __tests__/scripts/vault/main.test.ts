import { join } from "node:path";
import { type CommandFailed, run } from "../../../scripts/support/processes";
import { shippedSettings } from "../../constructs/environment/support/shipped-settings";
import { commandLine } from "../../support/command-line";
import { changed, environmentFolder } from "../../support/environment-files";
import { certificateAuthorityPem } from "../../support/fixtures";

const SECRET_ARN = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:own-AbCdEf";
const MAIN = join(__dirname, "..", "..", "..", "scripts", "vault", "main.ts");

async function vaultOf(
  environment: string,
  words: readonly string[],
): Promise<{ code: number; output: string }> {
  const env = { ...process.env, ENVIRONMENT: environment };
  return await run(process.execPath, commandLine(MAIN, ...words), { env }).catch(
    (error: CommandFailed) => error,
  );
}

const vault = (...words: string[]) => vaultOf("vault-server", words);

test("every command shows the same help", async () => {
  const { code, output } = await vault("tls", "--help");

  expect(code).toBe(0);
  for (const name of ["tls", "artifact", "init", "tunnel", "status", "roll", "restore"])
    expect(output).toContain(`vault:${name}`);
});

test.each([
  [["artifact"], "one file must be named, got 0"],
  [["artifact", "vault.zip"], "add --sha256 or --checksums"],
  [["restore"], "one key of a snapshot must be named"],
])("%j ends with what is missing", async (words, missing) => {
  const { code, output } = await vault(...words);

  expect(code).toBe(1);
  expect(output).toContain(missing);
});

test.each([
  [["roll", "node-2", "--yes"], "vault:roll does not take node-2; see --help"],
  [["status", "--again"], "vault:status does not take --again; see --help"],
  [["tls", "--renw"], "Unknown option '--renw'. Known: --renew, "],
])("%j is refused before anything is done", async (words, refusal) => {
  const { code, output } = await vault(...words);

  expect(code).toBe(1);
  expect(output).toContain(refusal);
});

test("a release of another version than the environment's is not stored", async () => {
  const { code, output } = await vault(
    "artifact",
    "vault_1.0.0_linux_arm64.zip",
    "--checksums",
    "SHA256SUMS",
  );

  expect(code).toBe(1);
  expect(output).toMatch(/must be of version \d+\.\d+\.\d+, as in the environment file, got 1\.0\.0/);
});

test("tls makes nothing beside a certificate of one's own, whose place it names", async () => {
  const root = environmentFolder({
    "own.json": changed(shippedSettings("vault-server"), {
      "vault.server.certificateSecretArn": SECRET_ARN,
      "vault.server.certificateAuthorityFile": "ca.pem",
    }),
    "ca.pem": certificateAuthorityPem,
  });

  const { code, output } = await vaultOf(join(root, "environments", "own.json"), ["tls", "--new-authority"]);

  expect(code).toBe(1);
  expect(output).toContain(`vault.server.certificateSecretArn must be left out for vault:tls to make`);
  expect(output).toContain(`got ${SECRET_ARN}; write your own to that secret`);
});

test.each([["tls"], ["artifact", "vault.zip", "--checksums", "SHA256SUMS"]])(
  "%s is refused where the environment makes no server, before anything else",
  async (...words) => {
    const { code, output } = await vaultOf("dev", words);

    expect(code).toBe(1);
    expect(output).toContain("the environment must make a Vault server");
  },
);
