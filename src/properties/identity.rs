//! Which Graph API version and which phone number: identifiers that go into the URL's path.

use std::fmt;

use crate::error::Error;

/// A Graph API version, `v<digits>.<digits>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiVersion(String);

impl ApiVersion {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let parts = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
        match parts {
            Some((major, minor)) if digits(major) && digits(minor) => Ok(Self(text.to_owned())),
            _ => Err(Error::invalid_request(
                "property \"apiVersion\" must be v<digits>.<digits>, for example v27.0",
            )),
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id Meta gives a business phone number: digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PhoneNumberId(String);

impl PhoneNumberId {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::invalid_request(
            "property \"phoneNumberId\" must be digits only; it is the Phone number ID of the API set-up \
             page, not the phone number",
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id Meta gives a WhatsApp Business Account: digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BusinessAccountId(String);

impl BusinessAccountId {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::invalid_request(
            "property \"businessAccountId\" must be digits only; it is the WhatsApp Business Account ID of \
             the API set-up page",
        ))
    }
}

impl fmt::Display for BusinessAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
