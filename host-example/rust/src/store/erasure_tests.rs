//! Exactly one customer is erased, and nothing of anybody else.

use serde_json::json;

use super::*;
use crate::store::fixtures::{message, run, store};
use crate::store::{
    EventRow, Intent, NewRun, add_event, add_run, begin_step, end_step, now_ms, step_told_of,
};
use crate::workflow::Outcome;

const ADA: &str = "16505551234";

fn step(run: RunId) -> Intent {
    Intent {
        run,
        seq: 1,
        name: "s".to_owned(),
        instance: "sales".to_owned(),
        command: "c".to_owned(),
        correlation: "order-7".to_owned(),
        attempt: 1,
        request: "{}".to_owned(),
    }
}

fn event(connection: &Connection, customer: Option<&str>, json: &Value) -> i64 {
    let row = message(&json.to_string(), customer, json);
    add_event(connection, &row).unwrap().unwrap()
}

fn json_of(connection: &Connection, event: i64) -> Option<Value> {
    let sql = "SELECT json FROM events WHERE id = ?";
    let json: Option<Json> = connection
        .query_row(sql, [event], |row| row.get(0))
        .unwrap();
    json.map(|json| json.0)
}

#[test]
fn h02_exactly_one_customer_is_erased() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        let message =
            |from: &str, text: &str| json!({"messages": [{"from": from, "text": {"body": text}}]});
        let own = message(ADA, "mine");
        let longer = message("165055512345", "not mine");
        let quoted = message("4411", &format!("call {ADA}"));
        let mut of_two = message("4411", "hi");
        of_two["contacts"] = json!([{"wa_id": "4411"}, {"wa_id": ADA}]);
        let call = json!({"calls": [{"from": ADA}]});
        let own = event(c, Some(ADA), &own);
        let call = event(c, None, &call);
        let others = [("165055512345", longer), ("4411", quoted), ("4411", of_two)];
        let others = others.map(|(from, json)| (event(c, Some(from), &json), json));
        let bob = add_run(c, &run("4411"), 1)?.unwrap();
        let open = add_run(c, &run(ADA), 1)?.unwrap();
        let nobody = Identity::parse("165055").unwrap();
        assert!(erase_customer(c, &nobody, now_ms())?.is_nothing());
        let ada = Identity::parse("+1 (650) 555-1234").unwrap();
        let erased = erase_customer(c, &ada, now_ms())?;
        assert_eq!(
            (erased.events, erased.runs, erased.pending),
            (3, 1, 0),
            "{erased:?}"
        );
        assert_eq!((json_of(c, own), json_of(c, call)), (None, None));
        for (at, (row, mut json)) in others.into_iter().enumerate() {
            if at == 2 {
                json["contacts"] = json!([{"wa_id": "4411"}]);
            }
            assert_eq!(json_of(c, row), Some(json));
        }
        let state = |run: RunId| {
            c.query_row("SELECT state FROM runs WHERE id = ?", [run], |row| {
                row.get::<_, String>(0)
            })
        };
        assert_eq!(
            (state(bob)?.as_str(), state(open)?.as_str()),
            ("ready", "failed")
        );
        assert!(erase_customer(c, &ada, now_ms())?.is_nothing());
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn h02_every_spelling_of_a_number_is_erased_wherever_it_stands() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        c.execute_batch(
            "INSERT INTO broadcasts VALUES (1, x'01', 0, 'sales', 't');
             INSERT INTO broadcast_rows (broadcast, recipient, customer, state, correlation) VALUES
                 (1, x'01', '+55 (11) 98765-4321', 'accepted', 'a'),
                 (1, x'02', '5511987654322', 'accepted', 'b');",
        )?;
        let other = add_run(c, &run("4411"), 1)?.unwrap();
        let request = json!({"phoneNumber": "+55 11 98765 4321", "message": "to you"});
        let mut intent = step(other);
        intent.request = request.to_string();
        begin_step(c, &intent)?;
        let customer = Identity::parse("551187654321").unwrap();
        let erased = erase_customer(c, &customer, now_ms())?;
        assert_eq!((erased.broadcast_rows, erased.steps), (1, 1));
        let left: String = c.query_row(
            "SELECT group_concat(customer) FROM broadcast_rows",
            [],
            |row| row.get(0),
        )?;
        assert_eq!(left, "5511987654322");
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn h02_a_webhook_that_still_waits_is_told_and_one_that_failed_keeps_what_is_of_others() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        let messages = json!([{"from": ADA}, {"from": "4411"}]);
        let body = json!({"entry": [{"changes": [{"value": {"messages": messages}}]}]});
        let mut webhook = run(ADA);
        webhook.customer = None;
        webhook.key = None;
        webhook.properties = json!({"whatsAppEvent": body.to_string()}).to_string();
        let waits = add_run(c, &webhook, 0)?.unwrap();
        let failed = add_run(c, &webhook, 0)?.unwrap();
        c.execute(
            "UPDATE runs SET state = 'failed', ended = 1 WHERE id = ?",
            [failed],
        )?;
        let ada = Identity::parse(ADA).unwrap();
        let erased = erase_customer(c, &ada, now_ms())?;
        assert_eq!((erased.runs, erased.pending), (1, 1));
        for (run, left) in [(waits, 2), (failed, 1)] {
            let sql = "SELECT properties FROM runs WHERE id = ?";
            let text: String = c.query_row(sql, [run], |row| row.get(0))?;
            assert_eq!(text.matches("from").count(), left, "{text}");
            assert!(text.contains("4411"), "{text}");
        }
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn h02_a_customer_is_erased_under_every_identity_that_stands_together() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        let both = json!({"messages": [{"from": ADA, "from_user_id": "US.1"}]});
        let parent = json!({"statuses": [{"recipient_id": "", "recipient_user_id": "US.1",
            "recipient_parent_user_id": "US.ENT.9"}]});
        let lone = json!({"messages": [{"from": "", "from_user_id": "US.7"}],
            "contacts": [{"wa_id": ADA}]});
        let last = json!({"messages": [{"from_user_id": "US.ENT.9"}]});
        let others = [
            json!({"messages": [{"from": "4411", "from_user_id": "US.2"}]}),
            json!({"statuses": [{"recipient_id": "G1", "recipient_type": "group",
                "recipient_participant_id": "4411"}]}),
        ];
        let group = json!({"statuses": [{"recipient_id": "G1", "recipient_type": "group",
            "recipient_participant_id": ADA, "recipient_participant_user_id": "US.1"}]});
        let own = [both, parent, lone, last, group].map(|json| event(c, None, &json));
        let kept = others.map(|json| event(c, None, &json));
        let open = [ADA, "US.1", "US.7"].map(|name| add_run(c, &run(name), 1).unwrap().unwrap());
        let erased = erase_customer(c, &Identity::parse("US.1").unwrap(), now_ms())?;
        assert_eq!((erased.events, erased.runs), (5, 3), "{erased:?}");
        let mut names: Vec<_> = erased.identities.iter().map(ToString::to_string).collect();
        names.sort();
        assert_eq!(names, ["+16505551234", "US.1", "US.7", "US.ENT.9"]);
        assert!(own.into_iter().all(|id| json_of(c, id).is_none()));
        assert!(kept.into_iter().all(|id| json_of(c, id).is_some()));
        for run in open {
            let sql = "SELECT state FROM runs WHERE id = ?";
            let state: String = c.query_row(sql, [run], |row| row.get(0))?;
            assert_eq!(state, "failed");
        }
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn h02_no_open_run_goes_on_with_half_of_what_it_had() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        let mut strange = run("somebody");
        strange.properties = json!({"messages": [{"from": ADA}]}).to_string();
        let run = add_run(c, &strange, 1)?.unwrap();
        erase_customer(c, &Identity::parse(ADA).unwrap(), now_ms())?;
        let sql = "SELECT state, properties FROM runs WHERE id = ?";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: (String, Option<String>) = c.query_row(sql, [run], read)?;
        assert_eq!(found, ("failed".to_owned(), None));
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn h02_what_is_not_understood_is_searched_too_and_erased_or_counted() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        let body = json!({"entry": [{"changes": [{"value": {"messages": [{"from": ADA}]}}]}]});
        let body = body.to_string();
        let bodies = [
            format!("\u{feff}{body}"),
            Value::from(body.clone()).to_string(),
            format!("From={ADA}&Body=hi"),
            format!("From=whatsapp%3A%2B{ADA}&Body=hi"),
            format!("From {ADA}, hi"),
            json!({"customer": ADA}).to_string(),
            json!({"customer": 16_505_551_234_u64}).to_string(),
        ];
        let other = format!("From={ADA}5&Body=hi");
        let add = |body: &str| {
            let mut webhook = run(ADA);
            (webhook.customer, webhook.key) = (None, None);
            webhook.properties = json!({"whatsAppEvent": body}).to_string();
            let id = add_run(c, &webhook, 0).unwrap().unwrap();
            let end = "UPDATE runs SET state = 'failed', ended = 1 WHERE id = ?";
            c.execute(end, [id]).unwrap();
            id
        };
        let own: Vec<_> = bodies.iter().map(|body| add(body)).collect();
        let kept = add(&other);
        let foreign = event(c, None, &json!({"account": {"customer": ADA}}));
        let shared = json!({"messages": [{"from": "4411"}], "about": ADA});
        let shared_id = event(c, Some("4411"), &shared);
        let erased = erase_customer(c, &Identity::parse(ADA).unwrap(), now_ms())?;
        let text = |run: RunId| -> String {
            let sql = "SELECT coalesce(properties, '') FROM runs WHERE id = ?";
            c.query_row(sql, [run], |row| row.get(0)).unwrap()
        };
        for (run, body) in own.into_iter().zip(&bodies) {
            assert!(!text(run).contains(ADA), "{body}: {}", text(run));
        }
        assert!(text(kept).contains(&other));
        assert_eq!(json_of(c, foreign), None);
        assert_eq!(json_of(c, shared_id), Some(shared));
        assert_eq!(erased.unclear, 1, "{erased:?}");
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn a_status_that_may_be_of_an_erased_message_tells_about_no_other() {
    let (_folder, store) = store();
    let test = |connection: &Connection| {
        let [ada, bob] = ["ada", "bob"].map(run);
        let ada = add_run(connection, &ada, 1)?.unwrap();
        let bob = add_run(connection, &bob, 1)?.unwrap();
        begin_step(connection, &step(ada))?;
        let output = r#"{"messageId":"wamid.1"}"#;
        end_step(connection, ada, 1, Outcome::Success, output, None)?;
        begin_step(connection, &step(bob))?;
        let told_of = |message: &str| {
            let found = step_told_of(connection, "order-7", message, &|of| of == "sales")?;
            Ok::<_, rusqlite::Error>(found.map(|step| step.run))
        };
        assert_eq!(told_of("wamid.1")?, None);
        assert_eq!(told_of("wamid.2")?, Some(bob));
        erase_customer(connection, &Identity::parse("ada").unwrap(), now_ms())?;
        assert_eq!(told_of("wamid.1")?, None);
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}

#[test]
fn a_subject_that_is_neither_the_first_nor_the_last_is_erased() {
    let (_folder, store) = store();
    let test = |c: &Connection| {
        let names = ["4411", ADA, "US.2"];
        let subjects = Some(json!(names).to_string());
        let event = EventRow {
            user_id: Some("US.2".to_owned()),
            subjects: subjects.clone(),
            ..message("1", Some("4411"), &json!({"note": "of another adapter"}))
        };
        let id = add_event(c, &event)?.unwrap();
        let run = NewRun {
            subjects,
            ..run("4411")
        };
        let run = add_run(c, &run, id)?.unwrap();
        let erased = erase_customer(c, &Identity::parse(ADA).unwrap(), now_ms())?;
        assert_eq!((erased.events, erased.runs), (1, 1), "{erased:?}");
        let sql = "SELECT customer, subjects FROM runs WHERE id = ?";
        let left = c.query_row(sql, [run], |row| Ok((row.get(0)?, row.get(1)?)));
        assert_eq!(left, Ok((None::<String>, None::<String>)));
        assert_eq!(json_of(c, id), None);
        Ok(())
    };
    store.writer().ask(test).wait().unwrap();
}
