"""Reads a recorded request as AWS would: which operation of which service it is, and its parameters.

moto's router and parsers do that by botocore's models. They are lenient, so here they are made to keep what is no
value of the model's type, and what the model does not know, for the validator to find.
"""

import base64
from functools import cache

from botocore.loaders import Loader
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, UNDEFINED
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import ServiceOperationRouter

# Services that sign their requests with another name than botocore's folder for them.
FOLDERS = {"monitoring": "cloudwatch", "elasticloadbalancing": "elbv2", "servicequotas": "service-quotas"}

IN_THE_ENVELOPE = ("header", "headers", "querystring", "uri")


class UnknownCall(Exception):
    """No model has such a service or operation."""


@cache
def model_of(service: str) -> ServiceModel:
    folder = FOLDERS.get(service, service)
    loader = Loader()
    if folder not in loader.list_available_services("service-2"):
        raise UnknownCall(f"a service that signs with the name {service}")
    return ServiceModel(loader.load_service_model(folder, "service-2"), folder)


@cache
def router_of(service: str) -> ServiceOperationRouter:
    return ServiceOperationRouter(model_of(service))


def parsed(recorded: dict) -> tuple[OperationModel, dict]:
    """The operation of a recorded request, and its parameters."""
    request = Request.from_primitives(
        recorded["method"],
        f"http://127.0.0.1{recorded['url']}",
        recorded["headers"],
        base64.b64decode(recorded["body"]),
    )
    operation, url_params = routed(recorded, request)
    protocol = determine_request_protocol(operation.service_model, request.content_type)
    parser = strict(PROTOCOL_PARSERS[protocol])(operation)
    return operation, parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.get_data(),
            "url_path": request.path,
            "url_params": url_params,
        }
    )


def routed(recorded: dict, request: Request) -> tuple[OperationModel, dict]:
    model = model_of(recorded["service"])
    # SDKs differ in what they write before the last dot.
    target = request.headers.get("X-Amz-Target", "").split(".")[-1]
    if target in model.operation_names:
        return model.operation_model(target), {}
    try:
        return router_of(recorded["service"]).match(request)
    except Exception as error:
        raise UnknownCall(target or f"{recorded['method']} {recorded['url'].split('?')[0]}") from error


def kept(parse):
    """What cannot be read as the model's type stays what it is."""

    def parse_or_keep(self, shape, value, *prefix):
        try:
            return parse(self, shape, value, *prefix)
        except (AttributeError, KeyError, TypeError, ValueError):
            raw = self._default_handle(shape, value, *prefix)
            return getattr(raw, "text", raw)

    return parse_or_keep


def booleans(parse):
    """moto takes every text but "true" for false."""

    def parse_boolean(self, shape, value, *prefix):
        raw = self._default_handle(shape, value, *prefix)
        text = getattr(raw, "text", raw)
        if isinstance(text, str) and text.lower() not in ("true", "false"):
            return text
        return parse(self, shape, value, *prefix)

    return parse_boolean


def numbers(parse):
    """In the body of JSON a number is no text."""

    def parse_number(self, shape, value):
        in_the_body = shape.serialization.get("location") not in IN_THE_ENVELOPE
        return value if in_the_body else parse(self, shape, value)

    return parse_number


class ReadKeys:
    """Query and EC2: what no member of the model was read from is told as a parameter of its own."""

    def _do_parse(self, request_dict, shape):
        self.read = {"Action", "Version"}
        values = request_dict["values"]
        members = super()._do_parse(request_dict, shape)
        return {**members, **{key: values[key] for key in values if key not in self.read}}

    def _default_handle(self, shape, value, prefix=""):
        self.read.add(prefix)
        return super()._default_handle(shape, value, prefix)

    def _parse_list(self, shape, node, prefix=""):
        if node.get(prefix, UNDEFINED) == "":
            self.read.add(prefix)
        return super()._parse_list(shape, node, prefix)


class ReadMembers:
    """JSON and XML: the same, of each structure."""

    def _parse_structure(self, shape, value):
        members = super()._parse_structure(shape, value)
        if not isinstance(members, dict) or shape.is_document_type:
            return members
        known = {self._name_of(member, name) for name, member in shape.members.items()}
        return {**members, **{name: "" for name in self._names_in(value) if name not in known}}


class ReadJson(ReadMembers):
    def _name_of(self, member, name):
        return member.serialization.get("name", name)

    def _names_in(self, value):
        return value


class ReadXml(ReadMembers):
    def _name_of(self, member, name):
        return self._member_key_name(member, name)

    def _names_in(self, value):
        return self._build_name_to_xml_node(value)


@cache
def strict(parser: type) -> type:
    protocol = next(name for name, known in PROTOCOL_PARSERS.items() if known is parser)
    reading = {"json": ReadJson, "rest-json": ReadJson, "rest-xml": ReadXml}.get(protocol, ReadKeys)
    keeping = {
        name: kept(getattr(parser, name))
        for name in dir(parser)
        if name.startswith("_parse_") and name.removeprefix("_parse_") in TYPES
    }
    if reading is ReadJson:
        keeping |= {f"_parse_{kind}": kept(numbers(getattr(parser, f"_parse_{kind}"))) for kind in NUMBERS}
    if "_parse_boolean" in keeping:
        keeping["_parse_boolean"] = kept(booleans(parser._parse_boolean))
    return type("Strict", (reading, type("Keeping", (parser,), keeping)), {})


NUMBERS = ("integer", "long", "float", "double")
TYPES = (*NUMBERS, "boolean", "timestamp", "blob", "structure", "list", "map", "string")
