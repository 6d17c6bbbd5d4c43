//! Faults that affect a connection before its first request.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Fault;
use crate::http::Stream;
use crate::tls::{Certificates, Shown};

/// The TLS alert `protocol_version`, as a server of an earlier age sends it.
const OLD_VERSION_ALERT: &[u8] = &[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 70];

/// A `ServerHello` that chooses TLS 1.1 and AES-128-CBC (RFC 4346, 7.4.1.3), all its random bytes 7.
const OLD_HELLO: &[u8] = &[
    0x16, 3, 2, 0, 42, // a handshake record of TLS 1.1
    2, 0, 0, 38, // a ServerHello
    3, 2, // the version
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
    0, // no session
    0, 0x2f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0,    // no compression
];

const PLAIN_ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

/// Opens an accepted connection; `None` if the fault has ended it.
pub(crate) async fn open(
    socket: TcpStream,
    certificates: Option<&Certificates>,
    fault: Option<&Fault>,
) -> io::Result<Option<Stream>> {
    match fault {
        Some(Fault::AcceptReset) => {
            Stream::Plain(socket).reset();
            return Ok(None);
        }
        Some(Fault::AcceptHang { ms }) => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            Stream::Plain(socket).reset();
            return Ok(None);
        }
        Some(Fault::TlsClose) => return answer_hello(socket, &[]).await,
        Some(Fault::TlsPlaintext) => return answer_hello(socket, PLAIN_ANSWER).await,
        Some(Fault::TlsOldVersion) => return answer_hello(socket, OLD_VERSION_ALERT).await,
        Some(Fault::Tls11) => return answer_hello(socket, OLD_HELLO).await,
        Some(Fault::TlsSlow { ms }) => tokio::time::sleep(Duration::from_millis(*ms)).await,
        _ => {}
    }
    let Some(certificates) = certificates else {
        return Ok(Some(Stream::Plain(socket)));
    };
    let stream = certificates.accept(socket, shown(fault)).await?;
    Ok(Some(Stream::Tls(Box::new(stream))))
}

/// The certificate that a client is shown under this fault.
fn shown(fault: Option<&Fault>) -> Shown {
    match fault {
        Some(Fault::TlsClientCertificate) => Shown::GoodAndAsks,
        Some(Fault::TlsExpired) => Shown::Expired,
        Some(Fault::TlsWrongName) => Shown::WrongName,
        Some(Fault::TlsUnknownCa) => Shown::UnknownCa,
        Some(Fault::TlsSha1) => Shown::Sha1,
        Some(Fault::TlsShortKey) => Shown::ShortKey,
        _ => Shown::Good,
    }
}

/// Reads the client's first message, so that closing does not reset, and answers with `bytes`.
async fn answer_hello(mut socket: TcpStream, bytes: &[u8]) -> io::Result<Option<Stream>> {
    let mut hello = Vec::with_capacity(16 * 1024);
    socket.read_buf(&mut hello).await?;
    socket.write_all(bytes).await?;
    socket.shutdown().await?;
    Ok(None)
}
