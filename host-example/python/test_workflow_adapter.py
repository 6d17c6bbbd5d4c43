"""workflow_adapter.py against the Cloud API emulator; `run` builds both and starts this."""

import asyncio
import hashlib
import hmac
import json
import logging
import os
import subprocess
import sys
import threading
import unittest
import urllib.request
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import workflow_adapter
from workflow_adapter import (AdapterError, EventNotAccepted, Garbled, InvalidRequest, LoadError,
                              OutcomeUnknown, Plugin, Rejected, Result, Unauthentic, Unavailable,
                              Verdict, webhook_status)  # fmt: skip

PLUGIN = Plugin.load(os.environ["WFA_PLUGIN"])
SECRET = "0123456789abcdef0123456789abcdef"  # the emulator's, public
TOKEN = "emulator-verify-token"
CUSTOMER = "+16505551234"
TEXT = {"phoneNumber": CUSTOMER, "message": "Grüße 📦"}


class Emulator:
    """The emulator as a child process on a free port."""

    def __init__(self, *options: str) -> None:
        command = [os.environ["WFA_EMULATOR"], "--port", "0", *options]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = self.child.stdout.readline().decode().strip()

    def stop(self) -> None:
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()

    def call(self, method: str, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def fault(self, **fault: object) -> None:
        self.call("POST", "/__faults", fault)

    def requests(self) -> list:
        return self.call("GET", "/__ledger")["requests"]

    def wait_for_requests(self, count: int) -> None:
        while len(self.requests()) < count:
            pass


class Listener:
    """A webhook listener that hands what it gets to an adapter, byte for byte."""

    def __init__(self) -> None:
        self.adapter = None
        self.verified = threading.Event()
        self.answers = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(200, listener.adapter.challenge(self.path.partition("?")[2], TOKEN))
                listener.verified.set()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    error = None
                    listener.adapter.process(body, self.headers["X-Hub-Signature-256"])
                except AdapterError as failed:
                    error = failed
                listener.answers.append(webhook_status(error))
                self.answer(webhook_status(error), b"")

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def properties(url: str, **more: object) -> dict:
    return {
        "authenticationToken": "EMULATOR-ACCESS-TOKEN-0123456789",
        "apiVersion": "v26.0",
        "phoneNumberId": "106540352242922",
        "baseUrl": url,
        "appSecret": b64encode(SECRET.encode()).decode(),
        **more,
    }


def notification(message_id: str, text: str = "hello") -> bytes:
    message = {"from": "16505551234", "id": message_id, "timestamp": "1750000000", "type": "text",
               "text": {"body": text}}  # fmt: skip
    value = {"messaging_product": "whatsapp",
             "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
             "contacts": [{"profile": {"name": "Sheena"}, "wa_id": "16505551234"}],
             "messages": [message]}  # fmt: skip
    entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def signed(body: bytes) -> str:
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


class WithEmulator(unittest.TestCase):
    def setUp(self) -> None:
        self.emulator = Emulator("--no-statuses")
        self.addCleanup(self.emulator.stop)
        self.adapter = PLUGIN.create(properties(self.emulator.url), instance="demo")
        self.addCleanup(self.adapter.close)

    def raises(self, kind, call, *arguments, **named):
        with self.assertRaises(kind) as caught:
            call(*arguments, **named)
        return caught.exception


class Commands(WithEmulator):
    def test_a_send_is_accepted_with_its_text_and_its_correlation_id(self) -> None:
        response = self.adapter.execute("sendMessageText", TEXT, correlation_id="order-1")
        self.assertEqual(response["status"], "SUCCESS")
        [request] = self.emulator.requests()
        self.assertEqual(request["message_id"], response["messageId"])
        self.assertEqual(request["json"]["text"]["body"], TEXT["message"])
        self.assertEqual(request["correlation"], "order-1")

    def test_a_refused_send_says_everything(self) -> None:
        self.emulator.fault(fault="graph", code=131030)
        error = self.raises(Rejected, self.adapter.execute, "sendMessageText", TEXT)
        self.assertEqual((error.result, error.remote_code), (Result.COMMAND_FAILED, 131030))
        self.assertEqual(error.http_status, 400)
        self.assertFalse(error.retryable or error.maybe_sent or error.panic)
        self.assertEqual(error.response["code"], "131030")
        self.assertIn("test number", error.response["details"]["hint"])
        self.assertIn(error.message, str(error))

    def test_a_throttled_send_may_be_run_again_after_a_wait(self) -> None:
        self.emulator.fault(fault="graph", code=131056, times=10)
        error = self.raises(Unavailable, self.adapter.execute, "sendMessageText", TEXT)
        self.assertTrue(error.retryable)
        self.assertGreaterEqual(error.retry_after_ms, 6000)

    def test_an_unknown_outcome_is_its_own_exception_and_one_request(self) -> None:
        self.emulator.fault(fault="reset_after_body", accepted=True)
        error = self.raises(OutcomeUnknown, self.adapter.execute, "sendMessageText", TEXT)
        self.assertTrue(error.maybe_sent)
        self.assertFalse(error.retryable)
        self.assertEqual([request["accepted"] for request in self.emulator.requests()], [True])

    def test_a_request_that_breaks_the_descriptor_names_the_member(self) -> None:
        request = {"phoneNumber": CUSTOMER}
        error = self.raises(InvalidRequest, self.adapter.execute, "sendMessageText", request)
        self.assertIn('"message"', error.message)
        self.assertEqual(self.emulator.requests(), [])

    def test_misuse_has_no_response(self) -> None:
        error = self.raises(AdapterError, self.adapter.execute, "sendFax", {})
        self.assertEqual((error.result, error.response), (Result.NOT_FOUND, None))
        error = self.raises(AdapterError, self.adapter.execute, "sendMessageText", "{")
        self.assertEqual(error.result, Result.INVALID_ARGUMENT)

    def test_a_tiny_timeout_is_a_tiny_limit_and_no_missing_one(self) -> None:
        # H16. The number that the plugin gets; 0 would mean its own setting.
        for timeout, limit in ((1e-6, 1), (0.0012, 2), (0, 1), (20, 20_000), (None, 0)):
            options = workflow_adapter._options(None, timeout)
            self.assertEqual(options.timeout_ms, limit, timeout)
        self.assertGreater(workflow_adapter._options(None, float("inf")).timeout_ms, 1 << 60)
        self.assertRaises(ValueError, workflow_adapter._options, None, float("nan"))

    def test_a_deadline_ends_a_call(self) -> None:
        self.emulator.fault(fault="silence", ms=600_000)
        send = self.adapter.execute
        error = self.raises(OutcomeUnknown, send, "sendMessageText", TEXT, timeout=1)
        self.assertEqual(error.response["details"]["reason"], "timeout")

    def test_many_threads_send_at_once(self) -> None:
        def send(number: int) -> None:
            self.adapter.execute("sendMessageText", TEXT, correlation_id=f"c-{number}")

        threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen = sorted(request["correlation"] for request in self.emulator.requests())
        self.assertEqual(seen, sorted(f"c-{number}" for number in range(16)))

    def test_an_update_replaces_the_token(self) -> None:
        wrong = properties(self.emulator.url, authenticationToken="WRONG-ACCESS-TOKEN-0123456789")
        self.adapter.update(wrong)
        error = self.raises(Rejected, self.adapter.execute, "sendMessageText", TEXT)
        self.assertEqual(error.remote_code, 190)
        self.raises(InvalidRequest, self.adapter.update, {"apiVersion": "v26.0"})
        self.adapter.update(properties(self.emulator.url))
        self.assertEqual(self.adapter.execute("sendMessageText", TEXT)["status"], "SUCCESS")

    def test_start_does_nothing_where_no_event_comes_by_itself(self) -> None:
        self.adapter.start()
        self.adapter.start()

    def test_metrics_count(self) -> None:
        self.adapter.execute("sendMessageText", TEXT)
        [command] = self.adapter.metrics()["wfa.commands"]
        self.assertEqual(command["command"], "sendMessageText")


class Submitted(WithEmulator):
    def test_a_submitted_command_is_a_future(self) -> None:
        operation = self.adapter.submit("sendMessageText", TEXT, correlation_id="s-1")
        self.assertEqual(operation.result()["status"], "SUCCESS")
        self.assertFalse(operation.cancel())
        self.assertEqual(self.emulator.requests()[0]["correlation"], "s-1")

    def test_its_failure_is_the_same_exception(self) -> None:
        self.emulator.fault(fault="graph", code=131030)
        error = self.adapter.submit("sendMessageText", TEXT).exception()
        self.assertIsInstance(error, Rejected)
        self.assertEqual((error.remote_code, error.response["code"]), (131030, "131030"))
        self.assertTrue(error.message)

    def test_it_can_be_awaited(self) -> None:
        async def send() -> dict:
            return await asyncio.wrap_future(self.adapter.submit("sendMessageText", TEXT))

        self.assertEqual(asyncio.run(send())["status"], "SUCCESS")

    def test_cancelled_after_the_request_left_the_outcome_is_unknown(self) -> None:
        self.emulator.fault(fault="silence", ms=600_000)
        operation = self.adapter.submit("sendMessageText", TEXT)
        self.emulator.wait_for_requests(1)
        self.assertTrue(operation.cancel())
        self.assertIsInstance(operation.exception(), OutcomeUnknown)

    def test_cancelled_in_the_queue_nothing_is_sent(self) -> None:
        self.emulator.fault(fault="silence", ms=600_000)
        with PLUGIN.create(properties(self.emulator.url, workers=1)) as adapter:
            first = adapter.submit("sendMessageText", TEXT)
            self.emulator.wait_for_requests(1)
            second = adapter.submit("sendMessageText", TEXT)
            self.assertTrue(second.cancel())
            self.assertTrue(first.cancel())
            self.assertEqual(second.exception().result, Result.CANCELLED)
            self.assertIsInstance(first.exception(), OutcomeUnknown)
        self.assertEqual(len(self.emulator.requests()), 1)

    def test_a_full_queue_queues_nothing(self) -> None:
        self.emulator.fault(fault="silence", ms=600_000)
        with PLUGIN.create(properties(self.emulator.url, workers=1, queue=1)) as adapter:
            running = adapter.submit("sendMessageText", TEXT)
            self.emulator.wait_for_requests(1)
            waiting = adapter.submit("sendMessageText", TEXT)
            error = self.raises(AdapterError, adapter.submit, "sendMessageText", TEXT)
            self.assertEqual(error.result, Result.BUSY)
        # Closing ended both, each with its outcome.
        self.assertIsInstance(running.exception(), OutcomeUnknown)
        self.assertEqual(waiting.exception().result, Result.CANCELLED)


class Events(WithEmulator):
    def setUp(self) -> None:
        super().setUp()
        self.seen = []

    def accept(self, name: str, event: dict) -> Verdict:
        self.seen.append((name, event, threading.get_ident()))
        return Verdict.ACCEPTED

    def test_an_event_comes_on_the_calling_thread_before_the_call_ends(self) -> None:
        self.adapter.on_event(self.accept)
        body = notification("wamid.A", "Grüße 📦")
        response = self.adapter.process(body, signed(body))
        self.assertEqual(response["details"]["accepted"], 1)
        [(name, event, thread)] = self.seen
        self.assertEqual((name, thread), ("customer_message", threading.get_ident()))
        self.assertEqual(event["messages"][0]["text"]["body"], "Grüße 📦")
        self.assertEqual(event["adapter"], "demo")
        self.adapter.process(body, signed(body))
        self.assertEqual(len(self.seen), 1)

    def test_the_command_does_the_same_work(self) -> None:
        self.adapter.on_event(self.accept, "customer_message")
        body = notification("wamid.B")
        request = {"whatsAppNotification": body.decode(), "signature": signed(body)}
        self.assertEqual(self.adapter.execute("processWebhook", request)["status"], "SUCCESS")
        self.assertEqual(len(self.seen), 1)

    def test_a_forged_webhook_reaches_nobody(self) -> None:
        self.adapter.on_event(self.accept)
        body = notification("wamid.C")
        for signature, status in [(signed(body + b" "), 403), (None, 401)]:
            error = self.raises(Unauthentic, self.adapter.process, body, signature)
            self.assertEqual(webhook_status(error), status)
        large = b" " * 2**26
        error = self.raises(InvalidRequest, self.adapter.process, large, signed(large))
        self.assertEqual(webhook_status(error), 413)
        self.assertEqual(self.seen, [])

    def test_what_raises_or_answers_nonsense_is_delivered_again(self) -> None:
        answers = iter([Verdict.RETRY, RuntimeError("full"), None, 77, Verdict.ACCEPTED])

        def callback(_name: str, _event: dict) -> Verdict:
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.adapter.on_event(callback)
        body = notification("wamid.D")
        logging.getLogger("workflow_adapter").setLevel(logging.CRITICAL)
        self.addCleanup(logging.getLogger("workflow_adapter").setLevel, logging.NOTSET)
        for _ in range(4):
            error = self.raises(EventNotAccepted, self.adapter.process, body, signed(body))
            self.assertEqual(webhook_status(error), 503)
        self.assertEqual(self.adapter.process(body, signed(body))["details"]["accepted"], 1)

    def test_a_dropped_event_does_not_come_again(self) -> None:
        self.adapter.on_event(lambda _name, _event: Verdict.DROPPED)
        body = notification("wamid.E")
        self.assertEqual(self.adapter.process(body, signed(body))["details"]["dropped"], 1)
        self.assertEqual(self.adapter.process(body, signed(body))["details"]["duplicates"], 1)

    def test_an_unregistered_callback_is_not_called(self) -> None:
        registration = self.adapter.on_event(self.accept)
        registration.unregister()
        body = notification("wamid.F")
        self.raises(EventNotAccepted, self.adapter.process, body, signed(body))
        self.assertEqual(self.seen, [])
        self.assertEqual(self.raises(AdapterError, registration.unregister).result, Result.NOT_FOUND)

    def test_a_callback_may_send_but_not_close(self) -> None:
        results = []

        def callback(_name: str, _event: dict) -> Verdict:
            results.append(self.adapter.execute("sendMessageText", TEXT)["status"])
            results.append(self.raises(AdapterError, self.adapter.close).result)
            return Verdict.ACCEPTED

        self.adapter.on_event(callback)
        body = notification("wamid.G")
        self.adapter.process(body, signed(body))
        self.assertEqual(results, ["SUCCESS", Result.STATE])
        self.assertEqual(self.adapter.execute("sendMessageText", TEXT)["status"], "SUCCESS")

    def test_the_handshake_needs_the_token(self) -> None:
        query = "hub.mode=subscribe&hub.challenge=11582&hub.verify_token=" + TOKEN
        self.assertEqual(self.adapter.challenge(query, TOKEN), b"11582")
        error = self.raises(Unauthentic, self.adapter.challenge, query, "no")
        self.assertEqual(webhook_status(error), 403)


class OverHttp(unittest.TestCase):
    def test_a_refused_event_is_redelivered_and_a_status_resolves_an_unknown_send(self) -> None:
        listener = Listener()
        self.addCleanup(listener.stop)
        listener.adapter = PLUGIN.create(properties("http://127.0.0.1:9"))  # for the handshake
        self.addCleanup(listener.adapter.close)
        emulator = Emulator("--webhook-url", listener.url)
        self.addCleanup(emulator.stop)
        events, verdicts, done = [], [Verdict.RETRY], threading.Event()

        def keep(name: str, event: dict) -> Verdict:
            if verdicts and name == "customer_message":
                return verdicts.pop()
            events.append((name, event))
            if name == "status_changed" and event["statuses"][0]["status"] == "read":
                done.set()
            return Verdict.ACCEPTED

        listener.adapter.update(properties(emulator.url))
        listener.adapter.on_event(keep)
        emulator.call("POST", "/__inbound", {"type": "text", "text": {"body": "hello"}})
        emulator.fault(fault="reset_after_body", accepted=True)
        with self.assertRaises(OutcomeUnknown):
            listener.adapter.execute("sendMessageText", TEXT, correlation_id="lost-1")
        self.assertTrue(done.wait(30), listener.answers)
        self.assertTrue(listener.verified.wait(30))
        self.assertEqual(listener.answers[:2], [503, 200])
        self.assertEqual([name for name, _ in events], ["customer_message"] + ["status_changed"] * 3)
        self.assertEqual({event["correlationId"] for _, event in events[1:]}, {"lost-1"})
        self.assertEqual(len(emulator.requests()), 1)


class Loading(unittest.TestCase):
    def test_what_is_no_plugin_is_refused_with_the_reason(self) -> None:
        for path, words in [("no-such-file.so", "no-such-file.so"), (__file__, "cannot be loaded"),
                            (ctypes_library(), "no wfa_entry")]:  # fmt: skip
            with self.assertRaisesRegex(LoadError, words):
                Plugin.load(path)

    def test_the_descriptor_is_the_plugins(self) -> None:
        names = [command["name"] for command in PLUGIN.descriptor["commands"]]
        self.assertIn("sendMessageText", names)

    def test_a_missing_property_is_named(self) -> None:
        with self.assertRaisesRegex(InvalidRequest, "authenticationToken"):
            PLUGIN.create({})

    def test_the_log_reaches_python(self) -> None:
        records = []
        target = properties("http://127.0.0.1:9")
        adapter = PLUGIN.create(target, log=lambda *record: records.append(record), log_level=5)
        with self.assertRaises(AdapterError):
            adapter.execute("sendMessageText", TEXT)
        adapter.close()
        self.assertTrue(records)
        self.assertNotIn(TEXT["message"], repr(records))
        with self.assertRaises(AdapterError) as caught:
            adapter.metrics()
        self.assertEqual(caught.exception.result, Result.STATE)

    def test_a_forked_child_is_told(self) -> None:
        with PLUGIN.create(properties("http://127.0.0.1:9")) as adapter:
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                try:
                    adapter.metrics()
                except AdapterError as error:
                    os.write(writer, error.result.name.encode())
                os._exit(0)
            os.close(writer)
            os.waitpid(child, 0)
            self.assertEqual(os.read(reader, 100), b"STATE")
            os.close(reader)

    def test_a_forgotten_adapter_does_not_hinder_the_end(self) -> None:
        program = (
            "import json, os, sys\n"
            "from workflow_adapter import Plugin\n"
            "adapter = Plugin.load(os.environ['WFA_PLUGIN']).create(json.loads(sys.argv[1]))\n"
            "adapter.submit('sendMessageText', {'phoneNumber': '1', 'message': 'x'})\n"
        )
        emulator = Emulator()
        self.addCleanup(emulator.stop)
        emulator.fault(fault="silence", ms=600_000)
        command = [sys.executable, "-B", "-c", program, json.dumps(properties(emulator.url))]
        ended = subprocess.run(command, capture_output=True, timeout=60)
        self.assertEqual((ended.returncode, ended.stderr), (0, b""))


class AnotherPlugin(unittest.TestCase):
    """X4: a plugin that exports wfa_entry alone, has no extensions, and raises events by itself."""

    def test_it_runs_beside_the_other_one(self) -> None:
        plugin = Plugin.load(os.environ["WFA_TICKING"])
        self.assertEqual([event["name"] for event in plugin.descriptor["events"]], ["tick"])
        seen, enough = [], threading.Event()

        def keep(name: str, event: dict) -> Verdict:
            seen.append((name, event["eventId"], event["adapter"]))
            if len(seen) >= 4:
                enough.set()
            return Verdict.RETRY if len(seen) == 1 else Verdict.ACCEPTED

        with plugin.create({}, instance="clock") as adapter:
            adapter.on_event(keep)
            self.assertEqual(seen, [], "no event before start")
            adapter.start()
            adapter.start()
            self.assertTrue(enough.wait(60))
            self.assertGreaterEqual(adapter.execute("ticks", {})["count"], 3)
            with self.assertRaises(AdapterError) as caught:
                adapter.submit("ticks", {})
            self.assertEqual(caught.exception.result, Result.UNSUPPORTED)
            with self.assertRaises(AdapterError) as caught:
                adapter.metrics()
            self.assertEqual(caught.exception.result, Result.UNSUPPORTED)
        count = len(seen)
        self.assertEqual(seen[0], seen[1], "the event that was refused came again")
        self.assertEqual(len(set(seen)), count - 1)
        self.assertEqual({(name, adapter) for name, _, adapter in seen}, {("tick", "clock")})


class ADefectivePlugin(unittest.TestCase):
    def test_a_response_that_is_no_json_is_the_fault_of_the_plugin(self) -> None:
        with Plugin.load(os.environ["WFA_GARBLED"]).create({}) as adapter:
            submitted = lambda command: adapter.submit(command, {}).result(60)  # noqa: E731
            for call in (lambda command: adapter.execute(command, {}), submitted):
                with self.assertRaisesRegex(Garbled, "garbled is at fault") as caught:
                    call("look")
                self.assertEqual(caught.exception.result, Result.INTERNAL)
                self.assertNotIsInstance(caught.exception, OutcomeUnknown)
                with self.assertRaises(Garbled) as caught:
                    call("send")
                self.assertIsInstance(caught.exception, OutcomeUnknown)
                self.assertTrue(caught.exception.maybe_sent and not caught.exception.retryable)
                with self.assertRaises(Rejected) as caught:
                    call("refuse")
                self.assertIsNone(caught.exception.response)
            with self.assertRaises(Garbled) as caught:
                adapter.process(b"{}", None)
            self.assertEqual(webhook_status(caught.exception), 500)
            self.assertRaises(Garbled, adapter.metrics)

    def test_an_event_that_is_no_json_is_dropped_and_logged(self) -> None:
        with Plugin.load(os.environ["WFA_GARBLED"]).create({}) as adapter:
            adapter.on_event(lambda _name, _event: self.fail("it was handed over"))
            with self.assertLogs("workflow_adapter", "ERROR") as logged:
                self.assertRaises(Garbled, adapter.process, b"{}", None)
        self.assertEqual([record.getMessage() for record in logged.records],
                         ["dropped an event that is not JSON"])  # fmt: skip


class TheEchoAdapter(WithEmulator):
    """A plugin of another service: its source, its command and its signed webhook, beside WhatsApp's."""

    def test_a_tick_sends_a_message_and_the_rest_works_as_declared(self) -> None:
        plugin = Plugin.load(os.environ["WFA_ECHO"])
        self.assertEqual([command["name"] for command in plugin.descriptor["commands"]], ["echo"])
        ticked, heard = threading.Event(), []

        def keep(name: str, event: dict) -> Verdict:
            if name == "tick":
                self.adapter.execute("sendMessageText", {**TEXT, "message": event["eventId"]})
                ticked.set()
            else:
                heard.append((name, event))
            return Verdict.ACCEPTED

        # One tick: the next one comes after a day.
        echo = plugin.create({"secret": SECRET, "tickMs": 86_400_000}, instance="echo")
        with echo:
            echo.on_event(keep)
            echo.start()
            self.assertTrue(ticked.wait(60))
            self.assertEqual(echo.execute("echo", {"text": "hi"})["text"], "hi")
            self.assertEqual(echo.process(b"posted", signed(b"posted"))["text"], "posted")
            self.raises(Unauthentic, echo.process, b"posted", signed(b"forged"))
        expected = [("echoed", {"text": text, "adapter": "echo"}) for text in ("hi", "posted")]
        self.assertEqual(heard, expected)
        [request] = self.emulator.requests()
        self.assertRegex(request["json"]["text"]["body"], r"-1$")


class Memory(WithEmulator):
    def test_nothing_the_plugin_returns_is_kept(self) -> None:
        self.adapter.on_event(lambda _name, _event: Verdict.DROPPED)
        long = {"phoneNumber": CUSTOMER, "message": "x", "colour": "red"}

        def round_trips(count: int) -> None:
            for number in range(count):
                with self.assertRaises(InvalidRequest):
                    self.adapter.execute("sendMessageText", long)
                body = notification(f"wamid.{number % 8}")
                self.adapter.process(body, signed(body))
                self.adapter.on_event(lambda _name, _event: Verdict.DROPPED).unregister()
                self.adapter.metrics()

        round_trips(500)
        before = resident()
        round_trips(2_000)
        # A response of some 300 bytes that is kept each time is 600 KB, an error message 200 KB.
        self.assertLess(resident() - before, 150_000, "bytes")


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def ctypes_library() -> str:
    """A shared library that is no plugin: the one that ctypes itself is made of."""
    import _ctypes

    return _ctypes.__file__


if __name__ == "__main__":
    unittest.main()
