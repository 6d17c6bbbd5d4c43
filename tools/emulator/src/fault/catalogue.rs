//! One of each fault that strikes a request, for schedules and for tests that want them all.

use super::{Fault, Then};

impl Fault {
    /// One of each fault that strikes a request, with short times and small sizes.
    pub fn catalogue() -> Vec<Self> {
        let groups = [Self::broken(), Self::late_or_wrong(), Self::other_answers()];
        groups.concat()
    }

    fn broken() -> Vec<Self> {
        vec![
            Self::ResetAfterHeaders,
            Self::ResetInBody { bytes: 1 },
            Self::NeverRead { ms: 20 },
            Self::EarlyRefusal,
            Self::ExpectationFailed,
            Self::CloseAfterBody,
            Self::ResetAfterBody,
            Self::Silence { ms: 20 },
            Self::HalfHeader,
            Self::HalfBody,
            Self::Garbage,
            Self::LongContentLength,
            Self::ShortContentLength,
            Self::TwoContentLengths,
            Self::LengthAndChunked,
            Self::BadChunk,
            Self::TruncatedChunk,
            Self::HugeHeader { bytes: 200_000 },
            Self::EndlessBody,
            Self::Http10,
            Self::Http09,
            Self::Interim,
            Self::NoCloseNotify,
        ]
    }

    fn late_or_wrong() -> Vec<Self> {
        vec![
            Self::Delay { ms: 20 },
            Self::Jitter { max_ms: 20 },
            Self::SlowLoris {
                bytes_per_second: 20_000,
            },
            Self::SlowBody {
                bytes_per_second: 20_000,
            },
            Self::ByteByByte,
            Self::Gzip,
            Self::BadGzip,
            Self::GzipBomb { mib: 64 },
            Self::Utf16,
            Self::Bom,
            Self::InvalidUtf8,
            Self::LoneSurrogate,
            Self::HtmlOk,
            Self::CutJson,
            Self::NoId,
            Self::ErrorIn200,
        ]
    }

    fn other_answers() -> Vec<Self> {
        vec![
            Self::Answer {
                status: 408,
                headers: Vec::new(),
                body: String::new(),
            },
            Self::Graph {
                code: 130_429,
                status: None,
                transient: None,
                retry_after: None,
            },
            Self::OddGraphCode {
                code: serde_json::Value::Null,
            },
            Self::TransientButAccepted,
            Self::Html { status: 502 },
            Self::Empty { status: 204 },
            Self::TooManyRequests {
                retry_after: Some("0".to_owned()),
            },
            Self::Redirect {
                status: 307,
                location: "http://127.0.0.1:9/".to_owned(),
            },
            Self::Raw {
                bytes: "HTTP/1.1 400 Bad Request\r\nContent-Length: 20\r\n\r\n{\"error\":{"
                    .to_owned(),
                then: Then::Close,
            },
            Self::CloseAfterAnswer,
            Self::CloseAfterIdle { ms: 20 },
            Self::StopReading { ms: 20 },
            Self::ResetOnReuse,
            Self::ExtraBytes,
            Self::ExtraRecord,
            Self::Goodbye,
        ]
    }
}
