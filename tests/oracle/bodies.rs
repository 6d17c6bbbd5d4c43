//! Notifications without end: published and odd ones, put together and changed at random, by seed.

use std::path::Path;

use fastrand::Rng;
use serde_json::{Value, json};

/// What members are called that the rules look at, and some that they do not.
const NAMES: [&str; 56] = [
    "object",
    "entry",
    "id",
    "time",
    "changes",
    "field",
    "value",
    "messaging_product",
    "metadata",
    "phone_number_id",
    "display_phone_number",
    "contacts",
    "messages",
    "statuses",
    "errors",
    "user_actions",
    "conversation_context",
    "wa_id",
    "user_id",
    "parent_user_id",
    "from",
    "from_user_id",
    "from_parent_user_id",
    "recipient_id",
    "recipient_user_id",
    "recipient_parent_user_id",
    "parent_recipient_user_id",
    "recipient_participant_id",
    "participant_recipient_id",
    "recipient_participant_user_id",
    "participant_recipient_user_id",
    "group_id",
    "timestamp",
    "type",
    "status",
    "code",
    "biz_opaque_callback_data",
    "calls",
    "start_time",
    "event",
    "to",
    "to_user_id",
    "history",
    "threads",
    "context",
    "progress",
    "standby",
    "message_echoes",
    "user_preferences",
    "state_sync",
    "groups",
    "events",
    "recipient",
    "zz_new",
    "+16505551234",
    "a.b",
];

/// Texts that say whose something is, or nothing: few, so that they meet.
const TEXTS: [&str; 19] = [
    "",
    " ",
    "\t",
    "-",
    "1",
    "2",
    "US.1",
    "US.2",
    "US.ENT.1",
    "w.1",
    "w.2",
    "messages",
    "calls",
    "history",
    "standby",
    "smb_message_echoes",
    "read",
    "message",
    "whatsapp_business_account",
];

pub struct Bodies {
    rng: Rng,
    seeds: Vec<Value>,
}

impl Bodies {
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            seeds: published().into_iter().chain(odd()).collect(),
        }
    }

    /// The number of seeds, each of which is the body `next` once as it is.
    pub fn seed(&self, at: usize) -> Option<String> {
        self.seeds.get(at).map(Value::to_string)
    }

    pub fn next(&mut self) -> String {
        let mut body = self.one();
        if self.rng.u8(..) < 80 {
            let other = self.one();
            self.join(&mut body, &other);
        }
        for _ in 0..self.rng.usize(0..6) {
            self.change(&mut body);
        }
        let text = body.to_string();
        if self.rng.u8(..) > 12 {
            return text;
        }
        let mut at = self.rng.usize(..=text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let after = text[at..].get(1..).filter(|_| self.rng.bool());
        let cut = text[..at].to_owned() + after.unwrap_or_default();
        // What is JSON all the same is written anew, so that nothing stands twice.
        match serde_json::from_str::<Value>(&cut) {
            Ok(value) => value.to_string(),
            Err(_) => cut,
        }
    }

    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    fn one(&mut self) -> Value {
        let at = self.rng.usize(..self.seeds.len());
        self.seeds[at].clone()
    }

    /// A batch of both: in one list of entries, of changes, or of messages.
    fn join(&mut self, body: &mut Value, other: &Value) {
        let places = [
            "/entry",
            "/entry/0/changes",
            "/entry/0/changes/0/value/messages",
            "/entry/0/changes/0/value/statuses",
            "/entry/0/changes/0/value/contacts",
            "/entry/0/changes/0/value/calls",
            "/entry/0/changes/0/value/message_echoes",
            "/entry/0/changes/0/value/history",
        ];
        for place in places.iter().skip(self.rng.usize(..places.len())) {
            let more = other.pointer(place).and_then(Value::as_array).cloned();
            let list = body.pointer_mut(place).and_then(Value::as_array_mut);
            if let (Some(list), Some(more)) = (list, more) {
                list.extend(more);
            }
        }
    }

    fn change(&mut self, body: &mut Value) {
        let odd = self.odd_value();
        let name = NAMES[self.rng.usize(..NAMES.len())].to_owned();
        let choice = self.rng.u8(..8);
        let rng = &mut self.rng;
        let count = count(body);
        let mut at = rng.usize(..count);
        let Some(place) = nth(body, &mut at) else {
            return;
        };
        match (place, choice) {
            (Value::Object(members), 0 | 1) => drop(members.insert(name, odd)),
            (Value::Object(members), 2 | 3) if !members.is_empty() => {
                let gone = members.keys().nth(rng.usize(..members.len())).cloned();
                let gone = gone.and_then(|gone| members.remove(&gone));
                if let Some(value) = gone.filter(|_| choice == 3) {
                    members.insert(name, value);
                }
            }
            (Value::Array(list), 0..4) if !list.is_empty() => {
                let one = list[rng.usize(..list.len())].clone();
                let at = rng.usize(..=list.len());
                match choice {
                    0 | 1 => list.insert(at, one),
                    2 => drop(list.pop()),
                    _ => list.insert(at, odd),
                }
            }
            (Value::String(text), 0..7) => {
                TEXTS[rng.usize(..TEXTS.len())].clone_into(text);
            }
            (place, _) => *place = odd,
        }
    }

    fn odd_value(&mut self) -> Value {
        let text = TEXTS[self.rng.usize(..TEXTS.len())];
        match self.rng.u8(..12) {
            0 => json!(null),
            1 => json!(true),
            2 => json!(7),
            3 => json!(-1.5),
            4 => json!([]),
            5 => json!({}),
            6 => json!([null, null]),
            7 => json!({ "id": text, "timestamp": 5 }),
            8 => json!([{ "wa_id": text, "timestamp": "5" }]),
            _ => text.into(),
        }
    }
}

/// How many values there are in `value`, itself included.
fn count(value: &Value) -> usize {
    let inside: usize = match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    };
    inside + 1
}

/// The one of them that comes after `left` others.
fn nth<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|inside| nth(inside, left)),
        Value::Object(members) => members.values_mut().find_map(|inside| nth(inside, left)),
        _ => None,
    }
}

/// The notifications of `tests/fixtures/webhooks` that are JSON.
fn published() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhooks");
    let mut files = Vec::new();
    for origin in ["meta", "own"] {
        let folder = std::fs::read_dir(folder.join(origin)).unwrap();
        files.extend(folder.map(|file| file.unwrap().path()));
    }
    files.sort();
    let texts = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap());
    texts
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect()
}

/// What real life brought.
fn odd() -> Vec<Value> {
    let whole = |entry: Value| json!({ "object": "whatsapp_business_account", "entry": [entry] });
    let of = |time: &Value, field: &str, value: Value| {
        let mut entry = json!({ "id": "9", "changes": [{ "field": field, "value": value }] });
        if !time.is_null() {
            entry["time"] = time.clone();
        }
        whole(entry)
    };
    let mut all = Vec::new();
    for time in [json!(null), json!(1_700_000_000), json!("")] {
        let metadata = json!({ "phone_number_id": "1", "display_phone_number": "15550783881" });
        all.extend([
            of(&time, "messages", json!({ "messaging_product": "whatsapp", "metadata": metadata,
                "contacts": [{ "wa_id": "", "user_id": "US.1" }, { "wa_id": "", "user_id": "US.2", "parent_user_id": "US.ENT.1" }],
                "messages": [{ "id": "w.1", "from": "", "from_user_id": "US.2", "timestamp": "5", "type": "text" },
                             { "id": "w.2", "from": "", "from_user_id": "", "from_parent_user_id": "US.ENT.1" },
                             { "from": "1", "timestamp": "5" }, { "from": "1", "timestamp": "5" }, { "from": "2" }] })),
            of(&time, "messages", json!({ "metadata": metadata,
                "contacts": [{ "wa_id": "1" }, { "wa_id": "2" }, { "wa_id": "g" }],
                "statuses": [
                    { "id": "w.1", "status": "read", "recipient_id": "g", "recipient_participant_id": "", "recipient_participant_user_id": "US.1" },
                    { "id": "w.1", "status": "read", "recipient_id": "g", "recipient_participant_id": "1" },
                    { "id": "w.1", "status": "read", "recipient_id": "g", "participant_recipient_id": "2" },
                    { "id": "w.2", "status": "failed", "recipient_id": "1", "errors": [{ "code": 131_047 }], "biz_opaque_callback_data": "c" },
                    { "id": "w.2", "status": "pending", "type": "payment", "timestamp": "5" }] })),
            of(&time, "messages", json!({ "metadata": { "phone_number_id": "2" }, "errors": [{ "code": 130_429 }],
                "contacts": [{ "wa_id": "1" }] })),
            of(&time, "messages", json!({ "messages": [null, null], "statuses": [7], "zz_new": 1 })),
            of(&time, "messages", json!({ "messages": { "id": "w.1" }, "contacts": [{ "wa_id": "1" }] })),
            of(&time, "messages", json!({ "user_actions": [{ "action_type": "landing_page_view", "timestamp": "5" }],
                "contacts": [{ "wa_id": "1" }], "conversation_context": {} })),
            of(&time, "calls", json!({ "metadata": metadata, "calls": [{ "id": "wacid.1", "event": "connect", "timestamp": "5" }] })),
            of(&time, "user_preferences", json!({ "user_preferences": [{ "wa_id": "1", "value": "stop", "timestamp": 5 }] })),
            of(&time, "history", json!({ "history": [{ "threads": [{ "id": "1", "messages": [{ "id": "w.1" }] }] }] })),
            of(&time, "account_update", json!({ "event": "PARTNER_ADDED", "waba_info": { "waba_id": "9" } })),
            of(&time, "flows", json!({ "event": "x", "start_time": "5" })),
        ]);
    }
    let change = json!({ "field": "messages", "value": { "errors": [{ "code": 130_429 }] } });
    let numbers = ["1", "2"].map(|id| {
        let mut change = change.clone();
        change["value"]["metadata"] = json!({ "phone_number_id": id });
        change
    });
    all.push(whole(json!({ "id": "9", "time": 5, "changes": numbers })));
    all.push(whole(
        json!({ "id": "9", "time": 5, "changes": [change, change, null, null] }),
    ));
    all
}
