import { ENVIRONMENTS, scanEnvironments } from "./scan";
import { judge, readSuppressions } from "./suppressions";

async function main(): Promise<void> {
  const { passed, findings } = await scanEnvironments(() => console.log("installing checkov, once"));
  const { open, expired, stale } = judge(findings, readSuppressions(), new Date().toISOString().slice(0, 10));

  for (const { check, address, title } of open) console.log(`open     ${check} ${address}: ${title}`);
  for (const { check, expires } of expired)
    console.log(`expired  ${check} on ${expires}: renew it with a reason, or repair the cause`);
  for (const entry of stale)
    console.log(`stale    ${entry}: has no finding any more; remove it from suppressions.json`);
  console.log(
    `${ENVIRONMENTS.join(" and ")}: ${passed} checks passed, ${findings.length - open.length} suppressed, ` +
      `${open.length} open, ${expired.length} expired, ${stale.length} stale`,
  );
  if (open.length + expired.length + stale.length > 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
