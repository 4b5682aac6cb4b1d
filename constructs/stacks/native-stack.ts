import { TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import type { Database } from "../contracts/database";
import type { FunctionHost } from "../contracts/function-host";
import type { LayerArns } from "../contracts/layers";
import { layersFrom } from "../functions/layers";
import { secretsExtensionLayerArn } from "../native/extension-layer";
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
    const { network, rotation, secrets, secretRecoveryDays, deployers } = this.environment;
    this.backend = new NativeBackend(this, "Native", {
      host: functions,
      databases,
      secrets,
      rotation,
      secretRecoveryDays,
      deployers,
      secretsManagerEndpoint: network.kind === "adopted" ? network.secretsManagerEndpoint : undefined,
      extensionLayers: this.extensionLayers(),
    });
    new TerraformOutput(this, "secret_arns", { value: this.backend.secretArns, staticId: true });
    new TerraformOutput(this, "secret_values", { value: this.backend.secretValues, staticId: true });
    new TerraformOutput(this, "rotation_function_names", {
      value: this.backend.rotationFunctionNames,
      staticId: true,
    });
  }

  private extensionLayers(): LayerArns | undefined {
    const { native, region } = this.environment;
    if (native.delivery === "sdk") return undefined;
    return layersFrom(
      (architecture) => secretsExtensionLayerArn(this.account.partition, region, architecture),
      native.layerArns,
    );
  }
}
