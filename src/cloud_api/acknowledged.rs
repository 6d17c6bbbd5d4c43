//! Whether the other side has acknowledged all that was written to a socket.
//!
//! A program can answer only what its kernel has acknowledged, and a segment with an answer in it
//! acknowledges the whole request. What is still on its way, or has not left yet, when an answer is here
//! therefore shows that the answer is not one to the whole request; and it could arrive later.

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

/// Whether nothing is on its way and nothing is left to go. Where the kernel does not say so, it is not
/// known, and the answer is `false`.
pub(super) fn is_all_acknowledged(socket: &Socket) -> bool {
    getsockopt(socket, Progress).is_ok_and(|progress| {
        [UNACKNOWLEDGED, NOT_SENT].map(|at| progress.get(at)) == [Some(&0); 2]
    })
}
