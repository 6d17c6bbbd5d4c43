"""pywa, heyoo and whatsapp-python against the emulator: every call of theirs, and its webhooks into pywa's
listener with signature checks on."""

import contextlib
import io
import json
import logging
import pathlib
import sys
import tempfile
import traceback
import warnings

import httpx
import requests

import pywa_calls
from harness import CUSTOMER, NUMBER, TOKEN, Emulator, Refused


def turn_requests(emulator):
    """Sends what `requests` and `httpx` would send to Meta to the emulator, and notes the answers."""
    plain = requests.Session.send

    def send(self, request, **options):
        request.url = emulator.turned(request.url)
        if not request.url.startswith(emulator.url):
            # whatsapp-python looks its version up; there is nothing for it to find here.
            answer = requests.Response()
            answer.status_code, answer._content = 200, b"{}"
            return answer
        answer = plain(self, request, **options)
        emulator.answered(answer.status_code, answer.content)
        return answer

    requests.Session.send = send
    handle = httpx.HTTPTransport.handle_request

    def handle_request(self, request):
        request.url = httpx.URL(emulator.turned(str(request.url)))
        request.headers["Host"] = request.url.netloc.decode()
        answer = handle(self, request)
        answer.read()
        emulator.answered(answer.status_code, answer.content)
        return answer

    httpx.HTTPTransport.handle_request = handle_request


def a_file(name, content=b"content"):
    path = pathlib.Path(tempfile.mkdtemp()) / name
    path.write_bytes(content)
    return str(path)


BUTTON = {
    "header": "Header",
    "body": "Body",
    "footer": "Footer",
    "action": {
        "button": "Choose",
        "sections": [{"title": "One", "rows": [{"id": "1", "title": "First", "description": ""}]}],
    },
}

REPLY_BUTTON = {
    "type": "button",
    "body": {"text": "Yes or no?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
}

CONTACT = [{"name": {"formatted_name": "Ada L", "first_name": "Ada", "last_name": None}, "phones": [{"phone": "+1"}]}]

NULL_CONTACT = Refused(131008, "a contact whose only part of a name is null")


def calls_of_both(emulator, client, name):
    """What heyoo and whatsapp-python, which is made from it, have in common."""
    call = lambda what, work, expected=None: emulator.call(f"{name} {what}", work, expected)  # noqa: E731
    link = "https://shop.example/a.png"
    call("send_template", lambda: client.send_template("hello_world", CUSTOMER, components=[], lang="en_US"))
    call("send_location", lambda: client.send_location(1.5, 2.5, "Here", "There", CUSTOMER))
    for kind in ("image", "video", "document"):
        send = getattr(client, f"send_{kind}")
        call(f"send_{kind}", lambda send=send: send(link, CUSTOMER, caption="A caption"))
        call(f"send_{kind} without a caption", lambda send=send: send(link, CUSTOMER))
    call("send_sticker", lambda: client.send_sticker(link, CUSTOMER))
    call("send_audio", lambda: client.send_audio(link, CUSTOMER))
    call("send_contacts", lambda: client.send_contacts(CONTACT, CUSTOMER))
    nameless = [{"name": {"formatted_name": "Ada", "first_name": None}}]
    call("send_contacts with null", lambda: client.send_contacts(nameless, CUSTOMER), NULL_CONTACT)
    call("send_button", lambda: client.send_button(BUTTON, CUSTOMER))
    call("send_reply_button", lambda: client.send_reply_button(REPLY_BUTTON, CUSTOMER))
    body = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "hello"}}
    call("send_custom_json", lambda: client.send_custom_json(dict(body), CUSTOMER))
    uploaded = call("upload_media", lambda: client.upload_media(a_file("a.png")))
    media = uploaded["id"] if uploaded else "1"
    url = call("query_media_url", lambda: client.query_media_url(media))
    saved = str(pathlib.Path(tempfile.mkdtemp()) / "saved")
    call("download_media", lambda: client.download_media(url, "image/png", saved))
    call("delete_media", lambda: client.delete_media(media))


def heyoo_calls(emulator):
    from heyoo import WhatsApp

    client = WhatsApp(TOKEN, NUMBER)
    calls_of_both(emulator, client, "heyoo")
    call = lambda what, work, expected=None: emulator.call(f"heyoo {what}", work, expected)  # noqa: E731
    call("send_message", lambda: client.send_message("hello", CUSTOMER))
    call("send_reaction", lambda: client.send_reaction("😀", "wamid.HBgL", CUSTOMER))
    call("reply_to_message", lambda: client.reply_to_message("wamid.HBgL", CUSTOMER, "hello"))
    call("mark_as_read", lambda: client.mark_as_read("wamid.HBgL"))


def whatsapp_python_calls(emulator):
    from whatsapp import Message, WhatsApp

    client = WhatsApp(TOKEN, {"1": NUMBER}, update_check=False, version="v26.0", logger=False, debug=False)
    calls_of_both(emulator, client, "whatsapp-python")
    call = lambda what, work, expected=None: emulator.call(f"whatsapp-python {what}", work, expected)  # noqa: E731
    message = Message(instance=client, to=CUSTOMER, content="hello")
    call("send", message.send)
    inbound = {"entry": [{"changes": [{"value": emulator.message}]}]}
    received = Message(instance=client, data=inbound)
    call("reply", lambda: received.reply("hello"))
    call("react", lambda: received.react("😀"), Refused(100, "a reaction to nobody: it sends no recipient"))
    call("mark_as_read", received.mark_as_read)


def readers(emulator):
    """The clients that only read a webhook's body, without a check of its signature, find what it says."""
    from heyoo import WhatsApp

    client = WhatsApp(TOKEN, NUMBER)
    data = {"entry": [{"changes": [{"value": emulator.message, "field": "messages"}]}]}
    for what, found in {
        "get_mobile": client.get_mobile(data),
        "get_name": client.get_name(data),
        "get_message": client.get_message(data),
    }.items():
        emulator.count += 1
        if not found:
            emulator.told(f"heyoo {what}", f"found nothing in {data}")


def main(program):
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    emulator = Emulator(program)
    try:
        turn_requests(emulator)
        emulator.control("/__inbound", {"type": "text", "text": {"body": "hello"}})
        body = json.loads(emulator.control("/__ledger")["webhooks"][0]["body"])
        emulator.message = body["entry"][0]["changes"][0]["value"]
        for part in (pywa_calls.calls, pywa_calls.webhooks, heyoo_calls, whatsapp_python_calls, readers):
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                try:
                    part(emulator)
                except Exception:  # noqa: BLE001
                    emulator.told(part.__name__, traceback.format_exc())
        for failure in emulator.failures:
            print(f"FAILED {failure}")
    finally:
        emulator.stop()
    print(f"pywa, heyoo, whatsapp-python: {emulator.count} calls, {len(emulator.failures)} failed")
    return 1 if emulator.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
