"""Amazon S3 as moto plays it, behind a door that checks each signature with Amazon's own SDK (botocore)."""
import base64
import datetime
import hashlib
import hmac
import io
import threading
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

# Account, secret, and the methods that it may use; "LIST" is a GET of a bucket.
ACCOUNTS = {
    "owner": ("owner-secret", {"GET", "HEAD", "PUT", "POST", "DELETE", "LIST"}),
    "reader": ("reader-secret", {"GET", "HEAD", "LIST"}),
    "keeper": ("keeper-secret", {"GET", "HEAD", "PUT", "POST"}),
}
REGION = "us-east-1"


def refusal(status, code, message=""):
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return status, body.encode()


def check(environ, body):
    """None, or why the request is refused."""
    url = environ["wsgi.url_scheme"] + "://" + environ["HTTP_HOST"] + environ["RAW_URI"]
    method = environ["REQUEST_METHOD"]
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    authorization = headers.pop("authorization", None)
    if authorization:
        fields = dict(p.strip().split("=", 1) for p in authorization.split(" ", 1)[1].split(","))
        credential, names, signature = fields["Credential"], fields["SignedHeaders"], fields["Signature"]
        date, kind = headers.get("x-amz-date", ""), S3SigV4Auth
        token = headers.get("x-amz-security-token")
    elif "X-Amz-Signature" in query:
        credential, names, signature = (query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"])
        date, kind = query["X-Amz-Date"], S3SigV4QueryAuth
        token = query.get("X-Amz-Security-Token")
        url = url.replace("&X-Amz-Signature=" + signature, "")
    else:
        return refusal(403, "AccessDenied", "no signature")
    account = credential.split("/")[0]
    if account not in ACCOUNTS:
        return refusal(403, "InvalidAccessKeyId")
    if token == "expired":
        return refusal(400, "ExpiredToken", "The provided token has expired.")
    secret, allowed = ACCOUNTS[account]
    if credential.split("/")[2] != REGION:
        return refusal(400, "AuthorizationHeaderMalformed", f"expecting '{REGION}'")
    signed = {n: headers[n] for n in names.split(";") if n in headers}
    request = AWSRequest(method=method, url=url, headers=signed, data=body)
    request.context["timestamp"] = date
    auth = kind(Credentials(account, secret, token), "s3", REGION)
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    if not hmac.compare_digest(expected, signature):
        return refusal(403, "SignatureDoesNotMatch")
    moment = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    age = (datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()
    if authorization and abs(age) > 900:
        return refusal(403, "RequestTimeTooSkewed")
    if not authorization and age > int(query["X-Amz-Expires"]):
        return refusal(403, "AccessDenied", "Request has expired")
    if authorization:
        unsigned = [n for n in headers if n.startswith("x-amz-") and n not in signed]
        if unsigned:
            return refusal(403, "AccessDenied", "headers are not signed: " + ", ".join(unsigned))
    action = method
    if method == "GET" and urlsplit(url).path.strip("/").count("/") == 0:
        action = "LIST"
    if action not in allowed:
        return refusal(403, "AccessDenied", "Access Denied")
    digest = headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    if digest != "UNSIGNED-PAYLOAD" and digest != hashlib.sha256(body).hexdigest():
        return refusal(400, "XAmzContentSHA256Mismatch")
    md5 = headers.get("content-md5")
    if md5 and md5 != base64.b64encode(hashlib.md5(body).digest()).decode():
        return refusal(400, "BadDigest")
    return None


class Door:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if len(body) < length:
            refused = refusal(400, "IncompleteBody")
        elif environ["RAW_URI"].startswith("/moto-api"):
            refused = None
        else:
            refused = check(environ, body)
        if refused:
            status, text = refused
            text = b"" if environ["REQUEST_METHOD"] == "HEAD" else text
            start(f"{status} Refused", [("Content-Type", "application/xml"), ("Content-Length", str(len(text)))])
            return [text]
        environ["wsgi.input"] = io.BytesIO(body)
        return self.inner(environ, start)


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *arguments):
        pass


def serve(bucket):
    """Starts it, with a bucket; gives the port."""
    import boto3

    server = make_server("127.0.0.1", 0, Door(DomainDispatcherApplication(create_backend_app)), threaded=True,
                         request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = ACCOUNTS["owner"][0]
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{server.port}", region_name=REGION, aws_access_key_id="owner",
        aws_secret_access_key=secret)
    client.create_bucket(Bucket=bucket)
    return server.port
