import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  App,
  DefaultTokenResolver,
  Fn,
  Lazy,
  StringConcat,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  Testing,
  Tokenization,
} from "cdktf";
import { resolvedOnce } from "../../../constructs/terraform/resolved-once";

/** Stack `own` has a host; each form of a text about it becomes an output of `stack`. */
function world() {
  const app = Testing.app();
  const [own, other] = [new TerraformStack(app, "own"), new TerraformStack(app, "other")];
  const text = Fn.jsonencode({ host: new TerraformLocal(own, "Host", "x").expression });
  return { own, other, text };
}

function addOutputs(stack: TerraformStack, text: string): void {
  const forms = { alone: text, "in-a-text": `is ${text}`, "in-a-call": Fn.sha256(text) };
  for (const [id, value] of Object.entries(forms)) new TerraformOutput(stack, id, { value, staticId: true });
}

/** After a synth of the whole app, which prepares every stack first. */
function outputsOf(stack: TerraformStack): Record<string, { value: string }> {
  App.of(stack).synth();
  const { outdir, manifest } = App.of(stack);
  return JSON.parse(readFileSync(join(outdir, manifest.forStack(stack).synthesizedStackPath), "utf8")).output;
}

test.each(["own", "other"] as const)(
  "a text is in its %s stack what it would be: alone, in a text, in a call",
  (name) => {
    const [plain, once] = [world(), world()];
    addOutputs(plain[name], plain.text);
    const text = resolvedOnce(once.text);
    // Each stack has its own.
    addOutputs(once.own, text);
    if (name === "other") addOutputs(once.other, text);

    const expected = outputsOf(plain[name]);
    expect(outputsOf(once[name])).toEqual(expected);
    expect(expected.alone?.value).toContain(name === "own" ? "local.Host" : "data.terraform_remote_state");
  },
);

test("what it was before its stack was prepared is not kept", () => {
  const { other, text } = world();
  const once = resolvedOnce(text);
  const resolver = new DefaultTokenResolver(new StringConcat());
  Tokenization.resolve(once, { scope: other, resolver, preparing: false });
  addOutputs(other, once);

  expect(outputsOf(other).alone?.value).toContain("data.terraform_remote_state");
});

test("it is resolved once by itself and once for all expressions, however many places it has", () => {
  let count = 0;
  const counted = Lazy.stringValue({ produce: () => `${++count}` });
  const { own } = world();
  const text = resolvedOnce(counted);
  for (const index of [1, 2, 3])
    new TerraformOutput(own, `Output${index}`, { value: [text, Fn.upper(text)] });
  outputsOf(own);

  expect(count).toBe(2);
});
