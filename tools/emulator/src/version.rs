//! Graph versions: which exist, which have expired, and what an expired one is upgraded to.

/// A version as the path names it, `v26.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
}

/// The oldest that has not expired (Graph's changelog, state of November 2026) and the newest.
const OLDEST_LIVE: Version = Version {
    major: 21,
    minor: 0,
};
const NEWEST_LIVE: Version = Version {
    major: 27,
    minor: 0,
};

/// The newest version as a path names it.
pub(crate) const NEWEST: &str = "v27.0";

impl Version {
    /// Parses `v<digits>.<digits>`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
        Some(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }

    /// Whether Graph has, or had, such a version.
    pub(crate) fn exists(self) -> bool {
        self <= NEWEST_LIVE && self.major >= 1
    }

    /// The version that answers, and the warning if it is not the one that was asked for.
    pub(crate) fn served(self) -> (String, Option<String>) {
        if self >= OLDEST_LIVE {
            return (self.to_string(), None);
        }
        let warning = format!(
            "The call has been auto-upgraded to {OLDEST_LIVE} as {self} has been deprecated."
        );
        (OLDEST_LIVE.to_string(), Some(warning))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "v{}.{}", self.major, self.minor)
    }
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_v_digits_dot_digits_is_a_version() {
        assert!(Version::parse("v26.0").is_some());
        for text in [
            "26.0", "v26", "v.0", "v26.", "v+6.0", "V26.0", "v26.0.0", "",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_expired_version_is_upgraded_with_a_warning() {
        let (served, warning) = Version::parse("v17.0").unwrap().served();
        assert_eq!(served, "v21.0");
        assert!(warning.unwrap().contains("auto-upgraded to v21.0 as v17.0"));
        assert_eq!(
            Version::parse("v25.0").unwrap().served(),
            ("v25.0".to_owned(), None)
        );
        assert!(!Version::parse("v99.0").unwrap().exists());
    }
}
