"""Runs one invocation of a function's handler, as lambda-host.cjs does, for a Python runtime."""

import importlib
import ipaddress
import json
import os
import socket
import sys
import threading
import time

ANSWERS = 3


def resolve_only(hosts):
    """The VPC's resolver: it knows the database hosts and nothing else."""
    known = {*hosts, "localhost"}
    getaddrinfo = socket.getaddrinfo

    def find(host, *args, **kwargs):
        if host in known:
            return getaddrinfo("127.0.0.1", *args, **kwargs)
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        return getaddrinfo(host, *args, **kwargs)

    socket.getaddrinfo = find


class Context:
    def __init__(self, context, deadline):
        self.aws_request_id = context["awsRequestId"]
        self.function_name = context["functionName"]
        self.invoked_function_arn = context["invokedFunctionArn"]
        self.memory_limit_in_mb = context["memoryLimitInMB"]
        self._deadline = deadline

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def invoke(request):
    deadline = time.monotonic() + request["timeoutMs"] / 1000
    try:
        resolve_only(request["hosts"])
        sys.path.insert(0, request["directory"])
        module, _, name = request["handler"].rpartition(".")
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
        return json.dumps({"result": handler(request["event"], Context(request["context"], deadline))})
    except Exception as error:
        return json.dumps({"error": {"errorType": type(error).__name__, "errorMessage": str(error)}})


def end_with_parent():
    sys.stdin.read()
    os._exit(1)


request = json.loads(sys.stdin.readline())
threading.Thread(target=end_with_parent, daemon=True).start()
with os.fdopen(ANSWERS, "w") as answers:
    answers.write(invoke(request) + "\n")
os._exit(0)
