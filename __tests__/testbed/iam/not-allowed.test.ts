import type { PolicyName } from "../../../constructs/ci/policies";
import type { RecordedCall, ResourceTags } from "../../../testbed/aws/api-calls";
import type { IamPolicy } from "../../../testbed/aws/iam-policy";
import { notAllowed } from "../../../testbed/iam/deploys/not-allowed";
import { shownPolicy } from "../../../testbed/iam/deploys/shown-policies";
import { mutantsOf } from "../../../testbed/iam/mutations";
import { placeOf } from "../../support/permissions";

const place = placeOf("app", "111122223333");
const NAMES = ["planner", "vault-server-planner", "deployer", "vault-server-deployer"] as const;
const shown = new Map<PolicyName, IamPolicy>(NAMES.map((name) => [name, shownPolicy(name, place)]));

const NODE = "i-0a1b2c3d4e5f60718";
const DISK = "vol-0a1b2c3d4e5f60718";
const MACHINE = "i-0fedcba9876543210";
const ATTACHMENT = "eni-attach-0a1b2c3d4e5f60718";
const CARD = "eni-0a1b2c3d4e5f60718";
const NETWORK = "vpc-0a1b2c3d4e5f60718";
const GROUP = "sg-0a1b2c3d4e5f60718";

const OWN = { Stack: "app-vault-server" };
const OTHERS = { Stack: "other-vault-server" };
const FOUNDATION = { Stack: "app-foundation" };

const call = (
  service: string,
  action: string,
  input: RecordedCall["input"],
  resourceTags?: ResourceTags,
): RecordedCall => ({ service, action, input, resourceTags, accessKeyId: "test" });
const ec2 = (action: string, input: RecordedCall["input"], tags?: ResourceTags) =>
  call("ec2", action, input, tags);
const record = (...RecordNames: readonly string[]) =>
  call("route53", "ChangeResourceRecordSets", { RecordNames });
const specified = (ResourceType: string, stack: string, place = 1) => ({
  [`TagSpecification.${place}.ResourceType`]: ResourceType,
  [`TagSpecification.${place}.Tag.1.Key`]: "Stack",
  [`TagSpecification.${place}.Tag.1.Value`]: stack,
});

const arn = (resource: string) => `arn:aws:ec2:ap-northeast-2:111122223333:${resource}`;

/** What policies must not allow, and what the report says of it. */
const REFUSED: readonly (readonly [what: string, one: RecordedCall, on: string])[] = [
  [
    "a machine of another environment's server",
    ec2("TerminateInstances", { "InstanceId.1": MACHINE }, { [MACHINE]: OTHERS }),
    arn(`instance/${MACHINE}`),
  ],
  [
    "a machine of another stack",
    ec2("StopInstances", { "InstanceId.1": MACHINE }, { [MACHINE]: FOUNDATION }),
    arn(`instance/${MACHINE}`),
  ],
  [
    "an interface of another environment's server, named by its attachment",
    ec2("DetachNetworkInterface", { AttachmentId: ATTACHMENT }, { [ATTACHMENT]: OTHERS }),
    arn(`network-interface/${ATTACHMENT}`),
  ],
  ["a machine without tags", ec2("StopInstances", { "InstanceId.1": MACHINE }), arn(`instance/${MACHINE}`)],
  [
    "another's machine beside a node",
    ec2(
      "TerminateInstances",
      { "InstanceId.1": NODE, "InstanceId.2": MACHINE },
      { [NODE]: OWN, [MACHINE]: OTHERS },
    ),
    arn(`instance/${MACHINE}`),
  ],
  [
    "a node's volume at another's machine",
    ec2("AttachVolume", { InstanceId: MACHINE, VolumeId: DISK }, { [DISK]: OWN, [MACHINE]: OTHERS }),
    arn(`instance/${MACHINE}`),
  ],
  [
    "another's volume at a node",
    ec2("AttachVolume", { InstanceId: NODE, VolumeId: DISK }, { [DISK]: OTHERS, [NODE]: OWN }),
    arn(`volume/${DISK}`),
  ],
  [
    "a network interface of another stack",
    ec2("DeleteNetworkInterface", { NetworkInterfaceId: CARD }, { [CARD]: FOUNDATION }),
    arn(`network-interface/${CARD}`),
  ],
  [
    "what is of no known kind, whatever its tags",
    ec2("DeleteVolume", { VolumeId: "new-0a1b2c3d" }, { "new-0a1b2c3d": OWN }),
    "*",
  ],
  ["a new machine without tags", ec2("RunInstances", {}), arn("instance/any")],
  [
    "a new machine of another stack",
    ec2("RunInstances", specified("instance", FOUNDATION.Stack)),
    arn("instance/any"),
  ],
  [
    "a new machine of which the volume alone has the tag",
    ec2("RunInstances", specified("volume", OWN.Stack)),
    arn("instance/any"),
  ],
  [
    "the tags of another environment's network",
    ec2(
      "CreateTags",
      { "ResourceId.1": NETWORK, "Tag.1.Key": "Stack", "Tag.1.Value": FOUNDATION.Stack },
      { [NETWORK]: { Stack: "other-foundation" } },
    ),
    arn(`vpc/${NETWORK}`),
  ],
  [
    "the tags of a network without any",
    ec2("DeleteTags", { "ResourceId.1": NETWORK, "Tag.1.Key": "Name" }),
    arn(`vpc/${NETWORK}`),
  ],
  ["a record of another name", record("db.app.internal"), "*"],
  ["a name below the record's", record("a.vault.app.internal."), "*"],
  ["another record beside the server's", record("vault.app.internal.", "db.app.internal."), "*"],
  ["a wildcard", record("*.app.internal."), "*"],
  ["a record whose name was not found", record(), "*"],
];

test.each(REFUSED)("%s is not the deployer's", (_, one, on) => {
  expect(notAllowed([one], [...shown.values()], place)).toEqual([`${one.service}:${one.action} on ${on}`]);
});

test.each([
  ["nodes", ec2("TerminateInstances", { "InstanceId.1": NODE }, { [NODE]: OWN })],
  [
    "a volume at a node",
    ec2("AttachVolume", { InstanceId: NODE, VolumeId: DISK }, { [NODE]: OWN, [DISK]: OWN }),
  ],
  [
    "a new node, by image and network interface",
    ec2("RunInstances", {
      ImageId: "ami-0a1b2c3d",
      "NetworkInterface.1.NetworkInterfaceId": CARD,
      ...specified("instance", OWN.Stack),
      ...specified("volume", OWN.Stack, 2),
    }),
  ],
  [
    "another tag of the environment's network",
    ec2("CreateTags", { "ResourceId.1": NETWORK }, { [NETWORK]: FOUNDATION }),
  ],
  ["tags of a default group, which has none", ec2("CreateTags", { "ResourceId.1": GROUP })],
  ["the server's record, however it is written", record("Vault.app.Internal.", "vault.app.internal")],
])("%s: the deployer's", (_, one) => {
  expect(notAllowed([one], [...shown.values()], place)).toEqual([]);
});

const PUT_POLICY = "iam:PutRolePolicy on arn:aws:iam::111122223333:role/app-orders";

test.each([
  ["the environment's", place.permissionsBoundaryArn, []],
  ["another", "arn:aws:iam::111122223333:policy/other", [PUT_POLICY]],
  ["none", undefined, [PUT_POLICY]],
])("a role whose boundary is %s: a deployer that is held to one", (_, permissionsBoundary, refused) => {
  const policies = [shownPolicy("deployer", place), shownPolicy("bounded-deployer", place)];
  const put = { ...call("iam", "PutRolePolicy", { RoleName: "app-orders" }), permissionsBoundary };
  expect(notAllowed([put], policies, place)).toEqual(refused);
});

test("a planner looks at what has any tags, and changes nothing of it", () => {
  const planner = (["planner", "vault-server-planner"] as const).flatMap((name) => shown.get(name) ?? []);
  const looks = ec2("DescribeInstances", { "InstanceId.1": MACHINE });
  const changes = ec2("StopInstances", { "InstanceId.1": NODE }, { [NODE]: OWN });
  expect(notAllowed([looks, changes], planner, place)).toEqual([
    `ec2:StopInstances on ${arn(`instance/${NODE}`)}`,
  ]);
});

/** What is behind a call, and so in none that is recorded: testbed/iam/needed/pipeline has it. */
const BEHIND_CALLS = /: without the condition (kms:|iam:(PassedToService|AWSServiceName)$)/;

test("every condition that a recorded call meets is noticed, once it is gone", () => {
  const mutants = [...shown].flatMap(([from, document]) =>
    mutantsOf({ from, kind: "identity", of: "the deployer", document }).filter(
      ({ title }) => / without the condition /.test(title) && !BEHIND_CALLS.test(title),
    ),
  );
  const survivors = mutants.filter(({ original, policy }) => {
    const policies = [...shown.values()].map((one) => (one === original.document ? policy.document : one));
    return REFUSED.every(([, one]) => notAllowed([one], policies, place).length > 0);
  });
  expect(mutants.map(({ title }) => title)).toEqual([
    "deployer (identity): TagsOfWhatIsMade: without the condition ec2:CreateAction",
    "deployer (identity): TagsOfTheEnvironment: without the condition aws:ResourceTag/Stack",
    "vault-server-deployer (identity): NewNodes: without the condition aws:RequestTag/Stack",
    "vault-server-deployer (identity): Nodes: without the condition aws:ResourceTag/Stack",
    "vault-server-deployer (identity): Record: without the condition " +
      "route53:ChangeResourceRecordSetsNormalizedRecordNames",
  ]);
  expect(survivors.map(({ title }) => title)).toEqual([]);
});

test("an attachment that is gone is asked about by nobody", () => {
  const gone = ec2("DetachNetworkInterface", { AttachmentId: ATTACHMENT }, {});
  expect(notAllowed([gone], [], place)).toEqual([]);
});
