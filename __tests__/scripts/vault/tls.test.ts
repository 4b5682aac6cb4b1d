import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { vaultServerNames } from "../../../constructs/vault/server/node/names";
import { makeAuthority } from "../../../scripts/vault/authority";
import { forOwners } from "../../../scripts/vault/owners-policy";
import { changeOwners, provideCertificates, type TlsOptions } from "../../../scripts/vault/tls";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { clientSettings } from "../../support/client-settings";
import { type StoppedRun, stopEverywhere } from "./support/stopped-run";

const HOST_NAME = "vault.app.internal";
const OWNER = "arn:aws:iam::123456789012:role/deployer";
const NODE = "arn:aws:iam::123456789012:role/app-vault-node";

let directory: string;
let emulator: AwsEmulator;
let secretsManager: SecretsManagerClient;
let ssm: SSMClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "vault-tls-"));
  emulator = await startAwsEmulator({ directory });
  secretsManager = new SecretsManagerClient(clientSettings(emulator));
  ssm = new SSMClient(clientSettings(emulator));
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true });
});

let environments = 0;
/** Of an environment of its own. */
const place = (): TlsOptions => ({
  secretsManager,
  ssm,
  names: vaultServerNames(`app${environments++}`),
  hostName: HOST_NAME,
  owners: [OWNER],
  nodeRoleArn: NODE,
  renew: false,
});

const watched = (options: TlsOptions, run: StoppedRun): TlsOptions => ({
  ...options,
  secretsManager: run.watch(new SecretsManagerClient(clientSettings(emulator))),
  ssm: run.watch(new SSMClient(clientSettings(emulator))),
});

/** As whoever IAM lets do so sees it. */
async function seen({ names }: TlsOptions) {
  const secret = async (SecretId: string) => {
    const value = await secretsManager.send(new GetSecretValueCommand({ SecretId })).catch(() => undefined);
    const policy = await secretsManager
      .send(new GetResourcePolicyCommand({ SecretId }))
      .catch(() => undefined);
    return {
      value: value?.SecretString === undefined ? undefined : JSON.parse(value.SecretString),
      policy: policy?.ResourcePolicy,
    };
  };
  const parameter = await ssm
    .send(new GetParameterCommand({ Name: names.authorityParameter }))
    .catch(() => undefined);
  return {
    authority: await secret(names.authoritySecret),
    certificate: await secret(names.certificateSecret),
    published: parameter?.Parameter?.Value,
  };
}

async function planted(SecretId: string, value: object, owners?: readonly string[]): Promise<void> {
  await secretsManager.send(new CreateSecretCommand({ Name: SecretId, SecretString: JSON.stringify(value) }));
  const ResourcePolicy = JSON.stringify(forOwners(owners ?? []));
  if (owners) await secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
}

/** Everything is there, of one piece, and guarded. */
async function expectWhole(options: TlsOptions): Promise<void> {
  const { authority, certificate, published } = await seen(options);
  expect(authority.policy).toBe(JSON.stringify(forOwners([OWNER])));
  expect(certificate.policy).toBe(JSON.stringify(forOwners([OWNER, NODE])));
  expect(published).toBe(authority.value.certificatePem);
  expect(certificate.value.authority).toBe(published);
  const { publicKey } = new X509Certificate(authority.value.certificatePem);
  expect(new X509Certificate(certificate.value.certificate).verify(publicKey)).toBe(true);
}

/** What nobody may meet, wherever a run is stopped. */
async function expectNoUnguardedKey(options: TlsOptions, known: readonly string[] = []): Promise<void> {
  const { authority, certificate } = await seen(options);
  for (const { value, policy } of [authority, certificate]) {
    const key: string | undefined = value?.keyPem ?? value?.key;
    if (key === undefined) continue;
    if (known.includes(key)) expect(policy).toBeUndefined();
    else expect(policy).toContain(OWNER);
  }
}

test("wherever vault:tls is stopped, no key is there before its policy, and another run ends it", async () => {
  const stops = await stopEverywhere(
    place,
    (options, run) => provideCertificates(watched(options, run)),
    async (options) => {
      await expectNoUnguardedKey(options);
      await provideCertificates(options);
      await expectWhole(options);
    },
  );
  expect(stops).toBe(7);
});

test("what an older version left without a policy is made anew, wherever that is stopped", async () => {
  const { certificatePem, keyPem } = await makeAuthority(HOST_NAME);
  await stopEverywhere(
    async () => {
      const options = place();
      await planted(options.names.authoritySecret, { certificatePem, keyPem });
      return options;
    },
    (options, run) => provideCertificates(watched(options, run)),
    async (options) => {
      await expectNoUnguardedKey(options, [keyPem]);
      await provideCertificates(options);
      await expectWhole(options);
      const { authority, published } = await seen(options);
      expect(authority.value.keyPem).not.toBe(keyPem);
      expect(published).not.toContain(certificatePem);
    },
  );
});

test("a server's key that others may know is made anew, wherever that is stopped", async () => {
  const known: string[] = [];
  const stops = await stopEverywhere(
    async () => {
      const options = place();
      await provideCertificates(options);
      known.push((await seen(options)).certificate.value.key);
      const { certificateSecret: SecretId } = options.names;
      await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
      return options;
    },
    (options, run) => provideCertificates(watched(options, run)),
    async (options) => {
      await expectNoUnguardedKey(options, known);
      await provideCertificates(options);
      await expectWhole(options);
      expect(known).not.toContain((await seen(options)).certificate.value.key);
    },
  );
  // The known value goes, by three calls, before the policy comes and another value.
  expect(stops).toBe(5);
});

test("an authority that is trusted and lost its policy is left as it is, until somebody vouches for it", async () => {
  const options = place();
  await provideCertificates(options);
  const { authoritySecret: SecretId } = options.names;
  await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
  const before = await seen(options);

  await expect(provideCertificates(options)).rejects.toThrow(`the secret ${SecretId} must have its policy`);
  expect(await seen(options)).toEqual(before);

  expect(await changeOwners(options)).toEqual([expect.stringContaining("for whoever IAM lets read it.")]);
  await expectWhole(options);
  expect((await seen(options)).authority.value).toEqual(before.authority.value);
});

describe("an authority that somebody else has made before the first run", () => {
  let options: TlsOptions;
  let theirs: { readonly certificatePem: string; readonly keyPem: string };
  beforeEach(async () => {
    options = place();
    theirs = await makeAuthority(HOST_NAME);
  });

  test("is neither used nor published if its policy is another one", async () => {
    const { authoritySecret } = options.names;
    await planted(authoritySecret, theirs, [OWNER, "arn:aws:iam::123456789012:role/theirs"]);

    await expect(provideCertificates(options)).rejects.toThrow(
      `the policy of the secret ${authoritySecret} must be for ${OWNER}, and is for ${OWNER}, ` +
        "arn:aws:iam::123456789012:role/theirs. ",
    );

    expect(await seen(options)).toMatchObject({ published: undefined, certificate: { value: undefined } });
  });

  test("makes place for one's own, even with the right policy, and that is said", async () => {
    await planted(options.names.authoritySecret, theirs, [OWNER]);

    const lines = await provideCertificates(options);

    expect(lines[0]).toContain("had an authority that nobody has published and nobody trusts: it is gone");
    await expectWhole(options);
    expect((await seen(options)).authority.value.keyPem).not.toBe(theirs.keyPem);
  });

  test("is not published where a certificate is there, too; its fingerprint is said", async () => {
    const { authoritySecret, certificateSecret } = options.names;
    await planted(authoritySecret, theirs, [OWNER]);
    await planted(certificateSecret, { certificate: "c", key: "k", authority: "a" }, [OWNER, NODE]);
    const { fingerprint256 } = new X509Certificate(theirs.certificatePem);

    await expect(provideCertificates(options)).rejects.toThrow(`--known-authority ${fingerprint256}. If not`);

    expect((await seen(options)).published).toBeUndefined();
  });

  test("is not published beside the one that was", async () => {
    const { authoritySecret, authorityParameter: Name } = options.names;
    const { certificatePem } = await makeAuthority("of before");
    await ssm.send(new PutParameterCommand({ Name, Value: certificatePem, Type: "String" }));
    // Whoever made it has no key of the published one.
    await planted(authoritySecret, { ...theirs, certificatePem, next: theirs }, [OWNER]);

    await expect(provideCertificates(options)).rejects.toThrow("somebody else may have made it");

    expect((await seen(options)).published).toBe(certificatePem);
  });

  test("is used if whoever runs the command knows it by its fingerprint", async () => {
    await planted(options.names.authoritySecret, theirs, [OWNER]);
    const knownAuthority = new X509Certificate(theirs.certificatePem).fingerprint256;

    await provideCertificates({ ...options, knownAuthority });

    await expectWhole(options);
    expect((await seen(options)).published).toBe(theirs.certificatePem);
  });
});

test("a certificate in a secret of somebody else is not written to", async () => {
  const options = place();
  await planted(options.names.certificateSecret, {}, [OWNER]);

  await expect(provideCertificates(options)).rejects.toThrow(
    `the policy of the secret ${options.names.certificateSecret} must be for ${OWNER}, ${NODE}, and is for ${OWNER}. `,
  );

  expect((await seen(options)).certificate.value).toEqual({});
});

test("an authority whose secret was deleted is followed by another one", async () => {
  const options = place();
  const { authorityParameter: Name } = options.names;
  const { certificatePem } = await makeAuthority("of before");
  await ssm.send(new PutParameterCommand({ Name, Value: certificatePem, Type: "String" }));

  await provideCertificates(options);

  await expectWhole(options);
});

test("a key that others may know is made anew, even if one of them writes it back before the policy comes", async () => {
  const options = place();
  await provideCertificates(options);
  const { certificateSecret: SecretId } = options.names;
  const { value } = (await seen(options)).certificate;
  await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
  const client = new SecretsManagerClient(clientSettings(emulator));
  client.middlewareStack.add((next, { commandName }) => async (call) => {
    if (commandName === "PutResourcePolicyCommand")
      await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
    return await next(call);
  });

  await provideCertificates({ ...options, secretsManager: client });

  await expectWhole(options);
  expect((await seen(options)).certificate.value.key).not.toBe(value.key);
});

test("an authority that somebody writes between the look for one and ours is not published", async () => {
  const options = place();
  const theirs = await makeAuthority(HOST_NAME);
  const { authoritySecret: SecretId, authorityParameter } = options.names;
  const other = new SSMClient(clientSettings(emulator));
  other.middlewareStack.add((next, { commandName }) => async (call) => {
    if (commandName === "PutParameterCommand")
      await secretsManager.send(
        new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(theirs) }),
      );
    return await next(call);
  });

  await expect(provideCertificates({ ...options, ssm: other })).rejects.toThrow(
    `published in the parameter ${authorityParameter}, and is not: somebody else may have made it`,
  );

  const { published, certificate } = await seen(options);
  expect(published).not.toContain(theirs.certificatePem);
  expect(certificate.value).toBeUndefined();
});

test("an authority that was published stays while somebody else's policy is on the secret", async () => {
  const options = place();
  const { authoritySecret: SecretId, authorityParameter: Name } = options.names;
  const { certificatePem } = await makeAuthority("of before");
  await ssm.send(new PutParameterCommand({ Name, Value: certificatePem, Type: "String" }));
  const ResourcePolicy = JSON.stringify(forOwners([NODE]));
  const SecretString = JSON.stringify(await makeAuthority(HOST_NAME));
  const other = new SSMClient(clientSettings(emulator));
  other.middlewareStack.add((next, { commandName }) => async (call) => {
    if (commandName === "PutParameterCommand") {
      await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
      await secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
    }
    return await next(call);
  });

  await expect(provideCertificates({ ...options, ssm: other })).rejects.toThrow(
    `the policy of the secret ${SecretId} must be for ${OWNER}, and is for ${NODE}. `,
  );

  expect((await seen(options)).published).toBe(certificatePem);
});

test("what is no authority is refused, with the secret's name", async () => {
  const options = place();
  const { authoritySecret, authorityParameter: Name } = options.names;
  await ssm.send(new PutParameterCommand({ Name, Value: "not a certificate", Type: "String" }));
  await planted(authoritySecret, { foo: 1 }, [OWNER]);

  await expect(provideCertificates(options)).rejects.toThrow(
    `the authority in the secret ${authoritySecret} (no certificate with its key) must be one that`,
  );
});

test("two runs at once make one authority", async () => {
  const options = place();

  await Promise.all([provideCertificates(options), provideCertificates(options)]);

  await expectWhole(options);
  expect(await provideCertificates(options)).toEqual([expect.stringMatching(/; it stays\.$/)]);
});
