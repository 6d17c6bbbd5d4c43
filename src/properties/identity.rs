//! Which Graph API version and which phone number: identifiers that go into the URL's path. Their rows
//! have patterns that leave nothing to inject.

use std::fmt;

/// A Graph API version, `v<digits>.<digits>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiVersion(String);

impl ApiVersion {
    pub(super) const fn new(text: String) -> Self {
        Self(text)
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
    pub(super) const fn new(digits: String) -> Self {
        Self(digits)
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
    pub(super) const fn new(digits: String) -> Self {
        Self(digits)
    }
}

impl fmt::Display for BusinessAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
