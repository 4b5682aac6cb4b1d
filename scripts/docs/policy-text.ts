import type { IamStatement } from "../../testbed/aws/iam-policy";
import type { Prod } from "./prod";
import { code } from "./table";

/** Statements of policies for people: what AWS makes up, and what each environment has its own of, is in brackets. */
export class PolicyText {
  readonly #keys: ReadonlyMap<string, string>;

  constructor(private readonly prod: Prod) {
    const { policies } = prod;
    this.#keys = new Map(
      policies.ofType("aws_kms_alias").flatMap(({ values: { name, target_key_id: id } }) => {
        const key = policies
          .ofType("aws_kms_key")
          .find(({ values }) => values.key_id === id || values.id === id);
        return key ? [[key.values.arn, `key ${name.replace("alias/", "")}`] as const] : [];
      }),
    );
  }

  /** Actions by service: `kms:Decrypt, Encrypt`. */
  actions({ Effect, Action }: IamStatement): string {
    const services = new Map<string, string[]>();
    for (const action of [Action].flat().sort()) {
      const [service = "", name = ""] = action.split(":");
      services.set(service, [...(services.get(service) ?? []), name]);
    }
    const text = [...services].map(([service, names]) => code(`${service}:${names.join(", ")}`)).join("; ");
    return Effect === "Deny" ? `**not** ${text}` : text;
  }

  resources({ Resource = [] }: IamStatement): string {
    return [...new Set([Resource].flat().map((one) => code(this.arn(one))))].join(", ");
  }

  principals({ Principal }: IamStatement): string {
    if (!Principal || Principal === "*") return code(Principal ?? "");
    return Object.values(Principal)
      .flat()
      .map((one) => code(this.arn(one)))
      .join(", ");
  }

  conditions({ Condition = {} }: IamStatement): string {
    return Object.entries(Condition)
      .flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) =>
          code(
            `${key} ${operator} ${[values]
              .flat()
              .map((one) => this.arn(one))
              .join(", ")}`,
          ),
        ),
      )
      .join("; ");
  }

  arn(text: string): string {
    const { namePrefix, account, region } = this.prod.environment;
    return (this.#keys.get(text) ?? text)
      .replace(/^arn:aws:/, "")
      .replaceAll(`${region}:${account}:`, "")
      .replaceAll(`:${account}:role/`, ":role/")
      .replaceAll(account, "<account>")
      .replaceAll(region, "<region>")
      .replaceAll(namePrefix, "<namePrefix>")
      .replace(/vpc-[0-9a-f]{8}/g, "<VPC>")
      .replace(/cluster-[0-9A-F]{8}\b(?!-)/g, "<cluster>")
      .replace(/!cluster-[0-9a-f]{8}(-[0-9a-f]+){4}/g, "!cluster-<id>")
      .replace(/-AbCdEf\b/g, "-??????");
  }
}
