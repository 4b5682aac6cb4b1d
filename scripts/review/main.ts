import { runCommand } from "./command";

process.exitCode = runCommand(process.argv.slice(2));
