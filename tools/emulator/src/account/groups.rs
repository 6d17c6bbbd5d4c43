//! The groups of the phone number.

use serde_json::{Map, Value, json};

/// Members of a group, without the business (Meta: groups, 2026).
pub(crate) const MOST_PARTICIPANTS: usize = 8;

/// One group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) description: String,
    pub(crate) join_approval_mode: String,
    pub(crate) created_at: u64,
    pub(crate) invite_link: String,
    /// Digits or business-scoped ids.
    pub(crate) participants: Vec<String>,
    pub(crate) join_requests: Vec<JoinRequest>,
}

/// Somebody asks to join.
#[derive(Clone, Debug)]
pub(crate) struct JoinRequest {
    pub(crate) id: String,
    pub(crate) wa_id: String,
    pub(crate) at: u64,
}

impl Group {
    /// What `fields` can ask for.
    pub(crate) fn members(&self) -> Map<String, Value> {
        let participant = |wa_id: &String| json!({"wa_id": wa_id});
        let participants: Vec<Value> = self.participants.iter().map(participant).collect();
        let members = json!({
            "id": self.id,
            "messaging_product": "whatsapp",
            "subject": self.subject,
            "description": self.description,
            "join_approval_mode": self.join_approval_mode,
            "suspended": false,
            "creation_timestamp": self.created_at,
            "participants": participants,
            "total_participant_count": participants.len(),
        });
        members.as_object().cloned().unwrap_or_default()
    }
}

/// All groups, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups(pub(crate) Vec<Group>);

impl Groups {
    pub(crate) fn find(&self, id: &str) -> Option<&Group> {
        self.0.iter().find(|group| group.id == id)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Group> {
        self.0.iter_mut().find(|group| group.id == id)
    }
}
