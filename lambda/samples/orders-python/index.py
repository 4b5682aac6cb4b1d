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
BYTES_AT_MOST = 1_200_000
SECONDS_BETWEEN_LOGINS = 60
# A refusal that Vault's extension wraps in a 500 of its own, if STS, which Vault asks, did not fail.
REFUSED = re.compile(rb"code\W{1,3}([34]\d\d)\b", re.IGNORECASE)
STS_DOWN = re.compile(
    rb"error making upstream request(?!.*received error code 4\d\d from STS(?!.*<Code>(?:Throttl|RequestLimit)))",
    re.IGNORECASE | re.DOTALL,
)
# What says where a user logs in to a database, and nothing that lets the user in.
ADDRESS = {"engine", "host", "port", "dbname", "username", "masterarn"}

kept = {}
next_login = 0.0


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would send the session's token along, to any host."""

    def redirect_request(self, *args):
        return None


# A proxy of the environment is for the network; the extensions are on this machine.
local = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


class SecretError(Exception):
    """A secret could not be read. Says why, and never a value."""


class SecretUnavailableError(SecretError):
    """The backend did not answer, or that it cannot now. A later attempt may succeed."""


class SecretNotRotatedError(SecretError):
    """The value is a database login without a password: no rotation has succeeded yet."""


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
    try:
        fields, version = SOURCES[source](name)
    except SecretUnavailableError:
        raise
    except SecretError:
        kept.pop(name, None)
        raise
    kept.pop(name, None)
    if isinstance(fields, dict):
        fields = {key: field for key, field in fields.items() if field is not None}
    if not isinstance(fields, dict) or not all(isinstance(field, (str, int, float)) for field in fields.values()):
        raise SecretError(f"Secret {name} ({source}): must be a JSON object of texts, numbers and booleans; it is not")
    # Without an engine, a user at a host may log in to something else by another field, such as a key.
    is_login = {"host", "username"} <= fields.keys() and ("engine" in fields or fields.keys() <= ADDRESS)
    if is_login and "password" not in fields:
        raise SecretNotRotatedError(
            f"Secret {name} ({source}): this version has no password yet, as it is from before the first rotation; "
            "see in the rotation function's log why there was none; in Vault, write the password"
        )
    secret = {"fields": fields, "version": str(version), "source": source}
    kept[name] = {"secret": secret, "until": time.monotonic() + SECONDS_KEPT}
    return secret


def from_vault_proxy(name):
    """HashiCorp's extension as a proxy. Its own cache is passed by, so a secret is five minutes old at most."""
    headers = {"X-Vault-Cache-Control": "recache"}
    if os.environ.get("VAULT_NAMESPACE"):
        headers["X-Vault-Namespace"] = os.environ["VAULT_NAMESPACE"]
    path = vault_path() + name
    # Vault may no longer know the extension's token: revoked, or Vault restored.
    log_in_anew = {"X-Vault-Token-Options": "revoke"}
    return from_kv(path, ask(path, setting("VAULT_ADDR").rstrip("/"), f"/v1/{quote(path)}", headers, log_in_anew))


def from_vault_file(name):
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


def from_secrets_manager_extension(name):
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
    with suppress(AttributeError, KeyError, TypeError):
        fields, metadata = answer["data"]["data"], answer["data"]["metadata"]
        if fields is not None or not (metadata.get("deletion_time") or metadata.get("destroyed")):
            return fields, metadata["version"]
    raise SecretError(f"Secret {path}: Vault has none there, or it is deleted; check the path and its /data/")


def ask(secret_id, origin, path, headers, when_denied=None):
    global next_login
    if not re.fullmatch(r"http://(127\.0\.0\.1|localhost):[0-9]+", origin):
        raise SecretError(
            f"An extension's address must be http://127.0.0.1 or localhost and a port, got {origin!r}; correct VAULT_ADDR "
            "or PARAMETERS_SECRETS_EXTENSION_HTTP_PORT (Vault's own address belongs in VLE_VAULT_ADDR)"
        )
    status, failure = 0, SecretError
    try:
        request = urllib.request.Request(origin + path, headers=headers)
        with local.open(request, timeout=SECONDS_TO_WAIT) as response:
            return parse(secret_id, response.read(BYTES_AT_MOST))
    except urllib.error.HTTPError as error:
        body = body_of(error)
        status = status_behind(error.code, body)
        # Vault may also not know the token of a new login, while a new leader takes over.
        if status in (307, 412, 429) or status >= 472 or (status == 403 and b"invalid token" in body):
            failure = SecretUnavailableError
        problem = f"HTTP {status}; check that it exists (404), who may read it (403), and the function's log"
    except (OSError, http.client.HTTPException) as error:
        cause = type(getattr(error, "reason", error)).__name__
        failure = SecretUnavailableError
        problem = f"the extension does not answer ({cause}); check the function's layer and log"
    except (TypeError, ValueError) as error:
        # Its message may quote a header.
        problem = f"a fault of the reader itself ({type(error).__name__}); report it"
    # Not more often: a denial by a policy comes with every read.
    if status == 403 and when_denied and time.monotonic() >= next_login:
        next_login = time.monotonic() + SECONDS_BETWEEN_LOGINS
        return ask(secret_id, origin, path, {**headers, **when_denied})
    raise failure(f"Secret {secret_id}: {problem}")


def body_of(error):
    with suppress(OSError, http.client.HTTPException):
        return error.read(BYTES_AT_MOST)
    return b""


def status_behind(status, body):
    refused = REFUSED.search(body) if status == 500 and not STS_DOWN.search(body) else None
    return int(refused[1]) if refused else status


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
