"""serve.py FOLDER: the object stores that tests speak to, in one process. Writes FOLDER/ports.json when all answer, and
ends when whoever started it has ended."""
import json
import os
import signal
import sys
import time

parent = os.getppid()
# Whoever starts it may have its signals blocked.
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM, signal.SIGINT])
signal.signal(signal.SIGTERM, lambda *arguments: sys.exit(0))
folder = sys.argv[1]
# Requests to this machine go nowhere else.
# Small parts keep tests quick.
os.environ["S3_UPLOAD_PART_MIN_SIZE"] = "1024"
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

import azure_blob as azure  # noqa: E402
import google_storage as google  # noqa: E402
import s3  # noqa: E402

BUCKET = "test"
port, process, key = google.serve(BUCKET, folder)
try:
    ports = {"s3": s3.serve(BUCKET), "azure": azure.serve(BUCKET), "google": port, "google_key": key,
             "azure_account": azure.ACCOUNT, "azure_key": azure.KEY, "azure_token": azure.READ_ONLY, "bucket": BUCKET}
    with open(os.path.join(folder, "ports.tmp"), "w") as file:
        json.dump(ports, file)
    os.rename(os.path.join(folder, "ports.tmp"), os.path.join(folder, "ports.json"))
    while os.getppid() == parent:
        time.sleep(0.5)
finally:
    process.kill()
