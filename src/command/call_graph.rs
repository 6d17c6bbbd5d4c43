//! callGraph: one request to the Graph API that has no command of its own.

use serde_json::Value;

use super::graph_path::{PATH, below_version};
use super::request;
use super::response::{self, CODE, DETAILS, Details, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::{ObjectText, text_of};
use crate::rows::{Check, Members, Object, Others, Rule, Words};

pub(super) const COMMAND: Command = Command {
    name: "callGraph",
    display: "Call the Graph API",
    description: "Makes one request to the Graph API that has no command of its own. A POST and a DELETE are \
                  made at most once.",
    traits: &[CommandTrait::Sends],
    request: &[
        Field::string("method", "Method", "GET, POST or DELETE.")
            .required()
            .words(&Words::only(&["GET", "POST", "DELETE"])),
        Field::string(
            "path",
            "Path",
            "The path below the Graph version, such as {phone number id}/settings.",
        )
        .required()
        .length(1, 2048)
        .check(&PATH),
        Field::object(
            "query",
            "Query",
            "The parameters of the query by name; a value that is no text is sent as JSON.",
        )
        .members(&PARAMETERS)
        .passed_on(),
        Field::object("body", "Body", "The JSON body of a POST or a DELETE.")
            .members(&PARAMETERS)
            .passed_on(),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "answer",
            "",
            "Meta's answer as it came, without the adapter's secrets.",
        ),
        DETAILS,
    ],
    rules: &[Rule::Only("body", "method", &["POST", "DELETE"])],
    ..Command::EXTENSION
};

const PARAMETERS: Object = Object::of(&[])
    .others(Others::Ignored)
    .rules(&[Rule::Check(&Check {
        name: "graph parameters",
        demands: "no member is method, batch or access_token, in any case or percent-encoded",
        find: |members, say| {
            for (name, _) in members.others() {
                if let Some(refused) = redirecting(name) {
                    say.refuse(name, &format!("would be read as {refused}: {WHY}"));
                }
            }
        },
    })]);

const WHY: &str = "Meta would do another request than this one, or do it with another token";

/// The parameter of Meta's that changes what a request does, if `name` can be read as one. Older apps
/// still have a method override, and servers decode and fold names before they compare them.
fn redirecting(name: &str) -> Option<&'static str> {
    let name = super::graph_path::decoded(name).to_ascii_lowercase();
    let name = name.split(['[', '\0']).next().unwrap_or_default();
    let known = ["method", "batch", "access_token"];
    let is_same = |known: &&str| {
        let name = name
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control());
        name.map(|c| if c == '.' { '_' } else { c })
            .eq(known.chars())
    };
    known.into_iter().find(is_same)
}

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let request = match request::read_strictly(json, &COMMAND) {
        Ok(request) => request,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let call = plan(&request);
    let reply = context.client.call(&call, &context.call_context());
    let failure = reply.failure();
    // The text of a refusal is redacted in `error`; the refusal itself would repeat the request.
    let answer = reply.json.as_ref().filter(|_| failure.is_none());
    let answer = answer.map(|answer| ("answer", shown(answer, context).to_string()));
    let details = Details {
        outcome: (request.text("method") != "GET").then(|| reply.outcome.as_str()),
        ..response::of_reply(&reply)
    };
    Ok(response::of_command(
        &COMMAND,
        answer.as_slice(),
        failure,
        &details,
    ))
}

fn plan(members: &Members<'_>) -> Call {
    let path = below_version(members.text("path")).to_owned();
    let body = ObjectText::of_json(members.json("body").unwrap_or("{}"));
    let mut call = match members.text("method") {
        "GET" => Call::get(path, Evidence::OfGraph),
        "DELETE" if members.has("body") => Call::delete(path, Evidence::OfGraph).body(body),
        "DELETE" => Call::delete(path, Evidence::OfGraph),
        _ => Call::post(path, body, Evidence::OfGraph),
    };
    let query = members
        .object("query")
        .into_iter()
        .flat_map(Members::others);
    for (name, json) in query.filter(|(_, json)| *json != "null") {
        let value = text_of(json).unwrap_or(json.into());
        call = call.query(name.to_owned(), &value);
    }
    call
}

/// An answer without the adapter's secrets: Meta writes the token into the links to other pages.
fn shown(answer: &Value, context: &Context<'_, '_>) -> Value {
    match answer {
        Value::String(text) => context.client.without_secrets(text).into(),
        Value::Array(elements) => elements.iter().map(|it| shown(it, context)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let shown = members.map(|(name, value)| (name.clone(), shown(value, context)));
            Value::Object(shown.collect())
        }
        other => other.clone(),
    }
}
