//! The names of the faults, as Rust and as JSON have them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What becomes of the connection behind [`Fault::Raw`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// It is closed in order.
    #[default]
    Close,
    /// It is reset.
    Reset,
    /// Nothing more comes for ten minutes.
    Hold,
    /// It carries the next request.
    Keep,
}

/// One way in which a connection or a request to the messages endpoint goes wrong.
///
/// In JSON the variant is the member `fault`, in `snake_case`, beside its other members:
/// `{"fault": "delay", "ms": 200}`.
///
/// A fault of a *connection* waits for the next new connection, all others for the next request.
/// Under a fault the notifications about an accepted message do not wait for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    // Connections.
    /// Connection: accept it and reset it at once.
    AcceptReset,
    /// Connection: accept it, never read, and reset it after this time.
    AcceptHang {
        /// For how long.
        ms: u64,
    },
    /// From now on and for this time: nobody listens on the port.
    Refuse {
        /// For how long.
        ms: u64,
    },
    /// From now on and for this time: the port is open, its queue is full, nobody accepts.
    BacklogFull {
        /// For how long.
        ms: u64,
    },
    /// Connection: close it instead of answering the client's first TLS message.
    TlsClose,
    /// Connection: answer the first TLS message with plain HTTP.
    TlsPlaintext,
    /// Connection: answer the first TLS message with the alert for an old protocol version.
    TlsOldVersion,
    /// Connection: answer the first TLS message as a server that speaks TLS 1.1.
    #[serde(rename = "tls_1_1")]
    Tls11,
    /// Connection: wait before the TLS handshake.
    TlsSlow {
        /// For how long.
        ms: u64,
    },
    /// Connection: ask for a certificate of the client's, and refuse who has none.
    TlsClientCertificate,
    /// Connection: show a certificate that has expired.
    TlsExpired,
    /// Connection: show a certificate for another name.
    TlsWrongName,
    /// Connection: show a certificate of a CA that nobody knows.
    TlsUnknownCa,
    /// Connection: show a certificate that is signed with SHA-1.
    TlsSha1,
    /// Connection: show a certificate that is signed with an RSA key of 1,024 bits.
    TlsShortKey,

    // The request is not read to its end, so it is not in the ledger.
    /// Reset the connection when the headers have been read.
    ResetAfterHeaders,
    /// Reset the connection when this many bytes of the body have been read.
    ResetInBody {
        /// How many.
        bytes: usize,
    },
    /// Read the headers and no more, and reset the connection after this time.
    NeverRead {
        /// For how long.
        ms: u64,
    },
    /// Answer 413 to the headers and close, without reading the body.
    EarlyRefusal,
    /// Answer 417 to the headers and close, without reading the body.
    ExpectationFailed,

    // No answer.
    /// Read the request to its end, then close without a byte of answer.
    CloseAfterBody,
    /// Read the request to its end, then reset the connection.
    ResetAfterBody,
    /// Read the request to its end, say nothing for this time, then close.
    Silence {
        /// For how long.
        ms: u64,
    },

    // An answer that is broken on the wire.
    /// Close in the middle of the answer's head.
    HalfHeader,
    /// Send the head of the real answer and half of its body, then close.
    HalfBody,
    /// Answer with bytes that are not HTTP, then close.
    Garbage,
    /// Content-Length says more than there is; then close.
    LongContentLength,
    /// Content-Length says half of what there is; then close.
    ShortContentLength,
    /// Two Content-Length fields that differ; then close.
    TwoContentLengths,
    /// Content-Length and Transfer-Encoding at once; then close.
    LengthAndChunked,
    /// A chunk whose size is no number; then close.
    BadChunk,
    /// Close in the middle of a chunk.
    TruncatedChunk,
    /// A header field of this length before the real answer's fields.
    HugeHeader {
        /// How long.
        bytes: usize,
    },
    /// A body that begins with the real one and never ends.
    EndlessBody,
    /// An answer as HTTP/1.0 has it: no length, the end of the connection is the end of the body.
    Http10,
    /// An answer as HTTP/0.9 had it: the body alone.
    Http09,
    /// 100 and 103 before the real answer.
    Interim,
    /// The real answer without a length, ended by closing TCP without TLS's `close_notify`.
    NoCloseNotify,

    // An answer that arrives slowly.
    /// Wait before the real answer.
    Delay {
        /// For how long.
        ms: u64,
    },
    /// Wait before the real answer for a time that the emulator's seed decides.
    Jitter {
        /// At most so long.
        max_ms: u64,
    },
    /// The real answer, one byte after the other from its first.
    SlowLoris {
        /// How many bytes in a second.
        bytes_per_second: u64,
    },
    /// The head of the real answer at once, its body one byte after the other.
    SlowBody {
        /// How many bytes in a second.
        bytes_per_second: u64,
    },
    /// The real answer, each byte in a TCP segment of its own.
    ByteByByte,

    // An answer whose body is not what it should be.
    /// The real answer, compressed.
    Gzip,
    /// The real answer, compressed and then damaged.
    BadGzip,
    /// A compressed body that grows to this many MiB of zeroes.
    GzipBomb {
        /// How many.
        mib: u32,
    },
    /// The real answer in UTF-16.
    Utf16,
    /// The real answer behind a byte order mark.
    Bom,
    /// The real answer with a byte in a string that is no UTF-8.
    InvalidUtf8,
    /// The real answer with half of a surrogate pair escaped in a string.
    LoneSurrogate,
    /// 200 with a page, as a captive portal answers.
    HtmlOk,
    /// 200 with a JSON body cut in half, its length being correct.
    CutJson,
    /// 200 with the real answer, but without the message id.
    NoId,
    /// 200 with a Graph error in its body.
    ErrorIn200,

    // Another answer.
    /// Answer with exactly this, instead of what the request deserves.
    Answer {
        /// The HTTP status.
        status: u16,
        /// Header fields; Content-Length is added.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The raw body.
        #[serde(default)]
        body: String,
    },
    /// A Graph error of this code.
    Graph {
        /// The code.
        code: u32,
        /// The HTTP status, if not the one that belongs to the code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// `is_transient`, if it should be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transient: Option<bool>,
        /// A Retry-After field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// 400 with a Graph error whose `code` is this JSON value; null leaves it out.
    OddGraphCode {
        /// The value.
        code: Value,
    },
    /// 500 with code 2 and `is_transient`: the message is accepted unless a test says otherwise.
    TransientButAccepted,
    /// This status with a page, as a proxy answers.
    Html {
        /// The HTTP status.
        status: u16,
    },
    /// This status without a body.
    Empty {
        /// The HTTP status.
        status: u16,
    },
    /// 429 without Graph's JSON.
    TooManyRequests {
        /// A Retry-After field, well formed or not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// A redirection.
    Redirect {
        /// 301, 302, 307 or 308.
        status: u16,
        /// Where to.
        location: String,
    },
    /// Exactly these bytes, head and all, instead of an answer.
    Raw {
        /// Each character up to U+00FF is a byte.
        bytes: String,
        /// What becomes of the connection behind them.
        #[serde(default)]
        then: Then,
    },

    // What becomes of the connection after the real answer.
    /// Close right after the answer, which does not announce it.
    CloseAfterAnswer,
    /// Close if no other request begins within this time.
    CloseAfterIdle {
        /// The time.
        ms: u64,
    },
    /// Never read again, and reset the connection after this time.
    StopReading {
        /// For how long.
        ms: u64,
    },
    /// Reset the connection as soon as it is used again.
    ResetOnReuse,
    /// Send another answer behind the real one, to a request that was never made.
    ExtraBytes,
    /// As `extra_bytes`, with TLS records of their own in the real answer's TCP segment.
    ExtraRecord,
    /// End TLS in the answer's TCP segment and leave TCP open; over plain HTTP, end TCP's one direction.
    Goodbye,
}
