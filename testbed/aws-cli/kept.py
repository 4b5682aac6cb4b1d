"""kept.py <socket>: runs AWS CLI in a fork for each connection, as `aws` asks. Ends after a while without one."""

import fcntl
import os
import select
import signal
import socket
import sys
import threading
import traceback

import awscli.clidriver
import awscli.handlers  # noqa: F401, which the driver imports by its name

IDLE_SECONDS = 20


def end_with(caller: socket.socket) -> None:
    """A call that is killed goes no further."""
    caller.recv(1)
    os._exit(1)


def run(connection: socket.socket) -> int:
    length, files, _, _ = socket.recv_fds(connection, 4, 3)
    call = connection.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)
    folder, umask, count, *rest = call.decode().split("\0")
    words, variables = rest[: int(count)], rest[int(count) :]
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
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


def answer(connection: socket.socket) -> None:
    code = 255
    try:
        code = run(connection)
    except SystemExit as exit:
        code = exit.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(code or 0).encode())


def is_idle(listener: socket.socket, path: str) -> bool:
    """Whether nobody has connected; then nobody will, either: who connects has the lock."""
    with open(path + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if select.select([listener], [], [], 0)[0]:
            return False
        os.unlink(path)
        return True


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
            if is_idle(listener, path):
                break
            continue
        if os.fork() == 0:
            # A fork's own children are not to be ignored.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            try:
                answer(connection)
            finally:
                os._exit(0)
        connection.close()


main(sys.argv[1])
