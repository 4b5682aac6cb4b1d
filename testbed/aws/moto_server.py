"""moto's HTTP server on a free loopback port, which it prints.

It ends when its standard input does, so that a parent that dies in any way leaves nothing running.
"""

import os
import sys
import threading

from moto.iam.access_control import PermissionResult
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import FakeBucket
from werkzeug.serving import make_server

# moto takes a Deny of a bucket's policy for one whatever its condition says: nobody could use a bucket that wants TLS.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


server = make_server(
    "127.0.0.1",
    0,
    DomainDispatcherApplication(create_backend_app),
    threaded=True,
    request_handler=MotoRequestHandler,
)
os.environ["MOTO_PORT"] = str(server.port)
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
