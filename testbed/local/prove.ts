import { runCommand } from "../../scripts/prove/command";
import { selected } from "../../scripts/prove/selected";
import { ONLY_PLANS } from "../iam/deploys/judged-deploys";

// `npm run prove`, for stacks in another folder: prove.ts <folder> <words of the command>.
const [output = "", ...argv] = process.argv.slice(2);

void runCommand(argv, async (name) => {
  const proved = await selected(output)(name);
  return {
    ...proved,
    run: async (words, interruption) => {
      // Terraform's calls are judged by what they are for.
      if (words[0] === "diff") Object.assign(process.env, ONLY_PLANS);
      return await proved.run(words, interruption);
    },
  };
}).then((code) => process.exit(code));
