//! A command's request: its members, and those that several commands share.

use std::borrow::Cow;

use crate::cloud_api::Recipient;
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::pattern;
use crate::rows::{Check, Given, Leniency, Members, Pattern, Rule, Say, TextCheck, Words};

/// The specification's row for the recipient.
pub(super) const PHONE_NUMBER: Field = Field::string(
    "phoneNumber",
    "Destination phone number",
    "Phone number of the message-recipient.",
)
.required();

/// On every command that sends a message.
pub(super) const REPLY_TO: Field = Field::string(
    "replyTo",
    "CallReport to",
    "The id of the message this one answers; it is shown above it.",
)
.length(1, 512);

/// On every command that sends a message of a kind that groups get (D/groups, read 2026-08).
pub(super) const RECIPIENT_TYPE: Field = recipient_type(
    "individual, or group: phoneNumber is then the group's id.",
    &Words::only(&["individual", "group"]),
);

/// On every other command that sends a message.
pub(super) const INDIVIDUAL: Field = recipient_type(
    "individual: Meta takes no message of this kind for a group.",
    &Words::only(&["individual"]).perhaps(&["group"]),
);

const fn recipient_type(description: &'static str, words: &'static Words) -> Field {
    Field::string("recipientType", "Recipient type", description)
        .length(1, 64)
        .words(words)
        .default("individual")
}

/// On every command that sends a message.
pub(super) const CALLBACK_DATA: Field = Field::string(
    "callbackData",
    "Callback data",
    "Text that comes back as correlationId in the status events; the call's own id if absent.",
)
.length(1, 512);

/// Whether `phoneNumber` is what `recipientType` says.
pub(super) const RECIPIENT: Rule = Rule::Check(&Check {
    name: "recipient",
    demands: "phoneNumber is a phone number of at most 64 characters without control characters, beside \
              invisible ones and prefixes such as tel:, or a business-scoped user id; of a group, an id of \
              at most 256 characters",
    find: |members, say| {
        let recipient = members.maybe_text("phoneNumber");
        let Some(recipient) = recipient.filter(|_| members.is_right("recipientType")) else {
            return;
        };
        if members.text("recipientType") == "group" {
            find_in_group_id(recipient, say);
        } else {
            find_in_customer("phoneNumber", recipient, say);
        }
    },
});

/// A phone number or a business-scoped user id.
pub(super) const CUSTOMER: TextCheck = TextCheck {
    name: "customer",
    demands: "a phone number of at most 64 characters without control characters, beside invisible ones \
              and prefixes such as tel:, or a business-scoped user id",
    find: |text, say| find_in_customer("", text, say),
};

/// The id of one of Meta's objects, which goes into a path.
pub(super) const NODE_ID: Pattern = pattern!(
    "^[A-Za-z0-9_-]*$",
    "must be letters, digits, hyphens and underscores, as Meta's ids are"
);

/// Digits; the message does not show what is there in their place.
pub(super) const DIGITS: Pattern = pattern!("^[0-9]*$", "must be digits only");

/// An address on the web.
pub(super) const WEB_ADDRESS: Pattern = pattern!(
    r"^https?://[^\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+$",
    "must begin with https:// or http:// and must not contain spaces"
);

/// Reads a command's request by its rows.
///
/// # Errors
/// `InvalidArgument` if it is no JSON, `InvalidRequest` with all that is wrong with it.
pub(super) fn read<'a>(
    json: &'a str,
    command: &Command,
    leniency: &mut Leniency,
) -> Result<Members<'a>, Error> {
    Given::parse(json)?.read(WHAT, &command.object(), leniency)
}

/// As [`read`], for a command without limits that Meta may change.
pub(super) fn read_strictly<'a>(json: &'a str, command: &Command) -> Result<Members<'a>, Error> {
    read(json, command, &mut Leniency::new(true))
}

/// What messages call a member of a request.
pub(super) const WHAT: &str = "request member";

/// The recipient: a phone number as given, a business-scoped user id, or a group's id.
pub(super) fn recipient(members: &Members<'_>) -> Recipient<'static> {
    if members.text("recipientType") == "group" {
        return Recipient::Group(Cow::Owned(members.text("phoneNumber").to_owned()));
    }
    let customer: Cow<'static, str> = Cow::Owned(customer(members).into_owned());
    if customer.is_empty() {
        // Commands that are about a group alone have its id in place of a customer's.
        return Recipient::Group(Cow::Owned(members.text("groupId").to_owned()));
    }
    if is_business_scoped_id(&customer) {
        Recipient::User(customer)
    } else {
        Recipient::Number(customer)
    }
}

/// A customer: a phone number as given but for what is invisible, or a business-scoped user id.
pub(super) fn customer<'m>(members: &'m Members<'_>) -> Cow<'m, str> {
    stripped(Cow::Borrowed(members.text("phoneNumber"))).0
}

fn find_in_group_id(id: &str, say: &mut Say<'_, '_>) {
    let length = id.chars().count();
    if length > 256 {
        let what = format!("has {length} characters; the maximum for a group's id is 256");
        say.refuse("phoneNumber", &what);
    }
    if id.chars().any(char::is_control) {
        let what = "contains a control character; give the group's id";
        say.refuse("phoneNumber", what);
    }
}

/// The number or id without what is no part of it, and whether anything was left out: characters that
/// cannot be seen, as they come with numbers that are copied from chats and documents, and the schemes of
/// links.
pub(super) fn stripped(text: Cow<'_, str>) -> (Cow<'_, str>, bool) {
    let mut clean = text
        .contains(is_invisible)
        .then(|| text.replace(is_invisible, ""));
    // One may stand before the other, and as often as programs have put it there.
    while let Some(rest) = after_scheme(clean.as_deref().unwrap_or(&text)) {
        let number = rest.split(';').next().unwrap_or_default();
        // What a link says beside the number, such as ;ext=5, is no part of it.
        clean = Some(number.trim().to_owned());
    }
    match clean {
        Some(clean) => (Cow::Owned(clean), true),
        None => (text, false),
    }
}

fn after_scheme(text: &str) -> Option<&str> {
    let text = text.trim_start();
    ["whatsapp:", "tel:"].iter().find_map(|scheme| {
        let (begin, rest) = text.split_at_checked(scheme.len())?;
        begin.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// Spaces of other widths than the usual one, marks of direction, joiners and fillers.
fn is_invisible(c: char) -> bool {
    (c.is_whitespace() && c != ' ' && !c.is_control())
        // Unicode's property Default_Ignorable_Code_Point, and the blank of Braille.
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn find_in_customer(at: &str, text: &str, say: &mut Say<'_, '_>) {
    let (customer, was_stripped) = stripped(Cow::Borrowed(text));
    if was_stripped {
        let what = "had invisible characters or a prefix such as tel:, which were left out";
        say.remark(at, what);
    }
    if is_business_scoped_id(&customer) {
        return;
    }
    if customer.is_empty() {
        let what = "contains nothing visible; give a phone number with + and country code";
        return say.refuse(at, what);
    }
    let length = customer.chars().count();
    if length > 64 {
        let what = format!(
            "has {length} characters; the maximum is 64 (or give a business-scoped user id such as \
             US.13491208655302741918)"
        );
        say.refuse(at, &what);
    }
    if customer.chars().any(char::is_control) {
        let what = "contains a control character; give digits, with + and country code";
        say.refuse(at, what);
    }
}

/// `^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$` (Meta, D/business-scoped-user-ids, 2026-05-28).
pub(super) fn is_business_scoped_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let id = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_no_part_of_a_number() {
        for (given, number) in [
            ("\u{202a}+16505551234\u{202c}", "+16505551234"),
            // S53.
            ("whatsapp:whatsapp:+16505551234", "+16505551234"),
            ("tel:whatsapp:Tel: +16505551234", "+16505551234"),
            ("tel:+16505551234;ext=5", "+16505551234"),
            ("tel:+16505551234;phone-context=+1;ext=5", "+16505551234"),
            (
                "+1\u{e0020}650\u{e0100}555\u{17b4}12\u{2800}34",
                "+16505551234",
            ),
            ("+1\u{a0}650\u{a0}555\u{2009}1234", "+16505551234"),
            ("\u{feff}whatsapp:+16505551234", "+16505551234"),
            ("TEL:+1-650-555-1234", "+1-650-555-1234"),
            (" tel: +1 650", "+1 650"),
            (
                "\u{200e}US.13491208655302741918\u{2069}",
                "US.13491208655302741918",
            ),
            ("+1\u{ad}650\u{200b}555", "+1650555"),
        ] {
            let (clean, changed) = stripped(Cow::Borrowed(given));
            assert_eq!((clean.as_ref(), changed), (number, true), "{given:?}");
        }
        for given in ["+1 (650) 555-1234", "16505551234", "US.1", "telephone"] {
            assert_eq!(
                stripped(Cow::Borrowed(given)),
                (Cow::Borrowed(given), false)
            );
        }
    }

    #[test]
    fn business_scoped_ids_are_told_from_numbers() {
        for id in [
            "US.13491208655302741918",
            "DE.ENT.a1",
            &format!("BR.{}", "9".repeat(128)),
        ] {
            assert!(is_business_scoped_id(id), "{id}");
        }
        for number in [
            "+16505551234",
            "us.1",
            "USA.1",
            "US.",
            "US.ENT.",
            "US.1-2",
            "US",
            "",
            &format!("BR.{}", "9".repeat(129)),
        ] {
            assert!(!is_business_scoped_id(number), "{number}");
        }
    }
}
