//! Notifications in the form in which Meta sends them: compact, ASCII only, `/` escaped
//! (D/webhooks/overview, 2026-05). Members in the order of its reference pages.

/// The content of one body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One text message: 666 bytes.
    Message,
    /// One longer text message: 1 KiB.
    LongMessage,
    /// One entry with so many changes of three events each: one in five has three messages of one
    /// customer, the others sent, delivered and read of one message. 606 bytes a change.
    Batch {
        /// How many.
        changes: usize,
    },
}

/// A body with places for its ids.
#[derive(Debug, Default)]
pub(crate) struct Notification {
    pub(crate) json: String,
    /// Where the digits of each id are, and the number of the message that it names.
    pub(crate) ids: Vec<(usize, usize)>,
    /// How many different messages are named.
    pub(crate) named: usize,
    pub(crate) messages: u64,
    pub(crate) statuses: u64,
}

/// The variable part of an id.
pub(crate) const ID_DIGITS: usize = 16;

const TEXT: &str = concat!(
    r"Moin \ud83d\ude4f\ud83c\udffd can I still change the address of order 48151? ",
    r"It is on https:\/\/shop.example\/orders\/48151 and the parcel has not left Malm\u00f6 yet. ",
    r"Best wishes, Zo\u00eb M.",
);
const MORE_TEXT: &str = concat!(
    r" The parcel shop on the corner closes at 18:00 \u2013 a ",
    r"neighbour can take it. \ud83d\udce6",
);
const SHORT_TEXTS: [&str; 3] = [r"\u00a1S\u00ed!", r"Ok \ud83d\ude00", "18:00"];

impl Shape {
    pub(crate) fn notification(self) -> Notification {
        let mut to = Notification::default();
        to.push(r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","#);
        to.push(r#""changes":["#);
        match self {
            Self::Message => to.messages(&[TEXT]),
            Self::LongMessage => to.messages(&[&[TEXT, &MORE_TEXT.repeat(4)].concat()]),
            Self::Batch { changes } => {
                for change in 0..changes {
                    to.push(if change > 0 { "," } else { "" });
                    if change % 5 == 0 {
                        to.messages(&SHORT_TEXTS);
                    } else {
                        to.statuses(&["sent", "delivered", "read"]);
                    }
                }
            }
        }
        to.push("]}]}");
        to
    }
}

impl Notification {
    /// A change with messages of one customer.
    fn messages(&mut self, texts: &[&str]) {
        self.begin_change();
        self.push(r#","contacts":[{"profile":{"name":"Zo\u00eb M\u00fcller"},"#);
        self.push(r#""wa_id":"16505551234"}],"messages":["#);
        for (index, text) in texts.iter().enumerate() {
            self.push(if index > 0 { "," } else { "" });
            self.push(r#"{"from":"16505551234","id":"#);
            self.id();
            self.named += 1;
            self.push(r#","timestamp":"1779362583","type":"text","text":{"body":""#);
            self.push(text);
            self.push(r#""}}"#);
        }
        self.messages += texts.len() as u64;
        self.push(r#"]},"field":"messages"}"#);
    }

    /// A change with the statuses of one message.
    fn statuses(&mut self, statuses: &[&str]) {
        self.begin_change();
        self.push(r#","statuses":["#);
        for (index, status) in statuses.iter().enumerate() {
            self.push(if index > 0 { "," } else { "" });
            self.push(r#"{"id":"#);
            self.id();
            self.push(r#","status":""#);
            self.push(status);
            self.push(r#"","timestamp":"1779362584","recipient_id":"16505551234"}"#);
        }
        self.named += 1;
        self.statuses += statuses.len() as u64;
        self.push(r#"]},"field":"messages"}"#);
    }

    fn begin_change(&mut self) {
        self.push(r#"{"value":{"messaging_product":"whatsapp","metadata":{"#);
        self.push(r#""display_phone_number":"15550783881","phone_number_id":"106540352242922"}"#);
    }

    /// The id of the message with the number `named`.
    fn id(&mut self) {
        self.push(r#""wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRB"#);
        self.ids.push((self.json.len(), self.named));
        self.push(&"0".repeat(ID_DIGITS));
        self.push(r#"RgA=""#);
    }

    fn push(&mut self, text: &str) {
        self.json.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn sizes_and_counts_are_those_that_the_report_names() {
        for (shape, bytes, messages, statuses) in [
            (Shape::Message, 666, 1, 0),
            (Shape::LongMessage, 1024, 1, 0),
            (Shape::Batch { changes: 100 }, 60_600, 60, 240),
            (Shape::Batch { changes: 1000 }, 606_000, 600, 2400),
        ] {
            let made = shape.notification();
            let deviation = made.json.len().abs_diff(bytes);
            assert!(deviation * 100 <= bytes, "{shape:?}: {}", made.json.len());
            assert_eq!((made.messages, made.statuses), (messages, statuses));
            assert_eq!(made.ids.len() as u64, messages + statuses);
            assert_eq!(made.named as u64, messages + statuses / 3);
        }
    }

    #[test]
    fn the_form_is_metas() {
        let made = Shape::Batch { changes: 2 }.notification();
        let value: Value = serde_json::from_str(&made.json).unwrap();
        let changes = value["entry"][0]["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[0]["value"]["messages"].as_array().unwrap().len(), 3);
        assert_eq!(changes[1]["value"]["statuses"].as_array().unwrap().len(), 3);
        assert!(made.json.is_ascii() && !made.json.contains(": "));
        assert!(!made.json.replace(r"\/", "").contains('/'));
    }
}
