//! Meta's own components, which are looked through before they are sent as they are.

use crate::descriptor::Field;
use crate::rows::{Case, Cases, Object, Others, Words};

/// One component of a message.
pub(super) const COMPONENT: Object = Object::of(&[component_type(
    &Words::known(&["header", "body", "button", "limited_time_offer", "carousel"]).in_any_case(),
)])
.others(Others::Ignored)
.cases(Cases::ByWord {
    member: "type",
    cases: &[
        HEADER,
        BUTTON,
        Case {
            when: Words::only(&["carousel"]).in_any_case(),
            object: &open(&[
                parameters(&PARAMETER_ITEM),
                Field::array("cards", "", "The cards.").required().items(
                    1,
                    10,
                    &Field::object_item(&CARD),
                ),
            ]),
        },
    ],
    otherwise: &ANY_COMPONENT,
});

const CARD: Object = open(&[
    Field::integer("card_index", "", "Which card it is, from 0.")
        .required()
        .value(0, 9),
    Field::array("components", "", "What the card is filled with.").items(
        0,
        10,
        &Field::object_item(&CARD_COMPONENT),
    ),
]);

/// One component of a card, which has no cards of its own.
const CARD_COMPONENT: Object = Object::of(&[component_type(
    &Words::known(&["header", "body", "button", "limited_time_offer"]).in_any_case(),
)])
.others(Others::Ignored)
.cases(Cases::ByWord {
    member: "type",
    cases: &[HEADER, BUTTON],
    otherwise: &ANY_COMPONENT,
});

const HEADER: Case = Case {
    when: Words::only(&["header"]).in_any_case(),
    object: &open(&[parameters(&Field::object_item(&parameter(&[
        SHORT_TEXT, PAYLOAD, COUPON, CURRENCY, MOMENT,
    ])))]),
};
const BUTTON: Case = Case {
    when: Words::only(&["button"]).in_any_case(),
    object: &open(&[
        Field::string("sub_type", "", "What kind of button it is.")
            .required()
            .length(1, 64),
        Field::integer("index", "", "Which button it is, from 0.")
            .required()
            .value(0, 9),
        // Meta's own examples have booleans as a button's text.
        parameters(&Field::object_item(&parameter(&[
            PAYLOAD, COUPON, CURRENCY, MOMENT,
        ]))),
    ]),
};
const ANY_COMPONENT: Object = open(&[parameters(&PARAMETER_ITEM)]);
const PARAMETER_ITEM: Field = Field::object_item(&PARAMETER);

/// One parameter of the body.
pub(super) const PARAMETER: Object = parameter(&[TEXT, PAYLOAD, COUPON, CURRENCY, MOMENT]);

const fn component_type(words: &'static Words) -> Field {
    Field::string("type", "", "Meta's type of the component.")
        .required()
        .length(1, 64)
        .words(words)
}

const fn parameters(item: &'static Field) -> Field {
    Field::array("parameters", "", "What it is filled with.").items(0, 1024, item)
}

const TYPE_AND_NAME: &[Field] = &[
    Field::string("type", "", "Meta's type of the parameter.")
        .required()
        .length(1, 64),
    Field::string("parameter_name", "", "The variable's name, if it has one.").length(1, 512),
];
const ANY_PARAMETER: Object = open(&[]);

const fn parameter(cases: &'static [Case]) -> Object {
    open(TYPE_AND_NAME).cases(Cases::ByWord {
        member: "type",
        cases,
        otherwise: &ANY_PARAMETER,
    })
}

const fn open(members: &'static [Field]) -> Object {
    Object::of(members).others(Others::Ignored)
}

const TEXT: Case = Case {
    when: Words::only(&["text"]).in_any_case(),
    object: &open(&[within("text", 32_768)]),
};
const SHORT_TEXT: Case = Case {
    when: Words::only(&["text"]).in_any_case(),
    object: &open(&[within("text", 60)]),
};

const fn within(name: &'static str, most: i64) -> Field {
    Field::string(name, "", "")
        .required()
        .length(1, most)
        .most_may_change()
}

const PAYLOAD: Case = Case {
    when: Words::only(&["payload"]).in_any_case(),
    object: &open(&[within("payload", 256)]),
};
const COUPON: Case = Case {
    when: Words::only(&["coupon_code"]).in_any_case(),
    object: &open(&[within("coupon_code", 20)]),
};
const CURRENCY: Case = Case {
    when: Words::only(&["currency"]).in_any_case(),
    object: &open(&[Field::object("currency", "", "An amount of money.")
        .required()
        .members(&open(&[
            FALLBACK,
            Field::string("code", "", "The currency's code, such as EUR.")
                .required()
                .length(3, 3),
            Field::number("amount_1000", "", "The amount, times 1000.")
                .required()
                .value(-1_000_000_000_000_000, 1_000_000_000_000_000),
        ]))]),
};
const MOMENT: Case = Case {
    when: Words::only(&["date_time"]).in_any_case(),
    object: &open(&[Field::object("date_time", "", "A moment.")
        .required()
        .members(&open(&[FALLBACK]))]),
};
const FALLBACK: Field = Field::string("fallback_value", "", "The text that is shown.")
    .required()
    .length(1, 1024);
