"""What real life broke of this engine, and the proofs that it holds now: R01 to R12 of tests/HOST_CASES.md."""

import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from e2e_rig import (NUMBER, WEBHOOK, Emulator, Server, TwoWorkers, Worker, call, free_port, notification,
                     plan, post_webhook, send, status_notification, until)  # fmt: skip

__all__ = ["Health", "Paced", "Rollout", "Stuck", "UnreachableWorkers", "Untold"]

# Waits for one word, whatever else the customer says.
WAITS_FOR_A_WORD = """
[[trigger]]
name = "wait"
type = "Event"
adapter = "sales"
event = "customer_message"
condition = 'messages[0].text.body == "wait"'
workflow = "wait for a word"

[[workflow]]
name = "wait for a word"

[[workflow.step]]
name = "word"
wait = "1h"
event = "customer_message"
condition = 'messages[0].text.body == "go"'

[[workflow.step]]
name = "went"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "went" }
"""


class Paced(TwoWorkers):
    """The plugin's own pace, 80 messages a second, and more customers than that."""

    NAME = "paced"

    def write(self, customers: list) -> None:
        """Each customer writes once, many in one notification."""
        for first in range(0, len(customers), 50):
            messages = [(one, f"wamid.{one}", "m1") for one in customers[first : first + 50]]
            until(lambda messages=messages: post_webhook(self.balancer.webhook, notification(messages)) == 200,
                  "a worker that takes the messages")  # fmt: skip

    def answered(self) -> list:
        """Whom a message went to."""
        return [request["json"]["to"].lstrip("+") for request in self.emulator.requests()
                if request["accepted"]]  # fmt: skip

    def unknown(self) -> int:
        sql = "SELECT id FROM sys_invocation WHERE completion_failure LIKE '%OUTCOME_UNKNOWN%'"
        return len(self.server.query(sql))

    def test_a_worker_killed_under_its_pace_loses_only_what_it_was_sending(self) -> None:
        """R1: 290 of 1,000 waited for their turn, were never sent, and were reported as unknown."""
        before = self.unknown()
        customers = [f"1650556{n:04}" for n in range(300)]
        self.write(customers)
        until(lambda: len(self.answered()) > 100, "some replies")
        self.workers[0].kill()
        self.nothing_runs(120)
        answered, unknown = self.answered(), self.unknown() - before
        print(f"\n  {len(customers)} customers, {len(answered)} answered, {unknown} with an unknown outcome")
        self.assertEqual(len(answered), len(set(answered)), "each once")
        self.assertGreaterEqual(len(set(answered)) + unknown, len(customers))
        self.assertLessEqual(unknown, 12)
        self.workers[0].start()
        self.workers[0].ready()

    def test_a_worker_that_stood_still_sends_nothing_that_was_told_as_unknown(self) -> None:
        """R6: 19 of 60 were sent when it went on."""
        before = self.unknown()
        customers = [f"1650557{n:04}" for n in range(200)]
        self.write(customers)
        until(lambda: len(self.answered()) > 100, "some replies")
        stopped = time.monotonic()
        self.workers[0].child.send_signal(signal.SIGSTOP)
        try:
            self.nothing_runs(200)
            took = time.monotonic() - stopped
            answered, unknown = self.answered(), self.unknown() - before
        finally:
            self.workers[0].child.send_signal(signal.SIGCONT)
        self.workers[0].ready()
        time.sleep(3)
        print(f"\n  all ended {took:.1f} s after the stop: {len(answered)} answered, {unknown} with an unknown outcome")
        self.assertEqual(sorted(self.answered()), sorted(answered), "nothing is sent after that")
        self.assertEqual(len(answered), len(set(answered)), "each once")
        self.assertGreaterEqual(len(set(answered)) + unknown, len(customers))


class Untold(TwoWorkers):
    """What was journaled holds, whatever the configuration says by then; and what is kept has a limit."""

    NAME, GIVE_UP_AFTER, MORE = "untold", 600, WAITS_FOR_A_WORD

    def test_an_unknown_outcome_is_resolved_under_another_configuration(self) -> None:
        """R2: another `resolve_within` was another journal, and the run was tried for ever."""
        self.emulator.fault(fault="reset_after_body", accepted=False)
        invocation = self.server.begin([send("no answer"), send("next")])
        self.emulator.wait_for("no answer")
        asks = "SELECT id FROM sys_invocation WHERE target_handler_name = 'give_up' AND status = 'scheduled'"
        until(lambda: self.server.query(asks), "somebody who asks for the outcome")
        for worker in self.workers:
            text = worker.file.read_text(encoding="utf-8")
            text, count = re.subn(r'resolve_within = "600s"', 'resolve_within = "20m"', text)
            self.assertEqual(count, 1)
            worker.file.write_text(text, encoding="utf-8")
        self.restart_workers()
        status = status_notification(f"{invocation}.1.1", "delivered")
        until(lambda: post_webhook(self.balancer.webhook, status) == 200, "the status is taken")
        status, responses = self.server.result(invocation)
        self.assertEqual((status, len(responses)), (200, 2), responses)
        self.assertEqual(self.emulator.texts(), ["no answer", "next"])

    def test_many_long_messages_do_not_stop_a_customer_whose_run_is_open(self) -> None:
        """R9: 110 messages of 400 kB, and the customer's object was paused for good."""
        customer, to = "16505580001", self.balancer.webhook
        says = lambda number, text: self.assertEqual(
            200, post_webhook(to, notification([(customer, f"wamid.long.{number}", text)])))  # fmt: skip
        says("wait", "wait")
        waits = f"SELECT id FROM sys_invocation WHERE target_service_key = '{NUMBER}:{customer}' AND "
        until(lambda: self.server.query(waits + "target_handler_name = 'time_is_up'"), "the wait")
        for number in range(110):
            says(number, f"{number}{'x' * 400_000}")
        says("m1", "m1")
        until(lambda: self.got(customer) == ["thanks for m1"], "an answer to the next message", 120)
        says("go", "go")
        until(lambda: self.got(customer) == ["thanks for m1", "went"], "the run goes on")


class Health(TwoWorkers):
    """What a monitor is told, and that nothing waits behind slow sends."""

    NAME, GIVE_UP_AFTER = "health", 60

    def test_a_worker_that_nobody_knows_is_alive_and_not_healthy(self) -> None:
        """R10: it said 200 with nothing registered."""
        server = Server("lonely")
        self.addCleanup(server.kill)
        server.ready()
        worker = Worker("lonely-worker", server, self.emulator.url)
        self.addCleanup(worker.kill)
        worker.ready()
        self.assertEqual(call(f"{worker.url}/healthz")[0], 503)
        server.register(f"http://127.0.0.1:{worker.port}")
        until(worker.healthy, "it is healthy once it is registered")
        server.child.send_signal(signal.SIGSTOP)  # it takes connections and writes nothing
        try:
            until(lambda: call(f"{worker.url}/healthz")[0] == 503, "it is not once nothing can be written")
            self.assertEqual(call(f"{worker.url}/livez")[0], 200)
        finally:
            server.child.send_signal(signal.SIGCONT)
        until(worker.healthy, "it is again")

    def test_open_and_stuck_runs_are_counted(self) -> None:
        """R10: there was nothing."""
        count = lambda state: next(
            (float(line.split()[1]) for line in call(f"{self.workers[0].url}/metrics")[1].splitlines()
             if line.startswith(f'adapter_host_open_runs{{state="{state}"}}')), None)  # fmt: skip
        self.assertEqual((count("open"), count("stuck"), count("old")), (0, 0, 0))
        body = plan([send("x")])
        body["instance"] = "nobody"
        _, answer = call(f"{self.server.ingress}/Run/run/send", body)
        self.server.stuck()
        until(lambda: (count("open"), count("stuck"), count("old")) == (1, 1, 0), "one is open and stuck")
        ended = self.workers[0].tool("unstick", answer["invocationId"])
        self.assertEqual(ended.returncode, 0, ended.stderr)
        until(lambda: (count("open"), count("stuck")) == (0, 0), "none is")

    def test_what_a_monitor_asks_and_webhooks_do_not_wait_behind_slow_sends(self) -> None:
        """R5: 9.3 s each behind 700 customers."""
        slow, limit = 12.0, 6.0
        customers = [f"1650559{n:04}" for n in range(700)]
        self.emulator.fault(fault="delay", ms=int(slow * 1000), accepted=True, times=10_000)
        self.addCleanup(call, f"{self.emulator.url}/__faults", method="DELETE")
        for first in range(0, len(customers), 50):
            messages = [(one, f"wamid.{one}", "m1") for one in customers[first : first + 50]]
            self.assertEqual(post_webhook(self.workers[0].webhook, notification(messages)), 200)
        until(lambda: len(self.emulator.requests()) > 200, "many sends under way")
        url, status, worst = self.workers[0].url, status_notification("x", "sent"), 0
        for _ in range(5):
            for ask in (lambda: call(f"{url}/healthz"), lambda: call(f"{url}/metrics"),
                        lambda: (post_webhook(url + WEBHOOK, status), 0)):  # fmt: skip
                began = time.monotonic()
                self.assertEqual(ask()[0], 200)
                worst = max(worst, time.monotonic() - began)
        print(f"\n  the slowest answer came after {worst:.2f} s")
        self.assertLess(worst, limit)


class Rollout(TwoWorkers):
    """One worker has an instance that the other does not have yet."""

    NAME = "rollout"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        port = free_port()
        cls.other = Emulator("rollout-other-emulator", port, "--phone-number-id", "222")
        instance = f"""
[[instance]]
name = "support"
adapter_type = "whatsapp"
[instance.properties]
authenticationToken = {{ env = "WHATSAPP_AUTHENTICATION_TOKEN" }}
apiVersion = "v27.0"
phoneNumberId = "222"
baseUrl = "http://127.0.0.1:{port}"
"""
        worker = cls.workers[1]
        worker.file.write_text(worker.file.read_text(encoding="utf-8") + instance, encoding="utf-8")
        worker.kill()
        worker.start()
        worker.ready()
        until(lambda: call(cls.balancer.webhook)[0] == 400, "the balancer")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.other.kill()
        super().tearDownClass()

    def test_a_new_instance_is_found_on_the_worker_that_has_it(self) -> None:
        """R7: 10 of 23 ended with NOT_FOUND for good."""
        bodies = [plan([send(f"{n}")]) for n in range(20)]
        for body in bodies:
            body["instance"] = "support"
        with ThreadPoolExecutor(8) as pool:
            ends = list(pool.map(lambda body: call(f"{self.server.ingress}/Run/run", body), bodies))
        self.assertEqual([status for status, _ in ends], [200] * len(bodies), ends)
        self.assertEqual(sorted(self.other.texts(), key=int), [str(n) for n in range(20)])

    def test_an_event_is_one_whichever_worker_takes_it(self) -> None:
        """R7: whose instance a worker took it for made two of one."""
        # A greeting would be answered, and the status of the answer is an event of its own.
        text = "no greeting"
        body = notification([("16505570001", "wamid.rollout", text)]).replace(NUMBER.encode(), b"222")
        for worker in self.workers * 2:
            self.assertEqual(post_webhook(worker.webhook, body), 200)
        taken = "SELECT id, target, idempotency_key FROM sys_invocation WHERE target_handler_name = 'take'"
        taken = [row for row in self.server.query(taken) if row["target"].endswith("16505570001/take")]
        self.assertEqual(len(taken), 1, taken)


class Schedules(TwoWorkers):
    """Both workers tell of every occurrence."""

    NAME, OFTEN, SELDOM = "schedules", "16505590001", "16505590002"
    MORE = "".join(f"""
[[trigger]]
name = "{every}"
type = "Schedule"
every = "{every}"
workflow = "{every}"
properties = {{ at = "{{wfsystem.occurrence}}" }}
[[workflow]]
name = "{every}"
[[workflow.step]]
name = "tell"
instance = "sales"
command = "sendMessageText"
request = {{ phoneNumber = "{to}", message = "at {{at}}" }}
""" for every, to in (("2s", OFTEN), ("365d", SELDOM)))

    def test_an_occurrence_is_run_once_and_a_new_schedule_has_missed_none(self) -> None:
        """X9: a schedule that was new began with the occurrence before it."""
        told = "SELECT id FROM sys_invocation WHERE target_service_key = '365d' AND status = 'completed'"
        until(lambda: self.server.query(told), "what the workers tell of the schedule that is new")
        until(lambda: len(self.got(self.OFTEN)) >= 2, "two occurrences")
        self.restart_workers()
        before = len(self.got(self.OFTEN))
        until(lambda: len(self.got(self.OFTEN)) >= before + 2, "two more")
        times = [int(text.removeprefix("at ")) for text in self.got(self.OFTEN)]
        self.assertEqual(times, sorted(set(times)))
        self.assertEqual(self.got(self.SELDOM), [])


class UnreachableWorkers(TwoWorkers):
    """What somebody can do who reaches the server's ingress or a worker."""

    NAME = "unreachable"

    def test_what_handlers_call_of_each_other_is_not_for_others(self) -> None:
        """R11: a status that somebody made up made a success of a message that was not sent."""
        self.emulator.fault(fault="reset_after_body", accepted=False)
        invocation = self.server.begin([send("never accepted")])
        self.emulator.wait_for("never accepted")
        told = {"sent": True, "response": {"status": "SUCCESS", "messageId": "wamid.forged"}}
        for path, body in (
            (f"Message/{invocation}.1.1/status", told),
            (f"Message/{invocation}.1.1/ask", {"awakeable": "x", "for_ms": 1}),
            (f"Message/{invocation}.1.1/give_up", None),
            (f"Message/{invocation}.1.1/forget", None),
            (f"Customer/{NUMBER}:1/wait", {"run": "x", "awakeable": "x", "name": "x", "for_ms": 1}),
            (f"Customer/{NUMBER}:1/time_is_up", "x"),
            (f"Customer/{NUMBER}:1/end", "x"),
        ):
            for way in ("", "/send"):
                status, answer = call(f"{self.server.ingress}/{path}{way}", body, method="POST")
                self.assertIn(status, (400, 403, 404), f"{path}{way}: {answer}")
        status, error = self.server.result(invocation)
        self.assertEqual(status, 500)
        self.assertIn("OUTCOME_UNKNOWN", str(error))

    def test_a_worker_answers_to_its_server_only(self) -> None:
        """R11: whoever reached a worker's port could have it send."""
        for worker in self.workers:
            self.assertIn("identity_key", worker.file.read_text(encoding="utf-8"))
        other = Server("stranger", key=False)
        self.addCleanup(other.kill)
        other.ready()
        self.assertFalse(other.accepts(f"http://127.0.0.1:{self.workers[0].port}"))


class Stuck(TwoWorkers):
    """A run that does not go on holds its customer."""

    NAME = "stuck"

    def test_what_is_stuck_is_listed_and_ended_and_the_customer_goes_on(self) -> None:
        """R12: `kill` blocked the customer's next message, `cancel` dropped it."""
        customer = "16505560001"
        begin = {**plan([send("never")]), "id": "stuck-1", "instance": "nobody", "customer": customer}
        status, _ = call(f"{self.server.ingress}/Customer/{NUMBER}:{customer}/take/send", {"starts": [begin]})
        self.assertIn(status, (200, 202))
        self.server.stuck()
        for n in (1, 2):
            message = notification([(customer, f"wamid.stuck.{n}", f"m{n}")])
            self.assertEqual(post_webhook(self.balancer.webhook, message), 200)
        listed = self.workers[0].tool("runs", "--stuck")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        [line] = [line for line in listed.stdout.splitlines() if " Run/run " in line]
        self.assertIn("there is no instance nobody", line)
        self.assertNotIn(customer, listed.stdout)
        self.assertEqual(self.got(customer), [], "they wait behind it")
        ended = self.workers[0].tool("unstick", line.split()[0])
        self.assertEqual(ended.returncode, 0, ended.stderr)
        until(lambda: self.got(customer) == ["thanks for m1", "thanks for m2"], "what came meanwhile")
        self.assertEqual(self.workers[0].tool("runs", "--stuck").stdout, "")
        self.assertEqual(self.workers[0].tool("unstick", line.split()[0]).returncode, 1, "it has ended")

    def test_a_run_killed_while_it_waits_holds_nobody(self) -> None:
        """R12: what it waited for woke it, and the customer waited for its end."""
        customer, to = "16505560002", self.balancer.webhook
        says = lambda text: self.assertEqual(
            200, post_webhook(to, notification([(customer, f"wamid.{text}", text)])))  # fmt: skip
        says("hello")
        until(lambda: len(self.got(customer)) == 2, "the question")
        open_ones = "SELECT id FROM sys_invocation WHERE target_service_name = 'Run' AND status <> 'completed'"
        [run] = until(lambda: self.server.query(open_ones), "the run that waits")
        call(f"{self.server.admin}/invocations/{run['id']}/kill", method="PATCH")
        until(lambda: not self.server.query(open_ones), "its end")
        says("m1")  # it would have woken the run
        says("m2")
        until(lambda: self.got(customer)[2:] == ["thanks for m1", "thanks for m2"], "the customer goes on")
