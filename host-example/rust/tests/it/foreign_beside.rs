//! An adapter that has nothing to do with WhatsApp beside it, in one `serve`.

use crate::foreign::build;
use crate::served::Site;

#[test]
fn x09_a_tick_of_another_adapter_starts_a_workflow_that_sends_a_message() {
    let more = r#"
[[instance]]
name = "clock"
adapter_type = "clock"
[instance.properties]
ticks = 2

[[trigger]]
name = "tick"
type = "Event"
adapter = "clock"
event = "tick"
workflow = "tell"

[[workflow]]
name = "tell"
[[workflow.step]]
name = "send"
instance = "sales"
command = "sendMessageText"
request = { phoneNumber = "16505551234", message = "tick {n}" }
"#;
    let site = Site::new("");
    build(
        &site.folder.path().join("plugins"),
        "libclock.so",
        "clock",
        "1.0.0",
    );
    site.configure(more);
    let _served = site.serve();
    site.wait_until("each tick has sent", |site| site.are("tell", 2, "done"));
    assert_eq!(site.emulator.ledger().accepted(), 2);
    site.wait_until("its statuses are taken as before", |site| {
        let taken = r#"events_total{name="status_changed",duplicate="false",adapter="whatsapp",instance="sales"}"#;
        site.get("/metrics").1.contains(taken)
    });
}
