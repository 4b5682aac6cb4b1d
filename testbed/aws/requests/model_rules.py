"""What a service's model says of the members of a request: botocore's validator, and what that leaves out."""

import re
import sys
import unicodedata
from functools import cache

from botocore.validate import ParamValidator

# Members that hold a secret, or a document with one, whether or not the model calls them sensitive.
HIDDEN = re.compile(
    r"password|secretstring|secretbinary|secretaccesskey|privatekey|environment|userdata|body|zipfile", re.I
)


TYPE = re.compile(r"<class '(?:\w+\.)*(\w+)'>")


class Findings:
    """Collects what the validator reports: `(member, rule, got)`."""

    def __init__(self):
        self.broken = []
        self.sensitive = set()

    def report(self, name, reason, **details):
        member = name.lstrip(".") or "the request"
        self.broken.append((member, rule_of(reason, details), self.shown(name, details)))

    def shown(self, name, details):
        if "param" not in details:
            return "nothing" if "required_name" in details else ""
        if HIDDEN.search(name) or any(name.startswith(hidden) for hidden in self.sensitive):
            return f"a value that is not shown, of {len(str(details['param']))} characters"
        text = str(details["param"])
        return text if len(text) <= 200 else f"{text[:200]}…, {len(text)} characters in all"


def rule_of(reason, details):
    match reason:
        case "missing required field":
            return f"must have {details['required_name']}"
        case "unknown field":
            return f"has no member {details['unknown_param']}"
        case "invalid type":
            return f"must be of the type {' or '.join(TYPE.findall(str(details['valid_types'])))}"
        case "invalid length" | "invalid range":
            return f"must be at least {details['min_allowed']}" + (" long" if reason == "invalid length" else "")
        case _:
            return reason


class ModelValidator(ParamValidator):
    """botocore leaves enumerations, patterns and upper limits to the service."""

    VALIDATED_METADATA_ATTRS = ParamValidator.VALIDATED_METADATA_ATTRS | {"enum", "pattern", "max", "sensitive"}

    def _validate(self, params, shape, errors, name):
        if shape.metadata.get("sensitive"):
            errors.sensitive.add(name)
        super()._validate(params, shape, errors, name)
        for rule in broken(params, shape):
            errors.report(name, rule, param=params)


def model_findings(params, operation):
    findings = Findings()
    if operation.input_shape is None:
        return [("the request", f"has no member {name}", "") for name in params]
    ModelValidator()._validate(params, operation.input_shape, findings, name="")
    return findings.broken


def broken(value, shape):
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"must be one of {', '.join(allowed)}"
    most = shape.metadata.get("max")
    if most is not None:
        if isinstance(value, (int, float)) and value > most:
            yield f"must be at most {most}"
        if isinstance(value, (str, bytes, list, dict)) and len(value) > most:
            yield f"must be at most {most} long"
    pattern = shape.metadata.get("pattern")
    if pattern and isinstance(value, str) and not expression(pattern).fullmatch(value):
        yield f"must match {pattern}"


@cache
def expression(pattern):
    """AWS's services match the whole of a value. Their expressions are Java's: Python's have no `\\p{…}`."""
    return re.compile(re.sub(r"\\p\{(\w+)\}", lambda found: category(found[1]), pattern))


# What Java names in another way than Unicode.
CATEGORIES = {"IsLetter": "L", "IsDigit": "Nd", "Alpha": "L", "Digit": "Nd", "Print": "", "ASCII": ""}


@cache
def category(name):
    """The characters of a Unicode category, as ranges for a class of characters."""
    start, ranges = None, []
    begin = CATEGORIES.get(name, name)
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(begin)
        if inside and start is None:
            start = code
        if not inside and start is not None:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    return "".join(ranges)
