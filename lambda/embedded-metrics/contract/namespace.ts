/** CloudWatch namespace of every metric that functions of this project publish. */
export const NAMESPACE = "LambdaSecrets";

/** Dimension of every metric: the environment's name prefix. */
export const ENVIRONMENT = "Environment";
