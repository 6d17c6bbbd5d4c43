//! Request members that several commands share.

use crate::cloud_api::Recipient;
use crate::descriptor::Field;
use crate::error::Error;
use crate::members::Members;

/// The specification's row for the recipient.
pub(super) const PHONE_NUMBER: Field = Field::string(
    "phoneNumber",
    "Destination phone number",
    "Phone number of the message-recipient.",
)
.required();

/// Opens a command's request.
pub(super) fn members(json: &str) -> Result<Members<'_>, Error> {
    Members::parse(json, "request member")
}

/// The recipient: a phone number as given, or a business-scoped user id.
pub(super) fn recipient<'a>(members: &mut Members<'a>) -> Result<Recipient<'a>, Error> {
    let text = members.required_text("phoneNumber", 1..=usize::MAX)?;
    if is_business_scoped_id(&text) {
        return Ok(Recipient::User(text));
    }
    let length = text.chars().count();
    if length > 64 {
        return Err(Error::invalid_request(format!(
            "request member \"phoneNumber\" has {length} characters; it needs at most 64 \
             (or a business-scoped user id such as US.13491208655302741918)"
        )));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid_request(
            "request member \"phoneNumber\" has a control character; give digits, with + and country code",
        ));
    }
    Ok(Recipient::Number(text))
}

/// `^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$` (Meta, D/business-scoped-user-ids, 2026-05-28).
fn is_business_scoped_id(text: &str) -> bool {
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
