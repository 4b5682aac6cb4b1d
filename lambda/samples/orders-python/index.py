"""Reads a secret with the standard library alone, from wherever SECRET_SOURCES says; the same code for every backend."""

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from contextlib import suppress
from urllib.parse import quote, urlencode

SECONDS_KEPT = 300
SECONDS_TO_WAIT = 5
BYTES_AT_MOST = 1_000_000

kept = {}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would send the session's token along, to any host."""

    def redirect_request(self, *args):
        return None


# A proxy of the environment is for the network; the extensions are on this machine.
local = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


class SecretError(Exception):
    """A secret could not be read. Says why, and never a value."""


def handler(event, context):
    """Answers the names of the fields of the secret SECRET_NAME, its version and its source."""
    secret = read_secret(setting("SECRET_NAME"))
    return {"fields": sorted(secret["fields"]), "version": secret["version"], "source": secret["source"]}


def read_secret(name, refresh=False):
    """A dict of fields, version and source; kept for five minutes. Refresh when the database refuses the password."""
    known = kept.get(name)
    if known and not refresh and time.monotonic() < known["until"]:
        return known["secret"]
    if re.search(r"(^|/)\.{0,2}(/|\Z)", name):
        raise SecretError(
            f"A secret's name must be words with single slashes between them, none of dots only, got {name!r}; correct it"
        )
    source = setting("SECRET_SOURCES").split(",")[0].strip()
    if source not in SOURCES:
        raise SecretError(
            f"SECRET_SOURCES must begin with one of {', '.join(SOURCES)}, got {source!r}; "
            "secrets-manager needs an SDK: set the delivery to the extension"
        )
    fields, version = SOURCES[source](name, refresh)
    if isinstance(fields, dict):
        fields = {key: field for key, field in fields.items() if field is not None}
    if not isinstance(fields, dict) or not all(isinstance(field, (str, int, float)) for field in fields.values()):
        raise SecretError(f"Secret {name} ({source}): must be a JSON object of texts, numbers and booleans; it is not")
    secret = {"fields": fields, "version": str(version), "source": source}
    kept[name] = {"secret": secret, "until": time.monotonic() + SECONDS_KEPT}
    return secret


def from_vault_proxy(name, refresh):
    """HashiCorp's extension as a proxy. Its cache goes by the headers, so they are the same in every request."""
    headers = {}
    if os.environ.get("VAULT_NAMESPACE"):
        headers["X-Vault-Namespace"] = os.environ["VAULT_NAMESPACE"]
    if refresh:
        headers["X-Vault-Cache-Control"] = "recache"
    path = vault_path() + name
    return from_kv(path, ask(path, setting("VAULT_ADDR").rstrip("/"), f"/v1/{quote(path)}", headers))


def from_vault_file(name, refresh):
    """HashiCorp's extension as a writer of files, once for each execution environment: a refresh finds the same."""
    path = vault_path() + name
    for variable, listed in os.environ.items():
        if variable.startswith("VAULT_SECRET_PATH") and listed.strip().lstrip("/") == path:
            file = os.environ.get(variable.replace("PATH", "FILE", 1), "").strip() or "secret.json"
            try:
                with open(os.path.join("/tmp/vault", file), "rb") as opened:
                    return from_kv(path, parse(path, opened.read()))
            except OSError as error:
                raise SecretError(
                    f"Secret {path}: {file} cannot be read ({error.strerror}); check the layer and VAULT_RUN_MODE"
                ) from None
    raise SecretError(f"Secret {path}: no VAULT_SECRET_PATH names it, so the extension writes no file of it")


def from_secrets_manager_extension(name, refresh):
    """AWS's extension. Its own cache is off (SECRETS_MANAGER_TTL=0), so every request is a refresh."""
    secret_id = setting("SECRET_PREFIX") + name
    port = os.environ.get("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT") or "2773"
    query = urlencode({"secretId": secret_id, "versionStage": "AWSCURRENT"})
    answer = ask(
        secret_id,
        f"http://localhost:{port}",
        f"/secretsmanager/get?{query}",
        {"X-Aws-Parameters-Secrets-Token": setting("AWS_SESSION_TOKEN")},
    )
    with suppress(KeyError, TypeError):
        return parse(secret_id, answer["SecretString"]), answer["VersionId"]
    raise SecretError(f"Secret {secret_id}: the answer must have SecretString and VersionId; it has not")


SOURCES = {
    "vault-proxy": from_vault_proxy,
    "vault-file": from_vault_file,
    "secrets-manager-extension": from_secrets_manager_extension,
}


def from_kv(path, answer):
    """Fields and version in an answer of a KV version 2 mount; `null` is what the file of a missing secret has."""
    with suppress(KeyError, TypeError):
        if answer["data"]["data"] is not None:
            return answer["data"]["data"], answer["data"]["metadata"]["version"]
    raise SecretError(f"Secret {path}: Vault has none there, or it is deleted; check the path and its /data/")


def ask(secret_id, origin, path, headers):
    if not re.fullmatch(r"http://(127\.0\.0\.1|localhost):[0-9]+", origin):
        raise SecretError(
            f"An extension's address must be http://127.0.0.1 or localhost and a port, got {origin!r}; correct VAULT_ADDR "
            "or PARAMETERS_SECRETS_EXTENSION_HTTP_PORT (Vault's own address belongs in VLE_VAULT_ADDR)"
        )
    try:
        request = urllib.request.Request(origin + path, headers=headers)
        with local.open(request, timeout=SECONDS_TO_WAIT) as response:
            return parse(secret_id, response.read(BYTES_AT_MOST))
    except urllib.error.HTTPError as error:
        problem = f"HTTP {error.code}; check that it exists (404), who may read it (403), and the function's log"
    except (OSError, http.client.HTTPException) as error:
        cause = type(getattr(error, "reason", error)).__name__
        problem = f"the extension does not answer ({cause}); check the function's layer and log"
    except (TypeError, ValueError) as error:
        # Its message may quote a header.
        problem = f"a fault of the reader itself ({type(error).__name__}); report it"
    raise SecretError(f"Secret {secret_id}: {problem}")


def parse(secret_id, text):
    # The parser's error has the text with it, and one that is raised while that is handled keeps it as its context.
    with suppress(TypeError, ValueError):
        return json.loads(text)
    raise SecretError(f"Secret {secret_id}: the answer must be JSON; it is not JSON")


def vault_path():
    path = setting("SECRET_VAULT_PATH")
    if "/data/" not in path:
        raise SecretError(f"SECRET_VAULT_PATH must contain /data/, as paths of KV version 2 do, got {path!r}")
    return path


def setting(variable):
    value = os.environ.get(variable)
    if not value:
        raise SecretError(f"{variable} must be set, got nothing; grantRead sets it")
    return value
