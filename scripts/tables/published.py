"""What AWS publishes of its Regions, as botocore, cfn-lint and endoflife.date have it: printed as JSON.

A list is a text, separated by blanks: else most lines would hold one word.
Takes the folder of a clone of endoflife-date/endoflife.date.
"""

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import yaml

EXACT = {
    "aurora-mysql": re.compile(r"8\.\d+\.mysql_aurora[.\d]+"),
    "aurora-postgresql": re.compile(r"1[3-9]\.\d+"),
}
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
# Runtimes that ended before are not worth a line.
SINCE = "2026"
# Families that no new instance can have.
RETIRED = ("db.r3.", "db.r4.", "db.t2.")
# As the setting of a Vault server has them: of arm64, and not the machines without virtualization of many sizes.
OF_NODES = re.compile(r"[a-z]+\d+g[a-z]*\.\w+")

BOTOCORE = files("botocore") / "data"
SCHEMAS = files("cfnlint") / "data" / "schemas"
RULES = SCHEMAS / "extensions"


def read(path):
    return json.loads(path.read_text())


def regions():
    partitions = read(BOTOCORE / "endpoints.json")["partitions"]
    return sorted(name for each in partitions if each["partition"] in PARTITIONS for name in each["regions"])


def listed(rules, engine, member):
    """The values that a rule about an engine allows or, where nothing is right `then`, refuses."""
    for rule in rules["allOf"]:
        about = rule["if"]["properties"]
        if about["Engine"].get("const") == engine:
            return about[member]["enum"] if rule["then"] is False else rule["then"]["properties"][member]["enum"]
    return []


def engine_versions(engine):
    """Exact versions that a cluster can be made of."""
    folder = RULES / "aws_rds_dbcluster"
    known = listed(read(folder / "engine_version.json"), engine, "EngineVersion")
    ended = listed(read(folder / "engine_version_deprecated.json"), engine, "EngineVersion")
    return [version for version in known if EXACT[engine].fullmatch(version) and version not in ended]


def instance_classes(engine):
    """Of a database, but for those without a fixed size."""
    return by_family(
        {
            region: {
                name
                for name in listed(rules, engine, "DBInstanceClass")
                if name != "db.serverless" and not name.startswith(RETIRED)
            }
            for region, rules in read(RULES / "aws_rds_dbinstance" / "dbinstanceclass_enum.json").items()
            if region in regions()
        }
    )


def instance_types():
    """Of the nodes of a Vault server."""
    return by_family(
        {
            region: {name for name in rule["enum"] if OF_NODES.fullmatch(name)}
            for region, rule in read(RULES / "aws_ec2_instance" / "instancetype_enum.json").items()
            if region in regions()
        }
    )


def by_family(by_region):
    """Sizes of a family that the same Regions have. `only` or `but` says which, whichever is shorter."""
    groups = {}
    for name in sorted(set().union(*by_region.values()), key=by_size):
        *_, family, size = name.split(".")
        having = tuple(region for region in sorted(by_region) if name in by_region[region])
        groups.setdefault((family, having), []).append(size)
    return [
        {"family": family, "sizes": " ".join(sizes), **where(having, sorted(by_region))}
        for (family, having), sizes in sorted(groups.items())
    ]


def by_size(name):
    size = name.split(".")[-1]
    times = size.removesuffix("xlarge")
    smaller = ("nano", "micro", "small", "medium", "large")
    if times != size:
        return 10 + int(times or 1)
    return smaller.index(size) if size in smaller else 1000


def where(having, every):
    missing = [region for region in every if region not in having]
    return {"but": " ".join(missing)} if len(missing) <= len(having) else {"only": " ".join(having)}


def runtimes():
    """The day from which AWS patches a runtime no more."""
    lifecycle = read(files("cfnlint") / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json")
    return {
        name: dates["deprecated"]
        for name, dates in sorted(lifecycle.items())
        if dates["deprecated"] > SINCE
    }


def standard_support(clone):
    """Last days of standard support. Of Aurora MySQL, nobody has them in a form that can be read here."""
    committed = ["git", "-C", clone, "log", "-1", "--format=%cs"]
    _, about, _ = (Path(clone) / "products" / "amazon-aurora-postgresql.md").read_text().split("---\n", 2)
    ends = {each["releaseCycle"]: each["eol"] for each in yaml.safe_load(about)["releases"]}
    return {
        "read": subprocess.run(committed, check=True, capture_output=True, text=True).stdout.strip(),
        "until": {
            "aurora-postgresql": {
                major: ends[major].isoformat()
                for major in sorted(ends)
                # Without a day, nobody has announced one.
                if EXACT["aurora-postgresql"].fullmatch(f"{major}.1") and not isinstance(ends[major], bool)
            }
        },
    }


print(
    json.dumps(
        {
            "read": read(SCHEMAS / "version.json")["schema_date"][:10],
            "regions": " ".join(regions()),
            "engineVersions": {engine: " ".join(engine_versions(engine)) for engine in EXACT},
            "instanceClasses": {engine: instance_classes(engine) for engine in EXACT},
            "instanceTypes": instance_types(),
            "runtimes": runtimes(),
            "standardSupport": standard_support(sys.argv[1]),
        }
    )
)
