import { withoutAwsSettings } from "../../../scripts/emulator/aws-settings";

test("a child of a local run gets none of the user's AWS settings, and all others", () => {
  const own = { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9", AWS_PROFILE: "production", HOME: "/home/user" };
  expect(JSON.parse(JSON.stringify({ ...own, ...withoutAwsSettings(own) }))).toEqual({ HOME: "/home/user" });
});
