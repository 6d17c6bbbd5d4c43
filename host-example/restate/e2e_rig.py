"""The processes that e2e.py plays with: servers, workers, a balancer, the emulator; and HTTP to them."""

import hashlib
import hmac
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from pathlib import Path

WORK = Path(os.environ["RESTATE_WORK"])
SERVER = os.environ["RESTATE_SERVER"]
SECRET = "0123456789abcdef0123456789abcdef"  # the emulator's, public
EXAMPLE = Path(__file__).parent.parent / "rust" / "example" / "adapter-host.toml"
WEBHOOK = "/wfe/api/advancedwebhook/whatsapp"
NUMBER = "106540352242922"  # of the business: what its customers' objects are called by
IDENTITY = Path(SERVER).parents[4] / "identity.pem"  # of the server, and beside it what workers are told
# Beside the example's own: a workflow whose replies tell the order, and one that waits for a short time.
WORKFLOWS = """
[[trigger]]
name = "numbered"
type = "Event"
adapter = "sales"
event = "customer_message"
condition = 'messages[0].text.body.matches("^m[0-9]+$")'
workflow = "thanks"

[[workflow]]
name = "thanks"

[[workflow.step]]
name = "reply"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "thanks for {messages[0].text.body}" }

[[trigger]]
name = "later"
type = "Event"
adapter = "sales"
event = "customer_message"
condition = 'messages[0].text.body == "later"'
workflow = "remind"

[[workflow]]
name = "remind"

[[workflow.step]]
name = "wait"
wait = "3s"
event = "customer_message"
on_event = "end"

[[workflow.step]]
name = "reminder"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "It is later." }

[[trigger]]
name = "order"
type = "Advanced Webhook"
authentication_type = "None"
response_type = "Workflow"
adapter = "sales"
workflow = "tell of the order"
parse_body = true

[[trigger]]
name = "parcel"
type = "Advanced Webhook"
authentication_type = "None"
response_type = "None"
adapter = "sales"
workflow = "tell of the order"
parse_body = true

[[workflow]]
name = "tell of the order"
output = { id = "{tell.messageId}" }

[[workflow.step]]
name = "tell"
command = "sendMessageText"
request = { phoneNumber = "{phone}", message = "Order {order} is on its way." }
"""

_given = set()


def free_port() -> int:
    """A port that nobody listens on, and that was not given before. It is none of those that the kernel gives to
    connections on their way out: one of these could take it before its server starts."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, max(lowest, 12_000))
        if port in _given:
            continue
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port


def call(url: str, body: object = None, method: str = None, headers: dict = None) -> "tuple[int, object]":
    """Status and JSON (or text) of an answer; also of one that is no success."""
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    headers = {"content-type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    try:
        return status, json.loads(text) if text else None
    except ValueError:
        return status, text


def until(found, what: str, seconds: float = 60, pause: float = 0.02):
    """Asks again until `found` answers something true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = found()
        except (OSError, HTTPException):
            answer = None
        if answer:
            return answer
        time.sleep(pause)
    raise AssertionError(f"not in {seconds} s: {what}")


class Process:
    """A child process whose output goes to a file."""

    def __init__(self, name: str, command: list, environment: dict = None) -> None:
        self.name, self.command, self.environment = name, command, environment or {}
        self.log = WORK / f"{name}.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            environment = {**os.environ, **self.environment}
            self.child = subprocess.Popen(self.command, stdout=log, stderr=log, env=environment)

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def bytes_written(self) -> int:
        """What went to the disk so far, by the kernel's account."""
        lines = Path(f"/proc/{self.child.pid}/io").read_text(encoding="ascii").splitlines()
        return int(dict(line.split(": ") for line in lines)["write_bytes"])

    def spent(self) -> "tuple[float, int]":
        """CPU seconds and bytes written so far."""
        return self.cpu_seconds(), self.bytes_written()

    def kill(self) -> None:
        """kill -9."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()


class Server(Process):
    """One node of Restate's server."""

    def __init__(self, name: str, number: int = 1, ports: list = None, of: int = 1, key: bool = True) -> None:
        self.ports = ports or [[free_port() for _ in range(3)]]
        fabric, ingress, admin = self.ports[number - 1]
        self.ingress, self.admin = f"http://127.0.0.1:{ingress}", f"http://127.0.0.1:{admin}"
        nodes = [f"http://127.0.0.1:{node[0]}" for node in self.ports]
        environment = {
            "DO_NOT_TRACK": "1",
            "RESTATE_CLUSTER_NAME": name,
            "RESTATE_NODE_NAME": f"{name}{number}",
            "RESTATE_LISTEN_MODE": "tcp",
            "RESTATE_BIND_ADDRESS": f"127.0.0.1:{fabric}",
            "RESTATE_ADVERTISED_ADDRESS": nodes[number - 1],
            "RESTATE_INGRESS__BIND_ADDRESS": f"127.0.0.1:{ingress}",
            "RESTATE_ADMIN__BIND_ADDRESS": f"127.0.0.1:{admin}",
            "RESTATE_REQUEST_IDENTITY_PRIVATE_KEY_PEM_FILE": str(IDENTITY),
            "RESTATE_BASE_DIR": tempfile.mkdtemp(dir=WORK),
            "RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE": "512MB",
            "RESTATE_AUTO_PROVISION": "true" if number == 1 else "false",
            "RESTATE_DEFAULT_REPLICATION": "2" if of > 1 else "1",
            "RESTATE_METADATA_CLIENT__ADDRESSES": json.dumps(nodes),
        }
        if not key:  # it signs nothing
            del environment["RESTATE_REQUEST_IDENTITY_PRIVATE_KEY_PEM_FILE"]
        super().__init__(f"{name}{number}", [SERVER, "--no-logo"], environment)

    def stuck(self, *, at_least: int = 1) -> list:
        """Ids of what has failed again and again."""
        sql = ("SELECT id FROM sys_invocation WHERE status <> 'completed' AND status <> 'suspended' "
               "AND retry_count > 4")  # fmt: skip
        return until(lambda: len(found := self.query(sql)) >= at_least and found, "what is stuck")

    def ready(self) -> None:
        for url in (f"{self.ingress}/restate/health", f"{self.admin}/health"):
            until(lambda url=url: call(url)[0] == 200, f"{url} of {self.name}, see {self.log}")

    def register(self, url: str) -> None:
        until(lambda: self.accepts(url), f"registration of {url}")

    def accepts(self, url: str) -> bool:
        """Whether a worker answers there as a worker does."""
        return call(f"{self.admin}/deployments", {"uri": url, "force": True})[0] in (200, 201)

    def begin(self, steps: list, key: str = None) -> str:
        """Starts a run with these steps; the invocation's id."""
        headers = {"idempotency-key": key} if key else None
        _, answer = call(f"{self.ingress}/Run/run/send", plan(steps), headers=headers)
        return answer["invocationId"]

    def result(self, invocation: str) -> "tuple[int, object]":
        """Waits for an invocation's end: the commands' responses, or the error."""
        status, answer = until(
            lambda: call(f"{self.ingress}/restate/invocation/{invocation}/attach"),
            f"the end of {invocation}",
        )
        return status, list(answer.values()) if status == 200 else answer

    def run(self, steps: list) -> "tuple[int, object]":
        return self.result(self.begin(steps))

    def query(self, sql: str) -> list:
        """Rows of the server's own tables."""
        def rows() -> "dict | None":
            asked = call(f"{self.admin}/query", {"query": sql}, headers={"accept": "application/json"})
            # A server that has just started, or is busy, answers with an error first.
            return asked[1] if isinstance(asked[1], dict) and "rows" in asked[1] else None

        return until(rows, "the server's tables")["rows"]

    def runs(self) -> list:
        """Every run that there is, with how it stands."""
        columns = "id, status, completion_result, completion_failure"
        return self.query(f"SELECT {columns} FROM sys_invocation WHERE target_service_name = 'Run'")


def configuration(file: Path, values: dict, more: str) -> None:
    """The example's configuration with other values, and with more of it."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for name, value in values.items():
        text, count = re.subn(rf"^{re.escape(name)}$", value, text, flags=re.MULTILINE)
        assert count == 1, f"{name}: {count} times in {EXAMPLE}"
    file.write_text(text + more, encoding="utf-8")


class Worker(Process):
    """One worker: `adapter-host serve --engine restate` with the example's configuration."""

    def __init__(self, name: str, server: Server, emulator: str, give_up_after: int = 10,
                 key: str = None, pace: int = None, more: str = "") -> None:  # fmt: skip
        self.port, self.webhook_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.webhook_port}"
        self.webhook = self.url + WEBHOOK
        self.file = WORK / f"{name}.toml"
        key = key or IDENTITY.with_suffix(".pub").read_text(encoding="ascii").strip()
        addresses = f'ingress = "{server.ingress}"\nadmin = "{server.admin}"'
        number = 'phoneNumberId = { env = "WHATSAPP_PHONE_NUMBER_ID" }'
        paced = "" if pace is None else f"\nmessagesPerSecond = {pace}"
        configuration(self.file, {
            'directory = "plugins"': f'directory = "{plugins()}"',
            'resolve_within = "10m"': f'resolve_within = "{give_up_after}s"',
            'listen = "127.0.0.1:8080"': f'listen = "127.0.0.1:{self.webhook_port}"',
            "requests_per_second = 2000": "requests_per_second = 0",
            'listen = "127.0.0.1:9080"': f'listen = "127.0.0.1:{self.port}"',
            'ingress = "http://127.0.0.1:8180"': addresses,
            'admin = "http://127.0.0.1:9070"': "",
            '# identity_key = "publickeyv1_…"': f'identity_key = "{key}"',
            number: number + paced,
        }, WORKFLOWS + more)  # fmt: skip
        self.variables = {
            "WHATSAPP_AUTHENTICATION_TOKEN": "EMULATOR-ACCESS-TOKEN-0123456789",
            "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
            "WHATSAPP_APP_SECRET_BASE64": b64encode(SECRET.encode()).decode(),
            "WHATSAPP_BASE_URL": emulator,
        }
        command = [os.environ["ADAPTER_HOST"], "serve", "--engine", "restate", str(self.file)]
        super().__init__(name, command, self.variables)

    def tool(self, *arguments: str) -> subprocess.CompletedProcess:
        """A command of the program beside this worker, with the same configuration."""
        command = [os.environ["ADAPTER_HOST"], *arguments, "--config", str(self.file)]
        environment = {**os.environ, **self.variables}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    def ready(self) -> None:
        until(lambda: call(f"{self.url}/livez")[0] == 200, f"{self.name}, see {self.log}")

    def healthy(self) -> bool:
        return call(f"{self.url}/healthz")[0] == 200


def plugins() -> Path:
    """A plugin directory with the plugin."""
    directory = WORK / "plugins"
    if not directory.exists():
        directory.mkdir(mode=0o755)
        shutil.copy(os.environ["WFA_PLUGIN"], directory)
    return directory


class Balancer(Process):
    """haproxy before the workers: one port for the server's calls, one for webhooks."""

    def __init__(self, name: str, workers: list) -> None:
        calls, webhooks = free_port(), free_port()
        self.url, self.webhook = f"http://127.0.0.1:{calls}", f"http://127.0.0.1:{webhooks}{WEBHOOK}"
        lines = ["defaults", "  mode tcp", "  timeout connect 1s", "  timeout client 5m",
                 "  timeout server 5m", "  timeout check 3s", "  retries 3", "  option redispatch 1",
                 "  option httpchk GET /livez"]  # fmt: skip
        for kind, port in (("calls", calls), ("webhooks", webhooks)):
            lines += [f"listen {kind}", f"  bind 127.0.0.1:{port}", "  balance roundrobin"]
            for worker in workers:
                to = worker.port if kind == "calls" else worker.webhook_port
                # Over HTTP: one that is stopped still takes connections.
                check = (f"check port {worker.webhook_port} inter 300ms fall 3 rise 1 "
                         "on-marked-down shutdown-sessions")  # fmt: skip
                lines.append(f"  server {worker.name} 127.0.0.1:{to} {check}")
        file = WORK / f"{name}.cfg"
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        super().__init__(name, ["haproxy", "-db", "-f", str(file)])


class Emulator(Process):
    """The Cloud API emulator."""

    def __init__(self, name: str, port: int, *options: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(name, [os.environ["WFA_EMULATOR"], "--port", str(port), *options])
        until(lambda: call(f"{self.url}/__health")[0] == 200, "the emulator")

    def fault(self, **fault: object) -> None:
        call(f"{self.url}/__faults", fault)

    def requests(self) -> list:
        return call(f"{self.url}/__ledger")[1]["requests"]

    def received(self, customer: str) -> list:
        """What a customer was sent, in its order: texts, and the emoji of reactions."""
        found = []
        for request in self.requests():
            body = request["json"]
            if body["to"].lstrip("+") == customer and request["accepted"]:
                kind = body[body["type"]]
                text = kind.get("emoji") or kind["body"]
                found.append(text["text"] if isinstance(text, dict) else text)
        return found

    def redeliver(self, webhook: str) -> None:
        """Plays the sender's patience: the emulator posts a notification three times within 150 ms,
        Meta repeats it for days. Until the emulator is gone, whatever nobody took comes again."""

        def again() -> None:
            taken = set()
            while self.child.poll() is None:
                try:
                    for record in call(f"{self.url}/__ledger")[1]["webhooks"]:
                        lost = len(record["attempts"]) >= 3 and not record["delivered"]
                        body = record["body"].encode()
                        if lost and body not in taken and post_webhook(webhook, body) == 200:
                            taken.add(body)
                except (OSError, HTTPException):
                    pass  # nobody is there at the moment
                time.sleep(0.2)

        threading.Thread(target=again, daemon=True).start()

    def wait_for(self, text: str) -> None:
        until(lambda: text in self.texts(), f"a request with {text!r}")

    def texts(self, accepted_only: bool = False) -> list:
        """The texts of the requests, in the order in which they came."""
        return [request["json"]["text"]["body"] for request in self.requests()
                if request["accepted"] or not accepted_only]  # fmt: skip


def send(text: str, to: str = "+16505551234") -> dict:
    request = {"phoneNumber": to, "message": text}
    return {"kind": "command", "command": "sendMessageText", "request": request, "attempts": 20}


def sleep(seconds: float) -> dict:
    return {"kind": "wait", "for_ms": int(seconds * 1000)}


def plan(steps: list) -> dict:
    """A run of a workflow with these steps, whose output are the commands' responses."""
    named = [{"name": f"step{number:02}", **step} for number, step in enumerate(steps)]
    output = {step["name"]: "{%s}" % step["name"] for step in named if step["kind"] == "command"}
    return {"definition": {"name": "plan", "steps": named, "output": output}, "instance": "sales"}


def notification(messages: list) -> bytes:
    """One envelope with these (customer, id, text)."""
    changes = []
    for customer, identity, text in messages:
        message = {"from": customer, "id": identity, "timestamp": "1750000000", "type": "text",
                   "text": {"body": text}}  # fmt: skip
        numbers = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
        value = {"messaging_product": "whatsapp", "metadata": numbers, "messages": [message],
                 "contacts": [{"profile": {"name": "A"}, "wa_id": customer}]}  # fmt: skip
        changes.append({"field": "messages", "value": value})
    entry = {"id": "102290129340398", "changes": changes}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def status_notification(identity: str, status: str) -> bytes:
    """One envelope with one status of a message whose correlation id is `identity`."""
    status = {"id": f"wamid.{identity}", "status": status, "timestamp": "1750000000",
              "recipient_id": "16505551234", "biz_opaque_callback_data": identity}  # fmt: skip
    numbers = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
    value = {"messaging_product": "whatsapp", "metadata": numbers, "statuses": [status]}
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def signed(body: bytes) -> dict:
    """The header that signs a webhook."""
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}


def post_webhook(url: str, body: bytes) -> int:
    return call(url, body, headers=signed(body))[0]


class TwoWorkers(unittest.TestCase):
    """One server, two workers behind a balancer."""

    NAME, GIVE_UP_AFTER, MORE = "two", 10, ""

    @classmethod
    def setUpClass(cls) -> None:
        port = free_port()
        cls.server = Server(cls.NAME)
        cls.server.ready()
        url = f"http://127.0.0.1:{port}"
        cls.workers = [Worker(f"{cls.NAME}-worker{n}", cls.server, url, cls.GIVE_UP_AFTER, more=cls.MORE)
                       for n in (1, 2)]  # fmt: skip
        for worker in cls.workers:
            worker.ready()
        cls.balancer = Balancer(f"{cls.NAME}-balancer", cls.workers)
        until(lambda: call(cls.balancer.webhook)[0] == 400, "the balancer")
        to = cls.balancer.webhook
        cls.emulator = Emulator(f"{cls.NAME}-emulator", port, "--webhook-url", to)
        cls.emulator.redeliver(to)
        cls.server.register(cls.balancer.url)

    @classmethod
    def tearDownClass(cls) -> None:
        for process in (cls.emulator, cls.balancer, *cls.workers, cls.server):
            process.kill()

    def setUp(self) -> None:
        call(f"{self.emulator.url}/__ledger", method="DELETE")

    def restart_workers(self) -> None:
        for worker in self.workers:
            worker.kill()
        for worker in self.workers:
            worker.start()
        for worker in self.workers:
            worker.ready()
        until(lambda: call(self.balancer.webhook)[0] == 400, "the balancer")

    def got(self, customer: str) -> list:
        """What was sent to the customer, in its order."""
        return self.emulator.received(customer)

    def nothing_runs(self, seconds: float = 60) -> None:
        """Every run and every event has ended, so that nothing more will be sent."""
        sql = "SELECT id FROM sys_invocation WHERE status NOT IN ('completed', 'scheduled')"
        until(lambda: not self.server.query(sql), "the end of everything", seconds)
