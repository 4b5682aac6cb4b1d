import type { IamStatement } from "../aws/iam-policy";
import type { Resource } from "./resources";

type Attributes = Resource["attributes"];
type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

/** The `cdk.tf.json` of a stack, parsed. */
export interface StackTemplate {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Where a template would be deployed. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * The resources of synthesized stacks as a state file would have them, as far as policies need it: references are
 * resolved, also those to other stacks, and what AWS gives a resource (ARN, id) is made up in AWS's format.
 */
export function resourcesOfTemplates(
  templates: Readonly<Record<string, StackTemplate>>,
  place: Place,
): Resource[] {
  return Object.keys(templates).flatMap((stack) => new StackResolver(stack, templates, place).resources());
}

/** A reference to an attribute of a resource, of data, or to an output of another stack. */
const REFERENCE = /\$\{((?:data\.)?[a-z]\w*\.[\w-]+(?:\.[\w-]+|\[\d+\])*)\}/g;
const REMOTE = "data.terraform_remote_state.cross-stack-reference-input-";

class StackResolver {
  constructor(
    private readonly stack: string,
    private readonly templates: Readonly<Record<string, StackTemplate>>,
    private readonly place: Place,
  ) {}

  resources(): Resource[] {
    const { resource = {}, data = {} } = this.template;
    const found = (blocks: Blocks, prefix: string) =>
      Object.entries(blocks).flatMap(([type, ids]) =>
        Object.keys(ids).map((id) => ({
          stack: this.stack,
          address: `${prefix}${type}.${id}`,
          type,
          attributes: this.attributes(prefix, type, id),
        })),
      );
    return [...found(resource, ""), ...found(data, "data.")];
  }

  private get template(): StackTemplate {
    const template = this.templates[this.stack];
    if (!template) throw new Error(`there is no stack ${this.stack}, which another refers to`);
    return template;
  }

  private block(prefix: string, type: string, id: string): Attributes {
    const block = (prefix === "" ? this.template.resource : this.template.data)?.[type]?.[id];
    if (!block) throw new Error(`the stack ${this.stack} has no ${prefix}${type}.${id}`);
    return block;
  }

  /** Those that the template has, and those that AWS would give. */
  private attributes(prefix: string, type: string, id: string): Attributes {
    const { "//": _, ...written } = this.block(prefix, type, id);
    const own = this.resolve(written) as Attributes;
    return { ...this.given(type, `${this.stack}/${id}`, own), ...own };
  }

  private resolve(value: unknown): unknown {
    if (typeof value === "string")
      return value.replaceAll(REFERENCE, (expression, reference: string) =>
        this.referred(reference, expression),
      );
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, this.resolve(child)]));
  }

  private referred(reference: string, expression: string): string {
    if (reference.startsWith(REMOTE)) {
      const [stack = "", output = ""] = reference.slice(REMOTE.length).split(".outputs.");
      const other = new StackResolver(stack, this.templates, this.place);
      const found = other.template.output?.[output];
      if (!found) throw new Error(`the stack ${stack} has no output ${output}`);
      return String(other.resolve(found.value));
    }
    const [, prefix = "", type = "", id = "", path = ""] =
      /^(data\.)?(\w+)\.([\w-]+)[.[](.+)$/.exec(reference) ?? [];
    if (!/^aws_/.test(type)) return expression;
    if (type === "aws_iam_policy_document") return JSON.stringify(this.document(id));
    const attributes = this.attributes(prefix, type, id);
    const value = path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce<unknown>((at, key) => Object(at)[key], attributes);
    // What no policy needs; one that does is refused where policies are read.
    return value === undefined ? expression : String(value);
  }

  /** As the provider writes it. */
  private document(id: string): object {
    const { statement } = this.block("data.", "aws_iam_policy_document", id);
    return {
      Version: "2012-10-17",
      Statement: statement.map((one: Attributes) => statementOf(this.resolve(one) as Attributes)),
    };
  }

  /** What AWS gives. Ids are of the address, so that they are always the same. */
  private given(type: string, address: string, own: Attributes): Attributes {
    const { account, region } = this.place;
    const arn = (service: string, resource: string) => ({
      arn: `arn:aws:${service}:${region}:${account}:${resource}`,
    });
    const id = hexadecimal(address);
    const uuid = `${id}-0000-4000-8000-${id}0000`;
    const iam = (resource: string) => ({ arn: `arn:aws:iam::${account}:${resource}` });
    const BY_TYPE: Readonly<Record<string, () => Attributes>> = {
      aws_cloudwatch_log_group: () => arn("logs", `log-group:${own.name}`),
      aws_iam_policy: () => iam(`policy${own.path ?? "/"}${own.name}`),
      aws_iam_role: () => iam(`role${own.path ?? "/"}${own.name}`),
      aws_iam_openid_connect_provider: () =>
        iam(`oidc-provider/${String(own.url).replace(/^https:\/\//, "")}`),
      aws_iam_user: () => iam(`user/${own.name}`),
      aws_kms_key: () => ({ ...arn("kms", `key/${uuid}`), key_id: uuid }),
      aws_lambda_function: () => arn("lambda", `function:${own.function_name}`),
      aws_rds_cluster: () => ({
        ...arn("rds", `cluster:${own.cluster_identifier}`),
        cluster_resource_id: `cluster-${id.toUpperCase()}`,
        // Amazon RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager".
        master_user_secret: [{ secret_arn: arn("secretsmanager", `secret:rds!cluster-${uuid}-AbCdEf`).arn }],
      }),
      aws_s3_bucket: () => ({ arn: `arn:aws:s3:::${own.bucket}`, id: own.bucket }),
      aws_secretsmanager_secret: () => {
        const secret = arn("secretsmanager", `secret:${own.name}-AbCdEf`);
        return { ...secret, id: secret.arn };
      },
      aws_secretsmanager_secret_version: () => ({ version_id: uuid }),
      aws_sns_topic: () => arn("sns", own.name),
      aws_vpc: () => ({ id: `vpc-${id}` }),
      aws_vpc_endpoint: () => ({ id: `vpce-${id}` }),
    };
    return BY_TYPE[type]?.() ?? {};
  }
}

function statementOf({
  sid,
  effect,
  principals,
  actions,
  resources,
  condition = [],
}: Attributes): IamStatement {
  const operators: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of condition)
    operators[test] = { ...operators[test], [variable]: values };
  const named = principals?.map(({ type, identifiers }: Attributes) => [type, identifiers]);
  return {
    ...(sid && { Sid: sid }),
    Effect: effect === "Deny" ? "Deny" : "Allow",
    ...(named && { Principal: named[0]?.[0] === "*" ? "*" : Object.fromEntries(named) }),
    Action: actions,
    ...(resources && { Resource: resources }),
    ...(condition.length > 0 && { Condition: operators }),
  };
}

/** Eight digits, by FNV-1a. */
function hexadecimal(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
