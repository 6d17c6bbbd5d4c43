//! What a template message is filled with: Meta's components, made from the request's plain members or
//! taken as they are.

mod button;
mod meta;
pub(super) mod moved;
mod preflight;
pub(super) mod sample;

use super::interactive::header_media;
use super::media::{FILENAME, LINK, MEDIA_ID, ONE_SOURCE};
use super::media_file::{FILE, Files};
use super::send_message_location::{ADDRESS, LATITUDE, LONGITUDE, NAME, location};
use crate::descriptor::Field;
use crate::json::{Object as AnyObject, ObjectText, array};
use crate::rows::{Case, Cases, Check, Item, Members, Object, Others, Rule, Say, Words};

pub(super) use preflight::differences;

/// What the body's variables are filled with.
pub(super) const PARAMETERS: Field = Field::array(
    "parameters",
    "Parameters",
    "What the body's variables are filled with: texts in their order, or objects with name and \
     text, or Meta's parameter objects (type text, currency, date_time).",
)
.items(0, 1024, &PARAMETER)
.passed_on();
/// What the header is filled with.
pub(super) const HEADER: Field = Field::object(
    "header",
    "Header",
    "What the header is filled with: type text with text (and name); image, video or document \
     with one of mediaId, link and file (and filename); location with latitude, longitude, name \
     and address.",
)
.members(&HEADER_PARAMETER);
/// What the buttons are filled with.
pub(super) const BUTTONS: Field = Field::array(
    "buttons",
    "Buttons",
    "What the buttons are filled with: objects with index (from 0), type and its member: \
     quickReply with payload, url with text, copyCode with code, flow with flowToken and data, \
     catalog with thumbnailProductId.",
)
.items(0, 10, &Field::object_item(&button::BUTTON));
/// Meta's components of a message, as they are.
pub(super) const COMPONENTS: Field = Field::array(
    "components",
    "Components",
    "Meta's components as they are, carousels among them, in place of parameters, header, \
     buttons, offerExpiresAtMs and oneTimePassword.",
)
.items(0, 50, &Field::object_item(&meta::COMPONENT))
.passed_on();

/// `components` stands in place of the plain members, a one-time password in place of the others.
pub(super) const PLAIN_OR_COMPONENTS: Rule = Rule::Alone(
    "components",
    &[
        "parameters",
        "header",
        "buttons",
        "offerExpiresAtMs",
        "oneTimePassword",
    ],
);
/// A one-time password fills the whole template.
pub(super) const PASSWORD_ALONE: Rule = Rule::Alone(
    "oneTimePassword",
    &["parameters", "header", "buttons", "offerExpiresAtMs"],
);
/// A button is filled once.
pub(super) const OWN_INDICES: Rule = Rule::Distinct(&["buttons", "index"]);
/// Meta fills a template by position or by name, never by both (template's `parameter_format`).
pub(super) const ONE_FORMAT: Rule = Rule::Check(&Check {
    name: "named or not",
    demands: "all parameters have a name, or none has one",
    find: find_mixed_names,
});

const PARAMETER: Field =
    Field::text_item()
        .length(1, 32_768)
        .most_may_change()
        .or(&Field::object_item(
            &Object::of(&[])
                .others(Others::Ignored)
                .cases(Cases::ByMember {
                    cases: &[Case {
                        when: Words::only(&["type"]),
                        object: &meta::PARAMETER,
                    }],
                    otherwise: &Object::of(&[
                        VARIABLE,
                        Field::string("text", "", "What it is filled with.")
                            .required()
                            .length(1, 32_768)
                            .most_may_change(),
                    ]),
                }),
        ));
const VARIABLE: Field =
    Field::string("name", "", "The variable's name, if it has one.").length(1, 512);

const HEADER_PARAMETER: Object = Object::of(&[Field::string("type", "", "What the header is.")
    .required()
    .length(1, 64)
    .words(&Words::only(&[
        "text", "location", "image", "video", "document",
    ]))])
.cases(Cases::ByWord {
    member: "type",
    cases: &[
        Case {
            when: Words::only(&["text"]),
            object: &Object::of(&[
                VARIABLE,
                Field::string("text", "", "What it is filled with.")
                    .required()
                    .length(1, 60)
                    .most_may_change(),
            ]),
        },
        Case {
            when: Words::only(&["location"]),
            object: &Object::of(&[LATITUDE, LONGITUDE, NAME, ADDRESS]),
        },
        Case {
            when: Words::only(&["document"]),
            object: &Object::of(&[MEDIA_ID, LINK, FILE, FILENAME]).rules(&[ONE_SOURCE]),
        },
    ],
    otherwise: &Object::of(&[MEDIA_ID, LINK, FILE]).rules(&[ONE_SOURCE]),
});

/// How long a message of a template is tried.
pub(super) const TIME_TO_LIVE: Field = Field::integer(
    "timeToLiveSeconds",
    "Time to live",
    "Seconds after which a message that could not be delivered is dropped: 30 to 900 for AUTHENTICATION, \
     30 to 43200 for UTILITY, 43200 to 2592000 for MARKETING.",
)
.value(30, 2_592_000);

/// One of Meta's components of a template itself.
pub(super) const OWN_COMPONENT: Object = Object::of(&[
    Field::string("type", "", "Meta's type of the component.")
        .required()
        .length(1, 64),
    Field::string("format", "", "Meta's format of a header.").length(1, 64),
])
.others(Others::Ignored)
.rules(&[Rule::Check(&Check {
    name: "sample",
    demands: "a header of media has a sample in example: header_handle or file",
    find: find_missing_sample,
})]);

fn find_mixed_names(members: &Members<'_>, say: &mut Say<'_, '_>) {
    let parameters = members.list("parameters").iter().enumerate();
    let is_read = |item: &Item<'_>| item.text().is_some() || item.object().is_some();
    let mut parameters = parameters.filter(|(_, item)| is_read(item));
    let Some((_, first)) = parameters.next() else {
        return;
    };
    if let Some((index, _)) = parameters.find(|(_, item)| has_name(item) != has_name(first)) {
        let what = "is mixed with others: a template takes parameters with a name, or without one";
        say.refuse(&format!("parameters[{index}]"), what);
    }
}

fn has_name(item: &Item<'_>) -> bool {
    item.object().is_some_and(|object| {
        let name = if object.has("type") {
            "parameter_name"
        } else {
            "name"
        };
        object.has(name)
    })
}

fn find_missing_sample(component: &Members<'_>, say: &mut Say<'_, '_>) {
    let is = |name: &str, words: &[&str]| {
        let text = component.text(name);
        words.iter().any(|word| word.eq_ignore_ascii_case(text))
    };
    if !is("type", &["HEADER"]) || !is("format", &["IMAGE", "VIDEO", "DOCUMENT"]) {
        return;
    }
    let example = component.json("example").and_then(AnyObject::of);
    let has = |name| example.is_some_and(|example| example.get(name).is_some());
    if !has("header_handle") && !has("file") {
        let what = "is missing; Meta reviews a header of media by a sample: give a handle (uploadFile), or \
                    the path of a file as example.file";
        say.limit("example.header_handle", what);
    }
}

/// Meta's `components` as JSON; nothing for a template that takes nothing.
pub(super) fn components(members: &Members<'_>, files: &mut Files) -> Option<String> {
    if let Some(given) = members.json("components") {
        return Some(given.to_owned());
    }
    let made = made(members, files);
    (!made.is_empty()).then(|| array(made.into_iter().map(ObjectText::end)))
}

/// The components that the plain members make.
fn made(members: &Members<'_>, files: &mut Files) -> Vec<ObjectText> {
    if let Some(code) = members.maybe_text("oneTimePassword") {
        return vec![
            component("body", [text_parameter(None, code)]),
            button::component("url", 0, text_parameter(None, code)),
        ];
    }
    let mut components = Vec::new();
    if let Some(header) = members.object("header") {
        components.push(component("header", [header_parameter(header, files)]));
    }
    if members.has("parameters") {
        components.push(component(
            "body",
            members.list("parameters").iter().map(body_parameter),
        ));
    }
    if let Some(end) = members.integer("offerExpiresAtMs") {
        let offer = ObjectText::new().raw("expiration_time_ms", &end.to_string());
        let parameter = ObjectText::new()
            .text("type", "limited_time_offer")
            .object("limited_time_offer", offer);
        components.push(component("limited_time_offer", [parameter]));
    }
    components.extend(members.objects("buttons").map(button::of_request));
    components
}

fn component(kind: &str, parameters: impl IntoIterator<Item = ObjectText>) -> ObjectText {
    ObjectText::new()
        .text("type", kind)
        .objects("parameters", parameters)
}

fn text_parameter(name: Option<&str>, text: &str) -> ObjectText {
    ObjectText::new()
        .text("type", "text")
        .maybe_text("parameter_name", name)
        .text("text", text)
}

fn body_parameter(item: &Item<'_>) -> ObjectText {
    match item.object() {
        None => text_parameter(None, item.text().unwrap_or_default()),
        Some(object) if object.has("type") => ObjectText::of_json(item.json()),
        Some(object) => text_parameter(object.maybe_text("name"), object.text("text")),
    }
}

fn header_parameter(header: &Members<'_>, files: &mut Files) -> ObjectText {
    match header.text("type") {
        "text" => text_parameter(header.maybe_text("name"), header.text("text")),
        "location" => ObjectText::new()
            .text("type", "location")
            .object("location", location(header)),
        _ => header_media(header, files),
    }
}
