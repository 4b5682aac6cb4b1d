import { serverAuthorities } from "lambda-secrets/database-tls";
import { withSecret } from "lambda-secrets/secret-reader";

export const handler = (): Promise<unknown> =>
  withSecret("orders", async ({ fields }) => ({
    user: fields.username,
    authorities: serverAuthorities(process.env.DATABASE_CA_PEM).length,
  }));
