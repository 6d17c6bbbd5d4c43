//! The buttons of a template.

use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::{Case, Cases, Members, Object, Words};

/// One button of the request.
pub(super) const BUTTON: Object = Object::of(&[
    Field::integer("index", "", "Which button it is, from 0.")
        .required()
        .value(0, 9),
    Field::string("type", "", "What kind of button it is.")
        .required()
        .length(1, 64)
        .words(&Words::only(&[
            "quickReply",
            "url",
            "copyCode",
            "flow",
            "catalog",
        ])),
])
.cases(Cases::ByWord {
    member: "type",
    cases: &[
        case(&["quickReply"], &Object::of(&[within("payload", 256)])),
        case(&["url"], &Object::of(&[within("text", 2000)])),
        case(&["copyCode"], &Object::of(&[within("code", 20)])),
        case(
            &["flow"],
            &Object::of(&[
                Field::string("flowToken", "", "Your own id for this run of the Flow.")
                    .length(1, 1024)
                    .most_may_change(),
                Field::object("data", "", "What the first screen is given.").passed_on(),
            ]),
        ),
    ],
    otherwise: &Object::of(&[Field::string(
        "thumbnailProductId",
        "",
        "The retailer id of the product whose image is shown.",
    )
    .length(1, 256)]),
});

const fn case(words: &'static [&'static str], object: &'static Object) -> Case {
    Case {
        when: Words::only(words),
        object,
    }
}

const fn within(name: &'static str, most: i64) -> Field {
    Field::string(name, "", "What the button is filled with.")
        .required()
        .length(1, most)
        .most_may_change()
}

/// The component for one button of the request.
pub(super) fn of_request(button: &Members<'_>) -> ObjectText {
    let index = button.integer("index").unwrap_or_default();
    let (kind, parameter) = parameter(button);
    component(kind, index, parameter)
}

/// A button's component with its one parameter.
pub(super) fn component(kind: &str, index: u64, parameter: ObjectText) -> ObjectText {
    ObjectText::new()
        .text("type", "button")
        .text("sub_type", kind)
        .text("index", &index.to_string())
        .objects("parameters", [parameter])
}

/// Meta's word for the kind of button, and its parameter.
fn parameter(button: &Members<'_>) -> (&'static str, ObjectText) {
    let text = |kind: &str, value: &str| {
        ObjectText::new()
            .text("type", kind)
            .text(kind, button.text(value))
    };
    let action = |action: ObjectText| {
        ObjectText::new()
            .text("type", "action")
            .object("action", action)
    };
    match button.text("type") {
        "quickReply" => ("quick_reply", text("payload", "payload")),
        "url" => ("url", text("text", "text")),
        "copyCode" => ("copy_code", text("coupon_code", "code")),
        "flow" => {
            let flow = ObjectText::new()
                .maybe_text("flow_token", button.maybe_text("flowToken"))
                .maybe_raw("flow_action_data", button.json("data"));
            ("flow", action(flow))
        }
        _ => {
            let thumbnail = button.maybe_text("thumbnailProductId");
            let thumbnail =
                ObjectText::new().maybe_text("thumbnail_product_retailer_id", thumbnail);
            ("catalog", action(thumbnail))
        }
    }
}
