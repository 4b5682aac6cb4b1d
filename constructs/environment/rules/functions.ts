import { isVaultSecretName, SECRET_NAME_RULE } from "../../vault/store/secret-name";
import { MOST_BYTES } from "../file/certificate-authority";
import type { Draft } from "./draft";
import { deploysNative, deploysVault, functionsOf, repeatedNames } from "./places";
import { type Rule, rule } from "./rule";

/** Behind the prefix, a function's name names its function and role, as these do. */
const OWN_NAMES = ["rotation", "flow-logs", "rds-monitoring"];

/** AWS Lambda Developer Guide, "Lambda quotas". */
const MOST_LAYERS = 5;

export const functionRules: readonly Rule[] = [
  rule({
    where: ({ functions }) => repeatedNames(functions, "functions"),
    must: "two functions cannot have the same name",
    fix: "choose another name",
  }),
  rule({
    where: (draft) =>
      functionsOf(draft).map(({ path, lambda }) => ({ path: [...path, "name"], got: lambda.name })),
    holds: ({ got }) => !OWN_NAMES.some((own) => got === own || got.endsWith(`-${own}`)),
    must: `${OWN_NAMES.join(", ")} end the names of an environment's own functions and roles`,
    fix: "choose another name",
  }),
  rule({
    where: (draft) =>
      functionsOf(draft).flatMap(({ path, lambda }) =>
        lambda.code.endsWith(".zip") ? [{ path: [...path, "runtime"], got: lambda.runtime }] : [],
      ),
    holds: ({ got }) => got !== undefined,
    must: "is required where code is a .zip file",
    fix: 'add it: write for example "nodejs24.x"',
  }),
  rule({
    where: (draft) => (deploysNative(draft) ? namesOfSecrets(draft) : []),
    holds: ({ got, known }) => known.has(got),
    must: ({ known }) =>
      `must be the name of a secret${known.size > 0 ? `: ${[...known].join(", ")}` : ", and there is none"}`,
    fix: ({ known: [first] }) => (first ? `write "${first}"` : "add it to secrets, or remove it here"),
  }),
  rule({
    where: (draft) => (deploysVault(draft) ? namesOfSecrets(draft) : []),
    holds: ({ got }) => isVaultSecretName(got),
    must: SECRET_NAME_RULE,
    fix: "choose another name",
  }),
  rule({
    where: (draft) => {
      const extensions = [
        deploysNative(draft) && draft.native?.delivery === "extension",
        deploysVault(draft),
      ].filter(Boolean).length;
      return functionsOf(draft).map(({ path, lambda: { layers } }) => ({
        path: [...path, "layers"],
        got: layers,
        most: MOST_LAYERS - extensions,
      }));
    },
    holds: ({ got, most }) => got.length <= most,
    must: ({ most }) =>
      `a Lambda function takes at most ${MOST_LAYERS} layers, with those of extensions that read secrets: ${most} here`,
    fix: "remove a layer, or put what two of them hold into one",
  }),
  rule({
    where: (draft) => {
      const certificates = draft.authorities.reduce((sum, { pem }) => sum + pem.length, 0);
      return functionsOf(draft).map(({ path, lambda: { variables } }) => ({
        path: [...path, "variables"],
        got: variables,
        certificates,
        bytes: certificates + Buffer.byteLength(Object.entries(variables).flat().join("")),
      }));
    },
    // Of certificates alone, another rule speaks.
    holds: ({ bytes, certificates }) => bytes <= MOST_BYTES || certificates > MOST_BYTES,
    must: ({ bytes, certificates }) =>
      `must fit into the function's environment${certificates > 0 ? " beside the certificates" : ""}: at most ${MOST_BYTES} bytes together, have ${bytes}`,
    fix: "keep long settings elsewhere, for example in a file beside the code",
  }),
  rule({
    where: ({ authorities }) => {
      const bytes = authorities.reduce((sum, { pem }) => sum + pem.length, 0);
      return authorities.slice(-1).map(({ section, file }) => ({
        path: [...section, "certificateAuthorityFile"],
        got: file,
        bytes,
      }));
    },
    holds: ({ bytes }) => bytes <= MOST_BYTES,
    must: ({ bytes }) =>
      `must fit into a function's environment beside the other certificateAuthorityFile settings: at most ${MOST_BYTES} bytes together, have ${bytes}`,
    fix: "leave only the root in each file, or have one authority with a shorter key sign all certificates",
  }),
];

function namesOfSecrets(draft: Draft) {
  const known = new Set(draft.namedSecrets);
  return functionsOf(draft).flatMap(({ path, lambda }) =>
    lambda.secrets.map((name, index) => ({ path: [...path, "secrets", index], got: name, known })),
  );
}
