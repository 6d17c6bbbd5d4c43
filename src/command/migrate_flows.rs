//! migrateFlows: copies Flows of another account of the same business (D/flows/reference/flowsapi).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "migrateFlows",
    display: "Migrate Flows",
    description: "Copies Flows of another account of the same business to this one, by their names.",
    request: &[
        Field::string(
            "sourceBusinessAccountId",
            "From account",
            "The id of the account that has the Flows.",
        )
        .required()
        .length(1, 256)
        .pattern(&NODE_ID),
        Field::array(
            "flowNames",
            "Flow names",
            "The names of the Flows; all of them if absent.",
        )
        .items(1, 100, &Field::text_item().length(1, 200))
        .passed_on(),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "migratedFlows",
            "",
            "Meta's objects with source_name, source_id and migrated_id.",
        ),
        Field::array(
            "failedFlows",
            "",
            "Meta's objects with source_name, error_code and error_message.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run_checked(json, context, &COMMAND, plan, take, |_, reply| {
        call::check_parts(
            reply,
            "migrated_flows",
            "failed_flows",
            "Meta migrated none of the Flows: failedFlows says why",
        );
    })
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("source_waba_id", members.text("sourceBusinessAccountId"))
        .maybe_raw("source_flow_names", members.json("flowNames"));
    let path = call::of_account(properties, "migrate_flows")?;
    Ok(Call::post(path, body, Evidence::OfGraph))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[
            ("migratedFlows", "/migrated_flows"),
            ("failedFlows", "/failed_flows"),
        ],
    )
}
