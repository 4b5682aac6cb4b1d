import { packCertificates } from "../../../lambda/database-tls/contract/packed-certificates";
import { vaultFileVariables } from "../../../lambda/secret-reader/contract/variables";
import { HANDLER_FILES, runtimeOfFolder } from "../../functions/runtime-of-folder";
import { isVaultSecretName, SECRET_NAME_RULE } from "../../vault/store/secret-name";
import { MADE_AUTHORITY_BYTES, MOST_BYTES } from "../file/certificate-authority";
import { writeOneOf } from "../values/nearest";
import type { Draft } from "./draft";
import {
  createdVaultServer,
  deploysNative,
  deploysVault,
  entries,
  functions,
  repeated,
  setting,
} from "./places";
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
  // Where the construct will look. A .zip file may be made between this and a synth.
  rule(setting(functions, "code"), {
    holds: ({ got }) => got.endsWith(".zip") || runtimeOfFolder(got) !== undefined,
    must: `must be a folder with ${HANDLER_FILES}, or a .zip file`,
    fix: `correct the path, which begins at the project's folder, or put ${HANDLER_FILES} there`,
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
  rule(entries(functions, "secrets"), {
    when: deploysNative,
    holds: ({ got }, { namedSecrets }) => namedSecrets.has(got),
    must: (_, { namedSecrets }) =>
      `must be the name of a secret` +
      (namedSecrets.size > 0 ? `: ${[...namedSecrets].join(", ")}` : ", and there is none"),
    fix: ({ got }, { namedSecrets }) =>
      namedSecrets.size > 0 ? writeOneOf(got, [...namedSecrets]) : "add it to secrets, or remove it here",
  }),
  rule(entries(functions, "secrets"), {
    when: deploysVault,
    holds: ({ got }) => isVaultSecretName(got),
    must: SECRET_NAME_RULE,
    fix: "choose another name",
  }),
  rule(setting(functions, "layers"), {
    holds: ({ got }, draft) => got.length <= mostLayers(draft),
    must: (_, draft) =>
      `a Lambda function takes at most ${MOST_LAYERS} layers, with those of extensions that read secrets: ` +
      `${mostLayers(draft)} here`,
    fix: "remove a layer, or put what two of them hold into one",
  }),
  rule(lastAuthority, {
    holds: (_, draft) => certificateBytes(draft) <= MOST_BYTES,
    must: (_, draft) =>
      "must fit into a function's environment beside the other certificateAuthorityFile settings" +
      (madeBytes(draft) > 0 ? " and what `npm run vault:tls` makes" : "") +
      `: at most ${MOST_BYTES} bytes together, have ${certificateBytes(draft)}`,
    fix: "leave only the root in each file, or have one authority with a shorter key sign all certificates",
  }),
  rule(setting(functions, "secrets"), {
    when: (draft) => certificateBytes(draft) <= MOST_BYTES,
    holds: ({ section }, draft) => fileBytes(draft, section) === 0 || bytesOf(draft, section) <= MOST_BYTES,
    must: ({ section }, draft) =>
      "what tells the extension of Vault's files must fit into the function's environment, beside certificates and " +
      `variables: at most ${MOST_BYTES} bytes together, have ${bytesOf(draft, section)}`,
    fix: 'have several functions read them, or write "proxy" for vault.extension.delivery',
  }),
  rule(setting(functions, "variables"), {
    when: (draft) => certificateBytes(draft) <= MOST_BYTES,
    holds: ({ got }, draft) => certificateBytes(draft) + variableBytes(got) <= MOST_BYTES,
    must: ({ got }, draft) =>
      "must fit into the function's environment, beside certificates: at most " +
      `${MOST_BYTES} bytes together, have ${certificateBytes(draft) + variableBytes(got)}`,
    fix: "keep long settings elsewhere, for example in a file beside the code",
  }),
];

type FunctionSettings = ReturnType<typeof functions>[number]["section"];

/** Beside those of the extensions that read secrets. */
function mostLayers(draft: Draft): number {
  const extensions = [deploysNative(draft) && draft.native?.delivery === "extension", deploysVault(draft)];
  return MOST_LAYERS - extensions.filter(Boolean).length;
}

function lastAuthority({ authorities }: Draft) {
  return authorities
    .slice(-1)
    .map(({ section, file }) => ({ path: [...section, "certificateAuthorityFile"], got: file }));
}

/** Of all that grows: certificates, variables of yours, and those of the extension's files. */
function bytesOf(draft: Draft, section: FunctionSettings): number {
  return certificateBytes(draft) + variableBytes(section.variables) + fileBytes(draft, section);
}

/** Of the variables that name a secret's file to Vault's extension. */
function fileBytes({ vault, namePrefix, ...draft }: Draft, { secrets }: FunctionSettings): number {
  if (!vault || !deploysVault(draft) || vault.extension.delivery === "proxy") return 0;
  const { mount = `${namePrefix}-kv`, prefix } = vault.kv;
  const folder = [mount, "data", prefix].filter(Boolean).join("/");
  const variables = secrets.map((name, index) => vaultFileVariables(`${folder}/${name}`, index + 1));
  return variableBytes(Object.assign({}, ...variables));
}

function variableBytes(variables: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(Object.entries(variables).flat().join(""));
}

/** Of those that every function gets: of all databases, together in one variable, and of Vault. */
function certificateBytes(draft: Draft): number {
  const pems = (ofVault: boolean) =>
    draft.authorities.filter(({ section }) => (section[0] === "vault") === ofVault).map(({ pem }) => pem);
  return packCertificates(pems(false)).length + pems(true).join("").length + madeBytes(draft);
}

/** Of the authority that `vault:tls` makes, and of the one that takes over from it. */
function madeBytes(draft: Draft): number {
  const isMade = createdVaultServer(draft).some(({ section }) => !section.certificateSecretArn);
  return deploysVault(draft) && isMade ? 2 * MADE_AUTHORITY_BYTES : 0;
}
