//! Which events the changes of Meta's webhook fields become: one for the whole value of a change, or one
//! for each element of the lists in it. A field that is not here is an `account_notification`.

/// What an element is: it decides whom the element is about, and what it is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Status,
    UserAction,
    Preference,
    /// A contact of the address book of the WhatsApp Business app.
    SyncedContact,
    Echo,
    Call,
    CallStatus,
    Group,
    Tracking,
    /// A part of the history: it holds threads, and those hold messages.
    HistoryChunk,
    HistoryMessage,
    StandbyMessage,
    StandbyStatus,
    StandbyEcho,
}

/// A list of which each element becomes an event.
#[derive(Debug)]
pub(super) struct Listing {
    /// Meta's name of the list, and the event's name of the one element.
    pub(super) member: &'static str,
    pub(super) kind: Kind,
    /// The event's name, with a NUL behind it.
    pub(super) event: &'static str,
    /// Why the list, and an element of it, is a dead letter.
    pub(super) not_an_array: &'static str,
    pub(super) not_an_object: &'static str,
}

impl Listing {
    /// The event's name.
    pub(super) fn name(&self) -> &'static str {
        self.event.trim_end_matches('\0')
    }

    /// Whether it tells of calls.
    pub(super) const fn is_of_call(&self) -> bool {
        matches!(self.kind, Kind::Call | Kind::CallStatus)
    }

    /// Whether the event tells what an automated agent says of the conversation before.
    pub(super) const fn tells_context(&self) -> bool {
        matches!(
            self.kind,
            Kind::Echo | Kind::StandbyMessage | Kind::StandbyStatus | Kind::StandbyEcho
        )
    }

    /// Whether there may be thousands of its events at once, which tell of the past.
    pub(super) const fn is_bulk(&self) -> bool {
        matches!(
            self.kind,
            Kind::HistoryMessage | Kind::HistoryChunk | Kind::SyncedContact
        )
    }
}

/// The lists of one field.
#[derive(Debug)]
pub(super) struct Lists {
    /// The object in the value that holds them, if the value itself need not.
    pub(super) inside: Option<&'static str>,
    pub(super) lists: &'static [Listing],
}

/// What becomes of a change.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// One event for its whole value: the event's name, with a NUL behind it.
    Whole(&'static str),
    Lists(&'static Lists),
}

/// What becomes of a change of `field`, if that is known.
pub(super) fn shape_of(field: &str) -> Option<Shape> {
    Some(match field {
        "message_template_status_update" => Shape::Whole("template_status_changed\0"),
        "message_template_quality_update" => Shape::Whole("template_quality_changed\0"),
        "message_template_components_update" => Shape::Whole("template_components_changed\0"),
        "template_category_update" => Shape::Whole("template_category_changed\0"),
        "phone_number_quality_update" => Shape::Whole("phone_number_quality_changed\0"),
        "phone_number_name_update" => Shape::Whole("phone_number_name_changed\0"),
        "account_update" | "account_settings_update" => Shape::Whole("account_changed\0"),
        "account_alerts" => Shape::Whole("account_alert\0"),
        "account_review_update" => Shape::Whole("account_review_changed\0"),
        "business_capability_update" => Shape::Whole("capability_changed\0"),
        "security" => Shape::Whole("security_changed\0"),
        "flows" => Shape::Whole("flow_changed\0"),
        "payment_configuration_update" => Shape::Whole("payment_configuration_changed\0"),
        "business_username_updates" => Shape::Whole("username_changed\0"),
        "partner_solutions" => Shape::Whole("partner_solution_changed\0"),
        HANDOVERS => Shape::Whole("thread_control_changed\0"),
        "calls" => Shape::Lists(&CALLS),
        "user_preferences" => Shape::Lists(&PREFERENCES),
        "smb_app_state_sync" => Shape::Lists(&SYNCED_CONTACTS),
        "smb_message_echoes" | "message_echoes" => Shape::Lists(&ECHOES),
        "history" => Shape::Lists(&HISTORY),
        "standby" => Shape::Lists(&STANDBY),
        "tracking_events" => Shape::Lists(&TRACKING),
        "group_lifecycle_update"
        | "group_participants_update"
        | "group_settings_update"
        | "group_status_update" => Shape::Lists(&GROUPS),
        _ => return None,
    })
}

/// The fields that an app can be subscribed to and whose events are known.
const FIELDS: [&str; 29] = [
    "messages",
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "account_update",
    "business_capability_update",
    "business_username_updates",
    "calls",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    HANDOVERS,
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_app_state_sync",
    "smb_message_echoes",
    "standby",
    "template_category_update",
    "tracking_events",
    "user_preferences",
];

/// The fields whose changes become this event.
pub(crate) fn fields_of(event: &str) -> Vec<&'static str> {
    let is_named = |named: &str| named.trim_end_matches('\0') == event;
    let mut fields = FIELDS.to_vec();
    fields.retain(|field| match shape_of(field) {
        Some(Shape::Whole(named)) => is_named(named),
        Some(Shape::Lists(lists)) => lists.lists.iter().any(|list| is_named(list.event)),
        None => [
            "customer_message",
            "status_changed",
            "message_error",
            USER_ACTIONS.name(),
        ]
        .contains(&event),
    });
    fields
}

/// The field that says in `recipient` which number it is of.
pub(super) const HANDOVERS: &str = "messaging_handovers";

/// What customers did with messages: Meta tells it inside the field `messages`.
pub(super) const USER_ACTIONS: Listing = Listing {
    member: "user_actions",
    kind: Kind::UserAction,
    event: "user_action\0",
    not_an_array: "user_actions_not_an_array",
    not_an_object: "user_action_not_an_object",
};

/// Messages inside the threads of a part of the history.
pub(super) const THREAD_MESSAGES: Listing = Listing {
    member: "messages",
    kind: Kind::HistoryMessage,
    event: "history_message\0",
    not_an_array: "messages_not_an_array",
    not_an_object: "message_not_an_object",
};

const CALLS: Lists = Lists {
    inside: None,
    lists: &[
        Listing {
            member: "calls",
            kind: Kind::Call,
            event: "call\0",
            not_an_array: "calls_not_an_array",
            not_an_object: "call_not_an_object",
        },
        Listing {
            member: "statuses",
            kind: Kind::CallStatus,
            event: "call\0",
            not_an_array: "statuses_not_an_array",
            not_an_object: "status_not_an_object",
        },
    ],
};

const PREFERENCES: Lists = Lists {
    inside: None,
    lists: &[Listing {
        member: "user_preferences",
        kind: Kind::Preference,
        event: "user_preference_changed\0",
        not_an_array: "user_preferences_not_an_array",
        not_an_object: "user_preference_not_an_object",
    }],
};

const SYNCED_CONTACTS: Lists = Lists {
    inside: None,
    lists: &[Listing {
        member: "state_sync",
        kind: Kind::SyncedContact,
        event: "contact_synced\0",
        not_an_array: "state_sync_not_an_array",
        not_an_object: "state_sync_not_an_object",
    }],
};

const ECHOES: Lists = Lists {
    inside: None,
    lists: &[Listing {
        member: "message_echoes",
        kind: Kind::Echo,
        event: "message_echo\0",
        not_an_array: "message_echoes_not_an_array",
        not_an_object: "message_echo_not_an_object",
    }],
};

/// Messages beside the parts of the history hold the files that were placeholders in those.
const HISTORY: Lists = Lists {
    inside: None,
    lists: &[
        Listing {
            member: "history",
            kind: Kind::HistoryChunk,
            event: "history_message\0",
            not_an_array: "history_not_an_array",
            not_an_object: "history_not_an_object",
        },
        THREAD_MESSAGES,
        Listing {
            member: "message_echoes",
            kind: Kind::HistoryMessage,
            event: "history_message\0",
            not_an_array: "message_echoes_not_an_array",
            not_an_object: "message_echo_not_an_object",
        },
    ],
};

const STANDBY: Lists = Lists {
    inside: Some("standby"),
    lists: &[
        Listing {
            member: "messages",
            kind: Kind::StandbyMessage,
            event: "standby_message\0",
            not_an_array: "messages_not_an_array",
            not_an_object: "message_not_an_object",
        },
        Listing {
            member: "statuses",
            kind: Kind::StandbyStatus,
            event: "standby_status\0",
            not_an_array: "statuses_not_an_array",
            not_an_object: "status_not_an_object",
        },
        Listing {
            member: "message_echoes",
            kind: Kind::StandbyEcho,
            event: "message_echo\0",
            not_an_array: "message_echoes_not_an_array",
            not_an_object: "message_echo_not_an_object",
        },
    ],
};

const TRACKING: Lists = Lists {
    inside: None,
    lists: &[Listing {
        member: "events",
        kind: Kind::Tracking,
        event: "tracking_event\0",
        not_an_array: "events_not_an_array",
        not_an_object: "event_not_an_object",
    }],
};

const GROUPS: Lists = Lists {
    inside: None,
    lists: &[Listing {
        member: "groups",
        kind: Kind::Group,
        event: "group_changed\0",
        not_an_array: "groups_not_an_array",
        not_an_object: "group_not_an_object",
    }],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::{EVENTS, EXTENSION_EVENTS};

    #[test]
    fn every_event_has_fields_and_every_field_an_event() {
        let mut named: Vec<&str> = Vec::new();
        for event in EVENTS.iter().chain(EXTENSION_EVENTS) {
            let fields = fields_of(event.name);
            // Any field that nobody knows becomes one of these, and any malformed part the other.
            let is_of_any = ["account_notification", "dead_letter"].contains(&event.name);
            assert_eq!(fields.is_empty(), is_of_any, "{}", event.name);
            named.extend(fields);
        }
        assert!(FIELDS.iter().all(|field| named.contains(field)));
        assert_eq!(fields_of("customer_message"), ["messages"]);
        assert_eq!(fields_of("message_echo"), ["smb_message_echoes", "standby"]);
    }
}
