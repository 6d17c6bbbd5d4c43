//! updateBusinessProfile: other texts in what customers see about the business (D/business-profiles,
//! OpenAPI v23.0).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

pub(super) const COMMAND: Command = Command {
    name: "updateBusinessProfile",
    display: "Update the Business Profile",
    description: "Changes what customers see about the business; what is absent stays.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string("about", "About", "The line below the name.").length(1, 139),
        Field::string("address", "Address", "The address.").length(1, 256),
        Field::string("description", "Description", "What the business does.").length(1, 256),
        Field::string("email", "E-mail", "The e-mail address.").length(1, 128),
        Field::array(
            "websites",
            "Websites",
            "1 or 2 addresses on the web, each of at most 256 characters.",
        ),
        Field::string(
            "vertical",
            "Industry",
            "Meta's word for the industry, such as RETAIL.",
        )
        .length(1, 64),
        Field::string(
            "profilePictureHandle",
            "Picture",
            "The handle of a picture that was uploaded with Meta's Resumable Upload API.",
        )
        .length(1, 1024),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let mut body = ObjectText::new().text("messaging_product", "whatsapp");
    for (member, theirs, most) in [
        ("about", "about", 139),
        ("address", "address", 256),
        ("description", "description", 256),
        ("email", "email", 128),
        ("vertical", "vertical", 64),
        ("profilePictureHandle", "profile_picture_handle", 1024),
    ] {
        body = body.maybe_text(theirs, members.optional_text_within(member, most)?);
    }
    let websites = members.json("websites")?;
    for website in members
        .optional_list("websites", 0..=2)?
        .unwrap_or_default()
    {
        website.text_within(256)?;
    }
    let path = format!("{}/whatsapp_business_profile", properties.phone_number_id);
    let body = body.maybe_raw("websites", websites);
    Ok(Call::post(path, body, Evidence::Success).repeatable())
}
