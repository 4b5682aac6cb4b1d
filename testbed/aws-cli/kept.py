"""kept.py <socket>: runs AWS CLI in a fork for each connection, as `aws` asks. Ends after a while without one."""

import os
import signal
import socket
import sys

import awscli.clidriver
import awscli.handlers  # noqa: F401, which the driver imports by its name

IDLE_SECONDS = 20


def run(connection: socket.socket) -> int:
    _, files, _, _ = socket.recv_fds(connection, len(b"aws"), 3)
    with connection.makefile("rb") as stream:
        folder, umask, count, *rest = stream.read().decode().split("\0")
    words, variables = rest[: int(count)], rest[int(count) :]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout, sys.stderr = (open(number, mode) for number, mode in enumerate("rww"))
    os.chdir(folder)
    os.umask(int(umask))
    # The CLI names its own data so, when it is imported.
    data = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(variable.split("=", 1) for variable in variables)
    os.environ["AWS_DATA_PATH"] = data
    sys.argv = ["aws", *words]
    return awscli.clidriver.main()


def main(path: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.settimeout(IDLE_SECONDS)
    listener.bind(path + ".new")
    listener.listen(64)
    # Only now, for nobody finds one that does not listen.
    os.rename(path + ".new", path)
    while True:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            break
        if os.fork() == 0:
            # A fork's own children are not to be ignored.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            code = 255
            try:
                code = run(connection)
            except SystemExit as exit:
                code = exit.code
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                connection.sendall(str(code or 0).encode())
                os._exit(0)
        connection.close()
    os.unlink(path)


main(sys.argv[1])
