//! The descriptor: what an adapter type offers, as static tables.
//!
//! Lists are arrays of pointers to structs, so that each struct can grow at its end within a major
//! version: read only members that lie within the element's own `struct_size`.

use std::ffi::c_char;

/// The value of a limit that is not set.
pub const WFA_UNSET: i64 = i64::MIN;

/// In `wfa_field.flags`: the member must be present.
pub const WFA_FIELD_REQUIRED: u32 = 1;
/// In `wfa_field.flags`: the value is a secret; a host stores it separately, masks it, and never logs
/// it.
pub const WFA_FIELD_SECRET: u32 = 2;
/// In `wfa_field.flags` of an event's member: the event's identity. The value is unique within the
/// instance's name and the event's name, and is the same at every delivery of one event: a host that
/// stores it can detect an event that is delivered twice. At most one member of an event has this mark.
/// It is a text or a number, and not the correlation id, which several events share.
pub const WFA_FIELD_EVENT_ID: u32 = 4;
/// In `wfa_field.flags` of an event's member: the correlation id of the call that the event refers to,
/// as the host passed it in `wfa_call_options`. At most one member of an event has this mark. It is a
/// text or a number.
pub const WFA_FIELD_CORRELATION_ID: u32 = 8;
/// In `wfa_field.flags` of an event's member: whom or what the event is about, for instance a customer.
/// Several members of an event may have this mark: two events that share a value in any of them have the
/// same subject, and a host processes the events of one subject in the order in which it accepted them.
/// Each of them is a text or a number.
pub const WFA_FIELD_SUBJECT: u32 = 16;
/// In `wfa_field.flags` of an event's member: how the call with the event's correlation id ended. The
/// value is `accepted` or `rejected`; if the member is absent or has another value, the outcome is still
/// open. A host resolves `WFA_ERR_OUTCOME_UNKNOWN` with it. At most one member of an event has this
/// mark, and only beside a member that is marked as the correlation id. It is a text without another
/// mark.
pub const WFA_FIELD_OUTCOME: u32 = 32;

/// In `wfa_command.flags`: the command sends a message, or acts in another way that cannot be repeated
/// without harm. A host never runs it again after an unknown outcome, not even if it is configured to.
pub const WFA_COMMAND_SENDS: u32 = 1;
/// In `wfa_command.flags`: running the command twice has the same effect as running it once. A host may
/// run it again after any failure. Never together with `WFA_COMMAND_SENDS`.
pub const WFA_COMMAND_IDEMPOTENT: u32 = 2;
/// In `wfa_command.flags`: the command may take minutes, for instance because it moves files. A host
/// submits it, or keeps a thread for it, and gives it a longer timeout than other commands.
pub const WFA_COMMAND_LONG_RUNNING: u32 = 4;
/// In `wfa_command.flags`: the command processes the body of a webhook that a host received. A host
/// calls it from its HTTP listener, and does not offer it as a step of workflows. At most one command
/// has this trait.
pub const WFA_COMMAND_WEBHOOK: u32 = 8;

/// One property, one member of a request or response, or one member of an event.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_field {
    /// Size of this element in the plugin's version.
    pub struct_size: u32,
    /// `WFA_FIELD_*`, or-ed; a host ignores bits that it does not know.
    pub flags: u32,
    /// The member's name in JSON, e.g. `phoneNumber`; in events a path such as `messages[0].id`, whose
    /// names are separated by `.` and whose `[0]` stands for the first element of an array.
    pub name: *const c_char,
    /// A label for people, e.g. `Destination phone number`; empty if the specification has none.
    pub display: *const c_char,
    /// One sentence for people.
    pub description: *const c_char,
    /// `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub r#type: *const c_char,
    /// The value used when the member is absent; NULL if there is none. A string as it is, without
    /// quotes; every other type as JSON writes it, e.g. `80`, `true`, `[]`.
    pub default_value: *const c_char,
    /// Shortest allowed text in Unicode scalar values; `WFA_UNSET` if there is no limit.
    pub min_length: i64,
    /// Longest allowed text in Unicode scalar values; `WFA_UNSET` if there is no limit.
    pub max_length: i64,
    /// Smallest allowed number; `WFA_UNSET` if there is no limit.
    pub min_value: i64,
    /// Largest allowed number; `WFA_UNSET` if there is no limit.
    pub max_value: i64,
}

/// One command.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_command {
    /// Size of this element in the plugin's version.
    pub struct_size: u32,
    /// The command's traits: `WFA_COMMAND_*`, or-ed; a host ignores bits that it does not know. A command
    /// without `WFA_COMMAND_SENDS` and `WFA_COMMAND_IDEMPOTENT` may change something: a host repeats it
    /// after an unknown outcome only if a person has decided so.
    pub flags: u32,
    /// The name that `execute_command` takes, e.g. `sendMessageText`.
    pub name: *const c_char,
    /// A label for people.
    pub display: *const c_char,
    /// One sentence for people.
    pub description: *const c_char,
    /// Request members of the specification.
    pub request: *const *const wfa_field,
    /// Count of `request`.
    pub n_request: usize,
    /// Response members of the specification.
    pub response: *const *const wfa_field,
    /// Count of `response`.
    pub n_response: usize,
    /// Optional request members beyond the specification.
    pub extension_request: *const *const wfa_field,
    /// Count of `extension_request`.
    pub n_extension_request: usize,
    /// Response members beyond the specification.
    pub extension_response: *const *const wfa_field,
    /// Count of `extension_response`.
    pub n_extension_response: usize,
}

/// One event.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_event {
    /// Size of this element in the plugin's version.
    pub struct_size: u32,
    /// Reserved: 0, and ignored by hosts.
    pub flags: u32,
    /// The name that callbacks receive, e.g. `customer_message`.
    pub name: *const c_char,
    /// A label for people.
    pub display: *const c_char,
    /// One sentence for people.
    pub description: *const c_char,
    /// Members of the specification.
    pub fields: *const *const wfa_field,
    /// Count of `fields`.
    pub n_fields: usize,
    /// Members beyond the specification.
    pub extension_fields: *const *const wfa_field,
    /// Count of `extension_fields`.
    pub n_extension_fields: usize,
}

/// One row of the specification's release history. It releases nothing: see `wfa_buffer_release`.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_spec_release {
    /// Size of this element in the plugin's version.
    pub struct_size: u32,
    /// Reserved: 0, and ignored by hosts.
    pub flags: u32,
    /// e.g. `2.0.2`.
    pub version: *const c_char,
    /// e.g. `Maintenance`.
    pub r#type: *const c_char,
    /// What changed.
    pub description: *const c_char,
    /// Tracking number.
    pub tracking: *const c_char,
    /// `YYYY-MM-DD`; empty if the specification gives none.
    pub date: *const c_char,
}

/// The earlier name of `wfa_spec_release`.
pub type wfa_release = wfa_spec_release;

/// How the webhooks of an adapter type are signed, and to which instance each belongs, for a host that
/// receives the webhooks of several instances at one URL. Static.
///
/// Every text may be NULL or empty: then the adapter type lacks that feature.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_webhook_declaration {
    /// Size of this struct in the plugin's version.
    pub struct_size: u32,
    /// Reserved: 0, and ignored by hosts.
    pub flags: u32,
    /// The HTTP header that holds the signature, e.g. `X-Hub-Signature-256`. A host passes its value
    /// unchanged to `wfa_webhook_v1.process`, which checks it.
    pub signature_header: *const c_char,
    /// How the header's value is computed, for hosts and gateways that check it as well: an algorithm
    /// and its parameters, separated by `;`. `hmac-sha256-hex` and `hmac-sha256-base64` are the
    /// HMAC-SHA256 of the raw body; the parameter `prefix=` is a text before it, e.g.
    /// `hmac-sha256-hex;prefix=sha256=`. With `key=base64`, `secret_property` holds the key in Base64;
    /// without, it is the key itself. A host that does not know the scheme leaves the check to the
    /// adapter.
    pub signature_scheme: *const c_char,
    /// The property whose value is the key of the signature, e.g. `appSecret`.
    pub secret_property: *const c_char,
    /// The property that distinguishes the instances at one URL, e.g. `phoneNumberId`.
    pub routing_property: *const c_char,
    /// The place of `routing_property`'s value in a body: a JSON Pointer, in which `*` stands for every
    /// element of an array or every member of an object, e.g.
    /// `/entry/*/changes/*/value/metadata/phone_number_id`. A host passes a body to every instance whose
    /// value occurs there, and a body without any of the values to all instances at the URL.
    pub routing_path: *const c_char,
}

/// The description of an adapter type. Static: valid and unchanged until the process ends.
///
/// `properties`, `commands` and `events` are exactly the specification's; everything beyond it is in the
/// `extension_*` arrays only. `json` has the same content as one JSON object.
///
/// `id`, the names of fields, commands and events, and `json` are never NULL; every other text may be
/// NULL or empty. A list of `n` has `n` elements, none of them NULL; a list of 0 may be NULL. Every
/// element begins with its size: read only what lies within it.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_descriptor {
    /// Size of this struct in the plugin's version.
    pub struct_size: u32,
    /// Reserved: 0, and ignored by hosts.
    pub flags: u32,
    /// Identifies the adapter type, e.g. `whatsapp`.
    pub id: *const c_char,
    /// The adapter type's short name.
    pub name: *const c_char,
    /// The adapter type's title.
    pub display: *const c_char,
    /// The plugin's version, `x.y.z`.
    pub version: *const c_char,
    /// The version of the specification that the plugin implements.
    pub spec_version: *const c_char,
    /// Who made the plugin.
    pub vendor: *const c_char,
    /// SPDX expression.
    pub license: *const c_char,
    /// The URL of the documentation.
    pub docs_url: *const c_char,
    /// Properties of the specification.
    pub properties: *const *const wfa_field,
    /// Count of `properties`.
    pub n_properties: usize,
    /// Commands of the specification.
    pub commands: *const *const wfa_command,
    /// Count of `commands`.
    pub n_commands: usize,
    /// Events of the specification.
    pub events: *const *const wfa_event,
    /// Count of `events`.
    pub n_events: usize,
    /// Optional properties beyond the specification.
    pub extension_properties: *const *const wfa_field,
    /// Count of `extension_properties`.
    pub n_extension_properties: usize,
    /// Commands beyond the specification.
    pub extension_commands: *const *const wfa_command,
    /// Count of `extension_commands`.
    pub n_extension_commands: usize,
    /// Events beyond the specification.
    pub extension_events: *const *const wfa_event,
    /// Count of `extension_events`.
    pub n_extension_events: usize,
    /// Release history of the specification.
    pub releases: *const *const wfa_spec_release,
    /// Count of `releases`.
    pub n_releases: usize,
    /// The descriptor as JSON; a NUL follows at `json[json_len]`.
    pub json: *const c_char,
    /// Length of `json` in bytes.
    pub json_len: usize,
    /// How its webhooks are signed and routed; NULL if the adapter type has none.
    pub webhook: *const wfa_webhook_declaration,
}
