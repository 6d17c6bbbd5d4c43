//! When each fault takes effect, and whether the message is accepted.

use super::Fault;

/// When a fault takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Immediately.
    Port,
    /// On the next new connection.
    Connection,
    /// Between a request's head and the end of its body.
    Request,
    /// Once the request is complete.
    Answer,
}

impl Fault {
    /// The name in JSON.
    pub fn name(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json.get("fault")
            .and_then(|name| name.as_str())
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Refuse { .. } | Self::BacklogFull { .. } => Phase::Port,
            Self::AcceptReset
            | Self::AcceptHang { .. }
            | Self::TlsClose
            | Self::TlsPlaintext
            | Self::TlsOldVersion
            | Self::Tls11
            | Self::TlsSlow { .. }
            | Self::TlsClientCertificate
            | Self::TlsExpired
            | Self::TlsWrongName
            | Self::TlsUnknownCa
            | Self::TlsSha1
            | Self::TlsShortKey => Phase::Connection,
            Self::ResetAfterHeaders
            | Self::ResetInBody { .. }
            | Self::NeverRead { .. }
            | Self::EarlyRefusal
            | Self::ExpectationFailed => Phase::Request,
            _ => Phase::Answer,
        }
    }

    /// Whether a message that meets this fault is accepted when a test does not say: it is if
    /// the client gets to see any part of the real answer.
    pub(crate) fn accepts(&self) -> bool {
        !matches!(
            self,
            Self::CloseAfterBody
                | Self::ResetAfterBody
                | Self::Silence { .. }
                | Self::Garbage
                | Self::GzipBomb { .. }
                | Self::HtmlOk
                | Self::ErrorIn200
                | Self::Answer { .. }
                | Self::Graph { .. }
                | Self::OddGraphCode { .. }
                | Self::Html { .. }
                | Self::Empty { .. }
                | Self::TooManyRequests { .. }
                | Self::Redirect { .. }
                | Self::Raw { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_names_each_fault_of_a_request_once() {
        let names: Vec<_> = Fault::catalogue().iter().map(Fault::name).collect();
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| !name.is_empty()));
        let phases = [Phase::Request, Phase::Answer];
        assert!(
            Fault::catalogue()
                .iter()
                .all(|fault| phases.contains(&fault.phase()))
        );
    }

    #[test]
    fn the_readme_lists_every_fault() {
        let readme = include_str!("../../README.md");
        for fault in Fault::catalogue() {
            let name = fault.name();
            assert!(readme.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn every_fault_survives_json() {
        for fault in Fault::catalogue() {
            let json = serde_json::to_value(&fault).unwrap();
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
        }
    }
}
