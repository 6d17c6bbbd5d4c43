//! How the webhooks of the configuration are signed: as the adapter declares it that processes them.

use workflow_adapter_loader::{CommandRef, Plugin};

use super::adapters::{plugin, row};
use super::instance::Instance;
use super::place::Source;
use super::trigger::Placed;
use super::workflow::Workflow;
use crate::trigger::{Authentication, Kind, Scheme};
use crate::workflow::StepKind;

/// Gives each webhook the scheme that its adapter declares, and the key of the adapter's instance where
/// the trigger names none.
pub(super) fn declare(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    triggers: &mut [Placed],
    workflows: &[Workflow],
) {
    for placed in triggers {
        let workflow = workflows
            .iter()
            .find(|it| it.definition.name == placed.trigger.workflow);
        let Kind::Webhook(webhook) = &mut placed.trigger.kind else {
            continue;
        };
        let by = webhook.adapter.clone();
        let by = by.or_else(|| workflow.and_then(|workflow| processed_by(plugins, workflow)));
        let instance = by.and_then(|by| instances.iter().find(|it| it.name == by));
        let declaration = instance.and_then(|instance| {
            plugin(plugins, &instance.adapter_type)?
                .descriptor()
                .webhook()
        });
        webhook.declared_by = instance.map(|instance| instance.name.clone());
        let at = &placed.authentication;
        if let Some(declared) = declaration
            && !declared.signature_scheme().is_empty()
        {
            let scheme = Scheme::parse(declared.signature_header(), declared.signature_scheme());
            match scheme {
                Ok(scheme) => webhook.scheme = scheme,
                Err(why) => source.wrong(at, "authentication_type", why),
            }
        }
        if !matches!(webhook.authentication, Authentication::Property) {
            continue;
        }
        let property = declaration.map_or("", |declared| declared.secret_property());
        let secret = instance.and_then(|instance| instance.properties.get(property)?.as_str());
        match secret.map(|secret| webhook.scheme.key(secret)) {
            Some(Ok(key)) => webhook.authentication = Authentication::Hmac(key),
            Some(Err(why)) => source.wrong(at, "authentication_key", why),
            None if property.is_empty() => {
                source.wrong(at, "authentication_key", "it is missing");
            }
            None => {
                let what = format!(
                    "it is missing, and no instance that processes this webhook has a property {property}"
                );
                source.wrong(at, "authentication_key", what);
            }
        }
    }
}

/// The instance whose command processes the webhook that starts this workflow.
fn processed_by(plugins: &[Plugin], workflow: &Workflow) -> Option<String> {
    workflow.definition.steps.iter().find_map(|step| {
        let StepKind::Command {
            command, instance, ..
        } = &step.kind
        else {
            return None;
        };
        let mut rows = plugins.iter().filter_map(|plugin| row(plugin, command));
        rows.any(CommandRef::is_webhook)
            .then(|| instance.clone())
            .flatten()
    })
}
