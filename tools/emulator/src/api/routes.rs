//! Which endpoints there are: method, kind of object, edge, and who answers.

use super::{
    Call, Reply, Target, analytics, block_users, flows, groups, media, messages, number_settings,
    phone_number, profile, qr_codes, registration, subscriptions, template_actions,
    template_library, templates, threads, token, uploads, username, voice_calls,
};
use crate::account::{Account, ObjectKind};
use crate::graph_error::GraphError;
use ObjectKind::{
    App, BusinessAccount, DebugToken, Flow, Group, Me, Media, PhoneNumber, Template,
    TemplateLibrary, Upload,
};

/// Answers one kind of request, with the account as it is now.
type Answer = fn(&Call<'_>, &mut Account) -> Result<Reply, GraphError>;

/// One endpoint.
#[derive(Debug)]
pub(crate) struct Route {
    method: &'static str,
    object: ObjectKind,
    edge: &'static str,
    /// The permissions of which the token needs one.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) answer: Answer,
}

impl Route {
    /// Whether this edge of a path is this endpoint's, which may end in the name of one item.
    fn leads_to(&self, edge: &str) -> bool {
        let Some(list) = self.edge.strip_suffix('*') else {
            return self.edge == edge;
        };
        edge.strip_prefix(list).is_some_and(|item| !item.is_empty())
    }
}

const fn route(
    method: &'static str,
    object: ObjectKind,
    edge: &'static str,
    scopes: &'static [&'static str],
    answer: Answer,
) -> Route {
    Route {
        method,
        object,
        edge,
        scopes,
        answer,
    }
}

const SEND: &[&str] = &["whatsapp_business_messaging"];
const MANAGE: &[&str] = &["whatsapp_business_management"];
const EITHER: &[&str] = &[
    "whatsapp_business_management",
    "whatsapp_business_messaging",
];
const NONE: &[&str] = &[];

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    route("POST", PhoneNumber, "messages", SEND, messages::send),
    route("POST", PhoneNumber, "marketing_messages", SEND, messages::send_marketing),
    route("POST", PhoneNumber, "media", SEND, media::upload),
    route("GET", Media, "", SEND, media::get),
    route("DELETE", Media, "", SEND, media::delete),
    route("GET", PhoneNumber, "block_users", SEND, block_users::list),
    route("POST", PhoneNumber, "block_users", SEND, block_users::block),
    route("DELETE", PhoneNumber, "block_users", SEND, block_users::unblock),
    route("GET", BusinessAccount, "message_templates", MANAGE, templates::list),
    route("POST", BusinessAccount, "message_templates", MANAGE, templates::create),
    route("DELETE", BusinessAccount, "message_templates", MANAGE, templates::delete),
    route("GET", BusinessAccount, "template_analytics", MANAGE, analytics::template),
    route("GET", Template, "", MANAGE, templates::get),
    route("POST", Template, "", MANAGE, templates::edit),
    route("POST", BusinessAccount, "upsert_message_templates", MANAGE, template_actions::upsert),
    route("POST", BusinessAccount, "migrate_message_templates", MANAGE, template_actions::migrate),
    route("POST", BusinessAccount, "message_templates/archive", MANAGE, template_actions::archive),
    route("POST", BusinessAccount, "message_templates/unarchive", MANAGE, template_actions::unarchive),
    route("GET", Template, "compare", MANAGE, template_actions::compare),
    route("POST", Template, "unpause", MANAGE, template_actions::unpause),
    route("GET", TemplateLibrary, "", MANAGE, template_library::list),
    route("GET", PhoneNumber, "", EITHER, phone_number::get),
    route("GET", BusinessAccount, "", MANAGE, phone_number::business_account),
    route("GET", BusinessAccount, "phone_numbers", MANAGE, phone_number::list),
    route("GET", PhoneNumber, "whatsapp_business_profile", EITHER, profile::get),
    route("POST", PhoneNumber, "whatsapp_business_profile", EITHER, profile::update),
    route("GET", BusinessAccount, "subscribed_apps", MANAGE, subscriptions::list),
    route("POST", BusinessAccount, "subscribed_apps", MANAGE, subscriptions::subscribe),
    route("DELETE", BusinessAccount, "subscribed_apps", MANAGE, subscriptions::unsubscribe),
    route("POST", PhoneNumber, "register", MANAGE, registration::register),
    route("POST", PhoneNumber, "deregister", MANAGE, registration::deregister),
    route("POST", PhoneNumber, "request_code", MANAGE, registration::request_code),
    route("POST", PhoneNumber, "verify_code", MANAGE, registration::verify_code),
    route("POST", PhoneNumber, "", MANAGE, number_settings::update),
    route("GET", PhoneNumber, "settings", EITHER, number_settings::get),
    route("POST", PhoneNumber, "settings", EITHER, number_settings::set),
    route("GET", PhoneNumber, "whatsapp_commerce_settings", MANAGE, number_settings::commerce),
    route("POST", PhoneNumber, "whatsapp_commerce_settings", MANAGE, number_settings::set_commerce),
    route("POST", PhoneNumber, "conversational_automation", MANAGE, number_settings::set_components),
    route("POST", PhoneNumber, "smb_app_data", EITHER, number_settings::sync),
    route("GET", PhoneNumber, "message_qrdls", MANAGE, qr_codes::list),
    route("POST", PhoneNumber, "message_qrdls", MANAGE, qr_codes::write),
    route("GET", PhoneNumber, "message_qrdls/*", MANAGE, qr_codes::get),
    route("DELETE", PhoneNumber, "message_qrdls/*", MANAGE, qr_codes::delete),
    route("GET", PhoneNumber, "username", MANAGE, username::get),
    route("POST", PhoneNumber, "username", MANAGE, username::set),
    route("DELETE", PhoneNumber, "username", MANAGE, username::delete),
    route("GET", PhoneNumber, "username_suggestions", MANAGE, username::suggestions),
    route("DELETE", PhoneNumber, "contact_book", EITHER, username::forget),
    route("GET", App, "subscriptions", NONE, subscriptions::of_app),
    route("POST", App, "uploads", NONE, uploads::begin),
    route("POST", Upload, "", NONE, uploads::append),
    route("GET", Upload, "", NONE, uploads::offset),
    route("GET", PhoneNumber, "groups", SEND, groups::list),
    route("POST", PhoneNumber, "groups", SEND, groups::create),
    route("GET", Group, "", SEND, groups::get),
    route("POST", Group, "", SEND, groups::update),
    route("DELETE", Group, "", SEND, groups::delete),
    route("GET", Group, "invite_link", SEND, groups::invite_link),
    route("POST", Group, "invite_link", SEND, groups::reset_link),
    route("GET", Group, "join_requests", SEND, groups::requests),
    route("POST", Group, "join_requests", SEND, groups::approve),
    route("DELETE", Group, "join_requests", SEND, groups::reject),
    route("DELETE", Group, "participants", SEND, groups::remove),
    route("GET", BusinessAccount, "flows", MANAGE, flows::list),
    route("POST", BusinessAccount, "flows", MANAGE, flows::create),
    route("POST", BusinessAccount, "migrate_flows", MANAGE, flows::migrate),
    route("GET", Flow, "", MANAGE, flows::get),
    route("POST", Flow, "", MANAGE, flows::update),
    route("DELETE", Flow, "", MANAGE, flows::delete),
    route("GET", Flow, "assets", MANAGE, flows::assets),
    route("POST", Flow, "assets", MANAGE, flows::upload),
    route("POST", Flow, "publish", MANAGE, flows::publish),
    route("POST", Flow, "deprecate", MANAGE, flows::deprecate),
    route("GET", PhoneNumber, "whatsapp_business_encryption", EITHER, flows::key),
    route("POST", PhoneNumber, "whatsapp_business_encryption", EITHER, flows::set_key),
    route("POST", PhoneNumber, "thread_control", SEND, threads::control),
    route("POST", PhoneNumber, "calls", SEND, voice_calls::call),
    route("GET", PhoneNumber, "call_permissions", SEND, voice_calls::permissions),
    route("GET", DebugToken, "", NONE, token::debug),
    route("GET", Me, "", NONE, token::me),
];

/// The endpoint at this path, or Graph's refusal.
pub(crate) fn find(
    method: &str,
    target: Target<'_>,
    account: &Account,
) -> Result<&'static Route, GraphError> {
    let edge_exists = ROUTES.iter().any(|route| route.leads_to(target.edge));
    if !edge_exists {
        return Err(GraphError::unknown_path(&format!(
            "/{}/{}",
            target.object, target.edge
        )));
    }
    let unsupported = || GraphError::no_object(method, target.object);
    let kind = account.kind_of(target.object).ok_or_else(unsupported)?;
    let fits = |route: &&Route| {
        route.method == method && route.object == kind && route.leads_to(target.edge)
    };
    ROUTES.iter().find(fits).ok_or_else(unsupported)
}
