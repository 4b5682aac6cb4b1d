import { adoptedVpc } from "../../../scripts/doctor/adopted-vpc";
import { projectRoot } from "../../support/shipped";

const of = (ENVIRONMENT?: string) => adoptedVpc(projectRoot, { ENVIRONMENT });

test("of an environment that adopts a VPC, the owner's command is said with its id", () => {
  expect(of("adopt")).toMatchObject([
    {
      status: "warning",
      fix: expect.stringContaining(
        "--region ap-northeast-2 --vpc-id vpc-0a1b2c3d4e5f67890 --enable-network-address-usage-metrics",
      ),
    },
  ]);
});

test("of one that creates its VPC, and of none, nothing is said", () => {
  expect([of("dev"), of()]).toEqual([[], []]);
});

test("one that is not there is a warning", () => {
  const [finding] = of("nowhere");
  expect(finding?.status).toBe("warning");
  expect(finding?.detail).toMatch(/ENVIRONMENT.*"nowhere"/);
});
