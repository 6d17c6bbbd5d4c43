//! The way out: directly, or through a proxy that is named or that the environment names.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// How connections to the Graph API are made.
#[derive(Debug, Clone, Default)]
pub(crate) enum Proxy {
    /// Directly, whatever the environment says.
    #[default]
    None,
    /// As `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    Env,
    /// Through this one, `http(s)://[user:password@]host[:port]`.
    Url(Secret),
}

impl Proxy {
    /// # Errors
    /// What it must be. The value may hold a password: it is not repeated.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "none" => Ok(Self::None),
            "env" => Ok(Self::Env),
            url if is_proxy_url(url) => Ok(Self::Url(Secret::new(url.to_owned()))),
            _ => Err(
                "must be none, env, or http(s)://[user:password@]host[:port] without a path; SOCKS is \
                      not offered",
            ),
        }
    }

    /// What must not leave: the user and the password, together and the password alone, as they are
    /// written and as they are sent.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::None => Vec::new(),
            Self::Env => {
                let named = VARIABLES.iter().filter_map(|name| std::env::var(name).ok());
                named
                    .flat_map(|url| secrets_of(&Zeroizing::new(url)))
                    .collect()
            }
            Self::Url(url) => secrets_of(url.expose()),
        }
    }
}

/// Where an environment may name a proxy.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

fn secrets_of(url: &str) -> Vec<Secret> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let Some((user_info, _)) = rest.rsplit_once('@') else {
        return Vec::new();
    };
    let decoded = percent_decoded(user_info);
    let mut secrets = Vec::new();
    for whole in [user_info, &decoded] {
        let password = whole.split_once(':').map(|(_, password)| password);
        for part in [Some(whole), password].into_iter().flatten() {
            // A shorter one would be cut out of words that are no secret.
            if part.len() >= 4 {
                secrets.push(Secret::new(part.to_owned()));
            }
        }
    }
    secrets
}

fn percent_decoded(text: &str) -> Zeroizing<String> {
    // With room for all of it, so that no copy stays behind when it grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(text));
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_proxy_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let sound = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'?' | b'#' | b'\\');
    matches!(scheme, "http" | "https")
        && rest.bytes().all(sound)
        && !name.is_empty()
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_none_or_the_environments_or_a_url() {
        for good in [
            "http://proxy",
            "http://proxy:3128",
            "https://proxy.example:443/",
            "http://user:p%40ss@10.0.0.1:8080",
            "http://[::1]:3128",
        ] {
            assert!(matches!(Proxy::parse(good), Ok(Proxy::Url(_))), "{good}");
        }
        for bad in [
            "",
            "None",
            "proxy:3128",
            "socks5://proxy",
            "http://",
            "http://:3128",
            "http://proxy:0",
            "http://proxy:x",
            "http://proxy/path",
            "http://proxy?x",
            "http://pro xy",
            "http://proxy\r\n",
        ] {
            assert!(Proxy::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn user_and_password_are_secret() {
        let parsed = Proxy::parse("http://operator:hunter2hunter2@proxy:3128").unwrap();
        let secrets = parsed.secrets();
        let shown: Vec<_> = secrets.iter().map(Secret::expose).collect();
        let both = ["operator:hunter2hunter2", "hunter2hunter2"];
        assert_eq!(shown, [both, both].concat());
        let escaped = Proxy::parse("http://operator:p%40ss%zz%@proxy").unwrap();
        let secrets = escaped.secrets();
        assert_eq!(secrets[3].expose(), "p@ss%zz%");
        assert!(!format!("{parsed:?}").contains("hunter2"));
        assert!(Proxy::parse("http://proxy").unwrap().secrets().is_empty());
        let error = Proxy::parse("http://operator:hunter2@proxy/path").unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
