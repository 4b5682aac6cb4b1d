"""Compares requests with AWS's own API models, and with what only AWS's documentation says.

Reads requests, one a line, as recorder.ts writes them; prints what it found as JSON.
"""

import json
import sys
from collections import Counter

from documented_rules import DocumentedRules
from model_rules import model_findings
from parsing import UnknownCall, parsed

# By these a reader finds what a request was about, the first that it has.
NAMING = ("Name", "Identifier", "Arn", "ARN", "Id")


def resource_of(params):
    for ending in NAMING:
        for name, value in params.items():
            if name.endswith(ending) and isinstance(value, str):
                return f"{name} {value}"
    return None


def check(lines):
    checked, violations, unknown = Counter(), {}, set()
    documented = DocumentedRules()
    for line in lines:
        recorded = json.loads(line)
        service = recorded["service"]
        try:
            operation, params = parsed(recorded)
        except UnknownCall as error:
            broken = [("the request", "must be one of AWS's models", "")]
            action, params = str(error), {}
        else:
            action = operation.name
            checked[service] += 1
            broken = [*model_findings(params, operation), *documented.findings(service, action, params)]
        if recorded["unknownToEmulator"]:
            unknown.add(f"{service}:{action}")
        for member, rule, got in broken:
            found = {"service": service, "action": action, "member": member, "rule": rule, "got": got}
            # The same request comes again with each plan.
            violations[json.dumps(found)] = {**found, "resource": resource_of(params)}
    return {"checked": checked, "violations": list(violations.values()), "unknownToEmulator": sorted(unknown)}


json.dump(check(sys.stdin), sys.stdout)
