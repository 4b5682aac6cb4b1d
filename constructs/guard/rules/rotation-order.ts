import { DefaultTokenResolver, StringConcat, TerraformResource, TerraformStack, Tokenization } from "cdktf";
import { attributesOf, type GuardRule } from "../guard-rule";

interface Used {
  readonly what: string;
  /** Its attribute that names what it is of, and the rotation's. */
  readonly of: string;
  readonly rotations: string;
}

/** A rotation runs as soon as it is made, and fails if what it uses is not there. */
const USED: Readonly<Record<string, Used>> = {
  aws_lambda_permission: {
    what: "the permission to call the rotation function",
    of: "function_name",
    rotations: "rotation_lambda_arn",
  },
  aws_secretsmanager_secret_version: {
    what: "the secret's first value",
    of: "secret_id",
    rotations: "secret_id",
  },
};

/** What another stack makes is there already. */
export const rotationOrder: GuardRule = {
  name: "rotation-order",
  types: /^aws_secretsmanager_secret_rotation$/,
  check: (attributes, rotation) => {
    const made = madeIn(TerraformStack.of(rotation));
    const awaited = resolved(rotation.dependsOn ?? [], rotation) as string[];
    return Object.entries(USED).flatMap(([type, { what, rotations }]) => {
      const own = referenced(attributes[rotations], rotation);
      const isUsed = (one?: Made) => one?.type === type && !areDifferent(one.of, own);
      // Of a thousand secrets, one that is right is not compared with all others.
      if (awaited.some((address) => isUsed(made.get(address))) || ![...made.values()].some(isUsed)) return [];
      return [`does not wait for ${what}. Name its ${type} in dependsOn.`];
    });
  },
};

/** What a rotation may use, and the address of what that is of. */
interface Made {
  readonly type: string;
  readonly of: string | undefined;
}

/** Of a stack with a thousand secrets, once. */
const known = new WeakMap<TerraformStack, ReadonlyMap<string, Made>>();

/** By address. */
function madeIn(stack: TerraformStack): ReadonlyMap<string, Made> {
  const made = known.get(stack) ?? new Map(stack.node.findAll().flatMap(madeBy));
  known.set(stack, made);
  return made;
}

function madeBy(construct: unknown): [string, Made][] {
  if (!(construct instanceof TerraformResource)) return [];
  const { terraformResourceType: type, friendlyUniqueId } = construct;
  const used = USED[type];
  if (!used) return [];
  const of = referenced(attributesOf(construct)[used.of], construct);
  return [[`${type}.${friendlyUniqueId}`, { type, of }]];
}

/** The address of the resource that a value is an attribute of; undefined if it is no such reference. */
function referenced(value: unknown, scope: TerraformResource): string | undefined {
  const text = resolved(value, scope);
  return typeof text === "string" ? /^\$\{(?:data\.)?(\w+\.[\w-]+)\.\w+\}$/.exec(text)?.[1] : undefined;
}

/** An alias and its function, a name and an ARN can be the same: two of one type are not. */
function areDifferent(one: string | undefined, other: string | undefined): boolean {
  return one !== other && one !== undefined && one.split(".")[0] === other?.split(".")[0];
}

function resolved(value: unknown, scope: TerraformResource): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope, resolver, preparing: false });
}
