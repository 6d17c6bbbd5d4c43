//! Groups: make, show, change and delete them, and who is in them (Meta: groups reference, 2026).

use serde_json::{Map, Value, json};

use super::fields::NodeType;
use super::{Call, Reply, multipart, paging};
use crate::account::Account;
use crate::account::groups::{Group, JoinRequest, MOST_PARTICIPANTS};
use crate::account::media::{Medium, Origin};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::notice::Members;
use crate::send::digits;

const NODE: NodeType = NodeType {
    name: "WhatsAppBusinessGroup",
    default: &["messaging_product"],
    more: &[
        "subject",
        "description",
        "join_approval_mode",
        "suspended",
        "creation_timestamp",
        "participants",
        "total_participant_count",
    ],
};

/// The type of a group's picture.
const PICTURE: &str = "image/jpeg";
const MOST_PICTURE_BYTES: usize = 5 * 1024 * 1024;
const APPROVALS: [&str; 2] = ["approval_required", "auto_approve"];
/// Groups that one phone number may have.
const MOST_GROUPS: usize = 10_000;

/// `POST /{phone number id}/groups`: the group comes with a notification.
pub(crate) fn create(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.json_and_query()?;
    let root = of_product(&body, &["subject", "description", "join_approval_mode"])?;
    let subject = root.required("subject")?.text(1, 128)?.trim().to_owned();
    root.optional_text("description", 1, 2048)?;
    let mode = root
        .get("join_approval_mode")
        .map(|mode| mode.word(&APPROVALS));
    if account.groups.0.len() >= MOST_GROUPS {
        return Err(GraphError::of_code(131_211));
    }
    let ids = &call.state.ids;
    let group = Group {
        id: format!("Y2FwaV9ncm91cDo{}", ids.object()),
        description: text(&root, "description").unwrap_or_default(),
        subject,
        join_approval_mode: mode.transpose()?.unwrap_or("auto_approve").to_owned(),
        created_at: call.state.ticker.now(),
        invite_link: link(call),
        ..Group::default()
    };
    let request_id = ids.object();
    let mut told = told(&group.id, "group_create", &request_id, call);
    for (name, value) in [
        ("subject", &group.subject),
        ("invite_link", &group.invite_link),
        ("join_approval_mode", &group.join_approval_mode),
    ] {
        told.insert(name.to_owned(), json!(value));
    }
    account.groups.0.push(group);
    Ok(requested(&request_id)
        .of("group_create")
        .telling("group_lifecycle_update", json!({"groups": [told]})))
}

/// `GET /{phone number id}/groups`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let shown = |group: &Group| json!({"id": group.id, "subject": group.subject, "created_at": group.created_at.to_string()});
    let mut page = paging::page(call, account.groups.0.iter().map(shown).collect())?;
    if let Some(data) = page.get_mut("data") {
        *data = json!({"groups": data.take()});
    }
    Ok(Reply::json(&page).of("group_list"))
}

/// `GET /{group id}`.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let members = named(call, account)?.members();
    Ok(Reply::json(&NODE.shown(call, &members)?).of("group"))
}

/// `POST /{group id}`, as JSON, or as a form with a picture.
pub(crate) fn update(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let content_type = call.request.head.headers.get("content-type");
    let (body, picture) = match content_type {
        Some(form) if form.starts_with("multipart/form-data") => form_with_picture(call)?,
        _ => (call.json_and_query()?, None),
    };
    let root = of_product(&body, &["subject", "description"])?;
    if root.get("subject").or(root.get("description")).is_none() && picture.is_none() {
        return Err(GraphError::required("subject"));
    }
    root.optional_text("subject", 1, 128)?;
    root.optional_text("description", 1, 2048)?;
    let group = named(call, account)?;
    let request_id = call.state.ids.object();
    let mut told = told(&group.id, "group_settings_update", &request_id, call);
    for (name, member) in [
        ("subject", &mut group.subject),
        ("description", &mut group.description),
    ] {
        if let Some(text) = text(&root, name) {
            let done = json!({"text": text, "update_successful": true});
            told.insert(format!("group_{name}"), done);
            *member = text;
        }
    }
    if let Some(sha256) = picture {
        let done = json!({"mime_type": PICTURE, "sha256": sha256});
        told.insert("profile_picture".to_owned(), done);
    }
    Ok(requested(&request_id)
        .of("group_update")
        .telling("group_settings_update", json!({"groups": [told]})))
}

/// `DELETE /{group id}`.
pub(crate) fn delete(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let id = named(call, account)?.id.clone();
    account.groups.0.retain(|group| group.id != id);
    let told = told(&id, "group_delete", &call.state.ids.object(), call);
    Ok(Reply::success()
        .of("group_delete")
        .telling("group_lifecycle_update", json!({"groups": [told]})))
}

/// `GET /{group id}/invite_link`.
pub(crate) fn invite_link(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let link = named(call, account)?.invite_link.clone();
    Ok(Reply::json(&json!({"messaging_product": "whatsapp", "invite_link": link})).of("invite"))
}

/// `POST /{group id}/invite_link`: the old one ends.
pub(crate) fn reset_link(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    of_product(&call.json_and_query()?, &[])?;
    named(call, account)?.invite_link = link(call);
    invite_link(call, account)
}

/// `GET /{group id}/join_requests`.
pub(crate) fn requests(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let shown = |it: &JoinRequest| json!({"join_request_id": it.id, "wa_id": it.wa_id, "creation_timestamp": it.at});
    let all = named(call, account)?.join_requests.iter().map(shown);
    Ok(Reply::json(&paging::page(call, all.collect())?).of("join_requests"))
}

/// `POST /{group id}/join_requests`.
pub(crate) fn approve(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    decide(call, account, true)
}

/// `DELETE /{group id}/join_requests`.
pub(crate) fn reject(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    decide(call, account, false)
}

fn decide(call: &Call<'_>, account: &mut Account, join: bool) -> Result<Reply, GraphError> {
    let body = call.json_and_query()?;
    let root = of_product(&body, &["join_requests"])?;
    let asked = root.required("join_requests")?.items(1, 1000)?;
    let group = named(call, account)?;
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for id in asked {
        let id = id.text(1, 512)?;
        let at = group.join_requests.iter().position(|it| it.id == id);
        let code = match at {
            None => 131_213,
            Some(_) if join && group.participants.len() >= MOST_PARTICIPANTS => 131_204,
            Some(at) => {
                let request = group.join_requests.remove(at);
                if join {
                    group.participants.push(request.wa_id);
                }
                done.push(id);
                continue;
            }
        };
        let error = GraphError::of_code(code);
        let errors = json!([{"code": code, "message": error.title()}]);
        failed.push(json!({"join_request_id": id, "errors": errors}));
    }
    let name = if join {
        "approved_join_requests"
    } else {
        "rejected_join_requests"
    };
    let mut body = Members::default()
        .with("messaging_product", "whatsapp")
        .with(name, done);
    if !failed.is_empty() {
        body = body.with("failed_join_requests", failed);
    }
    Ok(Reply::json(&body).of(name))
}

/// `DELETE /{group id}/participants`.
pub(crate) fn remove(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.json_and_query()?;
    let root = of_product(&body, &["participants"])?;
    let mut asked = Vec::new();
    for one in root.required("participants")?.items(1, MOST_PARTICIPANTS)? {
        one.only(&["user", "user_id"])?;
        asked.push(match one.get("user_id") {
            Some(id) => id.text(1, 256)?.to_owned(),
            None => digits(&one.required("user")?.scalar()?),
        });
    }
    let group = named(call, account)?;
    if let Some(missing) = asked.iter().find(|it| !group.participants.contains(it)) {
        return Err(GraphError::of_code(131_212).details(format!("{missing} is not in the group")));
    }
    group.participants.retain(|it| !asked.contains(it));
    let request_id = call.state.ids.object();
    let mut told = told(&group.id, "group_participants_remove", &request_id, call);
    let removed: Vec<Value> = asked.iter().map(|it| json!({"wa_id": it})).collect();
    told.insert("removed_participants".to_owned(), json!(removed));
    Ok(requested(&request_id)
        .of("group_remove")
        .telling("group_participants_update", json!({"groups": [told]})))
}

/// The body, which names the product and has no members but these.
fn of_product<'a>(body: &'a Value, members: &[&str]) -> Check<Node<'a>> {
    let root = Node::new(body, "");
    let names: Vec<&str> = members
        .iter()
        .copied()
        .chain(["messaging_product"])
        .collect();
    root.only(&names)?;
    root.required("messaging_product")?.word(&["whatsapp"])?;
    Ok(root)
}

/// The texts of a form, and the hash of its picture.
fn form_with_picture(call: &Call<'_>) -> Result<(Value, Option<String>), GraphError> {
    let (mut texts, mut picture) = (Map::new(), None);
    for part in multipart::parts(call)? {
        // Meta's description v23.0 calls the part `file`, clients send it by the member's name.
        if !["profile_picture_file", "file"].contains(&part.name.as_str()) {
            let text = String::from_utf8_lossy(&part.bytes);
            texts.insert(part.name, json!(text));
            continue;
        }
        if part.file_name.is_none() || part.content_type.as_deref() != Some(PICTURE) {
            let error = format!("Param {} must be a file of type {PICTURE}.", part.name);
            return Err(GraphError::parameter(&error));
        }
        if part.bytes.is_empty() || part.bytes.len() > MOST_PICTURE_BYTES {
            return Err(GraphError::of_code(131_009).details("The picture is empty or too large"));
        }
        picture = Some(
            Medium::new(PICTURE.to_owned(), part.bytes.to_vec(), Origin::Upload, 0).sha256_base64(),
        );
    }
    Ok((Value::Object(texts), picture))
}

fn text(root: &Node<'_>, name: &str) -> Option<String> {
    root.filled(name)?.string().ok().map(str::to_owned)
}

fn named<'a>(call: &Call<'_>, account: &'a mut Account) -> Result<&'a mut Group, GraphError> {
    let unknown = || GraphError::no_object(call.method(), call.object());
    account.groups.find_mut(call.object()).ok_or_else(unknown)
}

fn link(call: &Call<'_>) -> String {
    format!("https://chat.whatsapp.com/{:016X}", call.state.ids.draw())
}

fn requested(request_id: &str) -> Reply {
    Reply::json(&json!({"messaging_product": "whatsapp", "request_id": request_id}))
}

/// What a notification says of a group.
fn told(group_id: &str, kind: &str, request_id: &str, call: &Call<'_>) -> Map<String, Value> {
    let timestamp = call.state.ticker.now().to_string();
    let members = [
        ("timestamp", timestamp.as_str()),
        ("group_id", group_id),
        ("type", kind),
        ("request_id", request_id),
    ];
    let member = |(name, value): (&str, &str)| (name.to_owned(), json!(value));
    members.into_iter().map(member).collect()
}
