import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Testing } from "cdktf";
import { VaultBackend, type VaultBackendProps } from "../../../constructs/vault/vault-backend";
import { recordedConsumer } from "../recorded-consumer";

/** Of the function that the backend lets read `app/orders`. */
export const READER = { name: "app-reader", arn: "arn:aws:iam::123456789012:role/app-reader" } as const;

export interface SynthesizedBackend {
  /** As a stack's cdk.tf.json. */
  readonly json: string;
  /** Of the function, where they refer to resources too. */
  readonly variables: Readonly<Record<string, string>>;
}

type Changes = Partial<Omit<VaultBackendProps, "auth">> & {
  readonly auth?: Partial<VaultBackendProps["auth"]>;
};

export function synthesizedBackend({ auth, ...changes }: Changes = {}): SynthesizedBackend {
  const consumer = recordedConsumer(READER.name, { role: { ...READER, uniqueId: "AROA" }, cidrs: [] });
  const json = Testing.synthScope((scope) => {
    new VaultProvider(scope, "Provider", { address: "https://vault.example" });
    const backend = new VaultBackend(scope, "Vault", {
      servers: [],
      auth: {
        mount: "aws-lambda",
        serverId: "vault.example",
        stsRegion: "ap-northeast-2",
        stsEndpoint: "https://sts.ap-northeast-2.amazonaws.com",
        resolveUniqueIds: false,
        tokenType: "batch",
        tokenTtlSeconds: 900,
        boundCidrs: ["10.0.0.0/24"],
        loginsPerSecond: 5,
        ...auth,
      },
      kv: { mount: "kv", prefix: "app", maxVersions: 7, deletionProtection: false },
      extension: { address: "https://vault.example", delivery: "proxy", layers: { arm64: "arn:layer" } },
      ...changes,
    });
    backend.grantRead(consumer, "orders");
  });
  return { json, variables: consumer.variables };
}
