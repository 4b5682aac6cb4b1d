import { load } from "../../support/environment-files";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";

const template = synthesizeEnvironment(load(shippedSettings("prod"))).stack("operations");

test("queries are saved for logs that are there", () => {
  const queries = Object.fromEntries(
    template
      .resources("aws_cloudwatch_query_definition")
      .map(({ name, log_group_names }) => [name, log_group_names]),
  );
  const rotations = ["/aws/lambda/secrets-prod-main-rotation", "/aws/lambda/secrets-prod-billing-rotation"];
  expect(queries).toEqual({
    "secrets-prod/last-rotations": rotations,
    "secrets-prod/failures": rotations,
    "secrets-prod/failures-by-step": rotations,
    "secrets-prod/rejected-flows": ["/aws/vpc-flow-logs/secrets-prod"],
  });
});

describe.each(["failures", "failures-by-step"])("the query %s", (query) => {
  const { query_string } = template.resource("aws_cloudwatch_query_definition", {
    name: `secrets-prod/${query}`,
  });
  const ofLambda = new RegExp(/@message like \/(.*)\//.exec(query_string)?.[1] ?? "$^");

  test.each([
    "2026-11-28T03:00:00.000Z 8f507cfc-example Task timed out after 60.00 seconds",
    "RequestId: 8f507cfc-example Error: Runtime exited with error: signal: killed",
    "Runtime.ExitError",
    "INIT_REPORT Init Duration: 9999.81 ms\tPhase: init\tStatus: timeout",
    "INIT_REPORT Init Duration: 12.09 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError",
  ])("finds what Lambda says of a process that it ended: %s", (record) => {
    expect(ofLambda.test(record)).toBe(true);
  });

  test.each([
    "INIT_START Runtime Version: nodejs:24.v1\tRuntime Version ARN: arn:aws:lambda:ap-northeast-2::runtime:07a4",
    "REPORT RequestId: 8f507cfc-example\tDuration: 812.05 ms\tBilled Duration: 813 ms\tMemory Size: 256 MB",
    '{"level":"info","step":"finishSecret","outcome":"done"}',
  ])("leaves out what is well: %s", (record) => {
    expect(ofLambda.test(record)).toBe(false);
  });

  test("finds what the function says of a failure, and shows whoever's words there are", () => {
    expect(query_string).toMatch(/^filter level = "error" or /);
    expect(query_string).toContain("coalesce(message, @message) as said");
  });
});
