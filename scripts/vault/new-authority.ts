import { type LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { NODE_LOGIN } from "../../constructs/vault/server/node/initial-requests";
import {
  authoritySecret,
  type KeptAuthority,
  makeAuthority,
  refuseUnknownAuthority,
  trustedPem,
} from "./authority";
import type { ReachedNode } from "./deployed-server";
import { leading } from "./one-server";
import { provideCertificates, type TlsOptions } from "./tls";
import { askVault, callVault, type VaultConnection } from "./vault-api";

export interface NewAuthorityOptions {
  readonly tls: TlsOptions;
  readonly lambda: LambdaClient;
  readonly nodes: readonly ReachedNode[];
  /** Logs in as an operator; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
  /** At which functions find the server. */
  readonly address: string;
  /** What operators and the provider trust, as it was deployed, PEM. */
  readonly deployedPem: string;
}

interface Step {
  /** What the authority's secret has with it. */
  readonly kept: KeptAuthority;
  /** What has to be there before. */
  readonly missing: string | undefined;
  readonly line: string;
}

const AGAIN = "run npm run vault:tls -- --new-authority again";

/**
 * Has a new authority take over, a step in each run: it is trusted beside the other, it signs, the other is trusted no
 * more. Each step waits for what the one before has to have led to, so nobody meets a certificate that he does not
 * trust.
 *
 * @returns what it did, and what comes next, a line each
 */
export async function replaceAuthority(options: NewAuthorityOptions): Promise<readonly string[]> {
  const secret = authoritySecret(options.tls);
  const found = await secret.readVersion();
  if (!found)
    throw new Error(
      `the server must have an authority, and there is no secret ${secret.name}; run npm run vault:tls`,
    );
  await refuseUnknownAuthority(options.tls, found.value);
  // An earlier run may have ended before it had done all of its step.
  await settle(options, found.value);
  const step = await nextStep(options, found.value);
  if (step.missing) throw new Error(step.missing);
  if (!(await secret.replace(found.versionId, step.kept)))
    throw new Error(`another run must not change ${secret.name} at the same time, and did; ${AGAIN}`);
  return [...(await settle(options, step.kept)), step.line];
}

/** Before nodes can have another certificate, they can log in with it. */
async function settle(options: NewAuthorityOptions, kept: KeptAuthority): Promise<readonly string[]> {
  const active = await leading(options.nodes);
  const operator = { ...active, token: await options.logIn(active) };
  if ((await askVault(operator, "GET", NODE_LOGIN)).status === 404)
    throw new Error(
      `the server must have ${NODE_LOGIN}, by which nodes take snapshots, and has not; write it as ` +
        "docs/operations.md says under vaultSnapshotAge",
    );
  await callVault(operator, "POST", NODE_LOGIN, { certificate: trustedPem(kept) });
  return await provideCertificates(options.tls);
}

async function nextStep(options: NewAuthorityOptions, kept: KeptAuthority): Promise<Step> {
  const { certificatePem, keyPem, next, formerPem } = kept;
  if (next)
    return {
      kept: { ...next, formerPem: certificatePem },
      missing: await whoDoesNotTrust(options, next.certificatePem),
      line: `Step 2 of 3: the new authority signs. When every node serves its certificate, ${AGAIN}.`,
    };
  if (formerPem)
    return {
      kept: { certificatePem, keyPem },
      missing: await whoServesAnother(options, certificatePem),
      line: "Step 3 of 3: the old authority is trusted no more. Deploy (npm run deploy): that ends it.",
    };
  return {
    kept: { ...kept, next: await makeAuthority(options.tls.hostName) },
    missing: undefined,
    line: `Step 1 of 3: a new authority is trusted beside the other. Deploy (npm run deploy), then ${AGAIN}.`,
  };
}

async function whoDoesNotTrust(
  { lambda, address, deployedPem }: NewAuthorityOptions,
  pem: string,
): Promise<string | undefined> {
  const others = deployedPem.includes(pem) ? [] : ["the output vault_server"];
  const unknown: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    for (const { FunctionName, Environment } of Functions) {
      const { VLE_VAULT_ADDR, VAULT_CACERT_BYTES = "" } = Environment?.Variables ?? {};
      if (VLE_VAULT_ADDR === address && !VAULT_CACERT_BYTES.includes(pem))
        others.push(`the function ${FunctionName}`);
      else if (Environment?.Error) unknown.push(`${FunctionName} (${Environment.Error.ErrorCode})`);
    }
  const missing = [
    ...(others.length > 0
      ? [`the new authority must be trusted before it signs, and is not by ${others.join(", ")}; deploy`]
      : []),
    ...(unknown.length > 0
      ? [
          "whether a function trusts the new authority must be known before it signs, and Lambda cannot decrypt the " +
            `variables of ${unknown.join(", ")} for you; ask for kms:Decrypt with the key of that function`,
        ]
      : []),
  ];
  return missing.length === 0 ? undefined : `${missing.join("; ")}; then ${AGAIN}`;
}

async function whoServesAnother({ nodes }: NewAuthorityOptions, caPem: string): Promise<string | undefined> {
  const asked = await Promise.allSettled(
    nodes.map(({ connection }) => askVault({ ...connection, caPem }, "GET", "sys/health")),
  );
  const others = nodes.flatMap(({ id }, index) => {
    const answer = asked[index];
    return answer?.status === "rejected" ? [`${id} (${(answer.reason as Error).message})`] : [];
  });
  if (others.length === 0) return undefined;
  return (
    "every node must serve a certificate of the new authority before the old one is trusted no more, and does not: " +
    `${others.join(", ")}. A node looks every 15 minutes, by its unit vault-certificate; then ${AGAIN}`
  );
}
