import { withoutAwsSettings } from "../../../testbed/aws/aws-settings";

test("a child of a local run gets none of the user's AWS settings, and all others", () => {
  const endpoint = "http://127.0.0.1:9";
  const own = { AWS_PROFILE: "production", TF_AWS_STS_ENDPOINT: endpoint, HOME: "/home/user" };
  expect(JSON.parse(JSON.stringify({ ...own, ...withoutAwsSettings(own) }))).toEqual({ HOME: "/home/user" });
});
