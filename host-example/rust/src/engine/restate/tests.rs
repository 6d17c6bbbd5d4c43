//! What a worker promises before it is called.

use workflow_adapter_loader::{CommandOutput, Failure};

use super::*;
use crate::declared::CommandTraits;
use crate::engine::About;
use crate::instance::Call;
use crate::store::fixtures::message;

/// A worker that knows these instances.
struct Knows(&'static [&'static str]);

impl Commands for Knows {
    fn traits(&self, _: &str, _: &str) -> CommandTraits {
        CommandTraits::default()
    }

    fn adapter_type(&self, _: &str) -> String {
        String::new()
    }

    fn execute(&self, _: &str, _: &Call, _: &mut dyn FnMut()) -> Result<CommandOutput, Failure> {
        unreachable!("nothing is called")
    }

    fn about(&self, instance: &str) -> Option<About> {
        self.0.contains(&instance).then(|| About {
            line: format!("the line of {instance}"),
            ..About::default()
        })
    }
}

/// R7: while an instance was rolled out, the same event at an old and at a new worker was two.
#[test]
fn r07_the_line_of_an_event_does_not_depend_on_whose_instance_it_is_taken_for() {
    let event = |instance: &str, route: Option<&str>| EventRow {
        instance: instance.to_owned(),
        route: route.map(str::to_owned),
        ..message("m", Some("1650"), &serde_json::json!({}))
    };
    let route = Some("222");
    let at_an_old_one = line_of(&event("sales", route), &Knows(&["sales"]));
    let at_a_new_one = line_of(&event("support", route), &Knows(&["sales", "support"]));
    assert_eq!(
        (at_an_old_one.as_str(), at_a_new_one.as_str()),
        ("222", "222")
    );
    let without = line_of(&event("sales", None), &Knows(&["sales"]));
    assert_eq!(without, "the line of sales");
    assert_eq!(line_of(&event("gone", None), &Knows(&[])), "gone");
}

/// R4: a clock that was an hour off was found by nobody.
#[tokio::test]
async fn r04_a_worker_whose_clock_is_not_the_servers_does_not_start() {
    use std::io::{Read as _, Write as _};
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = config::Restate {
        listen: "127.0.0.1:0".parse().unwrap(),
        ingress: format!("http://{}", server.local_addr().unwrap()),
        admin: "http://127.0.0.1:1".to_owned(),
        identity_key: None,
        max_sends: 1,
    };
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let hour = std::time::SystemTime::now() + Duration::from_secs(3600);
        let date = httpdate::fmt_http_date(hour);
        let body = r#"{"services":[]}"#;
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
    });
    let metrics = Arc::new(Metrics::new(Box::new(Vec::new)));
    let started = RestateEngine::start(&settings, LOOK, Arc::new(Knows(&[])), metrics).await;
    serving.join().unwrap();
    let why = started.err().unwrap();
    assert!(why.contains("s behind the Restate server's"), "{why}");
}
