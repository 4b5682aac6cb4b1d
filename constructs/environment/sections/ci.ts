import * as z from "zod";
import { settings, text } from "../values/format";

export const ci = settings({
  repository: text(
    /^[\w-]+(@\d+)?\/[\w.-]+(@\d+)?$/,
    "must be a GitHub repository as the subject of its tokens has it",
    'write for example "acme/payments", or with ids "acme@123456/payments@456789"',
  ).describe(
    "GitHub repository whose workflows plan and deploy, in the case that GitHub shows: owner/name, or " +
      "owner@id/name@id where its tokens have ids.",
  ),
  identityProvider: z
    .enum(["created", "adopted"])
    .default("created")
    .describe("GitHub's OIDC identity provider, of which an account has one. adopted: the account has it."),
  vaultTunnel: z
    .boolean()
    .default(false)
    .describe(
      "Both roles open tunnels to a created Vault server. Only once all its nodes vote: until then, " +
        "whoever reaches one could initialise it.",
    ),
})
  .optional()
  .describe("Workflows plan and deploy the environment, with roles that trust the repository.");
