"""Runs commands of AWS CLI, each an argument, and prints a list of [exit code, output, errors] as JSON.

The first argument is "endpoint": commands go to AWS_ENDPOINT_URL, as they are. Or it is "samples": each is answered with
a sample. The CLI parses a command, checks its parameters by the service's model and applies `--query` to the answer. In a
sample every member of the model is there, with its name for a value, so that a query finds null only for what the model
lacks.
"""

import contextlib
import datetime
import io
import json
import shlex
import sys

from awscli.clidriver import create_clidriver
from botocore.response import StreamingBody
from botocore.utils import ArgumentGenerator


class Answer:
    status_code = 200


def plain(value):
    """As the CLI has it: dates are text. A tag is the one that names something."""
    if isinstance(value, dict):
        return {key: "Name" if key == "Key" else plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def answer(model, **_):
    shape = model.output_shape
    sample = plain(ArgumentGenerator(use_member_names=True).generate_skeleton(shape)) if shape else {}
    if model.has_streaming_output:
        sample[shape.serialization["payload"]] = StreamingBody(io.BytesIO(b"{}"), 2)
    return Answer(), {**sample, "ResponseMetadata": {"HTTPStatusCode": 200}}


def words(command):
    """Of the program's call alone, without what its output goes to."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    every = list(lexer)
    return every[1 : next((at for at, word in enumerate(every) if set(word) <= set("|>")), None)]


def run(command, samples):
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        driver = create_clidriver()
        # Of the first session: it has read what each would read again.
        driver.session.register_component("data_loader", loader)
        if samples:
            driver.session.register("before-call", answer)
        try:
            code = driver.main([*words(command), *(["--output", "json", "--no-paginate"] if samples else [])])
        except SystemExit as exit:
            code = exit.code
    return [code, output.getvalue(), errors.getvalue()]


loader = create_clidriver().session.get_component("data_loader")
_, source, *commands = sys.argv
json.dump([run(command, source == "samples") for command in commands], sys.stdout)
