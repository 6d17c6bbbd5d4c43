"""Loads any plugin of the workflow-adapter contract, version 1: one file, ctypes, Python 3.9 or later.

    plugin = Plugin.load("libwhatsapp_adapter.so")
    with plugin.create({"authenticationToken": "…", "apiVersion": "v27.0", …}) as adapter:
        adapter.on_event(lambda name, event: Verdict.ACCEPTED if keep(event) else Verdict.RETRY)
        adapter.execute("sendMessageText", {"phoneNumber": "+1…", "message": "Hello"})

Threads. Everything may be called from any thread, any number at once; a call that waits lets other
Python threads run. Event callbacks run on the thread that calls `execute` or `process`, before it
returns, or on a thread of the plugin for a submitted command and after `start`; completions run on a
thread of the plugin. A callback may call everything but `Adapter.close`; the log function may call nothing here.
A forked child cannot use its parent's adapters: every call raises with the result STATE.

Every failure is an exception with all that the plugin says of it. `OutcomeUnknown` means that the
message may have gone out: never run that call again by itself.
"""

from __future__ import annotations

import ctypes
import enum
import itertools
import json
import logging
import math
import os
import threading
import weakref
from concurrent.futures import Future
from ctypes import POINTER, CFUNCTYPE, Structure, byref, c_int32, c_int64, c_size_t, c_uint16
from ctypes import c_uint32, c_uint64, c_void_p, cast, sizeof, string_at
from typing import Any, Callable, Dict, Mapping, Optional, Type, Union

__all__ = [
    "Adapter", "AdapterError", "EventNotAccepted", "Garbled", "GarbledSend", "InvalidRequest",
    "LoadError", "Operation", "OutcomeUnknown", "Plugin", "Registration", "Rejected", "Result",
    "Unauthentic", "Unavailable", "Verdict", "webhook_status",
]  # fmt: skip

ABI_MAJOR, ABI_MINOR = 1, 0
_NO_WAIT = 1
_RETRYABLE, _PANIC, _MAYBE_SENT = 1, 2, 4
_LONGEST_MS = 2**62  # what no clock reaches
_LOG = logging.getLogger("workflow_adapter")

JSON = Dict[str, Any]
Request = Union[Mapping[str, Any], str, bytes]
EventCallback = Callable[[str, JSON], "Verdict"]
LogCallback = Callable[[int, str, str, JSON], None]


class Result(enum.IntEnum):
    """What a call returned; the numbers are the contract's and never used again."""

    OK = 0
    INVALID_ARGUMENT = 1
    NOT_FOUND = 2
    INVALID_REQUEST = 3
    COMMAND_FAILED = 4
    UNAVAILABLE = 5
    OUTCOME_UNKNOWN = 6
    EVENT_NOT_ACCEPTED = 7
    BUSY = 8
    CANCELLED = 9
    TIMEOUT = 10
    STATE = 11
    UNSUPPORTED = 12
    UNAUTHENTIC = 13
    INTERNAL = 14
    NO_MEMORY = 15

    @classmethod
    def _missing_(cls, value: object) -> "Result":
        return cls.INTERNAL  # what the contract says of a number that a host does not know


class Verdict(enum.IntEnum):
    """What an event callback answers."""

    ACCEPTED = 0  #: It is safe here: do not deliver it again.
    RETRY = 1  #: It cannot be kept now: deliver it again. An exception means the same.
    DROPPED = 2  #: It is not wanted: do not deliver it again.


class LoadError(Exception):
    """The file is no plugin that this module can use; the message says why."""


class AdapterError(Exception):
    """A call that did not return OK, with everything that the plugin says of it."""

    def __init__(self, result: int, message: str, error: "Optional[_Error]" = None,
                 response: Optional[JSON] = None) -> None:  # fmt: skip
        self.result = Result(result)
        #: One sentence: what was wrong, whose fault it is, what to do. Never a secret.
        self.message = message or f"the plugin answers {self.result.name} and says no more"
        #: The response as `execute` returns it; None where the contract gives none.
        self.response = response
        flags = error.flags if error is not None else 0
        #: Whether the same call may be run again; nothing else says so.
        self.retryable = bool(flags & _RETRYABLE)
        #: Whether the message may have reached its recipient.
        self.maybe_sent = bool(flags & _MAYBE_SENT)
        #: Whether the plugin caught a panic of its own: a defect in the plugin.
        self.panic = bool(flags & _PANIC)
        #: HTTP status of the remote service; 0 if it did not answer.
        self.http_status = int(error.http_status) if error is not None else 0
        #: The remote service's own error code; 0 if it gave none.
        self.remote_code = int(error.remote_code) if error is not None else 0
        #: Milliseconds to wait before the next try; 0 if nothing is known.
        self.retry_after_ms = int(error.retry_after_ms) if error is not None else 0
        #: Whether the webhook had a signature; None if this is no webhook's error.
        self.is_signed: Optional[bool] = None
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.result.name}: {self.message}"


class InvalidRequest(AdapterError):
    """The request or the properties break the descriptor; the message names the member."""


class Rejected(AdapterError):
    """The remote service said no; `remote_code` and `response` say why."""


class Unavailable(AdapterError):
    """Proved not sent, or throttled: run it again after `retry_after_ms` if `retryable`."""


class OutcomeUnknown(AdapterError):
    """The request left and no trustworthy answer came. Never run it again by itself: wait for the
    status event with this call's correlation id."""


class EventNotAccepted(AdapterError):
    """A callback answered RETRY: answer the webhook with 503, so that the sender repeats it."""


class Unauthentic(AdapterError):
    """A webhook's signature, or a handshake's token, is missing or wrong."""


class Garbled(AdapterError):
    """The call succeeded and its response is no JSON: the plugin has a defect."""


class GarbledSend(Garbled, OutcomeUnknown):
    """The same of a command that sends: nobody knows whether the message went out."""


_CLASSES: Dict[int, Type[AdapterError]] = {
    Result.INVALID_REQUEST: InvalidRequest,
    Result.COMMAND_FAILED: Rejected,
    Result.UNAVAILABLE: Unavailable,
    Result.OUTCOME_UNKNOWN: OutcomeUnknown,
    Result.EVENT_NOT_ACCEPTED: EventNotAccepted,
    Result.UNAUTHENTIC: Unauthentic,
}


def webhook_status(error: Optional[AdapterError]) -> int:
    """The HTTP status that answers a webhook whose `process` or `challenge` ended like this; None is
    success. It follows from the result and from what the request had: of a body, the contract calls
    only too large a one an invalid request."""
    if error is None:
        return 200
    if error.result is Result.UNAUTHENTIC:
        return 401 if error.is_signed is False else 403
    if error.result is Result.INVALID_REQUEST:
        return 400 if error.is_signed is None else 413
    again = (Result.EVENT_NOT_ACCEPTED, Result.BUSY, Result.CANCELLED, Result.TIMEOUT, Result.STATE)
    return 503 if error.result in again else 500


# ---- the contract's structs; `ptr` members are no c_char_p, which would lose the pointer to release


class _Buffer(Structure):
    pass


_Buffer._fields_ = [("ptr", c_void_p), ("len", c_size_t),
                    ("release", CFUNCTYPE(None, POINTER(_Buffer))),
                    ("private_data", c_void_p)]  # fmt: skip


class _Error(Structure):
    _fields_ = [("struct_size", c_uint32), ("result", c_int32), ("flags", c_uint32),
                ("http_status", c_int32), ("remote_code", c_int64), ("retry_after_ms", c_uint64),
                ("message", _Buffer)]  # fmt: skip


class _CallOptions(Structure):
    _fields_ = [("struct_size", c_uint32), ("flags", c_uint32), ("timeout_ms", c_uint64),
                ("correlation_id", c_void_p), ("correlation_id_len", c_size_t)]  # fmt: skip


_OnEvent = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t)
_OnCompletion = CFUNCTYPE(None, c_void_p, c_uint64, c_int32, c_void_p, c_size_t, POINTER(_Error))
_OnDrop = CFUNCTYPE(None, c_void_p)
_OnLog = CFUNCTYPE(None, c_void_p, c_int32, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t)


class _Host(Structure):
    _fields_ = [("struct_size", c_uint32), ("abi_major", c_uint16), ("abi_minor", c_uint16),
                ("name", ctypes.c_char_p), ("version", ctypes.c_char_p),
                ("instance_name", ctypes.c_char_p), ("user_data", c_void_p),
                ("log_level", c_int32), ("log", _OnLog), ("get_extension", c_void_p)]  # fmt: skip


def _lists(*names: str) -> list:
    return [field for name in names for field in ((name, c_void_p), ("n_" + name, c_size_t))]


class _Descriptor(Structure):
    _fields_ = [("struct_size", c_uint32), ("flags", c_uint32),
                *((name, c_void_p) for name in ("id", "name", "display", "version", "spec_version",
                                                "vendor", "license", "docs_url")),
                *_lists("properties", "commands", "events", "extension_properties",
                        "extension_commands", "extension_events", "releases"),
                ("json", c_void_p), ("json_len", c_size_t), ("webhook", c_void_p)]  # fmt: skip


_Text = (c_void_p, c_size_t)  # borrowed for the call
_Call = (c_void_p, *_Text, *_Text, POINTER(_CallOptions))


class _Api(Structure):
    _fields_ = [
        ("struct_size", c_uint32), ("abi_major", c_uint16), ("abi_minor", c_uint16),
        ("descriptor", POINTER(_Descriptor)),
        ("get_extension", CFUNCTYPE(c_void_p, ctypes.c_char_p)),
        ("create", CFUNCTYPE(c_int32, POINTER(_Host), *_Text, POINTER(c_void_p), POINTER(_Error))),
        ("destroy", CFUNCTYPE(c_int32, c_void_p, c_uint32)),
        ("execute_command", CFUNCTYPE(c_int32, *_Call, POINTER(_Buffer), POINTER(_Error))),
        ("register_event_callback", CFUNCTYPE(c_int32, c_void_p, *_Text, _OnEvent, c_void_p,
                                              _OnDrop, POINTER(c_uint64), POINTER(_Error))),
        ("unregister_event_callback", CFUNCTYPE(c_int32, c_void_p, c_uint64, c_uint32)),
        ("update_properties", CFUNCTYPE(c_int32, c_void_p, *_Text, POINTER(_Error))),
        ("submit_command", CFUNCTYPE(c_int32, *_Call, _OnCompletion, c_void_p, POINTER(c_uint64),
                                     POINTER(_Error))),
        ("cancel_command", CFUNCTYPE(c_int32, c_void_p, c_uint64)),
        ("result_name", CFUNCTYPE(c_void_p, c_int32)),
        ("cancel_calls", CFUNCTYPE(c_int32, c_void_p, c_uint64)),
        ("poll_completions", CFUNCTYPE(c_int32, c_void_p, c_uint32, c_uint64, POINTER(c_uint64),
                                       POINTER(_Error))),
        ("start", CFUNCTYPE(c_int32, c_void_p, POINTER(_Error))),
    ]  # fmt: skip


class _Webhook(Structure):
    _fields_ = [("struct_size", c_uint32),
                *((name, CFUNCTYPE(c_int32, c_void_p, *_Text, *_Text, POINTER(_Buffer),
                                   POINTER(_Error)))
                  for name in ("challenge", "process"))]  # fmt: skip


class _Metrics(Structure):
    _fields_ = [("struct_size", c_uint32),
                ("snapshot", CFUNCTYPE(c_int32, c_void_p, POINTER(_Buffer),
                                       POINTER(_Error)))]  # fmt: skip


# ---- conversions at the FFI boundary


class _Registry:
    """Python objects by number: `user_data` is the number, so that the functions below can live as
    long as the process. A function object of ctypes that is collected while C still has its address
    would end the process."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._objects: Dict[int, Any] = {}
        self._lock = threading.Lock()

    def add(self, thing: Any) -> int:
        with self._lock:
            number = next(self._numbers)
            self._objects[number] = thing
            return number

    def get(self, number: int) -> Any:
        return self._objects.get(number)

    def take(self, number: int) -> Any:
        with self._lock:
            return self._objects.pop(number, None)


_EVENTS, _OPERATIONS, _LOGS = _Registry(), _Registry(), _Registry()


def _text(pointer: Optional[int], length: int) -> str:
    return string_at(pointer, length).decode("utf-8") if pointer else ""


@_OnEvent
def _on_event(number, name, name_len, body, body_len):  # type: ignore[no-untyped-def]
    # Nothing may leave here: ctypes would answer with whatever the register holds, and an event
    # might count as accepted and be lost.
    try:
        callback = _EVENTS.get(number)
        try:
            what, event = _text(name, name_len), json.loads(_text(body, body_len))
        except (ValueError, RecursionError):  # it would be none the next time either
            _LOG.error("dropped an event that is not JSON")
            return int(Verdict.DROPPED)
        return int(Verdict(callback(what, event)))
    except BaseException:
        _LOG.exception("an event callback failed; the event will be delivered again")
        return int(Verdict.RETRY)


@_OnDrop
def _on_drop(number):  # type: ignore[no-untyped-def]
    _EVENTS.take(number)


@_OnCompletion
def _on_completion(number, _id, result, response, length, error):  # type: ignore[no-untyped-def]
    try:
        operation: Operation = _OPERATIONS.take(number)
        body = string_at(response, length) if response else None
        try:
            if result != Result.OK:
                raise _failure(result, error.contents, body)
            answer = operation._adapter.plugin._json(body, operation._command)
        except AdapterError as failed:
            operation.set_exception(failed)
        else:
            operation.set_result(answer)
    except BaseException:
        _LOG.exception("the end of a submitted command could not be handed over")


@_OnLog
def _on_log(number, level, target, message, length, fields, n):  # type: ignore[no-untyped-def]
    try:
        text = string_at(target).decode("utf-8") if target else ""
        _LOGS.get(number)(level, text, _text(message, length), json.loads(_text(fields, n)))
    except BaseException:
        _LOG.exception("the log function failed")


def _take(buffer: _Buffer) -> Optional[bytes]:
    """What the plugin wrote; the buffer goes back to it, come what may."""
    try:
        return string_at(buffer.ptr, buffer.len) if buffer.ptr else None
    finally:
        if buffer.release:
            buffer.release(byref(buffer))


def _failure(result: int, error: _Error, response: Optional[bytes] = None) -> AdapterError:
    message = (_take(error.message) or b"").decode("utf-8")
    return _CLASSES.get(result, AdapterError)(result, message, error, _parsed(response))


def _parsed(text: Optional[bytes]) -> Any:
    """What a plugin wrote as JSON; None if it is none."""
    try:
        return json.loads(text or b"")
    except (ValueError, RecursionError):
        return None


def _bytes(request: Request) -> bytes:
    if isinstance(request, bytes):
        return request
    return (request if isinstance(request, str) else json.dumps(request)).encode("utf-8")


def _lent(text: bytes) -> "tuple[Any, int]":
    return cast(ctypes.c_char_p(text), c_void_p), len(text)  # the caller holds `text`


def _options(correlation_id: Optional[str], timeout: Optional[float]) -> _CallOptions:
    options = _CallOptions(sizeof(_CallOptions))
    if timeout is not None:
        if math.isnan(timeout):
            raise ValueError("timeout must be a number of seconds")
        # Rounded up: 0 would mean the adapter's own setting, and a tiny limit is no missing one.
        limit = min(max(timeout * 1000, 1), _LONGEST_MS)
        options.timeout_ms = math.ceil(limit)
    if correlation_id is not None:
        text = correlation_id.encode("utf-8")
        options.correlation_id, options.correlation_id_len = _lent(text)
        options._text = text  # held as long as the options
    return options


# ---- what a host uses


class Plugin:
    """A loaded library. There is no unloading: it stays as long as the process lives."""

    def __init__(self, path: str, api: _Api) -> None:
        self._api = api
        #: The file that was loaded.
        self.path = path
        described = api.descriptor.contents
        #: What the plugin offers: properties, commands, events, as the contract's JSON has them.
        self.descriptor: JSON = _parsed(string_at(described.json, described.json_len))
        if not isinstance(self.descriptor, dict):
            raise LoadError(f"{path}: its descriptor is no JSON object")

    @classmethod
    def load(cls, path: "Union[str, os.PathLike[str]]") -> "Plugin":
        """Loads a plugin's file. Raises LoadError if it is none, or speaks another version."""
        absolute = os.path.abspath(os.fspath(path))  # a bare name would be looked for elsewhere
        try:
            library = ctypes.CDLL(absolute, mode=os.RTLD_NOW | os.RTLD_LOCAL)
        except OSError as error:
            raise LoadError(f"{absolute} cannot be loaded: {error}") from error
        try:
            entry = CFUNCTYPE(c_void_p, c_uint16, c_uint16)(("wfa_entry", library))
        except AttributeError as error:
            raise LoadError(f"{absolute} is no adapter plugin: it has no wfa_entry") from error
        table = entry(ABI_MAJOR, ABI_MINOR)
        if not table:
            raise LoadError(f"{absolute} does not speak version {ABI_MAJOR} of the contract")
        return cls(absolute, cast(table, POINTER(_Api)).contents)

    def create(self, properties: Request, *, instance: Optional[str] = None,
               log: Optional[LogCallback] = None, log_level: int = 3) -> "Adapter":  # fmt: skip
        """One configured instance; opens no connection. `properties` is one JSON object.

        `instance` comes back in every event as `adapter`. `log` receives (level 1 error … 5 trace,
        target, message, fields) on any thread, up to `log_level`. Raises InvalidRequest, which names
        the property, and AdapterError."""
        return Adapter(self, _bytes(properties), instance, log, log_level)

    def _optional(self, name: str) -> Any:
        """The table's function; None if the plugin does without it."""
        member = getattr(_Api, name)
        if self._api.struct_size < member.offset + member.size:
            return None
        return getattr(self._api, name) or None  # NULL is false

    def _function(self, name: str) -> Any:
        function = self._optional(name)
        if function is None:
            raise AdapterError(Result.UNSUPPORTED, f"the plugin has no {name}")
        return function

    def _sends(self, command: str) -> bool:
        """Whether the command declares that it cannot be repeated without harm."""
        own, more = self.descriptor, self.descriptor.get("extensions", {})
        rows = [*own.get("commands", []), *more.get("commands", [])]
        return any(row["name"] == command and "sends" in row.get("traits", []) for row in rows)

    def _json(self, response: Optional[bytes], call: str) -> JSON:
        """The response to a call that succeeded."""
        answer = _parsed(response)
        if answer is not None:
            return answer
        name = self.descriptor.get("id", self.path)
        message = f"the plugin {name} is at fault: its response to {call} is no JSON"
        if not self._sends(call):
            raise Garbled(Result.INTERNAL, message)
        unknown = _Error(sizeof(_Error), flags=_MAYBE_SENT)
        raise GarbledSend(Result.OUTCOME_UNKNOWN, f"{message}; it may have been sent", unknown)

    def _extension(self, name: str, kind: Type[Structure]) -> Any:
        pointer = self._api.get_extension(name.encode())
        if not pointer:
            raise AdapterError(Result.UNSUPPORTED, f"the plugin has no extension {name}")
        return cast(pointer, POINTER(kind)).contents


class Adapter:
    """One configured instance. Use it in a `with` statement, or call `close`."""

    def __init__(self, plugin: Plugin, properties: bytes, instance: Optional[str],
                 log: Optional[LogCallback], log_level: int) -> None:  # fmt: skip
        self.plugin = plugin
        self._handle = c_void_p()
        host = _Host(sizeof(_Host), ABI_MAJOR, ABI_MINOR, b"workflow_adapter.py", b"1.0.0",
                     instance.encode("utf-8") if instance is not None else None)  # fmt: skip
        number = 0
        if log is not None:
            number = host.user_data = _LOGS.add(log)
            host.log_level, host.log = log_level, _on_log
        try:
            self._check(plugin._api.create, byref(host), *_lent(properties), byref(self._handle))
        except BaseException:
            _LOGS.take(number)
            raise
        # Also when it is forgotten: threads of the plugin must not call into an ending interpreter.
        self._close = weakref.finalize(self, Adapter._destroy, plugin, self._handle, number)

    @staticmethod
    def _destroy(plugin: Plugin, handle: c_void_p, number: int) -> int:
        result = int(plugin._api.destroy(handle, 0))
        _LOGS.take(number)
        return result

    @staticmethod
    def _check(function: Any, *arguments: Any) -> None:
        error = _Error(sizeof(_Error))
        result = function(*arguments, byref(error))
        if result != Result.OK:
            raise _failure(result, error)

    @staticmethod
    def _answer(function: Any, *arguments: Any) -> bytes:
        buffer, error = _Buffer(), _Error(sizeof(_Error))
        result = function(*arguments, byref(buffer), byref(error))
        response = _take(buffer)
        if result != Result.OK:
            raise _failure(result, error, response)
        return response or b""

    def close(self) -> None:
        """Refuses new calls, ends those in flight (each with its outcome) and gives every callback
        back; returns when nothing of the adapter runs any more. A second call does nothing. Not
        inside a callback: there it raises with the result STATE, and the adapter lives on."""
        closing = self._close.detach()
        if closing is None:
            return
        _, destroy, arguments, _ = closing
        result = destroy(*arguments)
        if result != Result.OK:
            self._close = weakref.finalize(self, destroy, *arguments)
            raise AdapterError(result, "an adapter cannot be closed inside one of its callbacks")

    def __enter__(self) -> "Adapter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, command: str, request: Request, *, correlation_id: Optional[str] = None,
                timeout: Optional[float] = None) -> JSON:  # fmt: skip
        """Runs a command and waits for its end; returns the response. Its events reach the callbacks
        on this thread, before it returns. `correlation_id` (1 to 512 bytes) comes back in status
        events; `timeout` is in seconds. Raises AdapterError or one of its kinds."""
        name, body = command.encode("utf-8"), _bytes(request)
        options = _options(correlation_id, timeout)
        function = self.plugin._api.execute_command
        lent = (*_lent(name), *_lent(body), byref(options))
        return self.plugin._json(self._answer(function, self._handle, *lent), command)

    def submit(self, command: str, request: Request, *, correlation_id: Optional[str] = None,
               timeout: Optional[float] = None) -> "Operation":  # fmt: skip
        """Queues a command and returns at once. The time in the queue counts against `timeout`.
        Raises AdapterError with the result BUSY if the queue is full; then nothing was queued."""
        name, body = command.encode("utf-8"), _bytes(request)
        options, operation = _options(correlation_id, timeout), Operation(self, command)
        number = _OPERATIONS.add(operation)
        try:
            lent = (*_lent(name), *_lent(body), byref(options))
            self._check(self.plugin._function("submit_command"), self._handle, *lent,
                        _on_completion, number, byref(operation._id))  # fmt: skip
        except BaseException:
            _OPERATIONS.take(number)
            raise
        return operation

    def on_event(self, callback: EventCallback, event: Optional[str] = None) -> "Registration":
        """Calls `callback(name, event)` for one event of the descriptor, or for every event. It must
        answer with a Verdict: ACCEPTED only once the event is safe. An exception, and an answer that
        is no Verdict, count as RETRY. An event that is no JSON is dropped and logged."""
        name, number, identity = (event or "").encode("utf-8"), _EVENTS.add(callback), c_uint64()
        try:
            self._check(self.plugin._api.register_event_callback, self._handle, *_lent(name),
                        _on_event, number, _on_drop, byref(identity))  # fmt: skip
        except BaseException:
            _EVENTS.take(number)
            raise
        return Registration(self, identity.value)

    def start(self) -> None:
        """Lets the adapter raise events outside of calls, if it has a source of such events: call it
        once, after `on_event`. They come on threads of the plugin until `close`; one that a callback
        answers with RETRY is offered again later. Does nothing for a plugin without a source. Raises
        AdapterError if the source cannot be opened; the adapter can be used without it."""
        function = self.plugin._optional("start")
        if function is None:
            return
        try:
            self._check(function, self._handle)
        except AdapterError as error:
            if error.result is not Result.UNSUPPORTED:
                raise

    def update(self, properties: Request) -> None:
        """Replaces all properties, a new access token for instance. Callbacks and submitted commands
        stay; calls that run keep the old ones. Raises InvalidRequest; then nothing has changed."""
        body = _bytes(properties)
        self._check(self.plugin._function("update_properties"), self._handle, *_lent(body))

    def process(self, body: bytes, signature: Optional[str]) -> JSON:
        """Processes a webhook's POST: the body's raw bytes and the header that signs them. The events
        come on this thread before it returns. Raises Unauthentic, EventNotAccepted and AdapterError;
        `webhook_status` says what to answer."""
        header = _lent(signature.encode("utf-8")) if signature is not None else (None, 0)
        function = self.plugin._extension("wfa.webhook/1", _Webhook).process
        try:
            answer = self._answer(function, self._handle, *_lent(body), *header)
            return self.plugin._json(answer, "a webhook")
        except AdapterError as error:
            error.is_signed = bool(signature)
            raise

    def challenge(self, query: str, verify_token: str) -> bytes:
        """Answers the GET that registers a webhook: what to send back as text/plain with 200. `query`
        is the request's query string as it came. Raises Unauthentic (answer 403)."""
        asked, token = query.encode("utf-8"), verify_token.encode("utf-8")
        function = self.plugin._extension("wfa.webhook/1", _Webhook).challenge
        return self._answer(function, self._handle, *_lent(asked), *_lent(token))

    def metrics(self) -> JSON:
        """The adapter's counters."""
        snapshot = self.plugin._extension("wfa.metrics/1", _Metrics).snapshot
        return self.plugin._json(self._answer(snapshot, self._handle), "wfa.metrics/1")


class Registration:
    """A callback that is registered. It ends with `unregister`, or with its adapter."""

    def __init__(self, adapter: Adapter, identity: int) -> None:
        self._adapter, self._identity = adapter, identity

    def unregister(self) -> None:
        """No call of the callback starts any more; outside callbacks, none runs any more either."""
        function = self._adapter.plugin._api.unregister_event_callback
        result = function(self._adapter._handle, self._identity, 0)
        if result != Result.OK:
            raise AdapterError(result, "the callback is not registered, or its adapter is closed")


class Operation(Future):
    """A submitted command: a future with its response or its AdapterError, also for
    `asyncio.wrap_future`. Callbacks added to it run on a thread of the plugin."""

    def __init__(self, adapter: Adapter, command: str) -> None:
        super().__init__()
        self._adapter, self._command, self._id = adapter, command, c_uint64()
        self.set_running_or_notify_cancel()

    def cancel(self) -> bool:
        """Asks for its end. The future still ends by itself: with the result CANCELLED if nothing was
        sent, with OutcomeUnknown if the request had left, or with what it came to before. False if
        it has ended."""
        function = self._adapter.plugin._function("cancel_command")
        return function(self._adapter._handle, self._id.value) == Result.OK
