import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { NetworkServer } from "../../contracts/secret-backend";

/** A Vault server that an environment uses: made by it, or there already. */
export interface VaultServer {
  /** Where a function connects to. */
  readonly servers: readonly NetworkServer[];
  /** Where Vault finds STS, if the usual host name does not lead to the endpoint that is made for it. */
  readonly stsUrl?: string;
  /** The interface endpoints that were made for it, by what their names have after the environment's prefix. */
  readonly endpoints: Readonly<Record<string, VpcEndpoint>>;
}

/** What Vault asks STS: who signed the request that a function logs in with. */
export const CHECK_LOGINS = { sid: "CheckLogins", actions: ["sts:GetCallerIdentity"], resources: ["*"] };
