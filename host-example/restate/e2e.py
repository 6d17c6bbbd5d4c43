"""Workers, servers and nodes that die, and what the emulator's ledger says of it: nothing is lost, and
nothing is sent twice. `e2e` builds what this needs and starts it."""

import json
import threading
import time
import unittest
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import median

from e2e_faults import *  # noqa: F403: the proofs of what real life broke
from e2e_rig import (NUMBER, Emulator, Server, TwoWorkers, Worker, call, free_port, notification, plan,
                     post_webhook, send, signed, sleep, status_notification, until)  # fmt: skip

RECOVERY = 5.0  # seconds
AIM = 0.9  # of the throughput without the plugin; a figure, which no test depends on


class Workflows(TwoWorkers):
    """The example's configuration: a message comes in, and what it sets going goes on whatever dies."""

    NAME, HELLO = "workflows", "Hello A, Lucky Shrub is glad that you write."
    QUESTION, PROMISE = "Shall we call you back?", "We call you back within the hour."

    def says(self, customer: str, *texts: str, at: str = None) -> None:
        """The customer's messages come in one notification."""
        messages = [(customer, f"wamid.{customer}.{text}", text) for text in texts]
        self.assertEqual(post_webhook(at or self.balancer.webhook, notification(messages)), 200)

    def wait_for(self, customer: str, *texts: str) -> None:
        until(lambda: len(self.got(customer)) >= len(texts), f"{texts} at {customer}")
        self.assertEqual(self.got(customer), list(texts))

    def waits(self, customer: str) -> None:
        """A run of the customer's waits for an event, and its timer runs."""
        sql = ("SELECT id FROM sys_invocation WHERE target_handler_name = 'time_is_up' "
               f"AND status = 'scheduled' AND target_service_key = '{NUMBER}:{customer}'")  # fmt: skip
        until(lambda: self.server.query(sql), f"a wait of {customer}")

    def test_hello_is_answered_and_thanked_for(self) -> None:
        ada, bob = "16505550101", "16505550102"
        for customer in (ada, bob):
            self.says(customer, "hello")
            self.wait_for(customer, self.HELLO, self.QUESTION)
        self.says(ada, "yes, please")
        self.says(bob, "not now")
        self.wait_for(ada, self.HELLO, self.QUESTION, self.PROMISE)
        self.wait_for(bob, self.HELLO, self.QUESTION, "👍")
        self.nothing_runs()
        self.assertEqual(len(self.emulator.requests()), 6)
        runs = self.server.runs()
        self.assertEqual({run["completion_result"] for run in runs}, {"success"}, runs)

    def test_an_answer_that_comes_with_the_question_counts(self) -> None:
        self.emulator.fault(fault="delay", ms=500, accepted=True)
        self.says("16505550111", "hello", "yes at once")
        self.wait_for("16505550111", self.HELLO, self.QUESTION, self.PROMISE)

    def test_workers_killed_while_the_customer_is_waited_for(self) -> None:
        self.says("16505550121", "hello")
        self.waits("16505550121")
        self.restart_workers()
        self.says("16505550121", "yes")
        self.wait_for("16505550121", self.HELLO, self.QUESTION, self.PROMISE)
        self.nothing_runs()
        self.assertEqual(len(self.got("16505550121")), 3)

    def test_workers_killed_before_the_time_is_up(self) -> None:
        self.says("16505550131", "later")
        self.waits("16505550131")
        self.restart_workers()
        self.wait_for("16505550131", "It is later.")
        self.says("16505550131", "too late")
        self.nothing_runs()
        self.assertEqual(self.got("16505550131"), ["It is later."])

    def test_an_event_that_comes_in_time_ends_the_wait(self) -> None:
        self.says("16505550141", "later")
        self.waits("16505550141")
        self.says("16505550141", "m1")
        self.wait_for("16505550141", "thanks for m1")
        timers = "SELECT id FROM sys_invocation WHERE status = 'scheduled' AND target_service_key = "
        until(lambda: not self.server.query(timers + f"'{NUMBER}:16505550141'"), "the timer's end")
        self.nothing_runs()
        self.assertEqual(self.got("16505550141"), ["thanks for m1"])

    def test_workers_killed_in_the_calls_of_a_workflow(self) -> None:
        customers = [f"165055502{n:02}" for n in range(8)]
        self.emulator.fault(fault="delay", ms=3_000, accepted=True, times=len(customers))
        for customer in customers:
            self.says(customer, "hello")
        until(lambda: len(self.emulator.requests()) == len(customers), "a reply to each on its way")
        self.restart_workers()
        began = time.monotonic()
        for customer in customers:
            self.wait_for(customer, self.HELLO, self.QUESTION)
        print(f"\n  {len(customers)} workflows go on {time.monotonic() - began:.2f} s after the "
              "workers were back")  # fmt: skip
        for customer in customers:
            self.says(customer, "yes")
        for customer in customers:
            self.wait_for(customer, self.HELLO, self.QUESTION, self.PROMISE)

    def converse(self, customer: str) -> list:
        """The customer says hello, to another worker if one is gone, and waits for what there is to get."""
        for worker in self.workers * 2:
            try:
                self.says(customer, "hello", at=worker.webhook)
                break
            except OSError:
                continue
        end = time.monotonic() + self.GIVE_UP_AFTER + 10
        while len(self.got(customer)) < 2 and time.monotonic() < end:
            time.sleep(0.2)
        return self.got(customer)

    def test_one_of_two_workers_killed_while_customers_write(self) -> None:
        customers = [f"165055503{n:02}" for n in range(60)]
        self.emulator.fault(fault="delay", ms=200, accepted=True, times=10_000)  # calls are on their way
        self.addCleanup(call, f"{self.emulator.url}/__faults", method="DELETE")
        with ThreadPoolExecutor(8) as pool:
            conversations = [pool.submit(self.converse, customer) for customer in customers]
            until(lambda: len(self.emulator.requests()) > 20, "the first replies")
            self.workers[0].kill()
            got = [conversation.result() for conversation in conversations]
        self.workers[0].start()
        self.workers[0].ready()
        failed = "SELECT id FROM sys_invocation WHERE completion_failure LIKE '%OUTCOME_UNKNOWN%'"
        unknown, greeted = len(self.server.query(failed)), 0
        for customer, received in zip(customers, got):
            self.assertIn(received, [[], [self.HELLO], [self.HELLO, self.QUESTION]])
            if len(received) == 2:
                greeted += 1
                self.says(customer, "yes")
                self.wait_for(customer, self.HELLO, self.QUESTION, self.PROMISE)
        # Where the process died between intent and send: it is told, and it was not sent.
        self.assertEqual(greeted + unknown, len(customers))
        self.assertLessEqual(unknown, 8)
        print(f"\n  {len(customers)} customers: {greeted} were greeted, asked and answered, "
              f"{unknown} with an unknown outcome")  # fmt: skip
        self.nothing_runs()

    def test_other_webhooks_start_runs_and_may_wait_for_their_end(self) -> None:
        def post(trigger: str, number: int) -> "tuple[int, object]":
            # What tells whose webhook it is, so that it has an order among the customer's others.
            value = {"messages": [{"from": "16505550151"}]}
            body = {"phone": "+16505550151", "order": number, "entry": [{"changes": [{"value": value}]}]}
            return call(f"{self.workers[number % 2].url}/wfe/api/advancedwebhook/{trigger}", body)

        status, answer = post("order", 1)
        [request] = self.emulator.requests()
        self.assertEqual((status, answer), (200, {"id": request["message_id"]}))
        self.emulator.fault(fault="graph", code=131030)
        status, answer = post("order", 2)
        self.assertEqual(status, 500)
        self.assertIn("131030", answer["error"])
        self.assertEqual(post("parcel", 3), (200, None))
        self.wait_for("16505550151", *(f"Order {number} is on its way." for number in (1, 3)))

    def test_messages_come_once_and_in_order_whatever_the_envelope(self) -> None:
        customers = ["16505550001", "16505550002", "16505550003"]
        messages = [(one, f"wamid.{one}.{n}", f"m{n}") for n in range(1, 6) for one in customers]
        one, other = (worker.webhook for worker in self.workers)
        self.assertEqual(post_webhook(one, notification(messages[:9])), 200)
        until(lambda: len(self.emulator.requests()) == 9, "a reply to each of the first")
        # The same again, in another envelope with new ones, at a worker that has not seen them.
        self.assertEqual(post_webhook(other, notification(messages[3:])), 200)
        self.assertEqual(post_webhook(one, notification(messages[::-1])), 200)
        until(lambda: len(self.emulator.requests()) >= len(messages), "a reply to each")
        self.nothing_runs()
        self.assertEqual(len(self.emulator.requests()), len(messages))
        for customer in customers:
            self.assertEqual(self.got(customer), [f"thanks for m{n}" for n in range(1, 6)])


class Deaths(TwoWorkers):
    """What becomes of single runs."""

    def count(self, text: str) -> int:
        return self.emulator.texts().count(text)

    def test_a_worker_with_a_key_answers_to_its_server_only(self) -> None:
        key = "publickeyv1_w7YHemBctH5Ck2nQRQ47iBBqhNHy4FV7t2Usbye2A6f"
        worker = Worker("keyed-worker", self.server, self.emulator.url, key=key)
        self.addCleanup(worker.kill)
        worker.ready()
        self.assertTrue(self.server.accepts(self.balancer.url))
        self.assertFalse(self.server.accepts(f"http://127.0.0.1:{worker.port}"))

    def test_a_run_waits_for_an_event_of_the_customer_whom_it_names(self) -> None:
        wait = {"kind": "wait", "for_ms": 60_000, "event": {"name": "customer_message"}}
        status, error = self.server.run([wait])
        self.assertEqual(status, 500)
        self.assertIn("name its `customer`", str(error))
        wait["event"]["customer"] = "16505550161"
        invocation = self.server.begin([wait, send("heard")])
        waits = f"SELECT id FROM sys_invocation WHERE target_service_key = '{NUMBER}:16505550161'"
        until(lambda: len(self.server.query(waits)) == 2, "the wait and its timer")
        to = self.balancer.webhook
        self.assertEqual(post_webhook(to, notification([("16505550161", "wamid.x", "hi")])), 200)
        self.assertEqual(self.server.result(invocation)[0], 200)
        self.assertEqual(self.emulator.texts(), ["heard"])

    def test_a_send_carries_its_steps_id(self) -> None:
        invocation = self.server.begin([send("plain")])
        status, [response] = self.server.result(invocation)
        self.assertEqual((status, response["status"]), (200, "SUCCESS"))
        [request] = self.emulator.requests()
        self.assertEqual(request["correlation"], f"{invocation}.1.1")

    def test_the_same_key_is_one_invocation(self) -> None:
        first, second = (self.server.begin([send("keyed")], key="order-77") for _ in range(2))
        self.assertEqual(first, second)
        self.server.result(first)
        self.assertEqual(self.count("keyed"), 1)

    def test_a_refusal_is_final(self) -> None:
        self.emulator.fault(fault="graph", code=131030)
        status, error = self.server.run([send("refused")])
        self.assertEqual(status, 500)
        self.assertIn("131030", str(error))
        self.assertEqual(self.count("refused"), 1)

    def test_what_was_not_sent_is_sent_after_the_wait(self) -> None:
        self.emulator.fault(fault="graph", code=130429, times=2)
        status, [response] = self.server.run([send("throttled")])
        self.assertEqual((status, response["status"]), (200, "SUCCESS"))
        self.assertEqual(self.emulator.texts(accepted_only=True).count("throttled"), 1)

    def test_an_unknown_outcome_is_resolved_by_its_status(self) -> None:
        self.emulator.fault(fault="reset_after_body", accepted=True)
        status, [response] = self.server.run([send("lost answer")])
        self.assertEqual(status, 200)
        [request] = self.emulator.requests()
        self.assertEqual(response["messageId"], request["message_id"])

    def test_an_unknown_outcome_without_a_status_is_told_and_not_sent_again(self) -> None:
        self.emulator.fault(fault="reset_after_body", accepted=False)
        status, error = self.server.run([send("never accepted")])
        self.assertEqual(status, 500)
        self.assertIn("OUTCOME_UNKNOWN", str(error))
        self.assertEqual(self.count("never accepted"), 1)

    def test_workers_killed_in_a_timer(self) -> None:
        pause = 3.0
        invocation = self.server.begin([send("before"), sleep(pause), send("after")])
        self.emulator.wait_for("before")
        began = time.monotonic()
        self.restart_workers()
        status, _ = self.server.result(invocation)
        late = time.monotonic() - began - pause
        print(f"\n  finished {late:.2f} s after the timer was due")
        self.assertEqual(status, 200)
        self.assertLess(late, RECOVERY)
        self.assertEqual(self.emulator.texts(), ["before", "after"])

    def test_workers_killed_in_a_call(self) -> None:
        self.emulator.fault(fault="delay", ms=3_000, accepted=True)
        invocation = self.server.begin([send("in the call"), send("next")])
        self.emulator.wait_for("in the call")
        self.restart_workers()
        began = time.monotonic()
        status, responses = self.server.result(invocation)
        print(f"\n  finished {time.monotonic() - began:.2f} s after the workers were back")
        self.assertEqual(status, 200, responses)
        sent = [request["message_id"] for request in self.emulator.requests()]
        self.assertEqual([response["messageId"] for response in responses], sent)
        self.assertEqual(self.emulator.texts(), ["in the call", "next"])

    def test_the_server_killed_in_a_timer_and_in_a_call(self) -> None:
        self.emulator.fault(fault="delay", ms=2_000, accepted=True)
        calling = self.server.begin([send("calling")])
        waiting = self.server.begin([send("waiting"), sleep(2), send("waited")])
        for text in ("calling", "waiting"):
            self.emulator.wait_for(text)
        self.server.kill()
        began = time.monotonic()
        self.server.start()
        self.server.ready()
        print(f"\n  the server answered after {time.monotonic() - began:.2f} s")
        for invocation in (calling, waiting):
            status, answer = self.server.result(invocation)
            self.assertEqual(status, 200, answer)
        self.assertEqual(sorted(self.emulator.texts()), ["calling", "waited", "waiting"])


class Load(TwoWorkers):
    """Many runs at once. The emulator posts its notifications one by one: the last ones come late."""

    NAME, GIVE_UP_AFTER = "load", 40

    def test_one_of_two_workers_killed_under_load(self) -> None:
        count = 100
        # Each run has a customer of its own: to one customer a message goes every six seconds at most.
        plans = [[send(f"{n} first", to), sleep(0.1), send(f"{n} second", to)]
                 for n, to in enumerate(f"+1650557{n:04}" for n in range(count))]  # fmt: skip
        with ThreadPoolExecutor(16) as pool:
            runs = [pool.submit(self.server.run, plan) for plan in plans]
            until(lambda: len(self.emulator.requests()) > count // 2, "half of the first sends")
            self.workers[0].kill()
            killed = time.monotonic()
            seen = len(self.emulator.requests())
            until(lambda: len(self.emulator.requests()) > seen + 20, "sends after the kill")
            recovered = time.monotonic() - killed
            ends = [run.result() for run in runs]
        sent = self.emulator.texts(accepted_only=True)
        unknown = 0
        for number, (status, answer) in enumerate(ends):
            first, second = sent.count(f"{number} first"), sent.count(f"{number} second")
            if status == 200:
                self.assertEqual((first, second), (1, 1), number)
            else:
                # The process died between intent and send: it is told, and it was not sent.
                self.assertIn("OUTCOME_UNKNOWN", str(answer), status)
                self.assertIn((first, second), [(0, 0), (1, 0)], number)
                unknown += 1
        print(f"\n  {count} runs, {len(sent)} messages, {unknown} with an unknown outcome; "
              f"20 more sends {recovered:.2f} s after the kill")  # fmt: skip
        self.assertLess(recovered, RECOVERY)
        self.assertLessEqual(unknown, 16)
        self.assertEqual(len(sent), len(set(sent)))


class Cluster(unittest.TestCase):
    """Three nodes, each entry on two of them."""

    def test_the_node_that_took_the_call_is_killed(self) -> None:
        port, ports = free_port(), [[free_port() for _ in range(3)] for _ in range(3)]
        nodes = [Server("cluster", number, ports, of=3) for number in (1, 2, 3)]
        for node in nodes:
            self.addCleanup(node.kill)
        for node in nodes:
            node.ready()
        worker = Worker("cluster-worker", nodes[1], f"http://127.0.0.1:{port}")
        self.addCleanup(worker.kill)
        worker.ready()
        emulator = Emulator("cluster-emulator", port, "--webhook-url", worker.webhook)
        self.addCleanup(emulator.kill)
        nodes[0].register(f"http://127.0.0.1:{worker.port}")
        invocation = nodes[0].begin([send("before"), sleep(2), send("after")])
        emulator.wait_for("before")
        nodes[0].kill()
        began = time.monotonic()
        status, responses = nodes[1].result(invocation)
        print(f"\n  the result came from another node {time.monotonic() - began:.2f} s after the kill")
        self.assertEqual((status, len(responses)), (200, 2))
        self.assertEqual(emulator.texts(), ["before", "after"])


class Throughput(unittest.TestCase):
    """The same handler with the plugin and without, by turns in one run."""

    ROUNDS, CALLS, CALLERS, EVENTS = 5, 400, 16, 1200

    def setUp(self) -> None:
        port, self.server = free_port(), Server("throughput")
        self.addCleanup(self.server.kill)
        self.server.ready()
        url = f"http://127.0.0.1:{port}"
        self.worker = Worker("throughput-worker", self.server, url, pace=0)  # its own pace is not measured
        self.addCleanup(self.worker.kill)
        self.worker.ready()
        self.emulator = Emulator("throughput-emulator", port, "--no-statuses")
        self.addCleanup(self.emulator.kill)
        self.server.register(f"http://127.0.0.1:{self.worker.port}")

    def spent(self) -> list:
        """CPU seconds of the server, the worker and the emulator, and bytes that the server wrote."""
        (on_server, written), *others = (process.spent() for process in
                                         (self.server, self.worker, self.emulator))  # fmt: skip
        return [on_server, *(seconds for seconds, _ in others), written]

    def round(self, url: str, requests: list, done=lambda: True) -> "tuple[float, list]":
        """Posts the (body, headers) and waits until all is done; how many a second, and what one took."""
        parts = urllib.parse.urlsplit(url)
        before = self.spent()

        def caller(share: list) -> None:
            connection = HTTPConnection(parts.netloc, timeout=60)
            for body, headers in share:
                headers = {"content-type": "application/json", **headers}
                connection.request("POST", parts.path, body, headers)
                answer = connection.getresponse()
                answer.read()
                failed.extend([answer.status] if answer.status != 200 else [])
            connection.close()

        failed = []
        threads = [threading.Thread(target=caller, args=(requests[n :: self.CALLERS],))
                   for n in range(self.CALLERS)]  # fmt: skip
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until(done, "the end of the round", pause=1)  # to ask costs the server something
        rate = len(requests) / (time.monotonic() - began)
        self.assertEqual(failed, [])
        return rate, [(late - early) / len(requests) for early, late in zip(before, self.spent())]

    def tell(self, what: str, costs: list) -> None:
        *seconds, written = (median(column) for column in zip(*costs))
        server, worker, emulator = (f"{1e3 * value:.2f} ms" for value in seconds)
        print(f"  {what}: {server} of CPU in the server, {worker} in the worker, {emulator} in the "
              f"emulator; {written / 1e3:.1f} KB written")  # fmt: skip

    def test_what_a_command_costs(self) -> None:
        with_plugin = [send("x", f"+1650555{n:04}") for n in range(self.CALLS)]
        # A command that there is not is refused at once, in the same two durable steps.
        without = [{**step, "command": "nothing", "on_error": "end"} for step in with_plugin]
        runs = [[(json.dumps(plan([step])).encode(), {}) for step in steps]
                for steps in (without, with_plugin)]  # fmt: skip
        url = f"{self.server.ingress}/Run/run"
        found = []
        self.round(url, runs[1])
        for _ in range(self.ROUNDS):
            found.append([self.round(url, bodies) for bodies in runs])
        other, one = (median(rate for rate, _ in rounds) for rounds in zip(*found))
        ratio = median(rate / without for (without, _), (rate, _) in found)
        print(f"\n  {one:.0f}/s with the plugin, {other:.0f}/s without; median of the ratios "
              f"{ratio:.2f} (aim {AIM})")  # fmt: skip
        for what, rounds in zip(("without the plugin", "a command"), zip(*found)):
            self.tell(what, [costs for _, costs in rounds])
        self.assertEqual(len(self.emulator.requests()), self.CALLS * (self.ROUNDS + 1))

    def test_what_an_event_costs(self) -> None:
        rates, costs = [], []
        open_ones = "SELECT id FROM sys_invocation WHERE status NOT IN ('completed', 'scheduled')"
        for number in range(self.ROUNDS):
            bodies = [status_notification(f"{number}-{n}", status) for n in range(self.EVENTS // 3)
                      for status in ("sent", "delivered", "read")]  # fmt: skip
            notifications = [(body, signed(body)) for body in bodies]
            rate, cost = self.round(self.worker.webhook, notifications,
                                    lambda: not self.server.query(open_ones))  # fmt: skip
            rates.append(rate)
            costs.append(cost)
        print(f"\n  {median(rates):.0f} events/s, three for each message, each in a notification of its own")
        self.tell("an event", costs)


if __name__ == "__main__":
    unittest.main()
