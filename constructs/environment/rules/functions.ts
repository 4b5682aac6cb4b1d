import { isVaultSecretName, SECRET_NAME_RULE } from "../../vault/store/secret-name";
import { MOST_BYTES } from "../file/certificate-authority";
import type { Draft } from "./draft";
import { deploysNative, deploysVault, entries, functions, repeated, setting } from "./places";
import { type Rule, rule } from "./rule";

/** Behind the prefix, a function's name names its function and role, as these do. */
const OWN_NAMES = ["rotation", "flow-logs", "rds-monitoring"];

/** AWS Lambda Developer Guide, "Lambda quotas". */
const MOST_LAYERS = 5;

export const functionRules: readonly Rule[] = [
  rule(repeated(setting(functions, "name")), {
    must: "two functions cannot have the same name",
    fix: "choose another name",
  }),
  rule(setting(functions, "name"), {
    holds: ({ got }) => !OWN_NAMES.some((own) => got === own || got.endsWith(`-${own}`)),
    must: `${OWN_NAMES.join(", ")} end the names of an environment's own functions and roles`,
    fix: "choose another name",
  }),
  rule(
    (draft) =>
      functions(draft).flatMap(({ path, section: { code, runtime } }) =>
        code.endsWith(".zip") && !runtime ? [{ path: [...path, "runtime"], got: undefined }] : [],
      ),
    {
      must: "is required where code is a .zip file",
      fix: 'add it: write for example "nodejs24.x"',
    },
  ),
  rule(
    (draft) => {
      const known = new Set(draft.namedSecrets);
      return entries(functions, "secrets")(draft).map((name) => ({ ...name, known }));
    },
    {
      when: deploysNative,
      holds: ({ got, known }) => known.has(got),
      must: ({ known }) =>
        `must be the name of a secret${known.size > 0 ? `: ${[...known].join(", ")}` : ", and there is none"}`,
      fix: ({ known: [first] }) => (first ? `write "${first}"` : "add it to secrets, or remove it here"),
    },
  ),
  rule(entries(functions, "secrets"), {
    when: deploysVault,
    holds: ({ got }) => isVaultSecretName(got),
    must: SECRET_NAME_RULE,
    fix: "choose another name",
  }),
  rule(
    (draft) => {
      const extensions = [
        deploysNative(draft) && draft.native?.delivery === "extension",
        deploysVault(draft),
      ];
      const most = MOST_LAYERS - extensions.filter(Boolean).length;
      return setting(functions, "layers")(draft).map((layers) => ({ ...layers, most }));
    },
    {
      holds: ({ got, most }) => got.length <= most,
      must: ({ most }) =>
        `a Lambda function takes at most ${MOST_LAYERS} layers, with those of extensions that read secrets: ${most} here`,
      fix: "remove a layer, or put what two of them hold into one",
    },
  ),
  rule(
    (draft) =>
      draft.authorities.slice(-1).map(({ section, file }) => ({
        path: [...section, "certificateAuthorityFile"],
        got: file,
        bytes: certificateBytes(draft),
      })),
    {
      holds: ({ bytes }) => bytes <= MOST_BYTES,
      must: ({ bytes }) =>
        `must fit into a function's environment beside the other certificateAuthorityFile settings: at most ${MOST_BYTES} bytes together, have ${bytes}`,
      fix: "leave only the root in each file, or have one authority with a shorter key sign all certificates",
    },
  ),
  rule(
    (draft) =>
      setting(
        functions,
        "variables",
      )(draft).map((variables) => ({
        ...variables,
        bytes: certificateBytes(draft) + Buffer.byteLength(Object.entries(variables.got).flat().join("")),
      })),
    {
      when: (draft) => certificateBytes(draft) <= MOST_BYTES,
      holds: ({ bytes }) => bytes <= MOST_BYTES,
      must: ({ bytes }) =>
        `must fit into the function's environment, beside certificates: at most ${MOST_BYTES} bytes together, have ${bytes}`,
      fix: "keep long settings elsewhere, for example in a file beside the code",
    },
  ),
];

/** Of those that every function gets: of all databases, and of Vault. */
function certificateBytes({ authorities }: Draft): number {
  return authorities.reduce((sum, { pem }) => sum + pem.length, 0);
}
