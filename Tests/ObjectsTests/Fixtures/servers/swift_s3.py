"""swift_s3.py FOLDER: OpenStack Swift of Debian's packages with its S3 interface: a store of others that checks Amazon's
signatures. One replica on one device, four small servers and a cache. Writes FOLDER/port when it answers, and ends when
whoever started it has ended. Has to be root, who alone may give processes to the user swift."""
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

ACCOUNT, SECRET, BUCKET = "test:tester", "swift-secret", "test"
parent = os.getppid()
folder = os.path.abspath(sys.argv[1])
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM, signal.SIGINT])


def end(*arguments):
    # A second word to end does not keep the servers from theirs.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


signal.signal(signal.SIGTERM, end)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


def write(name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


PARTS = ["account", "container", "object"]
for name in ["srv/d1", "recon", "lock"]:
    os.makedirs(os.path.join(folder, name), exist_ok=True)
write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = t\nswift_hash_path_prefix = t\n"
                    "[storage-policy:0]\nname = default\ndefault = yes\n")
PART = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = swift
swift_dir = {folder}
devices = {folder}/srv
mount_check = false
log_level = ERROR
disable_fallocate = true
[pipeline:main]
pipeline = {part}-server
[app:{part}-server]
use = egg:swift#{part}
recon_cache_path = {folder}/recon
recon_lock_path = {folder}/lock
"""
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {proxy}
workers = 0
user = swift
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{cache}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
min_segment_size = 1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {SECRET} .admin
[filter:slo]
use = egg:swift#slo
min_segment_size = 1
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
"""


def configure(proxy, cache, ports):
    for part, port in zip(PARTS, ports):
        write(f"{part}.conf", PART.format(part=part, port=port, folder=folder))
        builder = os.path.join(folder, f"{part}.builder")
        for old in (builder, os.path.join(folder, f"{part}.ring.gz")):
            if os.path.exists(old):
                os.remove(old)
        for words in (["create", "4", "1", "1"], ["add", f"r1z1-127.0.0.1:{port}/d1", "1"], ["rebalance"]):
            # It ends with 1 where it has a warning.
            subprocess.run(["swift-ring-builder", builder, *words], stdout=subprocess.DEVNULL, check=False)
    write("proxy.conf", PROXY.format(proxy=proxy, cache=cache, folder=folder, SECRET=SECRET))
    os.chmod(folder, 0o755)
    subprocess.run(["chown", "-R", "swift:swift", folder], check=True)


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(proxy, path, method, headers):
    request = urllib.request.Request(f"http://127.0.0.1:{proxy}{path}", method=method, headers=headers)
    return opener.open(request, timeout=10).headers


def is_ready(proxy):
    try:
        token = ask(proxy, "/auth/v1.0", "GET", {"X-Auth-User": ACCOUNT, "X-Auth-Key": SECRET})["X-Auth-Token"]
        ask(proxy, f"/v1/AUTH_test/{BUCKET}", "PUT", {"X-Auth-Token": token})
        # Each of the servers answers, and the proxy knows the account and the container.
        for method in ["PUT", "GET", "DELETE"]:
            ask(proxy, f"/v1/AUTH_test/{BUCKET}/ready", method, {"X-Auth-Token": token, "Content-Length": "0"})
        return True
    except OSError:
        return False


children = []


def stop():
    while children:
        child = children.pop()
        child.kill()
        child.wait()


def start():
    """The proxy's port; None where somebody else has taken one of the ports meanwhile, or nothing answers."""
    proxy, cache, *ports = free_ports(5)
    configure(proxy, cache, ports)
    commands = [["memcached", "-u", "swift", "-l", "127.0.0.1", "-p", str(cache), "-m", "16"]]
    commands += [[f"swift-{part}-server", f"{folder}/{part}.conf"] for part in PARTS]
    commands += [["swift-proxy-server", f"{folder}/proxy.conf"]]
    with open(os.path.join(folder, "log"), "ab") as log:
        children.extend(subprocess.Popen(c, stdout=log, stderr=log) for c in commands)
    end = time.monotonic() + 120
    while time.monotonic() < end and all(child.poll() is None for child in children):
        if is_ready(proxy):
            return proxy
        time.sleep(0.2)
    stop()
    return None


try:
    port = start() or start()
    if port is None:
        with open(os.path.join(folder, "log"), errors="replace") as log:
            sys.exit("OpenStack Swift does not answer: " + log.read()[-2000:])
    write("port.tmp", str(port))
    os.rename(os.path.join(folder, "port.tmp"), os.path.join(folder, "port"))
    while os.getppid() == parent:
        time.sleep(0.5)
finally:
    stop()
