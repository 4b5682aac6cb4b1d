import { Account } from "../contracts/account";
import boundary from "./policies/boundary.json";
import boundedDeployer from "./policies/bounded-deployer.json";
import deployer from "./policies/deployer.json";
import operations from "./policies/operations.json";
import planner from "./policies/planner.json";
import stateDeployer from "./policies/state-deployer.json";
import statePlanner from "./policies/state-planner.json";
import vaultServerDeployer from "./policies/vault-server-deployer.json";
import vaultServerPlanner from "./policies/vault-server-planner.json";
import vaultTunnel from "./policies/vault-tunnel.json";
import vaultUserDeployer from "./policies/vault-user-deployer.json";
import type { PipelineRole } from "./role-names";

/**
 * docs/permissions.md shows them. Tests hold those of the pipeline against the calls of real deploys, and the boundary,
 * which an administrator makes, against what an environment's roles need.
 */
export const POLICIES = {
  planner,
  "state-planner": statePlanner,
  "vault-server-planner": vaultServerPlanner,
  "vault-tunnel": vaultTunnel,
  deployer,
  "state-deployer": stateDeployer,
  operations,
  "vault-server-deployer": vaultServerDeployer,
  "vault-user-deployer": vaultUserDeployer,
  "bounded-deployer": boundedDeployer,
  boundary,
};

export type PolicyName = keyof typeof POLICIES;

/** What an environment has that its pipeline's roles need policies for. */
export interface PolicyNeeds {
  /**
   * Whether the environment makes a Vault server.
   *
   * @default false
   */
  readonly vaultServer?: boolean;
  /**
   * Whether both roles open tunnels to it.
   *
   * @default false
   */
  readonly vaultTunnel?: boolean;
  /**
   * Whether the environment makes an IAM user for Vault.
   *
   * @default false
   */
  readonly vaultUser?: boolean;
  /**
   * Whether the environment has operations.
   *
   * @default false
   */
  readonly operations?: boolean;
  /**
   * The permissions boundary that everything a deployer makes must have.
   *
   * @default - none
   */
  readonly permissionsBoundaryArn?: string;
}

/** The policies of a role. */
export function policiesOf(
  role: PipelineRole,
  { vaultServer, vaultTunnel, vaultUser, operations, permissionsBoundaryArn }: PolicyNeeds,
): readonly PolicyName[] {
  const planner: PolicyName[] = [
    "planner",
    "state-planner",
    ...(vaultServer ? (["vault-server-planner"] as const) : []),
    ...(vaultTunnel ? (["vault-tunnel"] as const) : []),
  ];
  if (role === "planner") return planner;
  return [
    ...planner,
    "deployer",
    "state-deployer",
    ...(operations ? (["operations"] as const) : []),
    ...(vaultServer ? (["vault-server-deployer"] as const) : []),
    ...(vaultUser ? (["vault-user-deployer"] as const) : []),
    ...(permissionsBoundaryArn ? (["bounded-deployer"] as const) : []),
  ];
}

/** Where state is, as `state` of an environment has it. */
export interface StateInS3 {
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly region: string;
}

export interface PolicyPlaces extends Pick<PolicyNeeds, "permissionsBoundaryArn"> {
  readonly account: Account;
  readonly namePrefix: string;
  /** Name of the environment: its stacks' names, which their resources have for a tag, begin with it. */
  readonly environmentName: string;
  readonly state: StateInS3;
}

/** A policy in JSON for an environment, in the place of the one that the file is written for. */
export function policyDocument(
  name: PolicyName,
  { account, namePrefix, environmentName, state, permissionsBoundaryArn }: PolicyPlaces,
): string {
  if (name === "bounded-deployer" && !permissionsBoundaryArn)
    throw new Error("the policy bounded-deployer needs the boundary, and the environment names none");
  const words: Readonly<Record<string, string>> = {
    "<stateRegion>.amazonaws.com": new Account(account.id, state.region).regionDomain,
    "<stateRegion>": state.region,
    "<bucket>": state.bucket,
    "<keyPrefix>": state.keyPrefix,
    "<namePrefix>": namePrefix,
    "<permissionsBoundaryArn>": permissionsBoundaryArn ?? "",
    "<environment>": environmentName,
    "ap-northeast-2.amazonaws.com": account.regionDomain,
    "ap-northeast-2": account.region,
    "111122223333": account.id,
    "arn:aws:": `arn:${account.partition}:`,
  };
  // All at once: what is put in may be what another word is written as. Of two at one place, the longer comes first.
  const written = new RegExp(Object.keys(words).join("|").replaceAll(".", "\\."), "g");
  return JSON.stringify(POLICIES[name]).replaceAll(written, (word) => words[word] as string);
}
