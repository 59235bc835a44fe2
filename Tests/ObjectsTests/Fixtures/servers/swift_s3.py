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
signal.signal(signal.SIGTERM, lambda *arguments: sys.exit(0))


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
proxy, cache, *ports = free_ports(5)
for name in ["srv/d1", "recon", "lock"]:
    os.makedirs(os.path.join(folder, name), exist_ok=True)
write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = t\nswift_hash_path_prefix = t\n"
                    "[storage-policy:0]\nname = default\ndefault = yes\n")
for part, port in zip(PARTS, ports):
    write(f"{part}.conf", f"""
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
""")
    for words in (["create", "4", "1", "1"], ["add", f"r1z1-127.0.0.1:{port}/d1", "1"], ["rebalance"]):
        # It ends with 1 where it has a warning.
        subprocess.run(["swift-ring-builder", f"{folder}/{part}.builder", *words], stdout=subprocess.DEVNULL, check=False)
write("proxy.conf", f"""
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
""")
os.chmod(folder, 0o755)
subprocess.run(["chown", "-R", "swift:swift", folder], check=True)
commands = [["memcached", "-u", "swift", "-l", "127.0.0.1", "-p", str(cache), "-m", "16"]]
commands += [[f"swift-{part}-server", f"{folder}/{part}.conf"] for part in PARTS]
commands += [["swift-proxy-server", f"{folder}/proxy.conf"]]
children = [subprocess.Popen(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for c in commands]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(path, method, headers):
    request = urllib.request.Request(f"http://127.0.0.1:{proxy}{path}", method=method, headers=headers)
    return opener.open(request, timeout=10).headers


try:
    for attempt in range(200):
        try:
            token = ask("/auth/v1.0", "GET", {"X-Auth-User": ACCOUNT, "X-Auth-Key": SECRET})["X-Auth-Token"]
            ask(f"/v1/AUTH_test/{BUCKET}", "PUT", {"X-Auth-Token": token})
            # Each of the servers answers, and the proxy knows the account and the container.
            for method in ["PUT", "GET", "DELETE"]:
                ask(f"/v1/AUTH_test/{BUCKET}/ready", method, {"X-Auth-Token": token, "Content-Length": "0"})
            break
        except OSError:
            time.sleep(0.2)
    else:
        sys.exit("OpenStack Swift does not answer.")
    write("port.tmp", str(proxy))
    os.rename(os.path.join(folder, "port.tmp"), os.path.join(folder, "port"))
    while os.getppid() == parent:
        time.sleep(0.5)
finally:
    for child in children:
        child.kill()
