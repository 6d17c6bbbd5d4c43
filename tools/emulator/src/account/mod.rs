//! What the emulated business account holds and what its customers did; it changes while it runs.

pub(crate) mod conversations;
pub(crate) mod customers;
pub(crate) mod details;
pub(crate) mod flows;
pub(crate) mod groups;
pub(crate) mod media;
pub(crate) mod number;
pub(crate) mod registration;
pub(crate) mod subscriptions;
pub(crate) mod templates;
pub(crate) mod uploads;

use serde_json::Value;

use crate::ids::Ids;
use crate::{Config, Oddities, Strictness};
use conversations::Conversations;
use customers::Customers;
use details::Details;
use flows::Flows;
use groups::Groups;
use media::MediaStore;
use number::Number;
use registration::Registration;
use subscriptions::Subscription;
use templates::TemplateStore;
use uploads::Uploads;

/// The kinds of object that a path can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    /// The business phone number.
    PhoneNumber,
    /// The WhatsApp Business Account.
    BusinessAccount,
    /// A medium that was uploaded or came from a customer.
    Media,
    /// A template.
    Template,
    /// `message_template_library`, which is no object either.
    TemplateLibrary,
    /// The app, which takes uploads.
    App,
    /// An upload that was begun.
    Upload,
    /// A group.
    Group,
    /// A Flow.
    Flow,
    /// `debug_token`, which is no object but stands where one does.
    DebugToken,
    /// `me`: whose token it is.
    Me,
}

/// The account's state.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    phone_number_id: String,
    business_account_id: String,
    pub(crate) strictness: Strictness,
    pub(crate) oddities: Oddities,
    pub(crate) media: MediaStore,
    pub(crate) templates: TemplateStore,
    pub(crate) details: Details,
    pub(crate) customers: Customers,
    pub(crate) number: Number,
    pub(crate) uploads: Uploads,
    pub(crate) registration: Registration,
    pub(crate) subscription: Subscription,
    pub(crate) groups: Groups,
    pub(crate) flows: Flows,
    pub(crate) conversations: Conversations,
}

impl Account {
    pub(crate) fn new(config: &Config, ids: &Ids) -> Self {
        Self {
            phone_number_id: config.phone_number_id.clone(),
            business_account_id: config.business_account_id.clone(),
            strictness: config.strictness,
            oddities: config.oddities,
            media: MediaStore::default(),
            templates: TemplateStore::new(&config.templates, ids),
            details: Details::new(config),
            customers: Customers::default(),
            number: Number::default(),
            uploads: Uploads::default(),
            registration: Registration::default(),
            subscription: Subscription::default(),
            groups: Groups::default(),
            flows: Flows::default(),
            conversations: Conversations::default(),
        }
    }

    /// What this id names, if anything.
    pub(crate) fn kind_of(&self, id: &str) -> Option<ObjectKind> {
        if id == "debug_token" {
            Some(ObjectKind::DebugToken)
        } else if id == "message_template_library" {
            Some(ObjectKind::TemplateLibrary)
        } else if id == "me" {
            Some(ObjectKind::Me)
        } else if id == self.phone_number_id {
            Some(ObjectKind::PhoneNumber)
        } else if id == self.business_account_id {
            Some(ObjectKind::BusinessAccount)
        } else if self.uploads.contains_key(id) {
            Some(ObjectKind::Upload)
        } else if self.details.token.get("app_id").and_then(Value::as_str) == Some(id) {
            Some(ObjectKind::App)
        } else if self.media.has(id) {
            Some(ObjectKind::Media)
        } else if self.templates.find(id).is_some() {
            Some(ObjectKind::Template)
        } else if self.groups.find(id).is_some() {
            Some(ObjectKind::Group)
        } else if self.flows.find(id).is_some() {
            Some(ObjectKind::Flow)
        } else {
            None
        }
    }
}
