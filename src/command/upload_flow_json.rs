//! uploadFlowJson: what a Flow is made of, in place of what it was (D/flows/reference/flowsapi).

use serde_json::Value;

use super::call;
use super::flow::{FLOW_ID, FLOW_JSON, VALIDATION_ERRORS};
use super::media_file;
use super::media_type;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence, FormFile};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Leniency, Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "uploadFlowJson",
    display: "Upload Flow JSON",
    description: "Replaces the JSON of a Flow that is a draft.",
    traits: &[CommandTrait::Idempotent, CommandTrait::LongRunning],
    request: &[
        FLOW_ID,
        FLOW_JSON,
        Field::string(
            "file",
            "File",
            "The path of a file with the Flow JSON, of at most 10 MB, in the folder of the property \
             mediaDirectory.",
        )
        .length(1, 4096),
    ],
    response: &[STATUS, CODE, ERROR, VALIDATION_ERRORS, DETAILS],
    rules: &[Rule::One(&["flowJson", "file"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run_lenient(json, context, &COMMAND, plan, take, call::unchecked)
}

fn plan(
    members: &Members<'_>,
    properties: &Properties,
    leniency: &mut Leniency,
) -> Result<Call, Error> {
    let bytes = match members.maybe_text("file") {
        Some(path) => media_file::read(properties, path, &media_type::FLOW_JSON, leniency)?,
        None => members.json("flowJson").unwrap_or_default().into(),
    };
    let file = FormFile {
        fields: &[("name", "flow.json"), ("asset_type", "FLOW_JSON")],
        texts: Vec::new(),
        part: "file",
        name: "flow.json",
        mime_type: media_type::FLOW_JSON.name,
        bytes,
    };
    let path = format!("{}/assets", members.text("flowId"));
    Ok(Call::post_file(path, file, Evidence::Success).idempotent())
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("validationErrors", "/validation_errors")])
}
