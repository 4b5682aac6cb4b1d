import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { App, TerraformStack } from "cdktf";
import { typesIn } from "../../../testbed/terraform/synthesized-types";

test("types are those of every stack, whoever wrote it", () => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "types-")), stackTraces: false });
  const [platform, own] = ["platform", "own"].map((name) => new TerraformStack(app, name));
  for (const stack of [platform, own]) new AwsProvider(stack as TerraformStack, "aws", {});
  new DataAwsRegion(platform as TerraformStack, "Region");
  new SqsQueue(own as TerraformStack, "Queue");
  app.synth();
  expect([...typesIn(app.outdir)].sort()).toEqual(["aws_region", "aws_sqs_queue"]);
});
