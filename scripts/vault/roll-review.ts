import { reviewPlans } from "../review/review";
import { type ShownReview, showReview } from "../review/shown-review";

/** Blocks a plan that does anything else than replace the machine of one node: that is for a deploy, and its review. */
export function onlyMachineOf(id: string) {
  return (stack: string, text: string): ShownReview => {
    const review = reviewPlans([{ stack, text }]);
    const changes = review.plans.flatMap(({ resources }) => resources);
    const others = changes
      .filter(({ kind }) => !["no-op", "read"].includes(kind))
      .filter(({ kind, address }) => kind !== "replace" || !address.includes(`_Machine-${id}_`))
      .map(({ address }) => address);
    if (others.length === 0) return { text: `Only ${id} is replaced.\n`, verdict: "owner" };
    const { text: shown } = showReview({ ...review, verdict: "blocked" }, "terminal");
    const what = `This would do more than replace the machine of ${id}: ${others.join(", ")}.`;
    return { text: `${shown}${what} Deploy that first (npm run deploy).\n`, verdict: "blocked" };
  };
}
