//! A command's request: its members, and those that several commands share.

use std::borrow::Cow;
use std::rc::Rc;

use crate::cloud_api::Recipient;
use crate::descriptor::Field;
use crate::error::Error;
use crate::members::{Leniency, Members};

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
    "Reply to",
    "The id of the message this one answers; it is shown above it.",
)
.length(1, 512);

/// On every command that sends a message.
pub(super) const RECIPIENT_TYPE: Field = Field::string(
    "recipientType",
    "Recipient type",
    "individual, or group: phoneNumber is then the group's id.",
)
.length(1, 64)
.default("individual");

/// On every command that sends a message.
pub(super) const CALLBACK_DATA: Field = Field::string(
    "callbackData",
    "Callback data",
    "Text that comes back as correlationId in the status events; the call's own id if absent.",
)
.length(1, 512);

/// Opens a command's request.
pub(super) fn members(json: &str) -> Result<Members<'_>, Error> {
    Members::parse(json, "request member")
}

/// Opens a command's request; what Meta may change is treated as `leniency` says.
pub(super) fn lenient_members<'a>(
    json: &'a str,
    leniency: &Rc<Leniency>,
) -> Result<Members<'a>, Error> {
    Ok(members(json)?.with_leniency(Rc::clone(leniency)))
}

/// The recipient: a phone number as given, a business-scoped user id, or a group's id.
pub(super) fn recipient<'a>(members: &mut Members<'a>) -> Result<Recipient<'a>, Error> {
    let kind = members.optional_text("recipientType", 1..=64)?;
    let group = match kind.as_deref() {
        None | Some("individual") => false,
        Some("group") => true,
        Some(_) => {
            return Err(Error::invalid_request(
                "request member \"recipientType\" must be \"individual\" or \"group\"",
            ));
        }
    };
    if !group {
        let customer = customer(members)?;
        return Ok(if is_business_scoped_id(&customer) {
            Recipient::User(customer)
        } else {
            Recipient::Number(customer)
        });
    }
    let id = members.required_text("phoneNumber", 1..=256)?;
    if id.chars().any(char::is_control) {
        return Err(Error::invalid_request(
            "request member \"phoneNumber\" has a control character; give the group's id",
        ));
    }
    Ok(Recipient::Group(id))
}

/// A customer: a phone number as given but for what is invisible, or a business-scoped user id.
pub(super) fn customer<'a>(members: &mut Members<'a>) -> Result<Cow<'a, str>, Error> {
    let text = members.required_text("phoneNumber", 1..=usize::MAX)?;
    let place = members.place("phoneNumber");
    let (customer, stripped) = stripped(text);
    if stripped {
        members.remark(remark(&place));
    }
    check_customer(&place, &customer)?;
    Ok(customer)
}

/// What is said of a number that [`stripped`] changed.
pub(super) fn remark(place: &str) -> String {
    format!("{place} had invisible characters or a prefix such as tel:, which were left out")
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

/// # Errors
/// `InvalidRequest` if `text` is neither a phone number nor a business-scoped user id.
pub(super) fn check_customer(place: &str, text: &str) -> Result<(), Error> {
    if is_business_scoped_id(text) {
        return Ok(());
    }
    if text.is_empty() {
        return Err(Error::invalid_request(format!(
            "{place} has nothing that can be seen; give a phone number with + and country code"
        )));
    }
    let length = text.chars().count();
    if length > 64 {
        return Err(Error::invalid_request(format!(
            "{place} has {length} characters; it needs at most 64 \
             (or a business-scoped user id such as US.13491208655302741918)"
        )));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid_request(format!(
            "{place} has a control character; give digits, with + and country code"
        )));
    }
    Ok(())
}

/// The id of one of Meta's objects, which goes into a path.
pub(super) fn node_id(members: &mut Members<'_>, name: &'static str) -> Result<String, Error> {
    let id = members.required_text(name, 1..=256)?;
    check_node_id(&members.place(name), &id)?;
    Ok(id.into_owned())
}

/// As [`node_id`], for an id that may be absent.
pub(super) fn optional_node_id(
    members: &mut Members<'_>,
    name: &'static str,
) -> Result<Option<String>, Error> {
    let Some(id) = members.optional_text(name, 1..=256)? else {
        return Ok(None);
    };
    check_node_id(&members.place(name), &id)?;
    Ok(Some(id.into_owned()))
}

/// # Errors
/// `InvalidRequest` if `id` is none of Meta's ids.
pub(super) fn check_node_id(place: &str, id: &str) -> Result<(), Error> {
    let of_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if id.bytes().all(of_id) {
        return Ok(());
    }
    Err(Error::invalid_request(format!(
        "{place} must be letters, digits, hyphens and underscores, as Meta's ids are"
    )))
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
