import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import type { Architecture } from "../contracts/architecture";
import type { Database } from "../contracts/database";
import type { FunctionHost } from "../contracts/function-host";
import type { LayerArns } from "../contracts/layers";
import { mapped } from "../contracts/mapped";
import { layersFrom } from "../functions/layers";
import { newestLayerParameter, secretsExtensionLayerArn } from "../native/extension-layer";
import { NativeBackend } from "../native/native-backend";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";

export interface NativeStackProps extends EnvironmentStackProps {
  /** Where functions run. */
  readonly functions: FunctionHost;
  readonly databases: Readonly<Record<string, Database>>;
}

/** Secrets in AWS Secrets Manager with their rotation. */
export class NativeStack extends EnvironmentStack {
  readonly backend: NativeBackend;

  constructor(scope: IConstruct, id: string, { functions, databases, ...props }: NativeStackProps) {
    super(scope, id, props);
    const { network, rotation, secrets, secretRecoveryDays, deployers, planners, operations } =
      this.environment;
    this.backend = new NativeBackend(this, "Native", {
      host: functions,
      databases,
      secrets,
      // Its schedule calls the rotation functions, too.
      rotation: { ...rotation, keptFromIdle: operations !== false && operations.credentialHealth !== false },
      secretRecoveryDays,
      deployers,
      planners,
      secretsManagerEndpoint: network.kind === "adopted" ? network.secretsManagerEndpoint : undefined,
      extensionLayers: this.extensionLayers(),
    });
    new TerraformOutput(this, "secret_arns", { value: this.backend.secretArns, staticId: true });
    new TerraformOutput(this, "secret_values", { value: this.backend.secretValues, staticId: true });
    new TerraformOutput(this, "rotation_function_names", {
      value: mapped(this.backend.rotationFunctions, ({ name }) => name),
      staticId: true,
    });
  }

  private extensionLayers(): LayerArns | undefined {
    const { native, region } = this.environment;
    if (native.delivery === "sdk") return undefined;
    const { partition } = this.account;
    return layersFrom(
      (architecture) =>
        native.newestLayer
          ? this.newestLayer(architecture)
          : secretsExtensionLayerArn(partition, region, architecture),
      native.layerArns,
    );
  }

  /** Not the parameter's `value`, which the provider takes for a secret. */
  private newestLayer(architecture: Architecture): string {
    return new DataAwsSsmParameter(this, `NewestLayer-${architecture}`, {
      name: newestLayerParameter(architecture),
    }).insecureValue;
  }
}
