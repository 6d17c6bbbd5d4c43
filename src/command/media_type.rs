//! Media types: the endings of files, Meta's types for them, how large each may be, and which type of
//! message takes which (D/business-phone-numbers/media, read 2026-08).

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The endings of files, Meta's types for them, and the bytes that each may have. The first ending of a
/// type is the one that a file gets whose own does not fit.
const TYPES: [(&str, &str, u64); 21] = [
    ("aac", "audio/aac", 16 * MIB),
    ("amr", "audio/amr", 16 * MIB),
    ("mp3", "audio/mpeg", 16 * MIB),
    ("m4a", "audio/mp4", 16 * MIB),
    ("ogg", "audio/ogg", 16 * MIB),
    ("opus", "audio/ogg", 16 * MIB),
    ("jpg", "image/jpeg", 5 * MIB),
    ("jpeg", "image/jpeg", 5 * MIB),
    ("png", "image/png", 5 * MIB),
    ("webp", "image/webp", 500 * KIB),
    ("mp4", "video/mp4", 16 * MIB),
    ("3gp", "video/3gpp", 16 * MIB),
    ("txt", "text/plain", 100 * MIB),
    ("pdf", "application/pdf", 100 * MIB),
    ("doc", "application/msword", 100 * MIB),
    ("xls", "application/vnd.ms-excel", 100 * MIB),
    ("ppt", "application/vnd.ms-powerpoint", 100 * MIB),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        100 * MIB,
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        100 * MIB,
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        100 * MIB,
    ),
    ("csv", "text/plain", 100 * MIB),
];

/// Other names of these types, as browsers, phones and other libraries write them.
const OTHER_NAMES: [(&str, &str); 10] = [
    ("audio/x-aac", "audio/aac"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/m4a", "audio/mp4"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/opus", "audio/ogg"),
    ("application/ogg", "audio/ogg"),
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("video/3gp", "video/3gpp"),
    ("text/csv", "text/plain"),
];

/// What Meta takes of one type.
pub(super) struct MediaType {
    pub(super) name: &'static str,
    pub(super) most_bytes: u64,
}

/// The picture of a group (D/groups/reference; OpenAPI v23.0).
pub(super) const GROUP_PICTURE: MediaType = MediaType {
    name: "image/jpeg",
    most_bytes: 5 * MIB,
};

/// What a Flow is made of (D/flows/reference/flowjson).
pub(super) const FLOW_JSON: MediaType = MediaType {
    name: "application/json",
    most_bytes: 10 * MIB,
};

/// The type that a file's ending says.
pub(super) fn of_ending(file_name: &str) -> Option<MediaType> {
    let (_, ending) = file_name.rsplit_once('.')?;
    let mut types = TYPES.iter();
    let (_, name, most_bytes) = types.find(|(known, ..)| known.eq_ignore_ascii_case(ending))?;
    Some(MediaType {
        name,
        most_bytes: *most_bytes,
    })
}

/// The type that is given by name; neither case nor parameters (`; codecs=opus`) make it another one.
pub(super) fn of_name(given: &str) -> Option<MediaType> {
    let given = essence(given);
    let mut others = OTHER_NAMES.iter();
    let given = others
        .find(|(other, _)| *other == given)
        .map_or(given.as_str(), |(_, name)| name);
    let (_, name, most_bytes) = TYPES.iter().find(|(_, name, _)| *name == given)?;
    Some(MediaType {
        name,
        most_bytes: *most_bytes,
    })
}

/// A media type without its parameters, in small letters.
pub(super) fn essence(given: &str) -> String {
    let essence = given.split_once(';').map_or(given, |(essence, _)| essence);
    essence.trim().to_ascii_lowercase()
}

/// The name that a file of this type goes out with: Meta looks at the ending, too.
pub(super) fn fitting_name(file_name: &str, media_type: &str) -> String {
    let media_type = essence(media_type);
    let mut endings = TYPES.iter().filter(|(_, name, _)| *name == media_type);
    let Some((first, ..)) = endings.clone().next() else {
        return file_name.to_owned();
    };
    let (stem, own) = match file_name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, Some(ending)),
        _ => (file_name, None),
    };
    if own.is_some_and(|own| endings.any(|(ending, ..)| ending.eq_ignore_ascii_case(own))) {
        return file_name.to_owned();
    }
    format!("{stem}.{first}")
}

/// All endings that Meta takes.
pub(super) fn endings() -> String {
    TYPES.map(|(ending, ..)| ending).join(", ")
}

/// The types that a message of this kind takes; nothing where it takes every one.
pub(super) fn of_kind(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "image" => &["image/jpeg", "image/png"],
        "video" => &["video/mp4", "video/3gpp"],
        "audio" => &[
            "audio/aac",
            "audio/amr",
            "audio/mpeg",
            "audio/mp4",
            "audio/ogg",
        ],
        "voice" => &["audio/ogg"],
        "sticker" => &["image/webp"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_case_nor_parameters_nor_another_name_make_it_another_type() {
        for (given, name) in [
            ("audio/ogg; codecs=opus", "audio/ogg"),
            ("Audio/OGG", "audio/ogg"),
            ("audio/ogg;codecs=\"opus\"", "audio/ogg"),
            ("video/3gp", "video/3gpp"),
            ("video/3gpp", "video/3gpp"),
            ("IMAGE/JPG ", "image/jpeg"),
            ("text/plain; charset=utf-8", "text/plain"),
            ("audio/opus", "audio/ogg"),
        ] {
            assert_eq!(of_name(given).map(|of| of.name), Some(name), "{given}");
        }
        for given in ["", "image", "image/", "image/heic", "audio/oggx"] {
            assert!(of_name(given).is_none(), "{given}");
        }
    }

    #[test]
    fn the_name_that_goes_out_fits_the_type() {
        for (name, media_type, fitting) in [
            ("voice-note.mp4", "audio/ogg", "voice-note.ogg"),
            (
                "voice-note.OPUS",
                "audio/ogg; codecs=opus",
                "voice-note.OPUS",
            ),
            ("photo", "image/jpeg", "photo.jpg"),
            ("photo.jpeg", "image/jpeg", "photo.jpeg"),
            (".hidden", "image/png", ".hidden.png"),
            ("a.b.c", "application/pdf", "a.b.pdf"),
            ("list.csv", "text/plain", "list.csv"),
            ("odd.xyz", "application/x-odd", "odd.xyz"),
        ] {
            assert_eq!(fitting_name(name, media_type), fitting);
        }
    }

    #[test]
    fn every_type_of_a_kind_is_known() {
        for kind in ["image", "video", "audio", "voice", "sticker"] {
            for name in of_kind(kind).unwrap() {
                assert_eq!(of_name(name).map(|of| of.name), Some(*name));
            }
        }
    }
}
