//! Why an operation failed, and how far it had got, each as one stable word: `details.reason` and
//! `details.phase`. Workflows branch on these words, so none of them ever changes.

/// An enum whose variants have a name outside of the program.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word in responses, logs and counters.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

words! {
    /// Why an operation failed. `docs/result-codes.md` explains each to users.
    Reason {
        AnswerIncomplete = "answer_incomplete",
        AnsweredEarly = "answered_early",
        Auth = "auth",
        BreakerOpen = "breaker_open",
        Cancelled = "cancelled",
        Certificate = "certificate",
        ClientCertificate = "client_certificate",
        Closed = "closed",
        Contradictory = "contradictory",
        DoNotRepeat = "do_not_repeat",
        Dns = "dns",
        ErrorIn200 = "error_in_200",
        FileChanged = "file_changed",
        ForeignHost = "foreign_host",
        Handshake = "handshake",
        InvalidRequest = "invalid_request",
        Io = "io",
        NoEvidence = "no_evidence",
        NoMessageId = "no_message_id",
        NoUrl = "no_url",
        NotGraph = "not_graph",
        NotHttp = "not_http",
        NotMedia = "not_media",
        NotWritten = "not_written",
        Paced = "paced",
        Proxy = "proxy",
        ProxyAuth = "proxy_auth",
        Redirect = "redirect",
        Refused = "refused",
        Reset = "reset",
        ServerError = "server_error",
        Throttled = "throttled",
        Timeout = "timeout",
        TooLarge = "too_large",
        TooManyFiles = "too_many_files",
        Transport = "transport",
        Unreachable = "unreachable",
        WrongHash = "wrong_hash",
        WrongSize = "wrong_size",
    }
}

words! {
    /// How far an operation got before it failed.
    Phase {
        /// The call ended before its request began.
        Queue = "queue",
        /// The circuit breaker held it back.
        Breaker = "breaker",
        /// The rate limiter held it back.
        Pacing = "pacing",
        /// It waited for another attempt.
        Backoff = "backoff",
        Resolve = "resolve",
        Connect = "connect",
        Proxy = "proxy",
        Tls = "tls",
        Response = "response",
    }
}

/// Why a request was not sent, as far as it matters for a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The host cancelled the call, or is destroying the adapter.
    Cancelled,
    /// The call's time ran out.
    OutOfTime,
    /// The number's or the recipient's permit comes after the call's time.
    Paced,
    /// Meta has just refused the token.
    BreakerOpen,
    /// The network, the name or the proxy: another attempt may succeed.
    Passing,
    /// The TLS handshake broke off.
    Handshake,
    /// Time does not repair it: a certificate, the proxy's password.
    Lasting,
}

/// Where an exchange failed, why, and what that means for another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) phase: Phase,
    pub(super) reason: Reason,
    /// What it means for another attempt, had nothing been sent.
    pub(super) cause: Cause,
}

impl Fault {
    pub(super) const fn new(phase: Phase, reason: Reason, cause: Cause) -> Self {
        Self {
            phase,
            reason,
            cause,
        }
    }

    /// Whether the call's time ran out before there was a connection to send on.
    pub(super) fn is_slow_connection(self) -> bool {
        let is_before = matches!(self.phase, Phase::Resolve | Phase::Connect | Phase::Tls);
        is_before && self.cause == Cause::OutOfTime
    }
}

/// What to do where the call's time ran out before there was a connection to send on.
pub(super) const SLOW_CONNECTION: &str = "connecting took the time that the answer would have needed: look at \
    the network and the server, or give the call more time (timeoutMs)";

impl Reason {
    /// A hint for a reason that users tend to take for a defect of the adapter.
    pub(super) const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::Dns => {
                "check the name in baseUrl, that of the proxy if there is one, and this machine's name \
                 resolution"
            }
            Self::Certificate => {
                "the server's certificate is not trusted: check baseUrl, the clock, and any proxy that \
                 opens TLS; caFile adds a certificate authority"
            }
            Self::ProxyAuth => {
                "the proxy asks for a user and a password: give them in the property proxy"
            }
            Self::Proxy => {
                "the proxy does not let the connection through: check the property proxy"
            }
            Self::TooManyFiles => {
                "this process or machine has no file descriptor left: raise its limit of open files, or \
                 look for what does not close its own"
            }
            Self::ClientCertificate => {
                "the server wants a certificate of the client's, which this adapter has none of: check \
                 baseUrl, and let the gateway admit it without one"
            }
            Self::Paced => "messagesPerSecond, or one customer's rate, is used up: send it later",
            Self::BreakerOpen => {
                "set authenticationToken to a valid token; nothing is sent for 30 seconds after a \
                 refusal, or until the properties change"
            }
            Self::Redirect => "check baseUrl; a captive portal or proxy answers like this",
            Self::NotGraph => {
                "check baseUrl; a firewall, proxy or captive portal answers like this"
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The page that explains every reason to users.
    const PAGE: &str = include_str!("../../docs/result-codes.md");

    /// The part of the page about commands that call the Graph API.
    fn of_calls(page: &str) -> &str {
        let from = page.split_once("\n## Reasons\n").unwrap().1;
        from.split_once("\n### A webhook").unwrap().0
    }

    /// The words in the first column of every table in `text`.
    fn listed(text: &str) -> BTreeSet<&str> {
        let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
        rows.filter_map(|row| row.split_once(" |"))
            .flat_map(|(cell, _)| cell.trim_end_matches('`').split("`, `"))
            .collect()
    }

    #[test]
    fn the_catalogue_lists_every_reason_and_no_other() {
        let words: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(words.len(), Reason::ALL.len(), "two reasons share a word");
        let mut listed = listed(of_calls(PAGE));
        // This one stands in a sentence, because it is about commands that send no message.
        assert!(of_calls(PAGE).contains("`no_evidence` replaces `no_message_id`"));
        listed.insert("no_evidence");
        assert_eq!(listed, words);
    }

    #[test]
    fn the_catalogue_names_every_phase() {
        for phase in Phase::ALL {
            let word = format!("`{}`", phase.as_str());
            assert!(of_calls(PAGE).contains(&word), "{word}");
        }
    }

    #[test]
    fn the_catalogue_has_every_hint_word_for_word() {
        let page = PAGE.split_whitespace().collect::<Vec<_>>().join(" ");
        let hints = Reason::ALL.iter().filter_map(|reason| reason.hint());
        let hints = hints.chain([SLOW_CONNECTION]);
        assert!(hints.clone().count() > 10);
        for hint in hints {
            assert!(page.contains(&format!("“{hint}”")), "{hint}");
        }
    }
}
