//! Whose event it is, and what becomes of events that look odd.

use serde_json::{Value, json};

use crate::served::{Site, greet_if};

/// Greets the customer and waits for a yes.
const STEPS: &str = r#"
[[workflow.step]]
name = "reply"
command = "sendMessageText"
request = { phoneNumber = "{customer}", message = "Hello" }
[[workflow.step]]
name = "answer"
wait = "24h"
event = "customer_message"
condition = 'messages[0].text.body.startsWith("yes")'
[[workflow.step]]
name = "thank"
command = "sendMessageText"
request = { phoneNumber = "{customer}", message = "{answer.messages[0].text.body}" }
"#;

/// A signed notification of one message with these members beside its own.
fn body(id: &str, text: &str, more: &Value) -> Value {
    let mut message = json!({"id": id, "timestamp": "1", "type": "text", "text": {"body": text}});
    message
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages", "value": {"messaging_product": "whatsapp", "metadata":
        {"display_phone_number": "1", "phone_number_id": "106540352242922"},
        "messages": [message]}}]}]})
}

fn post(site: &Site, id: &str, text: &str, more: &Value) {
    let body = body(id, text, more).to_string();
    assert_eq!(site.post("whatsapp", body.as_bytes()).0, 200);
}

fn count_of_events(site: &Site) -> i64 {
    let store = rusqlite::Connection::open(site.store()).unwrap();
    let sql = "SELECT count(*) FROM events WHERE name = 'customer_message'";
    store.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn w50_the_answer_of_one_customer_without_a_number_goes_to_no_other_ones_run() {
    let site = Site::new(&greet_if(r#"messages[0].text.body == "hello""#, STEPS));
    let _served = site.serve();
    let ada = json!({"from": "", "from_user_id": "US.1"});
    let bob = json!({"from": "", "from_user_id": "US.2"});
    post(&site, "w1", "hello", &ada);
    site.wait_until("Ada's run waits", |site| site.are("greet", 1, "waiting"));
    post(&site, "w2", "yes, says Bob", &bob);
    post(&site, "w3", "yes, says nobody", &json!({"from": ""}));
    site.wait_until("both are stored", |site| count_of_events(site) == 3);
    assert!(site.are("greet", 1, "waiting"));
    post(&site, "w4", "yes, says Ada", &ada);
    site.wait_until("Ada's run is done", |site| site.are("greet", 1, "done"));
    let run = site.runs_of("greet").remove(0);
    assert_eq!(run["customer"], "US.1");
    assert_eq!(run["steps"][2]["request"]["message"], "yes, says Ada");
}

#[test]
fn h05_what_the_adapter_accepts_is_stored_whatever_numbers_and_depth_it_has() {
    let site = Site::new(&greet_if(
        "true",
        "[[workflow.step]]\nname = \"wait\"\nwait = \"1ms\"\n",
    ));
    let _served = site.serve();
    let deep = |depth: usize| "[".repeat(depth) + "1" + &"]".repeat(depth);
    let odd = [
        "1e999".to_owned(),
        "-1e999".to_owned(),
        "123456789012345678901234567890".to_owned(),
        deep(130),
        deep(100),
        r#""\ud800""#.to_owned(),
        r#"{"a":1,"a":1e400}"#.to_owned(),
    ];
    let from = json!({"from": "16505551234", "odd": "ODD"});
    for (number, value) in odd.iter().enumerate() {
        let body = body(&format!("w{number}"), "hi", &from).to_string();
        let body = body.replace("\"ODD\"", value);
        assert_eq!(site.post("whatsapp", body.as_bytes()).0, 200, "{value}");
        site.wait_until(&format!("the event with {value} is stored"), |site| {
            count_of_events(site) == i64::try_from(number).unwrap() + 1
        });
    }
    site.wait_until("each has started its run", |site| {
        site.are("greet", odd.len(), "done")
    });
    let store = rusqlite::Connection::open(site.store()).unwrap();
    for value in &odd[..5] {
        let sql = "SELECT count(*) FROM events WHERE instr(json, ?) > 0";
        let count: i64 = store.query_row(sql, [value], |row| row.get(0)).unwrap();
        assert!(count > 0, "its text is kept as it came: {value}");
    }
}

#[test]
fn h12_a_trigger_starts_one_run_for_a_customer_at_a_time() {
    let once = |steps: &str| {
        greet_if("true", steps).replacen("workflow =", "one_run_per_customer = true\nworkflow =", 1)
    };
    let site = Site::new(&once(STEPS));
    let served = site.serve();
    let (ada, bob) = (
        json!({"from_user_id": "US.1"}),
        json!({"from_user_id": "US.2"}),
    );
    post(&site, "w1", "hello", &ada);
    site.wait_until("the run waits", |site| site.are("greet", 1, "waiting"));
    post(&site, "w2", "hello?", &ada);
    site.wait_until("it is stored", |site| count_of_events(site) == 2);
    assert!(
        site.are("greet", 1, "waiting"),
        "it starts no second greeting"
    );
    post(&site, "w3", "hello", &bob);
    site.wait_until("another customer has another run", |site| {
        site.are("greet", 2, "waiting")
    });
    assert_eq!(served.terminate(), 0);
    let served = site.serve(); // the run is open after a restart as well
    post(&site, "w4", "yes", &ada);
    site.wait_until("the run got the answer", |site| {
        site.runs_of("greet")
            .iter()
            .filter(|run| run["state"] == "done")
            .count()
            == 1
    });
    post(&site, "w5", "hello", &ada);
    site.wait_until("the next conversation", |site| {
        site.runs_of("greet").len() == 3
    });
    assert_eq!(served.terminate(), 0);
}

#[test]
fn h19_one_customer_is_one_however_the_number_is_written_and_by_user_id_as_well() {
    let hello = r#"messages[0].text.body.startsWith("hello")"#;
    let once =
        greet_if(hello, STEPS).replacen("workflow =", "one_run_per_customer = true\nworkflow =", 1);
    let site = Site::new(&once);
    let served = site.serve();
    let number = |from: &str| json!({"from": from});
    let both = |from: &str, id: &str| json!({"from": from, "from_user_id": id});
    let id = |id: &str| json!({"from_user_id": id});
    // What says hello, what says it again, and what answers.
    let people = [
        [
            number("5215599990001"),
            number("525599990001"),
            number("5215599990001"),
        ],
        [
            number("5511987654321"),
            number("551187654321"),
            number("551187654321"),
        ],
        [
            number("5491123456789"),
            number("541123456789"),
            number("5491123456789"),
        ],
        [
            number("16506660003"),
            number("+1 650 666 0003"),
            number("+1 650 666 0003"),
        ],
        [both("16506660004", "US.4"), id("US.4"), id("US.4")],
        [
            id("US.5"),
            both("16506660005", "US.5"),
            both("16506660005", "US.5"),
        ],
        [
            number("16506660006"),
            both("16506660006", "US.6"),
            number("16506660006"),
        ],
    ];
    let done = |site: &Site| {
        let runs = site.runs_of("greet").into_iter();
        runs.filter(|run| run["state"] == "done").count()
    };
    for (at, [first, again, answer]) in people.iter().enumerate() {
        post(&site, &format!("a{at}"), "hello", first);
        site.wait_until("a run waits", |site| {
            let runs = site.runs_of("greet");
            runs.len() == at + 1 && runs.iter().any(|run| run["state"] == "waiting")
        });
        post(&site, &format!("b{at}"), "hello again", again);
        let stored = i64::try_from(3 * at + 2).unwrap();
        site.wait_until("it is stored", |site| count_of_events(site) == stored);
        assert_eq!(
            site.runs_of("greet").len(),
            at + 1,
            "no second run: {again}"
        );
        post(&site, &format!("c{at}"), "yes", answer);
        site.wait_until(&format!("{answer} answers {first}"), |site| {
            done(site) == at + 1
        });
    }
    let ledger = site.emulator.ledger();
    let to = |name: &str| {
        let sent = ledger
            .requests
            .iter()
            .filter_map(|request| request.json.as_ref());
        let to = sent.filter(|json| json["to"] == name || json["recipient"] == name);
        to.count()
    };
    assert_eq!(
        to("US.5"),
        2,
        "whom no number is told of is answered by user id"
    );
    assert_eq!(served.terminate(), 0);
}

#[test]
fn h20_every_event_says_whom_to_answer_by_number_or_by_user_id() {
    let wait = "[[workflow.step]]\nname = \"wait\"\nwait = \"1ms\"\n";
    let with_output = greet_if(r#"customer != """#, wait);
    let site = Site::new(&with_output);
    let _served = site.serve();
    for (at, (who, customer)) in [
        (json!({"from": "16506660001"}), "16506660001"),
        (
            json!({"from": "16506660002", "from_user_id": "US.2"}),
            "16506660002",
        ),
        (json!({"from": "", "from_user_id": "US.3"}), "US.3"),
        (json!({"from_user_id": "US.4"}), "US.4"),
        // Sent to as the service writes it, whatever it is known again by.
        (json!({"from": "5215599990001"}), "5215599990001"),
    ]
    .into_iter()
    .enumerate()
    {
        post(&site, &format!("w{at}"), "hi", &who);
        site.wait_until("its run is done", |site| site.are("greet", at + 1, "done"));
        let store = rusqlite::Connection::open(site.store()).unwrap();
        let sql = "SELECT properties FROM runs WHERE event != 0 ORDER BY id DESC LIMIT 1";
        let properties: String = store.query_row(sql, [], |row| row.get(0)).unwrap();
        let properties: Value = serde_json::from_str(&properties).unwrap();
        assert_eq!(properties["customer"], customer, "{who}");
    }
    post(&site, "nobody", "hi", &json!({"from": ""}));
    site.wait_until("it is stored", |site| count_of_events(site) == 6);
    assert!(site.are("greet", 5, "done"), "nobody is to be answered");
}
