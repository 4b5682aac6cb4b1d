export { type Environment, environmentJsonSchema, loadEnvironment } from "./load";
export { EnvironmentError } from "./problem";
export { environmentSchema } from "./schema";
