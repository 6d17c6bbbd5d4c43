//! What an adapter type declares to its hosts in its descriptor: what the members of its events mean,
//! which commands may be repeated, and how its webhooks are signed and routed. The host decides by
//! nothing else, so that it needs no knowledge of any service.

use std::collections::HashMap;

use serde_json::Value;
use workflow_adapter_loader::{EventRef, FieldRef, Plugin};

use crate::whatsapp::{ADAPTER_TYPE, CORRELATION_MEMBER};

/// What one plugin declares.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) adapter_type: String,
    events: HashMap<String, EventMarks>,
    commands: HashMap<String, CommandTraits>,
    pub(crate) webhook: Option<WebhookDeclaration>,
}

/// What the members of one event mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventMarks {
    pub(crate) event_id: Option<MemberPath>,
    pub(crate) correlation: Option<MemberPath>,
    pub(crate) outcome: Option<MemberPath>,
    pub(crate) subjects: Vec<MemberPath>,
    /// Every declared member, to find the ones that a response names as well.
    members: Vec<MemberPath>,
}

/// What a host must know before it runs or repeats a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the contract's traits are flags"
)]
pub(crate) struct CommandTraits {
    /// It cannot be repeated without harm: an unknown outcome stays unknown.
    pub(crate) sends: bool,
    pub(crate) is_idempotent: bool,
    pub(crate) is_long_running: bool,
    /// It processes the body of a webhook.
    pub(crate) is_webhook: bool,
    /// The request member that takes the place of the call's correlation id.
    pub(crate) correlation_member: Option<String>,
    /// The texts of its response, which every outcome of a step has, if only as empty texts.
    pub(crate) texts: Vec<String>,
}

/// How the webhooks of an adapter type are signed, and to which instance each belongs. An empty text
/// means that the adapter type does not have what it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WebhookDeclaration {
    pub(crate) signature_header: String,
    pub(crate) signature_scheme: String,
    pub(crate) secret_property: String,
    pub(crate) routing_property: String,
    pub(crate) routing_path: String,
}

impl Declared {
    /// Reads a plugin's descriptor.
    pub(crate) fn of(plugin: &Plugin) -> Self {
        let about = plugin.descriptor();
        let mut declared = Self {
            adapter_type: about.id().to_owned(),
            webhook: about.webhook().map(|webhook| WebhookDeclaration {
                signature_header: webhook.signature_header().to_owned(),
                signature_scheme: webhook.signature_scheme().to_owned(),
                secret_property: webhook.secret_property().to_owned(),
                routing_property: webhook.routing_property().to_owned(),
                routing_path: webhook.routing_path().to_owned(),
            }),
            ..Self::default()
        };
        for row in about.events().chain(about.extension_events()) {
            let marks = EventMarks::of(row);
            declared.events.insert(row.name().to_owned(), marks);
        }
        let names_correlation =
            |name: &str| about.id() == ADAPTER_TYPE && name == CORRELATION_MEMBER;
        for row in about.commands().chain(about.extension_commands()) {
            let mut request = row.request().chain(row.extension_request());
            let response = row.response().chain(row.extension_response());
            let texts = response.filter(|field| field.kind() == "string");
            let traits = CommandTraits {
                sends: row.sends(),
                is_idempotent: row.is_idempotent(),
                is_long_running: row.is_long_running(),
                is_webhook: row.is_webhook(),
                correlation_member: request
                    .find(|field| names_correlation(field.name()))
                    .map(|field| field.name().to_owned()),
                texts: texts.map(|field| field.name().to_owned()).collect(),
            };
            declared.commands.insert(row.name().to_owned(), traits);
        }
        declared
    }

    /// What the members of an event mean; nothing if the descriptor does not know the event.
    pub(crate) fn event(&self, name: &str) -> Option<&EventMarks> {
        self.events.get(name)
    }

    /// The traits of a command.
    pub(crate) fn command(&self, name: &str) -> Option<&CommandTraits> {
        self.commands.get(name)
    }

    /// The property that tells the instances at one webhook address apart.
    pub(crate) fn routing_property(&self) -> Option<&str> {
        let property = self.webhook.as_ref()?.routing_property.as_str();
        (!property.is_empty()).then_some(property)
    }

    /// The paths of all subjects, each once, whatever event they belong to.
    pub(crate) fn subjects(&self) -> Vec<&MemberPath> {
        let mut all: Vec<&MemberPath> = self
            .events
            .values()
            .flat_map(|marks| &marks.subjects)
            .collect();
        all.sort();
        all.dedup();
        all
    }

    #[cfg(test)]
    pub(crate) fn of_type(adapter_type: &str, webhook: Option<WebhookDeclaration>) -> Self {
        Self {
            adapter_type: adapter_type.to_owned(),
            webhook,
            ..Self::default()
        }
    }

    #[cfg(test)]
    pub(crate) fn with_event(mut self, name: &str, marks: EventMarks) -> Self {
        self.events.insert(name.to_owned(), marks);
        self
    }
}

impl CommandTraits {
    /// Whether nothing is harmed if it runs twice, for all that its adapter says. Where it says of one
    /// command that it sends and that it may be repeated, only the first is believed.
    pub(crate) const fn may_be_repeated(&self) -> bool {
        !self.sends && (self.is_idempotent || self.is_webhook)
    }

    /// A response with every text that the command declares, so that a workflow can always name them.
    pub(crate) fn completed(&self, mut response: Value) -> Value {
        if let Some(members) = response.as_object_mut() {
            for text in &self.texts {
                let absent = || Value::from("");
                members.entry(text.clone()).or_insert_with(absent);
            }
        }
        response
    }
}

impl EventMarks {
    fn of(row: EventRef) -> Self {
        let mut marks = Self::default();
        for field in row.fields().chain(row.extension_fields()) {
            marks.add(field);
        }
        marks
    }

    fn add(&mut self, field: FieldRef) {
        let path = MemberPath::parse(field.name());
        let places = [
            (field.is_event_id(), &mut self.event_id),
            (field.is_correlation_id(), &mut self.correlation),
            (field.is_outcome(), &mut self.outcome),
        ];
        for (is_marked, place) in places {
            if is_marked && place.is_none() {
                *place = Some(path.clone());
            }
        }
        if field.is_subject() {
            self.subjects.push(path.clone());
        }
        self.members.push(path);
    }

    /// The first declared member that has one of these names and a value in `event`.
    pub(crate) fn called(&self, names: &[&str], event: &Value) -> Option<String> {
        let named = |path: &&MemberPath| path.name().is_some_and(|name| names.contains(&name));
        self.members
            .iter()
            .filter(named)
            .find_map(|path| path.text(event))
    }

    #[cfg(test)]
    pub(crate) fn new(
        [event_id, correlation, outcome]: [&str; 3],
        subjects: &[&str],
        members: &[&str],
    ) -> Self {
        let path = |text: &str| (!text.is_empty()).then(|| MemberPath::parse(text));
        let all = |texts: &[&str]| texts.iter().map(|text| MemberPath::parse(text)).collect();
        Self {
            event_id: path(event_id),
            correlation: path(correlation),
            outcome: path(outcome),
            subjects: all(subjects),
            members: all(members),
        }
    }
}

/// What an event's member is marked as, in words for people.
pub(crate) fn marks(field: FieldRef) -> impl Iterator<Item = &'static str> {
    let all = [
        (field.is_event_id(), "event id"),
        (field.is_correlation_id(), "correlation id"),
        (field.is_outcome(), "outcome"),
        (field.is_subject(), "subject"),
    ];
    all.into_iter().filter_map(|(is, mark)| is.then_some(mark))
}

/// Where a member stands, as descriptors write it: `messages[0].from`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MemberPath(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Name(String),
    Item(usize),
}

impl MemberPath {
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        for segment in text.split('.') {
            let mut pieces = segment.split('[');
            let name = pieces.next().unwrap_or_default();
            if !name.is_empty() {
                parts.push(Part::Name(name.to_owned()));
            }
            let items = pieces.map(|piece| piece.trim_end_matches(']').parse().unwrap_or(0));
            parts.extend(items.map(Part::Item));
        }
        Self(parts)
    }

    /// The text or number that stands there. Services write an identity that is not known as an empty
    /// text too, so an empty text is an absent one.
    pub(crate) fn text(&self, event: &Value) -> Option<String> {
        let mut at = event;
        for part in &self.0 {
            at = match part {
                Part::Name(name) => at.get(name)?,
                Part::Item(item) => at.get(item)?,
            };
        }
        text_of(at)
    }

    /// The name of the member itself.
    pub(crate) fn name(&self) -> Option<&str> {
        match self.0.last()? {
            Part::Name(name) => Some(name),
            Part::Item(_) => None,
        }
    }

    /// For a member of a list's elements, such as `messages[0].from`: the list's name, and the member's
    /// path below an element.
    pub(crate) fn of_list(&self) -> Option<(&str, Self)> {
        match self.0.as_slice() {
            [Part::Name(list), Part::Item(_), rest @ ..] => Some((list, Self(rest.to_vec()))),
            _ => None,
        }
    }
}

/// A text that is not empty, or a number as text.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Every value that stands at a JSON Pointer in which `*` means each element or member.
pub(crate) fn at_pointer(body: &Value, pointer: &str) -> Vec<String> {
    let mut found = vec![body];
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        let mut below = Vec::new();
        for value in found {
            match (value, segment) {
                (Value::Array(items), "*") => below.extend(items),
                (Value::Object(members), "*") => below.extend(members.values()),
                (Value::Array(items), _) => {
                    below.extend(name.parse().ok().and_then(|at: usize| items.get(at)));
                }
                (value, _) => below.extend(value.get(&name)),
            }
        }
        found = below;
    }
    found.into_iter().filter_map(text_of).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn x02_a_member_is_found_by_the_path_that_the_descriptor_gives() {
        let event = json!({"messages": [{"from": "1650", "n": 7, "empty": ""}], "eventId": "m|1"});
        let text = |path: &str| MemberPath::parse(path).text(&event);
        assert_eq!(text("messages[0].from").as_deref(), Some("1650"));
        assert_eq!(text("messages[0].n").as_deref(), Some("7"));
        assert_eq!(text("eventId").as_deref(), Some("m|1"));
        for absent in ["messages[0].empty", "messages[1].from", "messages", "x.y"] {
            assert_eq!(text(absent), None, "{absent}");
        }
    }

    #[test]
    fn what_sends_is_not_repeated_whatever_else_is_said_of_it() {
        for sends in [false, true] {
            let traits = CommandTraits {
                sends,
                is_idempotent: true,
                is_webhook: true,
                ..CommandTraits::default()
            };
            assert_eq!(traits.may_be_repeated(), !sends);
        }
    }

    #[test]
    fn a_routing_path_finds_every_value_in_a_body() {
        let body = json!({"entry": [{"changes": [{"value": {"id": "1"}}, {"value": {"id": 2}}]},
            {"changes": []}, {"changes": [{"value": {"id": ""}}]}]});
        assert_eq!(at_pointer(&body, "/entry/*/changes/*/value/id"), ["1", "2"]);
        assert_eq!(at_pointer(&body, "/entry/0/changes/1/value/id"), ["2"]);
        assert!(at_pointer(&body, "/nothing").is_empty());
        let body = json!({"value": {"a": [{"id": "5"}], "b": {"id": "6"}, "c": "id"}});
        assert_eq!(at_pointer(&body, "/value/*/id"), ["6"]);
    }
}
