/** What the rotation function knows and a file has to obey, from where the rotation function says it. */
export { PRIVILEGES } from "../../../lambda/rotation/contract/grants";
export { isPowerfulRole } from "../../../lambda/rotation/contract/powerful-roles";
export type { StrategyName } from "../../../lambda/rotation/contract/tags";
export { CLONE_SUFFIX } from "../../../lambda/rotation/contract/user-names";
