/** What the rotation function knows and a file has to obey, from where the rotation function says it. */
export { PRIVILEGES } from "../../../lambda/rotation/grants";
export { isPowerfulRole } from "../../../lambda/rotation/powerful-roles";
export type { StrategyName } from "../../../lambda/rotation/tags";
export { CLONE_SUFFIX } from "../../../lambda/rotation/user-names";
