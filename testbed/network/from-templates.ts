import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { addressOf, blockOf, cidrsubnet } from "./blocks";
import { type Deployed, type Deployment, serviceOf, type Values } from "./deployment";
import { isDeployed } from "./from-state";

/** What a synthesized environment would make, in the account that has `existing`. */
export function fromTemplates(
  output: string,
  environment: string,
  existing: readonly Deployed[] = [],
): Deployment {
  const { stacks } = JSON.parse(readFileSync(join(output, "manifest.json"), "utf8"));
  const templates = Object.fromEntries(
    Object.keys(stacks).map((stack) => [
      stack,
      JSON.parse(readFileSync(join(output, stacks[stack].synthesizedStackPath), "utf8")) as Values,
    ]),
  );
  const values = new TemplateValues(templates, existing);
  const made = Object.entries(templates).flatMap(([stack, template]) =>
    (["managed", "data"] as const).flatMap((mode) =>
      Object.entries<Values>(template[SECTION[mode]] ?? {})
        .filter(([type]) => isDeployed({ mode, type }))
        .flatMap(([type, blocks]) =>
          Object.keys(blocks).map((name) => {
            const block = { stack, mode, type, name };
            return { environment, ...block, values: values.ofBlock(block) };
          }),
        ),
    ),
  );
  return {
    region: Object.values(templates)[0]?.provider.aws[0].region,
    resources: [...existing, ...made],
    outputs: Object.assign({}, ...Object.keys(templates).map((stack) => values.ofOutputs(stack))),
  };
}

const SECTION = { managed: "resource", data: "data" } as const;

interface Block {
  readonly stack: string;
  readonly mode: keyof typeof SECTION;
  readonly type: string;
  readonly name: string;
}

const REFERENCE = /(?<![\w."-])(?:data\.)?[a-z]\w*\.[\w-]+(?:\.[\w-]+|\[\d+\])*/g;
const OTHER_STACK = /^data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)$/;

/** Follows references, also into other stacks, and gives attributes that AWS makes up a value like AWS's. */
class TemplateValues {
  readonly #known = new Map<string, Values>();
  #interfaces = 0;

  constructor(
    private readonly templates: Readonly<Record<string, Values>>,
    private readonly existing: readonly Deployed[],
  ) {}

  ofBlock({ stack, mode, type, name }: Block): Values {
    const address = `${stack}/${mode === "data" ? "data." : ""}${type}.${name}`;
    const known = this.#known.get(address);
    if (known) return known;
    const written = this.#resolved(stack, this.templates[stack]?.[SECTION[mode]][type][name]) as Values;
    const region: string = this.templates[stack]?.provider.aws[0].region;
    const found = this.existing.find(
      (one) =>
        one.type === type && Object.entries(written).every(([key, value]) => one.values[key] === value),
    );
    const values = {
      id: address,
      arn: `${address}#arn`,
      ...this.#madeUp(type, region, address, written),
      ...written,
    };
    const complete = { ...values, ...found?.values };
    this.#known.set(address, complete);
    return complete;
  }

  ofOutputs(stack: string): Values {
    const outputs = Object.entries<Values>(this.templates[stack]?.output ?? {});
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, this.#resolved(stack, value)]));
  }

  /** Host names as AWS forms them (Amazon Aurora, Elastic Load Balancing and AWS PrivateLink guides). */
  #madeUp(type: string, region: string, address: string, written: Values): Values {
    const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    switch (type) {
      case "aws_rds_cluster": {
        const end = `c0example.${region}.rds.${domain}`;
        return { endpoint: `${written.cluster_identifier}.cluster-${end}` };
      }
      case "aws_vpc_endpoint": {
        const service = serviceOf(written);
        const id = `vpce-${createId(address)}`;
        return { dns_entry: [{ dns_name: `${id}-0example.${service}.${region}.vpce.${domain}` }] };
      }
      case "aws_lb":
        return { dns_name: `${written.name}-${createId(address)}.elb.${region}.${domain}` };
      case "aws_network_interface": {
        const subnet = this.#subnets.find(({ id }) => id === written.subnet_id);
        this.#interfaces += 1;
        return { private_ip: addressOf(blockOf(subnet?.cidr_block).first + 9 + this.#interfaces) };
      }
      case "aws_route53_zone":
        return { zone_id: `${address}#zone` };
      case "aws_s3_bucket":
        return { id: written.bucket };
      case "aws_prefix_list":
        return { cidr_blocks: ["203.0.113.0/24"] };
      default:
        return {};
    }
  }

  get #subnets(): readonly Values[] {
    const made = Object.entries(this.templates).flatMap(([stack, { resource = {} }]) =>
      Object.keys(resource.aws_subnet ?? {}).map((name) =>
        this.ofBlock({ stack, mode: "managed", type: "aws_subnet", name }),
      ),
    );
    return [
      ...made,
      ...this.existing.filter(({ type }) => type === "aws_subnet").map(({ values }) => values),
    ];
  }

  #resolved(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#resolved(stack, one));
    if (typeof value === "string") return this.#text(stack, value);
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).filter(([key]) => key !== "//");
    return Object.fromEntries(entries.map(([key, one]) => [key, this.#resolved(stack, one)]));
  }

  /** An expression that is the whole text has a value of any kind. */
  #text(stack: string, text: string): unknown {
    const whole = /^\$\{((?:[^{}]|\{[^{}]*\})*)\}$/.exec(text)?.[1];
    if (whole !== undefined) return this.#expression(stack, whole);
    return text.replaceAll(/\$\{([^{}]*)\}/g, (_, expression) => String(this.#expression(stack, expression)));
  }

  #expression(stack: string, expression: string): unknown {
    const [reference] = expression.match(REFERENCE) ?? [];
    if (reference === expression) return this.#reference(stack, reference);
    const subnet = /^cidrsubnet\("([\d./]+)", (\d+), (\d+)\)$/.exec(expression);
    if (subnet) return cidrsubnet(String(subnet[1]), Number(subnet[2]), Number(subnet[3]));
    if (reference && expression === `base64gzip(${reference})`)
      return gzipSync(String(this.#reference(stack, reference))).toString("base64");
    const references = [...expression.matchAll(REFERENCE)].map(([one]) => this.#reference(stack, one));
    if (expression.startsWith("distinct(")) return [...new Set(references)];
    return `(${expression} of ${references.join()})`;
  }

  #reference(stack: string, reference: string): unknown {
    const [, otherStack, output] = OTHER_STACK.exec(reference) ?? [];
    if (otherStack && output)
      return this.#resolved(otherStack, this.templates[otherStack]?.output[output].value);
    const template = this.templates[stack] ?? {};
    const [first = "", ...path] = reference.split(/[.[\]]+/).filter(Boolean);
    if (first === "local") return this.#resolved(stack, template.locals[String(path[0])]);
    if (first === "var") return this.#resolved(stack, template.variable[String(path[0])].default);
    const mode = first === "data" ? "data" : "managed";
    const [type = "", name = "", ...attributes] = mode === "data" ? path : [first, ...path];
    if (!template[SECTION[mode]]?.[type]?.[name]) return reference;
    const values = this.ofBlock({ stack, mode, type, name });
    const found = attributes.reduce<unknown>((at, key) => (at as Values | undefined)?.[key], values);
    return found ?? `${stack}/${reference}`;
  }
}

function createId(address: string): string {
  return [...address].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2 ** 32, 7).toString(16);
}
