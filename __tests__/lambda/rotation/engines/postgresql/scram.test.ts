import { createHash, createHmac } from "node:crypto";
import { scramVerifier } from "../../../../../lambda/rotation/engines/postgresql/scram";

/** RFC 7677, section 3: user "user", password "pencil". */
const RFC = {
  password: "pencil",
  salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
  authMessage:
    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," +
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  clientProof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  serverSignature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

test("the keys are those of RFC 7677's example", async () => {
  const verifier = await scramVerifier(RFC.password, 4096, Buffer.from(RFC.salt, "base64"));
  const [, stored = "", server = ""] =
    /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$(.*):(.*)$/.exec(verifier) ?? [];
  const hmac = (key: string) =>
    createHmac("sha256", Buffer.from(key, "base64")).update(RFC.authMessage).digest();
  expect(hmac(server).toString("base64")).toBe(RFC.serverSignature);

  // ClientKey = ClientProof XOR ClientSignature, and StoredKey is its hash.
  const signature = hmac(stored);
  const clientKey = Buffer.from(RFC.clientProof, "base64").map(
    (byte, index) => byte ^ (signature[index] ?? 0),
  );
  expect(createHash("sha256").update(clientKey).digest("base64")).toBe(stored);
});

test("each verifier has a salt of its own", async () => {
  expect(await scramVerifier("pencil")).not.toBe(await scramVerifier("pencil"));
});
