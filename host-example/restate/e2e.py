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

from e2e_rig import (Balancer, Emulator, Server, Worker, call, free_port, notification,
                     post_webhook, send, signed, status_notification, until)  # fmt: skip

RECOVERY = 5.0  # seconds
AIM = 0.9  # of the throughput without the plugin; a figure, which no test depends on


class TwoWorkers(unittest.TestCase):
    """One server, two workers behind a balancer."""

    NAME, GIVE_UP_AFTER = "two", 10

    @classmethod
    def setUpClass(cls) -> None:
        port = free_port()
        cls.server = Server(cls.NAME)
        cls.server.ready()
        url = f"http://127.0.0.1:{port}"
        cls.workers = [Worker(f"{cls.NAME}-worker{n}", cls.server.ingress, url, cls.GIVE_UP_AFTER)
                       for n in (1, 2)]  # fmt: skip
        for worker in cls.workers:
            worker.ready()
        cls.balancer = Balancer(f"{cls.NAME}-balancer", cls.workers)
        until(lambda: call(cls.balancer.webhook)[0] == 403, "the balancer")
        to = cls.balancer.webhook
        cls.emulator = Emulator(f"{cls.NAME}-emulator", port, "--webhook-url", to)
        cls.emulator.redeliver(to)
        cls.server.register(cls.balancer.url)

    @classmethod
    def tearDownClass(cls) -> None:
        for process in (cls.emulator, cls.balancer, *cls.workers, cls.server):
            process.kill()


class Deaths(TwoWorkers):
    """What becomes of single plans."""

    def setUp(self) -> None:
        call(f"{self.emulator.url}/__ledger", method="DELETE")

    def restart_workers(self) -> None:
        for worker in self.workers:
            worker.kill()
        for worker in self.workers:
            worker.start()
        for worker in self.workers:
            worker.ready()

    def count(self, text: str) -> int:
        return self.emulator.texts().count(text)

    def test_a_send_carries_its_steps_id(self) -> None:
        invocation = self.server.begin([send("plain")])
        status, [response] = self.server.result(invocation)
        self.assertEqual((status, response["status"]), (200, "SUCCESS"))
        [request] = self.emulator.requests()
        self.assertEqual(request["correlation"], f"{invocation}.0.1")

    def test_the_same_key_is_one_invocation(self) -> None:
        first, second = (self.server.begin([send("keyed")], key="order-77") for _ in range(2))
        self.assertEqual(first, second)
        self.server.result(first)
        self.assertEqual(self.count("keyed"), 1)

    def test_a_refusal_is_final(self) -> None:
        self.emulator.fault(fault="graph", code=131030)
        status, error = self.server.run([send("refused")])
        self.assertEqual(status, 422)
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
        self.assertEqual(status, 504)
        self.assertIn("OUTCOME_UNKNOWN", str(error))
        self.assertEqual(self.count("never accepted"), 1)

    def test_workers_killed_in_a_timer(self) -> None:
        pause = 3.0
        plan = [send("before"), {"sleep_ms": int(pause * 1000)}, send("after")]
        invocation = self.server.begin(plan)
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
        waiting = self.server.begin([send("waiting"), {"sleep_ms": 2_000}, send("waited")])
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

    def test_messages_come_once_and_in_order_whatever_the_envelope(self) -> None:
        customers = ["16505550001", "16505550002", "16505550003"]
        messages = [(one, f"wamid.{one}.{n}", f"m{n}") for n in range(1, 6) for one in customers]
        one, other = (worker.webhook for worker in self.workers)
        self.assertEqual(post_webhook(one, notification(messages[:9])), 200)
        # The same again, in another envelope with new ones, at a worker that has not seen them.
        self.assertEqual(post_webhook(other, notification(messages[3:])), 200)
        self.assertEqual(post_webhook(one, notification(messages[::-1])), 200)
        until(lambda: len(self.emulator.requests()) >= len(messages), "a reply to each")
        for customer in customers:
            replies = [request["json"]["text"]["body"] for request in self.emulator.requests()
                       if request["json"]["to"] == customer]  # fmt: skip
            self.assertEqual(replies, [f"{n}: thanks for “m{n}”" for n in range(1, 6)])


class Load(TwoWorkers):
    """Many plans at once. The emulator posts its notifications one by one: the last ones come late."""

    NAME, GIVE_UP_AFTER = "load", 40

    def test_one_of_two_workers_killed_under_load(self) -> None:
        count = 100
        plans = [[send(f"{n} first"), {"sleep_ms": 100}, send(f"{n} second")] for n in range(count)]
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
                self.assertEqual(status, 504, answer)
                self.assertIn((first, second), [(0, 0), (1, 0)], number)
                unknown += 1
        print(f"\n  {count} plans, {len(sent)} messages, {unknown} told as unknown; "
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
        worker = Worker("cluster-worker", nodes[1].ingress, f"http://127.0.0.1:{port}")
        self.addCleanup(worker.kill)
        worker.ready()
        emulator = Emulator("cluster-emulator", port, "--webhook-url", worker.webhook)
        self.addCleanup(emulator.kill)
        nodes[0].register(f"http://127.0.0.1:{worker.port}")
        invocation = nodes[0].begin([send("before"), {"sleep_ms": 2_000}, send("after")])
        emulator.wait_for("before")
        nodes[0].kill()
        began = time.monotonic()
        status, responses = nodes[1].result(invocation)
        print(f"\n  the result came from another node {time.monotonic() - began:.2f} s after the kill")
        self.assertEqual((status, len(responses)), (200, 2))
        self.assertEqual(emulator.texts(), ["before", "after"])


class Throughput(unittest.TestCase):
    """The same handler with the plugin and without, by turns in one run."""

    ROUNDS, CALLS, CALLERS = 5, 400, 16

    def setUp(self) -> None:
        port, self.server = free_port(), Server("throughput")
        self.addCleanup(self.server.kill)
        self.server.ready()
        url = f"http://127.0.0.1:{port}"
        self.worker = Worker("throughput-worker", self.server.ingress, url)
        self.addCleanup(self.worker.kill)
        self.worker.ready()
        self.emulator = Emulator("throughput-emulator", port, "--no-statuses")
        self.addCleanup(self.emulator.kill)
        self.server.register(f"http://127.0.0.1:{self.worker.port}")

    def round(self, url: str, requests: list) -> "tuple[float, list]":
        """Posts the (body, headers); how many a second, and what one took: CPU seconds of the server and
        of the worker, bytes that the server wrote."""
        parts = urllib.parse.urlsplit(url)
        before = (*self.server.spent(), *self.worker.spent())

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
        rate = len(requests) / (time.monotonic() - began)
        self.assertEqual(failed, [])
        after = (*self.server.spent(), *self.worker.spent())
        on_server, written, on_worker, _ = (
            (late - early) / len(requests) for early, late in zip(before, after)
        )
        return rate, [on_server, on_worker, written]

    def tell(self, what: str, costs: list) -> None:
        on_server, on_worker, written = (median(column) for column in zip(*costs))
        print(f"  {what}: {on_server * 1e3:.2f} ms of CPU in the server, {on_worker * 1e3:.2f} ms in "
              f"the worker, {written / 1e3:.1f} KB written")  # fmt: skip

    def test_what_a_command_costs(self) -> None:
        plans = [(json.dumps([send("x", f"+1650555{n:04}")]).encode(), {}) for n in range(self.CALLS)]
        url = f"{self.server.ingress}/Adapter/run"
        ratios, rates, costs = [], [], []
        self.round(url, plans)
        for _ in range(self.ROUNDS):
            self.worker.restart("--without-plugin")
            without, _ = self.round(url, plans)
            self.worker.restart()
            rate, cost = self.round(url, plans)
            ratios.append(rate / without)
            rates.append((rate, without))
            costs.append(cost)
        one, other = (median(column) for column in zip(*rates))
        print(f"\n  {one:.0f}/s with the plugin, {other:.0f}/s without; median of the ratios "
              f"{median(ratios):.2f} (aim {AIM})")  # fmt: skip
        self.tell("a command", costs)
        self.assertEqual(len(self.emulator.requests()), self.CALLS * (self.ROUNDS + 1))

    def test_what_an_event_costs(self) -> None:
        rates, costs = [], []
        for number in range(self.ROUNDS):
            bodies = [status_notification(f"{number}-{n}") for n in range(self.CALLS)]
            rate, cost = self.round(self.worker.webhook, [(body, signed(body)) for body in bodies])
            rates.append(rate)
            costs.append(cost)
        print(f"\n  {median(rates):.0f} events/s, each in a notification of its own")
        self.tell("an event", costs)


if __name__ == "__main__":
    unittest.main()
