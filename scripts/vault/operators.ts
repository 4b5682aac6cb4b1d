import { boundPrincipal, OPERATOR_ROLE } from "../../constructs/vault/server/node/initial-requests";
import { callVault, type VaultConnection } from "./vault-api";

export interface Operators {
  readonly agree: boolean;
  readonly line: string;
}

/**
 * Whether the server lets in those as operators whom the environment file names. A deploy changes nothing of it.
 *
 * @param named ARNs, as there
 */
export async function compareOperators(
  connection: VaultConnection,
  named: readonly string[],
): Promise<Operators> {
  const { data } = await callVault(connection, "GET", OPERATOR_ROLE);
  const { bound_iam_principal_arn: bound } = data as { readonly bound_iam_principal_arn: readonly string[] };
  const wanted = named.map(boundPrincipal);
  const missing = wanted.filter((arn) => !bound.includes(arn));
  const more = bound.filter((arn) => !wanted.includes(arn));
  if (missing.length === 0 && more.length === 0)
    return { agree: true, line: "Operators are those whom the environment file names." };
  const differences = [
    ...(missing.length > 0 ? [`it does not let in ${missing.join(", ")}`] : []),
    ...(more.length > 0 ? [`it lets in ${more.join(", ")} beside them`] : []),
  ];
  return {
    agree: false,
    line:
      `The server must have the operators whom the environment file names, and ${differences.join("; ")}: correct ` +
      `"operators" there, or write ${OPERATOR_ROLE} in npm run vault:tunnel, see ` +
      "docs/vault-server-operations.md, Change who is an operator",
  };
}
