//! A message that is longer than what is handed to the socket at once, so that it can break between its
//! parts.

use cloud_api_emulator::Fault;
use serde_json::json;

use super::mode::{FOR_EVER, Group, Mode, accepted, lost, not_sent, rejected};
use super::{Server, all_hold, check};
use crate::rig;

const LONG: Group = Group {
    letter: 'B',
    title: "A request of more than one part",
};

/// The size of one write, `PART_BYTES` in `src/cloud_api/connection.rs`.
const PART_BYTES: usize = 16 * 1024;

/// A text as long as one may be, in the characters that take the most bytes.
fn text() -> String {
    "\u{1f600}".repeat(4_096)
}

/// The table. Whether the peer's reset is met by the first part, by the last one or by the wait for the
/// answer is the kernel's timing; where the last part was never handed over, nothing was sent.
pub(super) fn modes() -> Vec<Mode> {
    let mode = |what, fault: Fault, end| Mode::new(&LONG, what, fault, end);
    let broken = |what, fault| {
        let ends = [lost("reset"), not_sent("connect", "reset")];
        mode(what, fault, lost("reset")).ends(ends.clone(), ends)
    };
    let refused = super::mode::End {
        retryable: true,
        ..rejected(413).reason("not_graph")
    };
    vec![
        Mode::without_fault(&LONG, "nothing").ends([accepted()], [accepted()]),
        mode(
            "an answer that takes a while",
            Fault::Delay { ms: 30 },
            accepted(),
        ),
        broken("reset behind the headers", Fault::ResetAfterHeaders),
        broken(
            "reset in the first part",
            Fault::ResetInBody {
                bytes: PART_BYTES / 2,
            },
        ),
        broken(
            "reset in the second part",
            Fault::ResetInBody { bytes: PART_BYTES },
        ),
        mode(
            "the body is never read",
            Fault::NeverRead { ms: FOR_EVER },
            lost("timeout"),
        )
        .holds(),
        mode(
            "413 before the body was read, and closed",
            Fault::EarlyRefusal,
            refused,
        ),
        Mode::new(
            &LONG,
            "closed behind the body without a word, and the message is taken",
            Fault::CloseAfterBody.accepted(),
            lost("closed"),
        ),
    ]
}

#[test]
fn a_message_of_more_than_one_part_ends_as_its_row_says() {
    let mut checks = Vec::new();
    for mode in modes() {
        checks.extend([false, true].map(|tls| (mode.clone(), tls)));
    }
    let request = json!({ "phoneNumber": "+16505551234", "message": text() }).to_string();
    all_hold(
        &checks,
        |(mode, tls)| format!("{} tls={tls}", mode.what),
        |(mode, tls)| check(mode, *tls, 1, "sendMessageText", &request),
    );
}

#[test]
fn a_message_of_more_than_one_part_arrives_whole() {
    for server in [Server::plain(), Server::tls()] {
        let adapter = rig::Adapter::create(rig::EntryPoint::Loaded, &server.properties.to_string());
        let request = json!({ "phoneNumber": "+16505551234", "message": text() }).to_string();
        let ran = adapter.unwrap().execute("sendMessageText", &request);
        assert_eq!(ran.result(), "OK", "{ran:?}");
        let requests = server.emulator.ledger().requests;
        assert!(requests[0].body_bytes > PART_BYTES, "it fits into one part");
        let sent = requests[0].json.as_ref().unwrap();
        assert_eq!(sent["text"]["body"], text());
    }
}
