//! The descriptor as JSON, members in the order of the contract.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use super::{
    Command, CommandTrait, Descriptor, Event, Field, Mark, Metric, Release, WebhookDeclaration,
};
use crate::rows;

/// The minor and major version of the C contract this crate implements.
const ABI: Abi = Abi {
    major: workflow_adapter_contract::WFA_ABI_MAJOR,
    minor: workflow_adapter_contract::WFA_ABI_MINOR,
};

impl Descriptor {
    /// The descriptor as one JSON object; members that are not set are absent.
    pub fn to_json(&self) -> String {
        render(self)
    }
}

fn render(descriptor: &Descriptor) -> String {
    let document = Document {
        id: descriptor.id,
        name: descriptor.name,
        display: descriptor.display,
        version: descriptor.version,
        spec_version: descriptor.spec_version,
        vendor: descriptor.vendor,
        license: descriptor.license,
        docs_url: descriptor.docs_url,
        abi: ABI,
        properties: properties(descriptor.properties),
        commands: commands(descriptor.commands),
        events: events(descriptor.events),
        release_history: descriptor.releases.iter().map(release).collect(),
        webhook: descriptor.webhook.as_ref().map(webhook),
        extensions: Extensions {
            properties: properties(descriptor.extension_properties),
            commands: commands(descriptor.extension_commands),
            events: events(descriptor.extension_events),
            members: Members(descriptor),
            metrics: descriptor.metrics,
        },
        schema: PropertiesSchema {
            properties: Schema(rows::of_request(&descriptor.object())),
        },
    };
    // Strings, numbers and booleans in structs: nothing here can fail to serialise.
    serde_json::to_string(&document).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    id: &'a str,
    name: &'a str,
    display: &'a str,
    version: &'a str,
    spec_version: &'a str,
    vendor: &'a str,
    license: &'a str,
    docs_url: &'a str,
    abi: Abi,
    properties: Vec<InputRow>,
    commands: Vec<CommandRow>,
    events: Vec<EventRow>,
    release_history: Vec<ReleaseRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook: Option<WebhookRow>,
    extensions: Extensions<'a>,
    schema: PropertiesSchema,
}

/// A schema, which is JSON already.
struct Schema(String);

impl Serialize for Schema {
    /// As `serde_json::value::RawValue` does it, which would read all of the JSON once more.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const TOKEN: &str = "$serde_json::private::RawValue";
        let mut raw = serializer.serialize_struct(TOKEN, 1)?;
        raw.serialize_field(TOKEN, &self.0)?;
        raw.end()
    }
}

/// JSON Schemas, made from the same rows as the rest.
#[derive(Serialize)]
struct PropertiesSchema {
    properties: Schema,
}

#[derive(Serialize)]
struct CommandSchema {
    request: Schema,
    response: Schema,
}

#[derive(Serialize)]
struct Abi {
    major: u16,
    minor: u16,
}

#[derive(Serialize)]
struct Extensions<'a> {
    properties: Vec<InputRow>,
    commands: Vec<CommandRow>,
    events: Vec<EventRow>,
    members: Members<'a>,
    metrics: &'static [Metric],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InputRow {
    name: &'static str,
    display: &'static str,
    #[serde(flatten)]
    explained: Explained,
    required: bool,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    secret: bool,
}

/// The specification's word for a row's explanation: a property has comments, a member a description.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Explained {
    Comments(&'static str),
    Description(&'static str),
}

#[derive(Serialize)]
struct CommandRow {
    name: &'static str,
    display: &'static str,
    description: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traits: Vec<&'static str>,
    request: Vec<InputRow>,
    response: Vec<ResponseRow>,
    schema: CommandSchema,
}

#[derive(Serialize)]
struct ResponseRow {
    name: &'static str,
    description: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct EventRow {
    name: &'static str,
    display: &'static str,
    description: &'static str,
    properties: Vec<EventMemberRow>,
    schema: Schema,
}

#[derive(Serialize)]
struct EventMemberRow {
    name: &'static str,
    display: &'static str,
    description: &'static str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<&'static str>,
}

#[derive(Serialize)]
struct ReleaseRow {
    version: &'static str,
    r#type: &'static str,
    description: &'static str,
    tracking: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    date: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookRow {
    signature_header: &'static str,
    signature_scheme: &'static str,
    secret_property: &'static str,
    routing_property: &'static str,
    routing_path: &'static str,
}

/// The members that commands and events of the specification have beyond it, by name.
struct Members<'a>(&'a Descriptor);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct OfCommand {
            request: Vec<InputRow>,
            response: Vec<ResponseRow>,
        }
        #[derive(Serialize)]
        struct OfEvent {
            properties: Vec<EventMemberRow>,
        }
        let mut map = serializer.serialize_map(None)?;
        for command in self.0.commands {
            let request = command.extension_request.iter().map(request).collect();
            let response = command.extension_response.iter().map(response).collect();
            map.serialize_entry(command.name, &OfCommand { request, response })?;
        }
        for event in self.0.events {
            let properties = event.extension_fields.iter().map(event_member).collect();
            map.serialize_entry(event.name, &OfEvent { properties })?;
        }
        map.end()
    }
}

fn properties(fields: &[Field]) -> Vec<InputRow> {
    let row = |field| input(field, Explained::Comments);
    fields.iter().map(row).collect()
}

fn commands(commands: &[&Command]) -> Vec<CommandRow> {
    let row = |command: &&Command| CommandRow {
        name: command.name,
        display: command.display,
        description: command.description,
        traits: command.traits.iter().copied().map(trait_name).collect(),
        request: command.request.iter().map(request).collect(),
        response: command.response.iter().map(response).collect(),
        schema: CommandSchema {
            request: Schema(rows::of_request(&command.object())),
            response: Schema(rows::of_response(
                command.response.iter().chain(command.extension_response),
            )),
        },
    };
    commands.iter().map(row).collect()
}

fn events(events: &[&Event]) -> Vec<EventRow> {
    let row = |event: &&Event| EventRow {
        name: event.name,
        display: event.display,
        description: event.description,
        properties: event.fields.iter().map(event_member).collect(),
        schema: Schema(rows::of_event(
            event.fields.iter().chain(event.extension_fields),
        )),
    };
    events.iter().map(row).collect()
}

fn request(field: &Field) -> InputRow {
    input(field, Explained::Description)
}

fn input(field: &Field, explained: fn(&'static str) -> Explained) -> InputRow {
    InputRow {
        name: field.name,
        display: field.display,
        explained: explained(field.description),
        required: field.required,
        r#type: field.kind,
        default: field.default,
        min_length: field.min_length,
        max_length: field.max_length,
        min_value: field.min_value,
        max_value: field.max_value,
        secret: field.secret,
    }
}

fn response(field: &Field) -> ResponseRow {
    ResponseRow {
        name: field.name,
        description: field.description,
        r#type: field.kind,
    }
}

fn event_member(field: &Field) -> EventMemberRow {
    EventMemberRow {
        name: field.name,
        display: field.display,
        description: field.description,
        r#type: field.kind,
        marks: field.marks.iter().copied().map(mark_name).collect(),
    }
}

const fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::EventId => "eventId",
        Mark::CorrelationId => "correlationId",
        Mark::Subject => "subject",
        Mark::Outcome => "outcome",
    }
}

const fn trait_name(of: CommandTrait) -> &'static str {
    match of {
        CommandTrait::Sends => "sends",
        CommandTrait::Idempotent => "idempotent",
        CommandTrait::LongRunning => "longRunning",
        CommandTrait::Webhook => "webhook",
    }
}

const fn webhook(declaration: &WebhookDeclaration) -> WebhookRow {
    WebhookRow {
        signature_header: declaration.signature_header,
        signature_scheme: declaration.signature_scheme,
        secret_property: declaration.secret_property,
        routing_property: declaration.routing_property,
        routing_path: declaration.routing_path,
    }
}

fn release(release: &Release) -> ReleaseRow {
    ReleaseRow {
        version: release.version,
        r#type: release.kind,
        description: release.description,
        tracking: release.tracking,
        date: release.date,
    }
}
