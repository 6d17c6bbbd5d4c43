//! What an adapter type offers, as a safe view of the plugin's static tables.

use super::foreign::{Foreign, member};
use super::row::{CommandRef, EventRef, FieldRef, ReleaseRef, WebhookRef};
use crate::wfa_descriptor;

/// What an adapter type offers. Its texts live as long as the process.
///
/// `properties`, `commands` and `events` are the specification's; what the plugin offers beyond it
/// is in the `extension_*` lists.
///
/// # Examples
/// ```no_run
/// let plugin = workflow_adapter_loader::Plugin::load("/opt/host/plugins/libwhatsapp_adapter.so")?;
/// for command in plugin.descriptor().commands() {
///     let members: Vec<_> = command.request().map(|field| field.name()).collect();
///     println!("{}({})", command.name(), members.join(", "));
/// }
/// # Ok::<(), workflow_adapter_loader::LoadError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DescriptorRef(pub(super) Foreign<wfa_descriptor>);

impl DescriptorRef {
    /// Identifies the adapter type, e.g. `whatsapp`.
    pub fn id(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.id))
    }

    /// The adapter type's short name.
    pub fn name(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.name))
    }

    /// The adapter type's title.
    pub fn display(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.display))
    }

    /// The plugin's version.
    pub fn version(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.version))
    }

    /// The version of the specification that the plugin implements.
    pub fn spec_version(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.spec_version))
    }

    /// Who made the plugin.
    pub fn vendor(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.vendor))
    }

    /// SPDX expression.
    pub fn license(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.license))
    }

    /// Where the documentation is.
    pub fn docs_url(self) -> &'static str {
        self.0.text(member!(wfa_descriptor.docs_url))
    }

    /// Properties of the specification.
    pub fn properties(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (
            member!(wfa_descriptor.properties),
            member!(wfa_descriptor.n_properties),
        );
        self.0.list(list).map(FieldRef)
    }

    /// Optional properties beyond the specification.
    pub fn extension_properties(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (
            member!(wfa_descriptor.extension_properties),
            member!(wfa_descriptor.n_extension_properties),
        );
        self.0.list(list).map(FieldRef)
    }

    /// Commands of the specification.
    pub fn commands(self) -> impl Iterator<Item = CommandRef> + Clone {
        let list = (
            member!(wfa_descriptor.commands),
            member!(wfa_descriptor.n_commands),
        );
        self.0.list(list).map(CommandRef)
    }

    /// Commands beyond the specification.
    pub fn extension_commands(self) -> impl Iterator<Item = CommandRef> + Clone {
        let list = (
            member!(wfa_descriptor.extension_commands),
            member!(wfa_descriptor.n_extension_commands),
        );
        self.0.list(list).map(CommandRef)
    }

    /// Events of the specification.
    pub fn events(self) -> impl Iterator<Item = EventRef> + Clone {
        let list = (
            member!(wfa_descriptor.events),
            member!(wfa_descriptor.n_events),
        );
        self.0.list(list).map(EventRef)
    }

    /// Events beyond the specification.
    pub fn extension_events(self) -> impl Iterator<Item = EventRef> + Clone {
        let list = (
            member!(wfa_descriptor.extension_events),
            member!(wfa_descriptor.n_extension_events),
        );
        self.0.list(list).map(EventRef)
    }

    /// The specification's release history.
    pub fn releases(self) -> impl Iterator<Item = ReleaseRef> + Clone {
        let list = (
            member!(wfa_descriptor.releases),
            member!(wfa_descriptor.n_releases),
        );
        self.0.list(list).map(ReleaseRef)
    }

    /// How its webhooks are signed and routed; none if the adapter type has no webhooks.
    pub fn webhook(self) -> Option<WebhookRef> {
        let declaration = self.0.get(member!(wfa_descriptor.webhook))?;
        // SAFETY: what the descriptor was made with covers the structs that it points to.
        unsafe { Foreign::new(declaration) }.map(WebhookRef)
    }
}
