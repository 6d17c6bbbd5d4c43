//! updateBusinessProfile: other texts in what customers see about the business (D/business-profiles,
//! OpenAPI v23.0).

use super::call;
use super::handle;
use super::media_file;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "updateBusinessProfile",
    display: "Update the Business Profile",
    description: "Changes what customers see about the business; what is absent stays.",
    traits: &[CommandTrait::Idempotent, CommandTrait::LongRunning],
    request: &[
        Field::string("about", "About", "The line below the name.")
            .length(1, 139)
            .most_may_change(),
        Field::string("address", "Address", "The address.")
            .length(1, 256)
            .most_may_change(),
        Field::string("description", "Description", "What the business does.")
            .length(1, 256)
            .most_may_change(),
        Field::string("email", "E-mail", "The e-mail address.")
            .length(1, 128)
            .most_may_change(),
        Field::array(
            "websites",
            "Websites",
            "1 or 2 addresses on the web, each of at most 256 characters.",
        )
        .items(0, 2, &Field::text_item().length(1, 256).most_may_change())
        .passed_on(),
        Field::string(
            "vertical",
            "Industry",
            "Meta's word for the industry, such as RETAIL.",
        )
        .length(1, 64)
        .most_may_change(),
        Field::string(
            "profilePictureHandle",
            "Picture",
            "The handle of a picture (uploadFile).",
        )
        .length(1, 1024)
        .most_may_change(),
        media_file::FILE,
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[Rule::NotBoth(&["profilePictureHandle", "file"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let file = |members: &Members<'_>| {
        let file = members.maybe_text("file").map(str::to_owned);
        file.into_iter().collect()
    };
    handle::run(json, context, &COMMAND, file, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties, handles: &[String]) -> Result<Call, Error> {
    let mut body = ObjectText::new().text("messaging_product", "whatsapp");
    for (member, theirs) in [
        ("about", "about"),
        ("address", "address"),
        ("description", "description"),
        ("email", "email"),
        ("vertical", "vertical"),
    ] {
        body = body.maybe_text(theirs, members.maybe_text(member));
    }
    let path = format!("{}/whatsapp_business_profile", properties.phone_number_id);
    let given = members.maybe_text("profilePictureHandle");
    let handle = handles.first().map(String::as_str).or(given);
    let body = body.maybe_text("profile_picture_handle", handle);
    let body = body.maybe_raw("websites", members.json("websites"));
    Ok(Call::post(path, body, Evidence::Success).idempotent())
}
