import { changed, problems } from "../../../support/environment-files";
import { shippedSettings } from "../../../support/shipped";

const adopt = shippedSettings("adopt");

test.each([
  [
    "database.superuserSecretArn",
    "arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf",
    " and region ap-northeast-2",
  ],
  [
    "database.superuserSecretKeyArn",
    "arn:aws:kms:ap-northeast-2:999999999999:key/1",
    " and region ap-northeast-2",
  ],
  ["deployers", ["arn:aws:iam::999999999999:role/deployer"], ""],
])("%s must be of the environment's account", (path, value, region) => {
  expect(problems(changed(adopt, { [path]: value }))).toEqual([
    {
      path: path === "deployers" ? "deployers[0]" : path,
      rule: `must be of account 111122223333${region}`,
      got: JSON.stringify(Array.isArray(value) ? value[0] : value),
      fix: "name one of this account, or correct `account` and `region`",
    },
  ]);
});
