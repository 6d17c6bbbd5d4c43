//! Whether the other side has acknowledged all that was written to a socket.
//!
//! A server can only answer bytes that its kernel has acknowledged, and the TCP segment that carries the
//! response acknowledges the whole request. If bytes are unacknowledged or unsent when a response
//! arrives, the response is therefore not one to the whole request, and those bytes could still arrive
//! later.

use nix::getsockopt_impl;
use nix::sockopt_impl;
use nix::sys::socket::getsockopt;
use socket2::Socket;

/// The kernel's `struct tcp_info` up to `tcpi_notsent_bytes`, as Linux has it since 4.6.
type TcpInfo = [u32; 37];
/// `tcpi_unacked`: segments on their way.
const UNACKNOWLEDGED: usize = 6;
/// `tcpi_notsent_bytes`: bytes that have not left this machine.
const NOT_SENT: usize = 36;

sockopt_impl!(
    Progress,
    GetOnly,
    libc::IPPROTO_TCP,
    libc::TCP_INFO,
    TcpInfo
);

/// Whether no byte is unacknowledged or unsent. `false` if the kernel does not say.
pub(super) fn is_all_acknowledged(socket: &Socket) -> bool {
    getsockopt(socket, Progress).is_ok_and(|progress| {
        [UNACKNOWLEDGED, NOT_SENT].map(|at| progress.get(at)) == [Some(&0); 2]
    })
}
