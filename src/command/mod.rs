//! The commands: one file each, its descriptor rows beside what it does. Adding one is a file and its
//! name in the list below.
#![expect(
    clippy::unnecessary_wraps,
    reason = "what a command makes of its request has one signature, whether it can fail or not"
)]

mod archive;
mod block_list;
mod call;
mod context;
mod details;
mod direct_send;
mod flow;
mod graph_path;
mod group;
mod handle;
mod interactive;
mod join_requests;
mod media;
mod media_file;
mod media_type;
mod paging;
mod parking;
mod pin;
mod qr_code;
mod request;
mod response;
mod send;
mod signed_body;
mod template;
mod thread;
mod unsent;
mod unstarted;
mod voice_call;

pub(crate) use context::Context;
pub(crate) use parking::{Parked, Parking};
pub(crate) use process_webhook::{
    Authority, log_journal_troubles, process as process_webhook_body,
};

pub(crate) use unstarted::respond as respond_unstarted;
pub(crate) use workflow_adapter_sdk::adapter::Execution;

use crate::descriptor;
use crate::error::{Error, Kind};

/// Every command by its file: the module, its rows, and the branch that runs it. `.ci/run format` formats
/// the files by themselves, because rustfmt does not follow a macro to its modules.
macro_rules! commands {
    (specified: [$($specified:ident),+ $(,)?], beyond: [$($beyond:ident),+ $(,)?]) => {
        $(mod $specified;)+
        $(mod $beyond;)+

        /// The specification's commands, in its order.
        pub(crate) const COMMANDS: &[&descriptor::Command] = &[$(&$specified::COMMAND),+];

        /// The commands beyond the specification.
        pub(crate) const EXTENSION_COMMANDS: &[&descriptor::Command] = &[$(&$beyond::COMMAND),+];

        fn find(name: &str) -> Option<Run> {
            match name {
                $(name if name == $specified::COMMAND.name => Some($specified::run),)+
                $(name if name == $beyond::COMMAND.name => Some($beyond::run),)+
                _ => None,
            }
        }
    };
}

commands! {
    specified: [
        send_message_text,
        send_message_text_template,
        send_message_reaction,
        process_webhook,
    ],
    beyond: [
        send_message_address,
        send_message_buttons,
        send_message_call_to_action,
        send_message_carousel,
        send_message_catalog,
        send_message_call_permission_request,
        send_message_contact_request,
        send_message_contacts,
        send_message_flow,
        send_message_interactive,
        send_message_list,
        send_message_location,
        send_message_location_request,
        send_message_media,
        send_message_order_details,
        send_message_order_status,
        send_message_product,
        send_message_product_list,
        send_message_template,
        send_message,
        remove_reaction,
        pin_message,
        unpin_message,
        mark_message_read,
        block_users,
        unblock_users,
        list_blocked_users,
        get_conversation_window,
        upload_media,
        upload_file,
        get_media,
        download_media,
        delete_media,
        list_templates,
        get_template,
        create_template,
        update_template,
        delete_template,
        upsert_templates,
        list_library_templates,
        compare_templates,
        unpause_template,
        migrate_templates,
        archive_templates,
        unarchive_templates,
        get_phone_number,
        list_phone_numbers,
        get_business_profile,
        update_business_profile,
        subscribe_webhooks,
        list_subscriptions,
        unsubscribe_webhooks,
        register_phone_number,
        request_verification_code,
        verify_code,
        deregister_phone_number,
        set_two_step_pin,
        request_display_name,
        get_phone_number_settings,
        update_phone_number_settings,
        set_phone_number_webhook,
        remove_phone_number_webhook,
        create_qr_code,
        update_qr_code,
        get_qr_code,
        list_qr_codes,
        delete_qr_code,
        get_conversational_components,
        set_conversational_components,
        get_commerce_settings,
        update_commerce_settings,
        get_username,
        set_username,
        delete_username,
        list_username_suggestions,
        delete_contact_book_entry,
        sync_business_app,
        get_analytics,
        check_setup,
        call_graph,
        create_flow,
        update_flow,
        upload_flow_json,
        publish_flow,
        deprecate_flow,
        delete_flow,
        get_flow,
        list_flows,
        get_flow_assets,
        migrate_flows,
        get_flow_public_key,
        set_flow_public_key,
        open_flow_request,
        seal_flow_response,
        create_group,
        get_group,
        list_groups,
        update_group,
        delete_group,
        get_group_invite_link,
        reset_group_invite_link,
        list_group_join_requests,
        approve_group_join_requests,
        reject_group_join_requests,
        remove_group_participants,
        pass_thread,
        release_thread,
        take_thread,
        start_call,
        pre_accept_call,
        accept_call,
        reject_call,
        terminate_call,
        get_call_permissions,
    ]
}

type Run = fn(&str, &mut Context<'_, '_>) -> Result<Execution, Error>;

/// Runs one command, or goes on with it.
///
/// # Errors
/// `NotFound` for a name that is no command, `InvalidArgument` for a request that is no JSON. Every
/// other failure is inside the [`Execution`].
pub(crate) fn run(
    name: &str,
    request: &str,
    context: &mut Context<'_, '_>,
) -> Result<Execution, Error> {
    if let Some(parked) = context.parking.take() {
        return Ok(send::resume(parked, context));
    }
    match find(name) {
        Some(run) => run(request, context),
        // The SDK has looked the name up in the rows, which name each branch.
        None => Err(Error::new(Kind::NotFound, "no such command")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Limits;
    use crate::clock::Now;
    use crate::cloud_api::Client;
    use crate::flow::UsedKeys;
    use crate::log::Log;
    use crate::metrics::Metrics;
    use crate::properties::Properties;
    use crate::webhook::{Dedup, Memory, Windows};

    #[test]
    fn every_row_has_its_branch_and_unknown_names_are_listed() {
        let properties = Properties::parse(
            r#"{"authenticationToken":"EAAGexampleexampleexample","apiVersion":"v26.0",
                "phoneNumberId":"1","baseUrl":"http://127.0.0.1:1"}"#,
        )
        .unwrap();
        let client = Client::new(&properties, None).unwrap();
        let limits = Limits {
            deadline: std::time::Instant::now(),
            cancel: std::sync::Arc::default(),
        };
        let all = || {
            COMMANDS
                .iter()
                .chain(EXTENSION_COMMANDS)
                .map(|row| row.name)
        };
        for name in all().chain(["sendmessagetext", ""]) {
            let known = all().any(|command| command == name);
            let mut context = Context {
                properties: &properties,
                client: &client,
                log: &Log::default(),
                metrics: &Metrics::default(),
                dedup: &Dedup::new(Memory {
                    entries: 1,
                    seconds: 1,
                }),
                windows: &Windows::new(std::iter::empty()),
                reply_keys: &UsedKeys::default(),
                at: limits.deadline,
                now: Now {
                    sure_s: 0,
                    latest_s: 0,
                },
                instance_name: None,
                limits: &limits,
                correlation_id: None,
                parking: &Parking::default(),
                sink: &mut |_| panic!("no event is expected"),
            };
            let ran = run(name, "{}", &mut context);
            assert_eq!(ran.is_ok(), known, "{name}");
        }
    }
}
