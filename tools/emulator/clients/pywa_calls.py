"""pywa against the emulator: every call, and the emulator's webhooks into its handlers, signatures checked."""

import datetime

from harness import (
    ACCOUNT,
    CUSTOMER,
    NUMBER,
    SECRET,
    TOKEN,
    VERIFY_TOKEN,
    Broken,
    Emulator,
    Listener,
    Refused,
    wait_for,
)
from pywa import WhatsApp, handlers, types
from pywa.types import templates as t
from pywa.types.calls import SessionDescription

GROUP = "Y2FwaV9ncm91cA"
LINK = "https://shop.example/a.png"


def client():
    return WhatsApp(
        phone_id=NUMBER,
        token=TOKEN,
        waba_id=ACCOUNT,
        app_id="1",
        app_secret=SECRET,
        verify_token=VERIFY_TOKEN,
        server=None,
        filter_updates=False,
    )


def calls(emulator: Emulator):
    wa = client()

    def call(what, work, expected=None):
        return emulator.call(f"pywa {what}", work, expected)

    messages(wa, call)
    interactive(wa, call)
    media(wa, call)
    templates(wa, call)
    account(wa, call)
    calling(wa, call)
    groups_and_flows(wa, call)
    settings(wa, call)


def messages(wa, call):
    sent = call("send_message", lambda: wa.send_message(CUSTOMER, "hello", preview_url=True, tracker="t"))
    user = "US.13491208655302741918"
    call("send_message to a user id", lambda: wa.send_message(user, "hello"))
    call("reply", lambda: wa.send_message(CUSTOMER, "hello", reply_to_message_id="wamid.HBgL"))
    call("send_document", lambda: wa.send_document(CUSTOMER, LINK, filename="a.pdf", caption="A caption"))
    for kind in ("image", "video"):
        send = getattr(wa, f"send_{kind}")
        call(f"send_{kind}", lambda send=send: send(CUSTOMER, LINK, caption="A caption"))
    for kind in ("audio", "voice", "sticker"):
        send = getattr(wa, f"send_{kind}")
        call(f"send_{kind}", lambda send=send: send(CUSTOMER, LINK))
    call("send_reaction", lambda: wa.send_reaction(CUSTOMER, "😀", "wamid.HBgL"))
    call("remove_reaction", lambda: wa.remove_reaction(CUSTOMER, "wamid.HBgL"))
    call("send_location", lambda: wa.send_location(CUSTOMER, 1.5, 2.5, "Here", "There"))
    call("request_location", lambda: wa.request_location(CUSTOMER, "Where are you?"))
    call("request_contact_info", lambda: wa.request_contact_info(CUSTOMER, "Your number?"))
    contact = types.Contact(
        name=types.Contact.Name(formatted_name="Ada Lovelace", first_name="Ada"),
        phones=[types.Contact.Phone(phone="+1650", type="MOBILE")],
    )
    call("send_contact", lambda: wa.send_contact(CUSTOMER, contact))
    call("mark_message_as_read", lambda: wa.mark_message_as_read("wamid.HBgL"))
    call("indicate_typing", lambda: wa.indicate_typing("wamid.HBgL"))
    call("pin_message", lambda: wa.pin_message(GROUP, "wamid.HBgL", expiration_days=7))
    call("unpin_message", lambda: wa.unpin_message(GROUP, "wamid.HBgL"))
    assert sent is None or sent.id.startswith("wamid.")


def interactive(wa, call):
    reply = [types.Button("Yes", "y"), types.Button("No", "n")]
    call("buttons", lambda: wa.send_message(CUSTOMER, "Well?", header="Header", footer="Footer", buttons=reply))
    url = types.URLButton(title="Look", url="https://shop.example")
    call("URL button", lambda: wa.send_message(CUSTOMER, "Well?", buttons=url))
    call("voice call button", lambda: wa.send_message(CUSTOMER, "Call?", buttons=types.VoiceCallButton("Call")))
    permission = types.CallPermissionRequestButton()
    call("call permission", lambda: wa.send_message(CUSTOMER, "May we call?", buttons=permission))
    rows = [types.SectionRow("First", "1"), types.SectionRow("Second", "2", "the second")]
    sections = types.SectionList("Choose", [types.Section("One", rows)])
    call("list", lambda: wa.send_message(CUSTOMER, "Well?", buttons=sections))
    flow = types.FlowButton(
        title="Begin", flow_id="1", flow_token="t", flow_action_type=types.FlowActionType.NAVIGATE, flow_action_screen="A"
    )
    call("flow", lambda: wa.send_message(CUSTOMER, "Well?", buttons=flow))
    call("send_catalog", lambda: wa.send_catalog(CUSTOMER, "All of it", "Footer", thumbnail_product_sku="sku"))
    call("send_product", lambda: wa.send_product(CUSTOMER, catalog_id="1", sku="sku", body="This"))
    products = [types.ProductsSection(title="One", skus=["a", "b"])]
    call("send_products", lambda: wa.send_products(CUSTOMER, "1", products, title="Header", body="Body"))
    links = [types.ImageCarouselCard(image=LINK, body=str(i), buttons=url) for i in range(2)]
    call("carousel of links", lambda: wa.send_carousel(CUSTOMER, body="Cards", cards=links))
    replies = [types.ImageCarouselCard(image=LINK, body=str(i), buttons=[types.Button("Yes", f"y{i}")]) for i in range(2)]
    call("carousel of quick replies", lambda: wa.send_carousel(CUSTOMER, body="Cards", cards=replies))


def media(wa, call):
    uploaded = call("upload_media", lambda: wa.upload_media(b"content", mime_type="image/png", filename="a.png"))
    if uploaded is None:
        return
    url = call("get_media_url", lambda: wa.get_media_url(uploaded.id))
    call("get_media_bytes", lambda: wa.get_media_bytes(url.url))
    call("send_image by id", lambda: wa.send_image(CUSTOMER, uploaded.id))
    call("delete_media", lambda: wa.delete_media(uploaded.id))


def templates(wa, call):
    english = t.TemplateLanguage.ENGLISH_US
    call("send_template", lambda: wa.send_template(CUSTOMER, "hello_world", english, params=[]))
    target = t.TapTargetConfiguration(title="Shop", url="https://shop.example")
    call("send_template with a tap target", lambda: wa.send_template(CUSTOMER, "hello_world", english, params=[target]))
    offer = t.Template(
        name="client_offer",
        language=english,
        category=t.TemplateCategory.MARKETING,
        components=[t.BodyText("Hello from the shop"), t.Buttons(buttons=[t.ContactInfoRequestButton()])],
        degrees_of_freedom_spec=t.DegreesOfFreedomSpec(creative_features_spec=t.CreativeFeaturesSpec(image_touchups=True)),
    )
    created = call("create_template", lambda: wa.create_template(offer))
    library = t.LibraryTemplate(
        name="client_library",
        library_template_name="low_balance_warning_1",
        category=t.TemplateCategory.UTILITY,
        language=english,
    )
    call("create_template from the library", lambda: wa.create_template(library))
    call("get_templates", lambda: list(wa.get_templates()))
    statuses = [t.TemplateStatus.PAUSED, t.TemplateStatus.DISABLED]
    found = call("get_templates by status", lambda: list(wa.get_templates(statuses=statuses)))
    if found is not None and {it.status for it in found} != set(statuses):
        raise AssertionError(f"get_templates by status: {found}")
    call(
        "get_templates by all filters",
        lambda: list(
            wa.get_templates(
                categories=[t.TemplateCategory.MARKETING],
                languages=[english],
                content="Hello",
                quality_scores=[t.QualityScoreType.UNKNOWN],
            )
        ),
    )
    if created is not None:
        call("get_template", lambda: wa.get_template(created.id))
        body = [t.BodyText("Hello again from the shop")]
        pending = Refused(100, "a pending template cannot be edited")
        call("update_template", lambda: wa.update_template(created.id, new_components=body), pending)
        call("unpause_template", lambda: wa.unpause_template(created.id))
        own = Refused(100, "the templates of an account are its own already")
        call("migrate_templates", lambda: wa.migrate_templates(ACCOUNT), own)
        missing = Refused(100, "there is no template 1")
        day = datetime.datetime(2026, 1, 1)
        call("compare_templates", lambda: wa.compare_templates(created.id, "1", start=day, end=day), missing)
        call("delete_template", lambda: wa.delete_template("client_offer", template_id=created.id))


def account(wa, call):
    call("get_business_account", lambda: wa.get_business_account())
    call("get_business_phone_number", lambda: wa.get_business_phone_number())
    call("get_business_phone_numbers", lambda: list(wa.get_business_phone_numbers()))
    call("get_business_profile", lambda: wa.get_business_profile())
    call("update_business_profile", lambda: wa.update_business_profile(about="About", websites=["https://shop.example"]))
    call("block_users", lambda: wa.block_users(["16505559999"]))
    unread = Broken("KeyError", "it reads a member `input` that Meta's list of blocked users does not have")
    call("get_blocked_users", lambda: list(wa.get_blocked_users()), unread)
    call("unblock_users", lambda: wa.unblock_users(["16505559999"]))
    call("override_waba_callback_url", lambda: wa.override_waba_callback_url("https://a.example/", VERIFY_TOKEN))
    call("delete_waba_callback_url", lambda: wa.delete_waba_callback_url())
    verified = Refused(136024, "the number is verified already")
    call("request_verification_code", lambda: wa.request_verification_code(code_method="SMS", language_code="en_US"), verified)
    call("register_phone_number", lambda: wa.register_phone_number("123456"))
    never = Refused(136025, "no code was asked for")
    call("verify_phone_number", lambda: wa.verify_phone_number("123456"), never)
    call("deregister_phone_number", lambda: wa.deregister_phone_number())
    call("register_phone_number again", lambda: wa.register_phone_number("123456"))


def calling(wa, call):
    session = SessionDescription(sdp_type="offer", sdp="v=0")
    call("initiate_call", lambda: wa.initiate_call(CUSTOMER, session), Refused(138006, "nobody has permitted a call"))
    own = Broken("TypeError", "its own method lacks an argument; nothing is sent")
    call("get_call_permissions", lambda: wa.get_call_permissions(CUSTOMER), own)
    no_call = Refused(131009, "there is no such call")
    call("terminate_call", lambda: wa.terminate_call("wacid.1"), no_call)
    call("accept_call", lambda: wa.accept_call("wacid.1", session), no_call)


def groups_and_flows(wa, call):
    unknown = Refused(100, "there is none of this id")
    call("create_group", lambda: wa.create_group(subject="Subject"))
    unread = Broken("TypeError", "it takes data for a list; Meta's has the member groups in it")
    call("get_groups", lambda: list(wa.get_groups()), unread)
    call("get_group", lambda: wa.get_group(GROUP), unknown)
    call("get_group_invite_link", lambda: wa.get_group_invite_link(GROUP), unknown)
    call("create_flow", lambda: wa.create_flow("flow", ["OTHER"]))
    call("get_flows", lambda: list(wa.get_flows()))
    call("get_flow", lambda: wa.get_flow("1"), unknown)


def settings(wa, call):
    call("create_qr_code", lambda: wa.create_qr_code("hello"))
    call("get_qr_codes", lambda: list(wa.get_qr_codes()))
    call("get_commerce_settings", lambda: wa.get_commerce_settings())
    call("update_commerce_settings", lambda: wa.update_commerce_settings(True, True))
    call("get_business_phone_number_settings", lambda: wa.get_business_phone_number_settings())
    call("update_display_name", lambda: wa.update_display_name("New"))
    call("update_conversational_automation", lambda: wa.update_conversational_automation(["Hi"]))
    call("set_username", lambda: wa.set_username("shop"))
    call("get_current_username", lambda: wa.get_current_username())
    call("delete_username", lambda: wa.delete_username())


INBOUND = (
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "order",
    "unsupported", "button", "interactive",
)  # fmt: skip


def webhooks(emulator: Emulator):
    """Every inbound type and the life of a message reach a handler; a wrong signature reaches none."""
    wa = client()
    got, failed = [], []
    wa.add_handlers(handlers.RawUpdateHandler(lambda _, update: got.append(update)))
    for kind in (handlers.MessageHandler, handlers.MessageStatusHandler, handlers.CallbackButtonHandler):
        wa.add_handlers(kind(lambda _, update: got.append(update)))
    import logging

    class Errors(logging.Handler):
        def emit(self, record):
            failed.append(record.getMessage() + str(record.exc_info))

    logging.disable(logging.NOTSET)
    logger = logging.getLogger("pywa")
    logger.handlers, logger.propagate = [Errors(level=logging.ERROR)], False

    def take(body, signature):
        refused = wa.webhook_update_validator(body, signature)
        if refused:
            return refused[1]
        return wa.webhook_update_handler(body)[1]

    listener = Listener(take)
    path = f"/v26.0/{ACCOUNT}/subscribed_apps"
    import requests

    bearer = {"Authorization": f"Bearer {TOKEN}"}
    body = {"override_callback_uri": listener.url, "verify_token": VERIFY_TOKEN}
    requests.post(emulator.url + path, json=body, headers=bearer, timeout=30)

    def deliver(what, count, work, typed=True):
        emulator.count += 1
        before, seen = len(listener.statuses), len(got)
        failed.clear(), listener.errors.clear()
        work()
        if not wait_for(lambda: len(listener.statuses) >= before + count):
            return emulator.told(f"pywa webhook {what}", "was not delivered")
        answers = listener.statuses[before:]
        kinds = {type(it).__name__ for it in got[seen:]}
        if set(answers) != {200} or failed or listener.errors or (typed and kinds <= {"dict", "RawUpdate"}):
            emulator.told(f"pywa webhook {what}", f"{answers} {kinds} {failed} {listener.errors}")
        return None

    for kind in INBOUND:
        deliver(kind, 1, lambda kind=kind: emulator.control("/__inbound", {"type": kind}))
    deliver("of a username", 1, lambda: emulator.control("/__inbound", {"from_user_id": "US.1", "username": "ada"}))
    deliver("statuses", 3, lambda: wa.send_message(CUSTOMER, "hello"))
    deliver("statuses to a user id", 3, lambda: wa.send_message("US.13491208655302741918", "hello"))
    opus = wa.upload_media(b"content", mime_type="audio/opus", filename="a.opus")
    deliver("a failed status", 1, lambda: wa.send_audio(CUSTOMER, opus.id))
    before = len(got)
    emulator.control("/__webhook_faults", {"fault": "wrong_signature"})
    emulator.control("/__inbound", {"type": "text"})
    emulator.count += 1
    wait_for(lambda: listener.statuses[-1:] != [200])
    if len(got) != before or listener.statuses[-1] == 200:
        emulator.told("pywa webhook", "a wrong signature was taken")
    listener.stop()
    requests.delete(emulator.url + path, headers=bearer, timeout=30)
    logging.disable(logging.CRITICAL)
