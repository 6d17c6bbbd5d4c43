//! The media of the account, and which files it takes (Meta: supported media types, 2026).

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

const MB: usize = 1024 * 1024;
const DAY: u64 = 24 * 60 * 60;

/// Files that are sent as messages of one type.
#[derive(Debug)]
pub(crate) struct Family {
    /// The type of message.
    pub(crate) kind: &'static str,
    /// The largest file, in bytes.
    pub(crate) most_bytes: usize,
    /// The MIME types that can be uploaded, without parameters.
    pub(crate) mime_types: &'static [&'static str],
    /// Those that WhatsApp delivers, as its failures list them.
    pub(crate) delivered: &'static [&'static str],
}

const DOCUMENTS: &[&str] = &[
    "application/vnd.ms-powerpoint",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pdf",
    "text/plain",
    "application/vnd.ms-excel",
];

const FAMILIES: [Family; 5] = [
    Family {
        kind: "audio",
        most_bytes: 16 * MB,
        mime_types: &[
            "audio/aac",
            "audio/mp4",
            "audio/mpeg",
            "audio/amr",
            "audio/ogg",
            "audio/opus",
        ],
        delivered: &[
            "audio/ogg; codecs=opus",
            "audio/mpeg",
            "audio/amr",
            "audio/mp4",
            "audio/aac",
        ],
    },
    Family {
        kind: "document",
        most_bytes: 100 * MB,
        mime_types: DOCUMENTS,
        delivered: DOCUMENTS,
    },
    Family {
        kind: "image",
        most_bytes: 5 * MB,
        mime_types: &["image/jpeg", "image/png"],
        delivered: &["image/jpeg", "image/png"],
    },
    Family {
        kind: "sticker",
        most_bytes: 500 * 1024,
        mime_types: &["image/webp"],
        delivered: &["image/webp"],
    },
    Family {
        kind: "video",
        most_bytes: 16 * MB,
        mime_types: &["video/mp4", "video/3gpp"],
        delivered: &["video/mp4", "video/3gpp"],
    },
];

/// The family of a MIME type without parameters.
pub(crate) fn family_of(mime_type: &str) -> Option<&'static Family> {
    let has = |family: &&Family| {
        let mut types = family.mime_types.iter();
        types.any(|each| each.eq_ignore_ascii_case(mime_type))
    };
    FAMILIES.iter().find(has)
}

/// The family that a message of this type takes its file from.
pub(crate) fn family_for(kind: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.kind == kind)
}

/// Every MIME type that can be uploaded.
pub(crate) fn upload_types() -> Vec<&'static str> {
    FAMILIES
        .iter()
        .flat_map(|family| family.mime_types.iter().copied())
        .collect()
}

/// Where a medium came from, which decides how long its id lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Uploaded by the business: 30 days.
    Upload,
    /// Sent by a customer: 7 days.
    Customer,
}

/// One file.
#[derive(Clone, Debug)]
pub(crate) struct Medium {
    pub(crate) mime_type: String,
    pub(crate) bytes: Arc<[u8]>,
    expires_at: u64,
}

impl Medium {
    pub(crate) fn new(mime_type: String, bytes: Vec<u8>, origin: Origin, now: u64) -> Self {
        let days = match origin {
            Origin::Upload => 30,
            Origin::Customer => 7,
        };
        Self {
            mime_type,
            bytes: bytes.into(),
            expires_at: now + days * DAY,
        }
    }

    /// The SHA-256 as lower-case hex, as the media endpoint shows it.
    pub(crate) fn sha256_hex(&self) -> String {
        base16ct::lower::encode_string(&Sha256::digest(&self.bytes))
    }

    /// The SHA-256 in Base64, as notifications show it.
    pub(crate) fn sha256_base64(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.bytes))
    }
}

/// All media by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct MediaStore {
    media: BTreeMap<String, Medium>,
    /// Scheme and authority of the addresses to fetch from, if not the emulator's own.
    pub(crate) host: Option<String>,
}

impl MediaStore {
    pub(crate) fn add(&mut self, id: String, medium: Medium) -> String {
        self.media.insert(id.clone(), medium);
        id
    }

    /// The medium of this id, if it has not expired.
    pub(crate) fn get(&self, id: &str, now: u64) -> Option<&Medium> {
        self.media.get(id).filter(|medium| medium.expires_at > now)
    }

    /// Whether there was ever such a medium.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.media.contains_key(id)
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.media.remove(id);
    }
}
