import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment";
import { type LayerArns, layersFrom } from "../functions/layers";
import { secretsExtensionLayerArn } from "../native/extension-layer";
import { NativeBackend } from "../native/native-backend";
import { EnvironmentStack } from "./environment-stack";
import type { FoundationStack } from "./foundation-stack";

export interface NativeStackProps {
  readonly foundation: FoundationStack;
  /** Zip file of the rotation function. */
  readonly rotationZip: string;
}

/** Secrets in AWS Secrets Manager with their rotation. */
export class NativeStack extends EnvironmentStack {
  readonly backend: NativeBackend;

  constructor(scope: Construct, environment: Environment, { foundation, rotationZip }: NativeStackProps) {
    super(scope, "native", environment);

    const { network, rotation, native } = environment;
    this.backend = new NativeBackend(this, "Native", {
      account: this.account,
      prefix: environment.namePrefix,
      network: foundation.network,
      database: foundation.database,
      lambdaSecurityGroupId: foundation.lambdaSecurityGroupId,
      secrets: environment.secrets,
      rotation: {
        ...rotation,
        zipFile: rotationZip,
        logsKeyArn: foundation.logsKeyArn,
        logRetentionDays: environment.logRetentionDays,
      },
      rotateImmediately: rotation.immediately,
      recoveryDays: environment.secretRecoveryDays,
      deployers: environment.deployers,
      existingEndpointSecurityGroupId:
        network.kind === "adopted" ? network.secretsManagerEndpoint?.securityGroupId : undefined,
      ownVpc: network.kind === "created",
      extensionLayers: native.delivery === "extension" ? this.extensionLayers() : undefined,
    });
    new TerraformOutput(this, "secret_arns", { value: this.backend.secretArns, staticId: true });
    new TerraformOutput(this, "rotation_function_name", {
      value: this.backend.rotationFunctionName,
      staticId: true,
    });
  }

  private extensionLayers(): LayerArns {
    const { native, region, consumerArchitecture } = this.environment;
    if (native.layerArn) return { [consumerArchitecture]: native.layerArn };
    return layersFrom((architecture) =>
      secretsExtensionLayerArn(this.account.partition, region, architecture),
    );
  }
}
