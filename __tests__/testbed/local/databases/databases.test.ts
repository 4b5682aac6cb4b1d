import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/support/certificates";
import type { Credentials } from "../../../../testbed/local/credentials";
import type { DatabaseProduct, LocalDatabase } from "../../../../testbed/local/databases/local-database";
import { PRODUCTS } from "../../../../testbed/local/databases/products";
import { searchLeaks } from "../../../../testbed/local/leak-search";
import { isListening } from "../../../support/listening";
import { skipOutsideCi } from "../../../support/needing";

const HOST = "main.cluster-x.ap-northeast-2.rds.amazonaws.com";
const PASSWORD = 'it\'s a \\ "password"';

for (const [engine, product] of Object.entries(PRODUCTS)) {
  const hint = product.howToInstall();
  if (hint) skipOutsideCi(`${product.name} in the place of ${engine} cannot be tested: ${hint}`);
  else describe(`${product.name} in the place of ${engine}`, () => tests(product));
}

function tests(product: DatabaseProduct): void {
  let directory: string;
  let authority: CertificateAuthority;
  let database: LocalDatabase;
  let credentials: Credentials;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "local-database-"));
    authority = await createCertificateAuthority("Local database");
    database = await product.start({
      name: "main",
      directory,
      certificateAuthority: authority,
      databaseName: "shop",
      superuserName: "dbadmin",
    });
    await database.serveCertificateFor(HOST);
    await database.setPassword("orders", PASSWORD);
    credentials = { host: HOST, dbname: "shop", username: "orders", password: PASSWORD };
  });

  afterAll(async () => {
    await database?.stop();
    rmSync(directory, { recursive: true });
  });

  test("is called what it was asked to be", () => {
    expect(database).toMatchObject({
      name: "main",
      product: product.name,
      databaseName: "shop",
      superuser: { username: "dbadmin" },
    });
  });

  test("lets a user in with the password that was set, and with no other", async () => {
    expect(await database.logsIn(credentials)).toBe(true);
    expect(await database.logsIn({ ...credentials, password: "other" })).toBe(false);
  });

  test("takes the superuser's new password, as RDS sets it, and refuses the one before", async () => {
    const { username, password: before } = database.superuser;
    await database.setPassword(username, "new");

    expect(await database.logsIn({ ...credentials, username, password: "new" })).toBe(true);
    expect(await database.logsIn({ ...credentials, username, password: before })).toBe(false);
  });

  test("is not taken for a server of another name", async () => {
    await expect(database.logsIn({ ...credentials, host: "localhost" })).rejects.toThrow(/altnames/);
  });

  test("shows no password in any file", async () => {
    const values = [PASSWORD, database.superuser.password];

    expect(await searchLeaks(directory, values)).toMatchObject({ passwords: 2, places: [] });
  });

  test("does not take a server that is gone for one that refuses", async () => {
    await database.stop();

    await expect(database.logsIn(credentials)).rejects.toThrow();
    expect(await isListening(database.port)).toBe(false);
  });
}
