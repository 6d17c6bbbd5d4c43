"""The Python clients that are measured beside the adapter's send: one driver for all of them.

`send.py NAME`, started by `adapter-bench send`; the contract is in the README.
"""

import http.client
import json
import logging
import os
import ssl
import sys
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

TOKEN = "EAAGm0PX4ZCpsBAbenchbenchbench"
PHONE_NUMBER_ID = "106540352242922"
VERSION = "26.0"
TEXT = "Your parcel is on its way."
URL = urllib.parse.urlsplit(os.environ["BENCH_URL"])
CALLERS = int(os.environ["BENCH_CALLERS"])


def python_http_client():
    """The standard library, with one kept connection for each thread: what Python can do."""
    own = threading.local()
    tls = ssl.create_default_context(cafile=os.environ["BENCH_CA_FILE"])
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    def send(to):
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPSConnection(URL.hostname, URL.port, context=tls)
        body = {
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": to,
            "type": "text", "text": {"body": TEXT},
        }
        path = f"/v{VERSION}/{PHONE_NUMBER_ID}/messages"
        own.connection.request("POST", path, json.dumps(body), headers)
        return json.load(own.connection.getresponse())["messages"][0]["id"]

    return send


def pywa():
    import httpx
    from pywa import WhatsApp

    # Its address is fixed, but the session is the caller's.
    session = httpx.Client()
    client = WhatsApp(PHONE_NUMBER_ID, TOKEN, session=session, api_version=VERSION)
    session.base_url = f"{URL.geturl()}/v{VERSION}"
    return lambda to: client.send_message(to, TEXT).id


def whatsapp_python():
    from whatsapp import WhatsApp

    # Its address is fixed: it finds the bench's server through the proxy of its environment.
    client = WhatsApp(TOKEN, {"main": PHONE_NUMBER_ID}, version=f"v{VERSION}", update_check=False)
    return lambda to: client.create_message(to=to, content=TEXT).send()["messages"][0]["id"]


def caller(send, each):
    for number in range(each):
        if not send(f"+1650555{number % 10_000:04}"):
            raise RuntimeError("a message got no id")


def main():
    logging.disable(logging.CRITICAL)
    send = globals()[sys.argv[1].replace("-", "_").replace(".", "_")]()
    pool = ThreadPoolExecutor(CALLERS)
    for line in sys.stdin:
        each = -(-int(line) // CALLERS)
        before = time.process_time()
        if CALLERS == 1:
            caller(send, each)
        else:
            list(pool.map(lambda _: caller(send, each), range(CALLERS)))
        used = time.process_time() - before
        print(json.dumps({"messages": each * CALLERS, "cpu_us": used * 1e6}), flush=True)


main()
