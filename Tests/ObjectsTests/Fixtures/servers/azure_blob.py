"""Azure Blob Storage, as much of it as is used here. Shared keys and shared access signatures are checked by
computing them anew with Microsoft's own SDK (azure-storage-blob)."""
import base64
import datetime
import hashlib
import hmac
import re
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from azure.storage.blob import generate_blob_sas
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy

ACCOUNT = "teststore"
KEY = base64.b64encode(b"a key of the stand-in of Azure for tests").decode()
# A shared access signature that may read and list only, as if an administrator had made it.
READ_ONLY = "sv=2021-12-02&ss=b&srt=sco&sp=rl&se=2999-01-01T00:00:00Z&sig=for-tests"


class Plain:
    pass


def shared_key(method, url, headers):
    """The Authorization header that Microsoft's SDK would send."""
    request = Plain()
    request.method, request.url, request.headers = method, url, dict(headers)
    request.query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    context = Plain()
    context.http_request, context.context = request, Plain()
    context.context.transport = None
    SharedKeyCredentialPolicy(ACCOUNT, KEY).on_request(context)
    return request.headers["Authorization"]


class Store:
    def __init__(self, container):
        self.lock = threading.Lock()
        self.containers = {container: {}}
        self.blocks = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = None

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", headers=(), length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("x-ms-version", "2021-12-02")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, detail=""):
        text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{code}</Message>'
        text += f"<AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail></Error>"
        self.answer(status, text.encode(), [("x-ms-error-code", code), ("Content-Type", "application/xml")])

    def proved(self, query, path):
        """Whether the account proved itself; says why not."""
        if "sig" in query:
            if urlsplit(self.path).query.endswith(READ_ONLY):
                if self.command in ("GET", "HEAD"):
                    return True
                self.refuse(403, "AuthorizationPermissionMismatch")
                return False
            if datetime.datetime.fromisoformat(query["se"].replace("Z", "+00:00")) < datetime.datetime.now(
                datetime.timezone.utc
            ):
                self.refuse(403, "AuthenticationFailed", "Signature not valid in the specified time frame")
                return False
            container, blob = path.split("/", 1)
            made = generate_blob_sas(
                ACCOUNT, container, blob, account_key=KEY, permission=query["sp"], expiry=query["se"],
                protocol=query.get("spr"))
            # The SDK signs with the version that it knows: ours is said, and must be signed alike.
            expected = resigned(query, container, blob, dict(parse_qsl(made)))
            if not hmac.compare_digest(expected, query["sig"]):
                self.refuse(403, "AuthenticationFailed", "Signature did not match")
                return False
            needed = "r" if self.command in ("GET", "HEAD") else "w"
            if needed not in query["sp"]:
                self.refuse(403, "AuthorizationPermissionMismatch")
                return False
            return True
        given = self.headers.get("Authorization", "")
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("authorization", "host")}
        url = f"http://{self.headers['Host']}{self.path}"
        if not hmac.compare_digest(shared_key(self.command, url, headers), given):
            self.refuse(403, "AuthenticationFailed", "The MAC signature found in the request is not the same")
            return False
        return True

    def run(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = unquote(parts.path).lstrip("/")
        # The account stands in the path, as in emulators.
        if not path.startswith(ACCOUNT + "/"):
            return self.refuse(400, "InvalidUri")
        path = path[len(ACCOUNT) + 1:]
        if not self.proved(query, path):
            return
        md5 = self.headers.get("Content-MD5")
        if md5 and md5 != base64.b64encode(hashlib.md5(body).digest()).decode():
            return self.refuse(400, "Md5Mismatch")
        with self.store.lock:
            container, _, name = path.partition("/")
            blobs = self.store.containers.get(container)
            if blobs is None:
                return self.refuse(404, "ContainerNotFound")
            if query.get("comp") == "list":
                return self.list(container, blobs, query)
            getattr(self, "blob_" + self.command)(container, blobs, name, query, body)

    def list(self, container, blobs, query):
        names = [n for n in sorted(blobs, key=str.encode) if n.startswith(query.get("prefix", ""))]
        if query.get("marker"):
            names = [n for n in names if n.encode() >= base64.b64decode(query["marker"])]
        limit = int(query.get("maxresults", 5000))
        marker = base64.b64encode(names[limit].encode()).decode() if len(names) > limit else ""
        items = "".join(
            f"<Blob><Name>{escape(n)}</Name><Properties><Last-Modified>{b['date']}</Last-Modified>"
            f"<Etag>{b['tag']}</Etag><Content-Length>{len(b['bytes'])}</Content-Length>"
            "<BlobType>BlockBlob</BlobType></Properties></Blob>"
            for n in names[:limit] for b in [blobs[n]])
        text = f'<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="{container}">'
        text += f"<Blobs>{items}</Blobs><NextMarker>{marker}</NextMarker></EnumerationResults>"
        self.answer(200, text.encode(), [("Content-Type", "application/xml")])

    def blob_PUT(self, container, blobs, name, query, body):
        if query.get("comp") == "block":
            self.store.blocks.setdefault((container, name), {})[query["blockid"]] = body
            return self.answer(201, headers=[("Content-MD5", self.headers.get("Content-MD5", ""))])
        if self.headers.get("If-None-Match") == "*" and name in blobs:
            return self.refuse(409, "BlobAlreadyExists")
        if query.get("comp") == "blocklist":
            blocks = self.store.blocks.get((container, name), {})
            ids = re.findall(r"<Uncommitted>([^<]+)</Uncommitted>", body.decode())
            if not all(i in blocks for i in ids):
                return self.refuse(400, "InvalidBlockList")
            body = b"".join(blocks[i] for i in ids)
            self.store.blocks.pop((container, name))
        elif self.headers.get("x-ms-blob-type") != "BlockBlob":
            return self.refuse(400, "MissingRequiredHeader")
        tag = '"0x%s"' % hashlib.md5(body + str(time.time_ns()).encode()).hexdigest()[:15].upper()
        kept = [(k, v) for k, v in self.headers.items() if k.lower().startswith("x-ms-meta-")]
        kept.append(("Content-Type", self.headers.get("x-ms-blob-content-type") or "application/octet-stream"))
        blobs[name] = {"bytes": body, "tag": tag, "date": formatdate(usegmt=True), "headers": kept}
        self.answer(201, headers=[("ETag", tag), ("Last-Modified", blobs[name]["date"])])

    def found(self, blobs, name):
        if name not in blobs:
            self.refuse(404, "BlobNotFound")
            return None
        if self.headers.get("If-Match", blobs[name]["tag"]) != blobs[name]["tag"]:
            self.refuse(412, "ConditionNotMet")
            return None
        return blobs[name]

    def blob_GET(self, container, blobs, name, query, body):
        blob = self.found(blobs, name)
        if blob is None:
            return
        data = blob["bytes"]
        headers = [("ETag", blob["tag"]), ("Last-Modified", blob["date"]), ("x-ms-blob-type", "BlockBlob"),
                   ("Accept-Ranges", "bytes"), *blob["headers"]]
        wanted = re.match(r"bytes=(\d+)-(\d*)$", self.headers.get("x-ms-range") or self.headers.get("Range") or "")
        if not wanted or self.command == "HEAD":
            return self.answer(200, data, headers, length=len(data))
        first, last = int(wanted[1]), min(int(wanted[2] or len(data) - 1), len(data) - 1)
        if first >= len(data):
            return self.refuse(416, "InvalidRange")
        headers.append(("Content-Range", f"bytes {first}-{last}/{len(data)}"))
        self.answer(206, data[first:last + 1], headers)

    blob_HEAD = blob_GET

    def blob_DELETE(self, container, blobs, name, query, body):
        if self.found(blobs, name) is not None:
            del blobs[name]
            self.answer(202)

    do_GET = do_PUT = do_HEAD = do_DELETE = run


def resigned(query, container, blob, made):
    """The signature over what Microsoft's SDK signs, with the version that the address says."""
    from azure.storage.blob._shared_access_signature import BlobSharedAccessSignature
    from azure.storage.blob import _shared_access_signature as module

    kept = module.X_MS_VERSION
    try:
        module.X_MS_VERSION = query["sv"]
        text = BlobSharedAccessSignature(ACCOUNT, account_key=KEY).generate_blob(
            container, blob, permission=query["sp"], expiry=query["se"], protocol=query.get("spr"))
    finally:
        module.X_MS_VERSION = kept
    return dict(parse_qsl(text))["sig"]


def serve(container):
    Handler.store = Store(container)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port
