//! Changes of the example requests, and the expected findings.

use serde_json::{Value, json};

pub(super) struct Case {
    pub(super) command: &'static str,
    /// JSON pointer of the changed value.
    pub(super) at: &'static str,
    pub(super) value: Value,
    /// What the message says.
    pub(super) says: &'static str,
}

pub(super) fn case(
    command: &'static str,
    at: &'static str,
    value: Value,
    says: &'static str,
) -> Case {
    Case {
        command,
        at,
        value,
        says,
    }
}

pub(super) fn long(length: usize) -> Value {
    "x".repeat(length).into()
}

pub(super) fn many(count: usize, element: impl Fn(usize) -> Value) -> Value {
    (0..count).map(element).collect()
}

fn row(index: usize) -> Value {
    json!({ "id": index.to_string(), "title": index.to_string() })
}

/// Limits that Meta may change.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn soft() -> Vec<Case> {
    let (buttons, list) = ("sendMessageButtons", "sendMessageList");
    let (template, products) = ("sendMessageTemplate", "sendMessageProductList");
    let contacts = "sendMessageContacts";
    vec![
        case(
            "sendMessageText",
            "/message",
            long(4097),
            "\"message\" has 4097 characters; the maximum is 4096",
        ),
        case(
            buttons,
            "/buttons",
            many(4, row),
            "\"buttons\" has 4 elements; the maximum is 3",
        ),
        case(
            buttons,
            "/buttons/0/title",
            long(21),
            "\"buttons[0].title\" has 21 characters; the maximum is 20",
        ),
        case(
            buttons,
            "/buttons/1/id",
            long(257),
            "\"buttons[1].id\" has 257 characters; the maximum is 256",
        ),
        case(
            list,
            "/sections/0/rows",
            many(11, row),
            "\"sections[0].rows\" has 11 elements; the maximum is 10",
        ),
        case(
            list,
            "/sections/0/rows",
            many(10, row),
            "\"sections\" has 11 rows in all; the maximum is 10",
        ),
        case(
            list,
            "/sections/1/title",
            long(25),
            "\"sections[1].title\" has 25 characters; the maximum is 24",
        ),
        case(
            list,
            "/sections/0/rows/0/description",
            long(73),
            "\"sections[0].rows[0].description\" has 73 characters; the maximum is 72",
        ),
        case(
            products,
            "/sections/0/products",
            many(30, |n| n.to_string().into()),
            "\"sections\" has 31 products in all; the maximum is 30",
        ),
        case(
            "sendMessageCarousel",
            "/cards/0/message",
            long(161),
            "\"cards[0].message\" has 161 characters; the maximum is 160",
        ),
        case(
            "sendMessageFlow",
            "/mode",
            "trial".into(),
            "\"mode\" must be one of: draft, published",
        ),
        case(
            "sendMessageAddress",
            "/country",
            "BR".into(),
            "\"country\" must be one of: IN, SG",
        ),
        case(
            "sendMessageInteractive",
            "/interactive/footer",
            json!({ "text": long(61) }),
            "\"interactive.footer.text\" has 61 characters; the maximum is 60",
        ),
        case(
            template,
            "/parameters/0",
            long(32_769),
            "\"parameters[0]\" has 32769 characters; the maximum is 32768",
        ),
        case(
            template,
            "/buttons/0/text",
            long(2001),
            "\"buttons[0].text\" has 2001 characters; the maximum is 2000",
        ),
        case(
            contacts,
            "/contacts/0/birthday",
            "18.8.2012".into(),
            "\"contacts[0].birthday\" must be YYYY-MM-DD",
        ),
        case(
            "sendMessageCatalog",
            "/recipientType",
            "group".into(),
            "\"recipientType\" must be one of: individual; the service does not take group here",
        ),
    ]
}

/// What no change of Meta's would make right.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn hard() -> Vec<Case> {
    let (buttons, list) = ("sendMessageButtons", "sendMessageList");
    let (template, media) = ("sendMessageTemplate", "sendMessageMedia");
    let (carousel, message) = ("sendMessageCarousel", "sendMessage");
    vec![
        case(
            buttons,
            "/buttons",
            json!([]),
            "\"buttons\" must not be empty",
        ),
        case(
            buttons,
            "/buttons/1/id",
            "yes".into(),
            "\"buttons[1].id\" repeats one before it",
        ),
        case(
            buttons,
            "/buttons/1/title",
            "Yes".into(),
            "\"buttons[1].title\" repeats one before it",
        ),
        case(
            buttons,
            "/buttons/1/colour",
            "red".into(),
            "unknown request member \"buttons[1].colour\"; known are: id, title",
        ),
        case(
            buttons,
            "/buttons/0",
            "yes".into(),
            "\"buttons[0]\" must be an object, not a string",
        ),
        case(
            buttons,
            "/headerMedia",
            json!({ "type": "image", "link": "https://example.com/a" }),
            "exclude each other",
        ),
        case(
            list,
            "/sections/1/rows/0/id",
            "thu".into(),
            "\"sections[1].rows[0].id\" repeats one before it",
        ),
        case(
            list,
            "/sections/1/title",
            Value::Null,
            "\"sections[1].title\" is missing",
        ),
        case(
            media,
            "/mediaType",
            "film".into(),
            "\"mediaType\" must be one of: image, video, audio, document, sticker",
        ),
        case(
            media,
            "/mediaType",
            "image".into(),
            "\"filename\" is not for \"mediaType\" image",
        ),
        case(
            media,
            "/link",
            "ftp://example.com/a".into(),
            "\"link\" must begin with https:// or http://",
        ),
        case(
            media,
            "/mediaId",
            "1".into(),
            "\"mediaId\" and \"link\" exclude each other; give one of: mediaId, link, file",
        ),
        case(
            "sendMessageLocation",
            "/latitude",
            90.5.into(),
            "\"latitude\" must be a number from -90 to 90",
        ),
        case(
            "sendMessageLocation",
            "/longitude",
            "east".into(),
            "\"longitude\" must be a number from -180 to 180",
        ),
        case(
            "sendMessageContacts",
            "/contacts/0/name",
            json!({ "formatted_name": "A" }),
            "\"contacts[0].name.first_name\" is missing",
        ),
        case(
            "sendMessageFlow",
            "/flowName",
            "book".into(),
            "\"flowId\" and \"flowName\" exclude each other; give one of: flowId, flowName",
        ),
        case(
            "sendMessageFlow",
            "/screen",
            Value::Null,
            "\"screen\" is missing",
        ),
        case(
            carousel,
            "/cards/1",
            json!({ "catalogId": "1", "productId": "1" }),
            "\"cards[1].productId\" is of another kind",
        ),
        case(
            carousel,
            "/cards",
            json!([{}]),
            "\"cards\" has 1 elements; the minimum is 2",
        ),
        case(
            template,
            "/parameters/1",
            json!({ "name": "order", "text": "4711" }),
            "\"parameters[1]\" is mixed with others: a template takes parameters with a name, or without one",
        ),
        case(template, "/components", json!([]), "exclude each other"),
        case(
            template,
            "/oneTimePassword",
            "123456".into(),
            "\"oneTimePassword\" and \"parameters\" exclude each other",
        ),
        case(
            template,
            "/productPolicy",
            "STRICT".into(),
            "\"productPolicy\" needs \"marketing\": true beside it",
        ),
        case(
            template,
            "/header/type",
            "sound".into(),
            "\"header.type\" must be one of",
        ),
        case(
            template,
            "/buttons",
            json!([{ "index": 0, "type": "url", "text": "a" }, { "index": 0, "type": "url", "text": "b" }]),
            "\"buttons[1].index\" repeats",
        ),
        case(
            message,
            "/type",
            "to".into(),
            "\"type\" names a member that the adapter writes itself",
        ),
        case(
            message,
            "/type",
            "Text".into(),
            "\"type\" must be 1 to 64 lower-case letters",
        ),
        case(
            message,
            "/members",
            json!({ "to": "1" }),
            "\"members.to\" names a member that the adapter writes itself",
        ),
        case(
            message,
            "/members",
            json!({ "text": {} }),
            "\"members.text\" is the content already",
        ),
        case(
            message,
            "/content",
            "Hello".into(),
            "\"content\" must be an object, not a string",
        ),
        case(
            "sendMessageText",
            "/recipientType",
            "crowd".into(),
            "\"recipientType\" must be one of: individual, group",
        ),
    ]
}
