"""Forks a moto server for each connection to the Unix socket at the path that it is given.

To import moto and to make its applications takes seconds of processor time, which every server would need for itself.
A connection is a server's standard input and output. Its first line is the path of the server's log. Nothing is
imported before the first connection: who runs tests without moto does not pay for it.
"""

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from typing import Callable

SERVICES = [
    "cloudtrail",
    "cloudwatch",
    "ec2",
    "elbv2",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "rds",
    "route53",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "ssm",
    "sts",
]


def prepare() -> Callable[[socket.socket], None]:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.core.routing import get_service_router
    from moto.core.utils import service_name_from_moto_package_name
    from moto.iam.models import iam_backends
    from moto.moto_api._internal import mock_random
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.utilities.utils import PARTITION_NAMES

    from moto_server import serve

    applications = DomainDispatcherApplication(create_backend_app)
    for service in SERVICES:
        applications.app_instances[service] = create_backend_app(service)
        get_service_router(service_name_from_moto_package_name(service))
    # The first request looks for its key in each partition, which reads all policies that AWS manages there.
    for partition in PARTITION_NAMES:
        iam_backends[DEFAULT_ACCOUNT_ID][partition]
    # No server looks through what all of them have, nor copies its memory for that.
    gc.collect()
    gc.freeze()

    def serve_connection(connection: socket.socket) -> None:
        stream = connection.makefile("rwb", buffering=0)
        with open(stream.readline().decode().strip(), "ab") as log:
            os.dup2(log.fileno(), sys.stderr.fileno())
        # Or all servers would give the same ids.
        mock_random.seed()
        serve(stream, stream, applications)

    return serve_connection


def reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main(path: str) -> None:
    signal.signal(signal.SIGCHLD, reap)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    print("listening", flush=True)
    waiting = selectors.DefaultSelector()
    for source in (sys.stdin, listener):
        waiting.register(source, selectors.EVENT_READ)
    serve_connection = None
    while not any(key.fileobj is sys.stdin for key, _ in waiting.select()):
        connection, _ = listener.accept()
        serve_connection = serve_connection or prepare()
        if os.fork() == 0:
            listener.close()
            serve_connection(connection)
        connection.close()


main(sys.argv[1])
