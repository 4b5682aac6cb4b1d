import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment";
import { PrivateFunction } from "../functions/private-function";
import type { SecretBackend } from "../secret-backend";
import { EnvironmentStack } from "./environment-stack";
import type { FoundationStack } from "./foundation-stack";

export interface ApplicationStackProps {
  readonly foundation: FoundationStack;
  /** Where the functions get their secrets. */
  readonly backend: SecretBackend;
  /** Zip files of the sample consumers; the same whatever the backend. */
  readonly zips: { readonly node: string; readonly python: string };
}

/** The functions that use secrets. */
export class ApplicationStack extends EnvironmentStack {
  constructor(
    scope: Construct,
    environment: Environment,
    { foundation, backend, zips }: ApplicationStackProps,
  ) {
    super(scope, "application", environment);

    const functionNames: Record<string, string> = {};
    for (const consumer of environment.consumers) {
      const { database } = foundation;
      const runtime = consumer.runtime ?? environment.consumerRuntime;
      const reader = new PrivateFunction(this, `Consumer-${consumer.name}`, {
        account: this.account,
        name: `${environment.namePrefix}-${consumer.name}`,
        description: `Reads the secret ${consumer.secret}`,
        zipFile: runtime.startsWith("python") ? zips.python : zips.node,
        runtime,
        architecture: environment.consumerArchitecture,
        timeoutSeconds: 30,
        memoryMegabytes: 256,
        network: foundation.network,
        securityGroupId: foundation.lambdaSecurityGroupId,
        logsKeyArn: foundation.logsKeyArn,
        logRetentionDays: environment.logRetentionDays,
        environment: {
          SECRET_NAME: consumer.secret,
          ...(database.certificateAuthority && { DATABASE_CA_PEM: database.certificateAuthority }),
        },
      });
      backend.grantRead(reader, consumer.secret);
      functionNames[consumer.name] = reader.name;
    }
    new TerraformOutput(this, "consumer_function_names", { value: functionNames, staticId: true });
  }
}
