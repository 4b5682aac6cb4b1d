import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { AnnotationMetadataEntryType, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { AwsAuthProps } from "../../../constructs/vault/login/aws-auth";
import { synthesize } from "../../support/template";

/** An auth method of a Vault that matches functions by their role's ARN. */
export const authProps: AwsAuthProps = {
  mount: "aws",
  serverId: "vault.example",
  stsRegion: "ap-northeast-2",
  stsEndpoint: "https://sts.ap-northeast-2.amazonaws.com",
  resolveUniqueIds: false,
  tokenType: "batch",
  tokenTtlSeconds: 900,
  boundCidrs: ["10.0.0.0/20", "10.0.16.0/20"],
};

/** A layer of the extension for each architecture. */
export const layers = { arm64: "arn:layer:arm64", x86_64: "arn:layer:x86_64" };

/** As {@link synthesize}, in a stack that has a Vault provider too. */
export function synthesizeWithVault<Built>(build: (stack: TerraformStack) => Built) {
  return synthesize((stack) => {
    new VaultProvider(stack, "VaultProvider", { address: "https://vault.example" });
    return build(stack);
  });
}

/** Warnings about a construct and what is in it, which CDKTF prints when it synthesizes. */
export function warningsOf(construct: IConstruct): string[] {
  return construct.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => String(data));
}
