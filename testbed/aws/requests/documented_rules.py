"""What AWS refuses though its models allow it: by documents only. Each rule names its source."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from model_rules import HIDDEN, expression

WHITE_SPACE = re.compile(r"\s")


@dataclass(frozen=True)
class Documented:
    service: str
    # An expression for the operations' names.
    operations: str
    # Path of the member; `[]` stands for each entry of a list.
    member: str
    rule: str
    # Whether a value keeps the rule.
    holds: Callable[[Any], bool]
    source: str


def matching(pattern):
    return lambda value: expression(pattern).fullmatch(value) is not None


def at_most(most, size=len):
    return lambda value: size(value) <= most


def size_in_bytes(text):
    return len(text.encode())


def without_white_space(text):
    return len(WHITE_SPACE.sub("", text))


def variables_in_bytes(variables):
    return sum(size_in_bytes(name) + size_in_bytes(value) for name, value in variables.items())


def widgets(body):
    return len(json.loads(body)["widgets"])


def of(service, document, *rules):
    return [
        Documented(service, operations, member, rule, holds, f"{document}, {page}")
        for operations, member, rule, holds, page in rules
    ]


EC2_TEXT = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}"
EC2_TEXT_RULE = "must be at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
GROUP_RULES = "(Authorize|Update|Modify)SecurityGroup.*"
PERMISSIONS = {
    "IpRanges": "IpRange",
    "Ipv6Ranges": "Ipv6Range",
    "UserIdGroupPairs": "UserIdGroupPair",
    "PrefixListIds": "PrefixListId",
}


def rds_name(operations, member, most, page):
    rule = f"must be at most {most} letters, digits and single hyphens, begin with a letter, and end with no hyphen"
    holds = matching(r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{0,%d}(?<!-)" % (most - 1))
    return operations, member, rule, holds, page


RULES = [
    *of(
        "ec2",
        "Amazon EC2 API Reference",
        ("CreateSecurityGroup", "Description", EC2_TEXT_RULE, matching(EC2_TEXT), "CreateSecurityGroup"),
        (
            "CreateSecurityGroup",
            "GroupName",
            f"{EC2_TEXT_RULE}, and not begin with sg-",
            matching(rf"(?!sg-){EC2_TEXT}"),
            "CreateSecurityGroup",
        ),
        *(
            (GROUP_RULES, f"IpPermissions[].{kind}[].Description", EC2_TEXT_RULE, matching(EC2_TEXT), page)
            for kind, page in PERMISSIONS.items()
        ),
    ),
    *of(
        "ec2",
        "AWS PrivateLink Guide",
        (
            "(Create|Modify)VpcEndpoint",
            "PolicyDocument",
            "must be at most 20,480 characters, with white space",
            at_most(20_480),
            "AWS PrivateLink quotas",
        ),
    ),
    *of(
        "rds",
        "Amazon RDS API Reference",
        rds_name("(Create|Modify)DBCluster", "DBClusterIdentifier", 63, "CreateDBCluster"),
        rds_name("(Create|Modify)DBInstance", "DBInstanceIdentifier", 63, "CreateDBInstance"),
        rds_name("CreateDBClusterParameterGroup", "DBClusterParameterGroupName", 255, "CreateDBParameterGroup"),
        rds_name("DeleteDBCluster", "FinalDBSnapshotIdentifier", 255, "DeleteDBCluster"),
        (
            "CreateDBSubnetGroup",
            "DBSubnetGroupName",
            "must be at most 255 letters, digits, spaces and ._-, begin with a letter, and not be default",
            matching(r"(?!default$)[a-zA-Z][a-zA-Z0-9._ -]{0,254}"),
            "CreateDBSubnetGroup",
        ),
        ("CreateDBCluster", "DatabaseName", "must be at most 64 long", at_most(64), "CreateDBCluster"),
        (
            "CreateDBCluster",
            "MasterUsername",
            "must be at most 16 long and begin with a letter",
            matching(r"[a-zA-Z]\w{0,15}"),
            "CreateDBCluster",
        ),
    ),
    *of(
        "iam",
        "IAM User Guide",
        *(
            (
                operations,
                member,
                f"must be at most {most:,} characters, without white space",
                at_most(most, without_white_space),
                "IAM and AWS STS quotas",
            )
            for operations, member, most in (
                ("CreateRole", "AssumeRolePolicyDocument", 2_048),
                ("UpdateAssumeRolePolicy", "PolicyDocument", 2_048),
                ("CreatePolicy(Version)?", "PolicyDocument", 6_144),
            )
        ),
    ),
    *of(
        "kms",
        "AWS KMS Developer Guide",
        (
            "CreateKey|PutKeyPolicy",
            "Policy",
            "must be at most 32,768 bytes",
            at_most(32_768, size_in_bytes),
            "Resource quotas",
        ),
    ),
    *of(
        "kms",
        "AWS KMS API Reference",
        (
            "CreateAlias",
            "AliasName",
            "must begin with alias/ and not with alias/aws/",
            matching(r"alias/(?!aws/)[a-zA-Z0-9/_-]+"),
            "CreateAlias",
        ),
    ),
    *of(
        "secretsmanager",
        "AWS Secrets Manager API Reference",
        (
            "CreateSecret",
            "Name",
            "must hold letters, digits and /_+=.@- only",
            matching(r"[A-Za-z0-9/_+=.@-]+"),
            "CreateSecret",
        ),
    ),
    *of(
        "secretsmanager",
        "AWS Secrets Manager User Guide",
        (
            "CreateSecret|PutSecretValue|UpdateSecret",
            "SecretString",
            "must be at most 65,536 bytes",
            at_most(65_536, size_in_bytes),
            "Secrets Manager quotas",
        ),
    ),
    *of(
        "sns",
        "Amazon SNS API Reference",
        (
            "CreateTopic",
            "Name",
            "must be 1 to 256 letters, digits, - and _",
            matching(r"[A-Za-z0-9_-]{1,256}"),
            "CreateTopic",
        ),
    ),
    *of(
        "monitoring",
        "Amazon CloudWatch API Reference",
        (
            "PutDashboard",
            "DashboardName",
            "must be 1 to 255 letters, digits, - and _",
            matching(r"[A-Za-z0-9_-]{1,255}"),
            "PutDashboard",
        ),
        (
            "PutDashboard",
            "DashboardBody",
            "must be JSON with at most 500 widgets",
            at_most(500, widgets),
            "Dashboard Body Structure and Syntax",
        ),
    ),
    *of(
        "events",
        "Amazon EventBridge User Guide",
        (
            "PutRule",
            "EventPattern",
            "must be at most 2,048 characters",
            at_most(2_048),
            "Amazon EventBridge quotas",
        ),
        ("PutTargets", "Targets", "must be at most 5", at_most(5), "Amazon EventBridge quotas"),
    ),
    *of(
        "lambda",
        "AWS Lambda Developer Guide",
        (
            "(Create|Update)Function.*",
            "Environment.Variables",
            "must be at most 4,096 bytes together",
            at_most(4_096, variables_in_bytes),
            "Lambda quotas",
        ),
        ("(Create|Update)Function.*", "Layers", "must be at most 5", at_most(5), "Lambda quotas"),
    ),
    *of(
        "elasticloadbalancing",
        "Elastic Load Balancing API Reference",
        *(
            (
                operation,
                "Name",
                "must be 1 to 32 letters, digits and hyphens, no hyphen at an end, and not begin with internal-",
                matching(r"(?!internal-)(?!-)[a-zA-Z0-9-]{1,32}(?<!-)"),
                operation,
            )
            for operation in ("CreateLoadBalancer", "CreateTargetGroup")
        ),
    ),
    *of(
        "s3",
        "Amazon S3 User Guide",
        (
            "CreateBucket",
            "Bucket",
            "must be 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends",
            matching(r"(?!xn--|sthree-|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)"),
            "General purpose bucket naming rules",
        ),
        (
            "PutBucketPolicy",
            "Policy",
            "must be at most 20 KB",
            at_most(20_480),
            "Policies and permissions in Amazon S3",
        ),
    ),
    *of(
        "ssm",
        "AWS Systems Manager API Reference",
        (
            "PutParameter",
            "Name",
            "must hold letters, digits and _.-/ only, and not begin with aws or ssm",
            matching(r"(?!(?i:/?(aws|ssm)))[a-zA-Z0-9_./-]+"),
            "PutParameter",
        ),
    ),
]

# Where requests have tags. EC2 takes any character (Amazon EC2 API Reference, "Tag").
TAGS = ("Tags[]", "tags[]", "TagList[]", "TagSet[]", "AddTags[]", "Tagging.TagSet[]", "TagSpecifications[].Tags[]")
TAGS_SOURCE = "Tagging AWS Resources User Guide, Best practices and strategies"
TAG_TEXT = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"
MOST_TAGS = 50
MOST_OF_ROLE = 10_240


class DocumentedRules:
    """Keeps what adds up over several requests."""

    def __init__(self):
        self.inline_policies = {}

    def findings(self, service, operation, params):
        for documented in RULES:
            if documented.service == service and re.fullmatch(documented.operations, operation):
                yield from broken(documented, params)
        yield from tag_findings(service, params)
        yield from self.role_findings(operation, params)

    def role_findings(self, operation, params):
        """IAM User Guide, "IAM and AWS STS quotas": all inline policies of a role together."""
        if operation == "DeleteRole":
            self.inline_policies.pop(params["RoleName"], None)
        if operation == "DeleteRolePolicy":
            self.inline_policies.get(params["RoleName"], {}).pop(params["PolicyName"], None)
        if operation != "PutRolePolicy" or not {"RoleName", "PolicyName", "PolicyDocument"} <= params.keys():
            return
        policies = self.inline_policies.setdefault(params["RoleName"], {})
        policies[params["PolicyName"]] = without_white_space(params["PolicyDocument"])
        total = sum(policies.values())
        if total > MOST_OF_ROLE:
            rule = "must be at most 10,240 characters with the role's other inline policies, without white space"
            yield "PolicyDocument", f"{rule} (IAM User Guide, IAM and AWS STS quotas)", f"{total} characters"


def broken(documented, params):
    for value in values_at(params, documented.member):
        if not keeps(documented, value):
            yield documented.member, f"{documented.rule} ({documented.source})", shown(documented.member, value)


def keeps(documented, value):
    try:
        return documented.holds(value)
    except (AttributeError, TypeError):
        # A value of another type than the model's is told by the model.
        return True
    except (KeyError, ValueError):
        # A text that is none of what the rule looks into.
        return False


def tag_findings(service, params):
    for path, tags in tags_of(params):
        if len(tags) > MOST_TAGS:
            yield path, f"must be at most {MOST_TAGS} ({TAGS_SOURCE})", f"{len(tags)} tags"
        for key, value in tags:
            if key.lower().startswith("aws:"):
                yield path, f"no key may begin with aws: ({TAGS_SOURCE})", key
            for text, most in ((key, 128), (value, 256)):
                if len(text) > most or not (service == "ec2" or expression(TAG_TEXT).fullmatch(text)):
                    rule = f"must be at most {most} letters, digits, spaces and _.:/=+-@"
                    yield path, f"{rule} ({TAGS_SOURCE})", text


def tags_of(params):
    """Where there are tags in a request, and which."""
    for path in TAGS:
        pairs = [pair_of(tag) for tag in values_at(params, path) if isinstance(tag, dict)]
        if pairs:
            yield path, pairs
    for path in ("Tags", "tags"):
        if isinstance(params.get(path), dict):
            yield path, list(params[path].items())


def pair_of(tag):
    """Services write a tag's names in three ways."""
    named = {name.lower().removeprefix("tag"): str(value) for name, value in tag.items()}
    return named.get("key", ""), named.get("value", "")


def values_at(value, path):
    """Every value at a path; none where a member is missing."""
    for name in filter(None, path.replace("[]", ".[]").split(".")):
        if name == "[]":
            value = [entry for found in value for entry in (found if isinstance(found, list) else [])] if value else []
        else:
            found = value if isinstance(value, list) else [value]
            value = [one[name] for one in found if isinstance(one, dict) and name in one]
    return value if isinstance(value, list) else [value]


def shown(path, value):
    if HIDDEN.search(path) or not isinstance(value, str):
        return f"{len(value)} in all"
    return value if len(value) <= 200 else f"{value[:200]}…, {len(value)} characters in all"
