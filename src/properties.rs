//! The configured properties as types: parsed once, so that nothing after it can be wrong.
//!
//! Path, query and header injection end here: an API version is `v<digits>.<digits>`, a phone number
//! id is digits, a token is printable ASCII without spaces, a base URL has neither user nor query.

mod base_url;
mod ca_file;
mod identity;
mod proxy;
mod rows;

use std::path::PathBuf;
use std::time::Duration;

use crate::app_secret::AppSecret;
use crate::error::Error;
use crate::flow::FlowKey;
use crate::media_directory::MediaDirectory;
use crate::rows::{Given, Leniency, Members, Object};
use crate::secret::Secret;
use crate::webhook::{Memory, Sync, Verifier};

pub(crate) use base_url::BaseUrl;
pub(crate) use ca_file::CaFile;
pub(crate) use identity::{ApiVersion, BusinessAccountId, PhoneNumberId};
pub(crate) use proxy::Proxy;
pub(crate) use rows::{EXTENSION_PROPERTIES, PROPERTIES, RULES};

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
    /// For uploads whose handle a template or the profile takes.
    pub(crate) app_id: Option<String>,
    /// The current one first.
    pub(crate) flow_keys: Vec<FlowKey>,
    flow_password: Option<Secret>,
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
        let members = Given::parse(json)?.read("property", &OBJECT, &mut Leniency::new(true))?;
        let number = |name| members.integer(name).unwrap_or_default();
        let size = |name| usize::try_from(number(name)).unwrap_or(usize::MAX);
        let text = |name: &str| members.text(name).to_owned();
        let app_secrets = app_secrets(&members).map_err(Error::invalid_request)?;
        let files = both(
            members.maybe_text("caFile").map(CaFile::read).transpose(),
            members
                .maybe_text("mediaDirectory")
                .map(MediaDirectory::parse)
                .transpose(),
        );
        let ((ca_file, media_directory), flow_keys) = both(files, flow_keys(&members))?;
        Ok(Self {
            authentication_token: Secret::new(text("authenticationToken")),
            api_version: ApiVersion::new(text("apiVersion")),
            phone_number_id: PhoneNumberId::new(text("phoneNumberId")),
            base_url: BaseUrl::parse(members.text("baseUrl")).map_err(Error::invalid_request)?,
            timeout: Duration::from_millis(number("timeoutMs")),
            max_attempts: u32::try_from(number("maxAttempts")).unwrap_or(u32::MAX),
            messages_per_second: size("messagesPerSecond"),
            keep_alive: Duration::from_millis(number("keepAliveMs")),
            proxy: members
                .maybe_text("proxy")
                .map_or(Ok(Proxy::default()), Proxy::parse)
                .map_err(Error::invalid_request)?,
            ca_file,
            workers: size("workers"),
            queue: size("queue"),
            max_notification_bytes: size("maxNotificationBytes"),
            unhandled_events: match members.text("unhandledEvents") {
                "drop" => UnhandledEvents::Drop,
                _ => UnhandledEvents::Retry,
            },
            verifier: (!app_secrets.is_empty())
                .then(|| Verifier::new(app_secrets.iter().map(AppSecret::key))),
            app_secrets,
            memory: Memory {
                entries: size("dedupEntries"),
                seconds: number("dedupDays") * 86_400,
            },
            journal: members.maybe_text("dedupJournal").map(PathBuf::from),
            sync: match members.text("dedupSync") {
                "batch" => Sync::Batch,
                "each" => Sync::Each,
                _ => Sync::Never,
            },
            strict_limits: members.is_set("strictLimits"),
            business_account_id: members
                .maybe_text("businessAccountId")
                .map(|id| BusinessAccountId::new(id.to_owned())),
            media_directory,
            app_id: members.maybe_text("appId").map(str::to_owned),
            flow_keys,
            flow_password: members
                .maybe_text("flowPrivateKeyPassword")
                .map(|password| Secret::new(password.to_owned())),
        })
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
        let configured = configured.chain([&self.authentication_token]);
        let configured = configured.chain(&self.flow_password).cloned();
        let of_flows = self.flow_keys.iter().map(FlowKey::secret);
        configured
            .chain(of_flows)
            .chain(self.proxy.secrets())
            .collect()
    }
}

/// All rows of the properties.
const OBJECT: Object = Object::of(PROPERTIES)
    .and(EXTENSION_PROPERTIES)
    .rules(RULES);

/// The App Secrets: the current one, and the previous one while it is being rotated out.
fn app_secrets(members: &Members<'_>) -> Result<Vec<AppSecret>, &'static str> {
    let given = ["appSecret", "appSecretPrevious"].into_iter();
    let given = given.filter_map(|name| members.maybe_text(name));
    given.map(AppSecret::parse).collect()
}

/// The keys of Flows: the current one, and the one before it.
fn flow_keys(members: &Members<'_>) -> Result<Vec<FlowKey>, Error> {
    let password = members.maybe_text("flowPrivateKeyPassword");
    let given = ["flowPrivateKey", "flowPrivateKeyPrevious"].into_iter();
    let given = given.filter_map(|name| Some((name, members.maybe_text(name)?)));
    given
        .map(|(name, text)| FlowKey::parse(name, text, password))
        .collect()
}

/// Both, or all that is wrong with them.
fn both<A, B>(one: Result<A, Error>, other: Result<B, Error>) -> Result<(A, B), Error> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(one.map_message(|one| format!("{one}; {}", other.message()))),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
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
    fn all_that_is_wrong_is_told_at_once() {
        let told = |properties: serde_json::Value| {
            Properties::parse(&properties.to_string())
                .unwrap_err()
                .message()
                .to_owned()
        };
        let mut wrong = serde_json::json!({
            "authenticationToken": TOKEN, "apiVersion": "26", "phoneNumberId": "x",
            "baseUrl": "ftp://x", "proxy": "socks5://x", "appSecret": "????", "timeoutMs": 0,
        });
        let message = told(wrong.clone());
        for name in [
            "apiVersion",
            "phoneNumberId",
            "baseUrl",
            "proxy",
            "appSecret",
            "timeoutMs",
        ] {
            assert!(
                message.contains(&format!("property \"{name}\"")),
                "{message}"
            );
        }
        wrong = serde_json::json!({
            "authenticationToken": TOKEN, "apiVersion": "v26.0", "phoneNumberId": "1",
            "caFile": "/there/is/no/such/file", "mediaDirectory": "/there/is/no/such/folder",
        });
        let message = told(wrong);
        assert!(
            message.contains("\"caFile\"") && message.contains("\"mediaDirectory\""),
            "{message}"
        );
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
