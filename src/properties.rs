//! The configured properties as types: parsed once, so that nothing after it can be wrong.
//!
//! Path, query and header injection end here: an API version is `v<digits>.<digits>`, a phone number
//! id is digits, a token is printable ASCII without spaces, a base URL has neither user nor query.

mod base_url;
mod ca_file;
mod identity;
mod proxy;
mod rows;

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use crate::app_secret::AppSecret;
use crate::error::Error;
use crate::media_directory::MediaDirectory;
use crate::members::Members;
use crate::secret::Secret;
use crate::webhook::{Memory, Sync, Verifier};

pub(crate) use base_url::BaseUrl;
pub(crate) use ca_file::CaFile;
pub(crate) use identity::{ApiVersion, BusinessAccountId, PhoneNumberId};
pub(crate) use proxy::Proxy;
pub(crate) use rows::{EXTENSION_PROPERTIES, PROPERTIES};

/// Where Meta's Graph API answers.
const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
/// How long one command may take in all.
const DEFAULT_TIMEOUT_MS: u64 = 30_000;
/// How often one message is tried in all, where a try may be repeated.
const DEFAULT_MAX_ATTEMPTS: u32 = 3;
/// What a business phone number may send at first (D/overview, "Throughput", read 2026-08).
const DEFAULT_MESSAGES_PER_SECOND: u64 = 80;
/// A connection that was idle for longer is not used again: reuse must not create unknown outcomes.
const DEFAULT_KEEP_ALIVE_MS: u64 = 4_000;
/// Meta sends at most 3 MB (D/webhooks/overview, read 2026-08).
const DEFAULT_MAX_NOTIFICATION_BYTES: u64 = 3 * 1024 * 1024;

/// One adapter's configuration.
#[derive(Debug, Clone)]
pub(crate) struct Properties {
    pub(crate) authentication_token: Secret,
    pub(crate) api_version: ApiVersion,
    pub(crate) phone_number_id: PhoneNumberId,
    pub(crate) base_url: BaseUrl,
    pub(crate) timeout: Duration,
    pub(crate) max_attempts: u32,
    /// 0 for no pacing.
    pub(crate) messages_per_second: usize,
    /// Zero for a connection of its own for each message.
    pub(crate) keep_alive: Duration,
    pub(crate) proxy: Proxy,
    pub(crate) ca_file: Option<CaFile>,
    pub(crate) workers: usize,
    pub(crate) queue: usize,
    pub(crate) max_notification_bytes: usize,
    pub(crate) unhandled_events: UnhandledEvents,
    pub(crate) app_secrets: Vec<AppSecret>,
    /// Present if and only if an App Secret is set.
    pub(crate) verifier: Option<Verifier>,
    /// Read once, when the adapter is created.
    pub(crate) memory: Memory,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) sync: Sync,
    /// Whether limits that Meta may change refuse a request.
    pub(crate) strict_limits: bool,
    /// For the commands about the account.
    pub(crate) business_account_id: Option<BusinessAccountId>,
    pub(crate) media_directory: Option<MediaDirectory>,
}

/// What becomes of one of the specification's events that nobody registered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnhandledEvents {
    Retry,
    Drop,
}

impl Properties {
    /// Parses the host's JSON object.
    ///
    /// # Errors
    /// `InvalidArgument` if it is no JSON, else `InvalidRequest`; the message names the property, the
    /// limit and what to do, never the value of a secret.
    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        let mut members = Members::parse(json, "property")?;
        let app_secrets = app_secrets(&mut members)?;
        let parsed = Self {
            authentication_token: token(&members.required_text("authenticationToken", 20..=1000)?)?,
            api_version: ApiVersion::parse(&members.required_text("apiVersion", 1..=100)?)?,
            phone_number_id: PhoneNumberId::parse(
                &members.required_text("phoneNumberId", 1..=100)?,
            )?,
            base_url: match members.optional_text("baseUrl", 1..=1000)? {
                Some(url) => BaseUrl::parse(&url)?,
                None => BaseUrl::parse(DEFAULT_BASE_URL)?,
            },
            timeout: Duration::from_millis(
                members
                    .optional_integer("timeoutMs", 1..=600_000)?
                    .unwrap_or(DEFAULT_TIMEOUT_MS),
            ),
            max_attempts: members
                .optional_integer("maxAttempts", 1..=10)?
                .and_then(|attempts| u32::try_from(attempts).ok())
                .unwrap_or(DEFAULT_MAX_ATTEMPTS),
            messages_per_second: size(
                &mut members,
                "messagesPerSecond",
                0..=1000,
                DEFAULT_MESSAGES_PER_SECOND,
            )?,
            keep_alive: Duration::from_millis(
                members
                    .optional_integer("keepAliveMs", 0..=60_000)?
                    .unwrap_or(DEFAULT_KEEP_ALIVE_MS),
            ),
            proxy: match members.given_text("proxy", 1..=1000)? {
                Some(proxy) => Proxy::parse(&proxy)?,
                None => Proxy::default(),
            },
            ca_file: match members.optional_text("caFile", 1..=4096)? {
                Some(path) => Some(CaFile::read(&path)?),
                None => None,
            },
            workers: size(&mut members, "workers", 1..=1024, 128)?,
            queue: size(&mut members, "queue", 1..=1_048_576, 1024)?,
            max_notification_bytes: size(
                &mut members,
                "maxNotificationBytes",
                1..=1_073_741_824,
                DEFAULT_MAX_NOTIFICATION_BYTES,
            )?,
            unhandled_events: match members.optional_text("unhandledEvents", 4..=5)?.as_deref() {
                None | Some("retry") => UnhandledEvents::Retry,
                Some("drop") => UnhandledEvents::Drop,
                Some(_) => {
                    return Err(Error::invalid_request(
                        "property \"unhandledEvents\" must be \"retry\" or \"drop\"",
                    ));
                }
            },
            verifier: (!app_secrets.is_empty())
                .then(|| Verifier::new(app_secrets.iter().map(AppSecret::key))),
            app_secrets,
            memory: Memory {
                entries: size(&mut members, "dedupEntries", 1..=4_194_304, 65_536)?,
                seconds: members.optional_integer("dedupDays", 1..=365)?.unwrap_or(8) * 86_400,
            },
            journal: journal(&mut members)?,
            sync: sync(&mut members)?,
            strict_limits: members.optional_flag("strictLimits")?.unwrap_or(true),
            business_account_id: match members.optional_text("businessAccountId", 1..=100)? {
                Some(id) => Some(BusinessAccountId::parse(&id)?),
                None => None,
            },
            media_directory: match members.optional_text("mediaDirectory", 1..=4096)? {
                Some(path) => Some(MediaDirectory::parse(&path)?),
                None => None,
            },
        };
        members.finish()?;
        Ok(parsed)
    }

    /// What the hashes of customers are keyed with: the App Secrets, or the token where there is none.
    pub(crate) fn customer_secrets(&self) -> impl Iterator<Item = &[u8]> {
        let token = self.authentication_token.expose().as_bytes();
        let token = self.app_secrets.is_empty().then_some(token);
        self.app_secrets.iter().map(AppSecret::key).chain(token)
    }

    /// Everything that must not leave.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let configured = self.app_secrets.iter().flat_map(AppSecret::secrets);
        let configured = configured.chain([&self.authentication_token]).cloned();
        configured.chain(self.proxy.secrets()).collect()
    }
}

/// The App Secrets: the current one, and the previous one while it is being rotated out.
fn app_secrets(members: &mut Members<'_>) -> Result<Vec<AppSecret>, Error> {
    if members.is_null("appSecret") {
        // A template that fills in nothing must not turn verification off.
        return Err(Error::invalid_request(
            "property \"appSecret\" is null: leave it out to run without signature checks, or give the App \
             Secret encoded as Base64",
        ));
    }
    let mut secret = |name| match members.raw(name) {
        Some(raw) => AppSecret::parse(name, raw.0).map(Some),
        None => Ok(None),
    };
    match (secret("appSecret")?, secret("appSecretPrevious")?) {
        (None, Some(_)) => Err(Error::invalid_request(
            "property \"appSecretPrevious\" needs appSecret beside it",
        )),
        (current, previous) => Ok(current.into_iter().chain(previous).collect()),
    }
}

fn journal(members: &mut Members<'_>) -> Result<Option<PathBuf>, Error> {
    let Some(path) = members.optional_text("dedupJournal", 1..=4096)? else {
        return Ok(None);
    };
    let path = PathBuf::from(path.as_ref());
    if path.is_absolute() {
        return Ok(Some(path));
    }
    Err(Error::invalid_request(
        "property \"dedupJournal\" must be an absolute path",
    ))
}

fn sync(members: &mut Members<'_>) -> Result<Sync, Error> {
    match members.optional_text("dedupSync", 4..=5)?.as_deref() {
        None | Some("none") => Ok(Sync::Never),
        Some("batch") => Ok(Sync::Batch),
        Some("each") => Ok(Sync::Each),
        Some(_) => Err(Error::invalid_request(
            "property \"dedupSync\" must be \"none\", \"batch\" or \"each\"",
        )),
    }
}

fn size(
    members: &mut Members<'_>,
    name: &'static str,
    range: RangeInclusive<u64>,
    default: u64,
) -> Result<usize, Error> {
    let value = members.optional_integer(name, range)?.unwrap_or(default);
    Ok(usize::try_from(value).unwrap_or(usize::MAX))
}

fn token(text: &str) -> Result<Secret, Error> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Secret::new(text.to_owned()));
    }
    let at = text
        .chars()
        .position(|c| !c.is_ascii_graphic())
        .unwrap_or(0)
        + 1;
    Err(Error::invalid_request(format!(
        "property \"authenticationToken\" has a space, a control character or a non-ASCII character at \
         position {at}; paste the token without quotes or line breaks"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "EAAGexampleexampleexample";

    fn with(name: &str, value: &serde_json::Value) -> Result<Properties, Error> {
        let mut all = serde_json::json!({
            "authenticationToken": TOKEN, "apiVersion": "v26.0", "phoneNumberId": "106540352242922"
        });
        all[name] = value.clone();
        Properties::parse(&all.to_string())
    }

    #[test]
    fn injection_is_refused_in_every_property() {
        for bad in [
            "v26.0/../me",
            "v26",
            "26.0",
            "v26.0?",
            "v26.0#",
            "v26.0%2f",
            "v 26.0",
            "v26.0\r\n",
            "v２６.0",
            "v26.0\0",
            "v.0",
            "v26.",
            "v26.0.1",
            "V26.0",
        ] {
            let error = with("apiVersion", &bad.into()).unwrap_err();
            assert!(error.message().contains("apiVersion"), "{bad:?}: {error}");
        }
        for bad in [
            "../1", "1/2", "1%2e%2e", "1?x", "1#x", "1@x", "1\\2", "1\r\n", "1\0", " 1", "１２",
            "+1", "-1",
        ] {
            let error = with("phoneNumberId", &bad.into()).unwrap_err();
            assert!(
                error.message().contains("phoneNumberId"),
                "{bad:?}: {error}"
            );
        }
        for bad in ["\r\nX-Evil: 1", "\0", "ä", " ", "\t", "\u{7f}"] {
            let error = with("authenticationToken", &format!("{TOKEN}{bad}").into()).unwrap_err();
            assert!(
                error.message().contains("authenticationToken"),
                "{bad:?}: {error}"
            );
            assert!(
                !error.message().contains(TOKEN),
                "the message shows the token: {error}"
            );
        }
    }

    #[test]
    fn base_urls_are_https_or_loopback() {
        for good in [
            "https://graph.facebook.com",
            "https://graph.facebook.com/",
            "http://127.0.0.1:8080",
            "http://localhost:1",
            "http://[::1]:9",
            "https://proxy.example:8443/graph",
            "http://127.9.9.9",
        ] {
            with("baseUrl", &good.into()).unwrap_or_else(|error| panic!("{good}: {error}"));
        }
        for bad in [
            "graph.facebook.com",
            "ftp://x",
            "http://graph.facebook.com",
            "https://u:p@host",
            "https://host?x=1",
            "https://host/#f",
            "https://",
            "https://host:0",
            "https://host:99999",
            "https://ho st",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "https://host/..%2f",
            "https://[::1",
            "https://host:",
            "https://host/a/../b",
        ] {
            let error = with("baseUrl", &bad.into()).expect_err(bad);
            assert!(error.message().contains("baseUrl"), "{bad:?}: {error}");
        }
    }

    #[test]
    fn numbers_may_be_given_as_text() {
        let parsed = with("timeoutMs", &"5000".into()).unwrap();
        assert_eq!(parsed.timeout, Duration::from_secs(5));
        assert_eq!(
            with("timeoutMs", &5000.into()).unwrap().timeout,
            Duration::from_secs(5)
        );
        for bad in [
            serde_json::json!(0),
            serde_json::json!(-1),
            serde_json::json!("1e3"),
            true.into(),
        ] {
            assert!(
                with("timeoutMs", &bad)
                    .unwrap_err()
                    .message()
                    .contains("timeoutMs")
            );
        }
    }

    #[test]
    fn the_token_does_not_show_in_debug_output() {
        let shown = format!("{:?}", with("timeoutMs", &1.into()).unwrap());
        assert!(!shown.contains(TOKEN), "{shown}");
    }
}
