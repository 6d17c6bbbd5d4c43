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

/// A customer: a phone number as given, or a business-scoped user id.
pub(super) fn customer<'a>(members: &mut Members<'a>) -> Result<Cow<'a, str>, Error> {
    let text = members.required_text("phoneNumber", 1..=usize::MAX)?;
    check_customer("request member \"phoneNumber\"", &text)?;
    Ok(text)
}

/// # Errors
/// `InvalidRequest` if `text` is neither a phone number nor a business-scoped user id.
pub(super) fn check_customer(place: &str, text: &str) -> Result<(), Error> {
    if is_business_scoped_id(text) {
        return Ok(());
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

fn check_node_id(place: &str, id: &str) -> Result<(), Error> {
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
