import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { synthesizedStacks } from "../../scripts/deploy/stacks";
import { addressOf, blockOf, cidrsubnet } from "../network/blocks";
import { given, type Place } from "./given";
import { type Deployment, isDeployed, type Resource, type Values } from "./resources";

/** The `cdk.tf.json` of each stack, parsed, by the stack's name. */
export type Templates = Readonly<Record<string, Values>>;

/** @param output CDKTF's output folder. */
export function readTemplates(output: string): Templates {
  const stacks = synthesizedStacks(output).map(({ name, folder }) => [
    name,
    JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")),
  ]);
  return Object.fromEntries(stacks);
}

/**
 * What synthesized stacks would make: references are resolved, also those to other stacks, and attributes that AWS
 * gives have values like AWS's. What is known only to Terraform stays an expression.
 *
 * @param existing what the account has that the stacks adopt.
 * @throws Error for a reference to what is not in the templates.
 */
export function resolved(
  templates: Templates,
  place: Place & { readonly name: string },
  existing: readonly Resource[] = [],
): Deployment {
  const values = new TemplateValues(templates, place, existing);
  const made = Object.entries(templates).flatMap(([stack, template]) =>
    (["managed", "data"] as const).flatMap((mode) =>
      Object.entries<Values>(template[SECTION[mode]] ?? {})
        .filter(([type]) => isDeployed({ mode, type }))
        .flatMap(([type, blocks]) =>
          Object.keys(blocks).map((name) => {
            const block = { stack, mode, type, name };
            return { environment: place.name, ...block, values: values.ofBlock(block) };
          }),
        ),
    ),
  );
  return {
    region: place.region,
    resources: [...existing, ...made],
    outputs: Object.assign({}, ...Object.keys(templates).map((stack) => values.ofOutputs(stack))),
  };
}

const SECTION = { managed: "resource", data: "data" } as const;

type Block = Pick<Resource, "stack" | "mode" | "type" | "name">;

const REFERENCE = /(?<![\w."-])(?:data\.)?[a-z]\w*\.[\w-]+(?:\.[\w-]+|\[\d+\])*/g;
const OTHER_STACK = /^data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)$/;

class TemplateValues {
  readonly #known = new Map<string, Values>();
  #interfaces = 0;

  constructor(
    private readonly templates: Templates,
    private readonly place: Place,
    private readonly existing: readonly Resource[],
  ) {}

  ofBlock({ stack, mode, type, name }: Block): Values {
    const address = `${stack}/${mode === "data" ? "data." : ""}${type}.${name}`;
    const known = this.#known.get(address);
    if (known) return known;
    const written = this.#resolved(stack, this.templates[stack]?.[SECTION[mode]][type][name]) as Values;
    const found = this.existing.find(
      (one) =>
        one.type === type && Object.entries(written).every(([key, value]) => one.values[key] === value),
    );
    const values = {
      id: unknown(`${address}.id`),
      arn: unknown(`${address}.arn`),
      ...given(type, address, written, this.place),
      ...(type === "aws_network_interface" && { private_ip: this.#nextAddress(written) }),
      ...written,
      ...found?.values,
    };
    this.#known.set(address, values);
    return values;
  }

  ofOutputs(stack: string): Values {
    const outputs = Object.entries<Values>(this.templates[stack]?.output ?? {});
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, this.#resolved(stack, value)]));
  }

  #nextAddress({ subnet_id: id }: Values): string {
    const subnet = this.#subnets.find((one) => one.id === id);
    if (!subnet) return unknown(`an address in ${id}`);
    this.#interfaces += 1;
    return addressOf(blockOf(subnet.cidr_block).first + 9 + this.#interfaces);
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
    // `$${` stands for `${`.
    return text.replaceAll(/\$(\$\{[^{}]*\})|\$\{([^{}]*)\}/g, (_, literal, expression) =>
      literal ? String(literal) : String(this.#expression(stack, expression)),
    );
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
    return unknown(`${expression} of ${references.join()}`);
  }

  #reference(stack: string, reference: string): unknown {
    const [, otherStack, output] = OTHER_STACK.exec(reference) ?? [];
    if (otherStack && output) {
      const found = this.templates[otherStack]?.output?.[output];
      if (!found) throw new Error(`the stack ${otherStack} has no output ${output}`);
      return this.#resolved(otherStack, found.value);
    }
    const template = this.templates[stack] ?? {};
    const [first = "", ...path] = reference.split(/[.[\]]+/).filter(Boolean);
    if (first === "local") return this.#resolved(stack, template.locals[String(path[0])]);
    if (first === "var") return this.#resolved(stack, template.variable[String(path[0])].default);
    const mode = first === "data" ? "data" : "managed";
    const [type = "", name = "", ...attributes] = mode === "data" ? path : [first, ...path];
    if (!template[SECTION[mode]]?.[type]?.[name]) {
      if (/^aws_/.test(type)) throw new Error(`the stack ${stack} has no ${type}.${name}`);
      return unknown(reference);
    }
    const values = this.ofBlock({ stack, mode, type, name });
    const found = attributes.reduce<unknown>((at, key) => (at as Values | undefined)?.[key], values);
    return found ?? unknown(`${stack}/${reference}`);
  }
}

/** Whoever needs it sees that it has no value. */
function unknown(expression: string): string {
  return `\${${expression}}`;
}
