"""Starts the emulator, turns the clients' requests to it, and compares what each call met with what it should."""

import json
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NUMBER = "106540352242922"
ACCOUNT = "102290129340398"
TOKEN = "EMULATOR-ACCESS-TOKEN-0123456789"
SECRET = "0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "emulator-verify-token"
CUSTOMER = "16505551234"

#: Hosts of Meta's; whatever goes there goes to the emulator instead.
META = ("https://graph.facebook.com", "https://lookaside.fbsbx.com")


class Refused:
    """The client itself sends what Meta refuses: the code, and why."""

    def __init__(self, code, why):
        self.code, self.why = code, why


class Broken:
    """The answer is Meta's, and the client does not understand it: what it raises, and why."""

    def __init__(self, raised, why):
        self.raised, self.why = raised, why


class Emulator:
    """One emulator on a free port, and what it answered since the last look."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.url = self.process.stdout.readline().strip()
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.answers = []
        self.failures = []
        self.count = 0

    def stop(self):
        self.process.kill()
        self.process.wait()

    def turned(self, url):
        """The address at the emulator of one at Meta's."""
        for host in META:
            if url.startswith(host):
                return self.url + url[len(host) :]
        return url

    def control(self, path, body=None, method="POST"):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method if data else "GET")
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def answered(self, status, body):
        try:
            error = json.loads(body).get("error", {}) if status >= 400 else {}
        except (ValueError, AttributeError):
            error = {}
        self.answers.append((status, error.get("code"), error))

    def told(self, name, problem):
        self.failures.append(f"{name}: {problem}")

    def call(self, name, work, expected=None):
        """Runs one call of a client's; `expected` is None for a success."""
        self.count += 1
        self.answers.clear()
        result, raised = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001: clients raise whatever they like
            raised = error
        codes = [code for status, code, _ in self.answers if status >= 400]
        if expected is None:
            if raised is not None or codes:
                errors = [error for status, _, error in self.answers if status >= 400]
                self.told(name, f"{type(raised).__name__} {raised} {errors}")
            elif not self.answers:
                self.told(name, "nothing was sent")
        elif isinstance(expected, Broken):
            if codes or type(raised).__name__ != expected.raised:
                self.told(name, f"should raise {expected.raised} ({expected.why}): {self.answers} {raised}")
        else:
            if not codes or codes[-1] != expected.code:
                self.told(name, f"should be refused ({expected.why}): {self.answers} {raised}")
        return result


class Listener:
    """A webhook that hands each raw body and its signature to `take`, and answers as that says."""

    def __init__(self, take, challenge=None):
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    status = take(body, self.headers.get("X-Hub-Signature-256"))
                except Exception as error:  # noqa: BLE001
                    listener.errors.append(error)
                    status = 500
                listener.statuses.append(status)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.errors, self.statuses = [], []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()


def wait_for(condition, seconds=30):
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
