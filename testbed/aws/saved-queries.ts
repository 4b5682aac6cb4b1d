import { randomUUID } from "node:crypto";
import type { Json } from "./aws-protocol";

/** Saved queries of CloudWatch Logs Insights, which moto does not have. */
export class SavedQueries {
  readonly #queries = new Map<string, Json>();

  /** By the operation's name. */
  readonly operations: Readonly<Record<string, (input: Json) => Json>> = {
    PutQueryDefinition: (input) => {
      const id = String(input.queryDefinitionId ?? randomUUID());
      this.#queries.set(id, { ...input, queryDefinitionId: id });
      return { queryDefinitionId: id };
    },
    DescribeQueryDefinitions: ({ queryDefinitionNamePrefix: prefix = "" }) => ({
      queryDefinitions: [...this.#queries.values()].filter(({ name }) =>
        String(name).startsWith(String(prefix)),
      ),
    }),
    DeleteQueryDefinition: ({ queryDefinitionId: id }) => ({ success: this.#queries.delete(String(id)) }),
  };
}
