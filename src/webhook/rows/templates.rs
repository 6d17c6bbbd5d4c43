//! Events about templates. Members: the reference page of each webhook field, read 2026-11.

use super::members::{CHANGE, FIELD, ORIGIN, VALUE, event, list, number, object, text};
use crate::descriptor::{Event, Field};

const ID: Field = number(
    "value.message_template_id",
    "Template ID",
    "The template's id.",
);
const NAME: Field = text(
    "value.message_template_name",
    "Template Name",
    "The template's name.",
);
const LANGUAGE: Field = text(
    "value.message_template_language",
    "Language",
    "Its language.",
);

pub(super) const TEMPLATE_STATUS_CHANGED: Event = event!(
    "template_status_changed",
    "Template status changed",
    "The status of a template changed: it was approved, rejected, paused, …",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.event",
            "Status",
            "The new status, e.g. APPROVED, REJECTED or PAUSED."
        ),
        ID,
        NAME,
        LANGUAGE,
        text(
            "value.message_template_category",
            "Category",
            "The template's category."
        ),
        text(
            "value.reason",
            "Reason",
            "Why it was rejected; NONE or null otherwise."
        ),
        object(
            "value.disable_info",
            "Disabled",
            "Of a template that was disabled."
        ),
        text(
            "value.disable_info.disable_date",
            "Disabled At",
            "When it was disabled."
        ),
        object(
            "value.other_info",
            "Other Information",
            "Of one that was locked or unlocked."
        ),
        text("value.other_info.title", "Title", "What became of it."),
        text(
            "value.other_info.description",
            "Description",
            "Why, in words."
        ),
        object(
            "value.rejection_info",
            "Rejection",
            "Of one whose form is invalid."
        ),
        text(
            "value.rejection_info.reason",
            "Rejection Reason",
            "What is wrong with it."
        ),
        text(
            "value.rejection_info.recommendation",
            "Recommendation",
            "What to do."
        ),
        CHANGE,
    ]
);

pub(super) const TEMPLATE_QUALITY_CHANGED: Event = event!(
    "template_quality_changed",
    "Template quality changed",
    "The quality score of a template changed.",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.previous_quality_score",
            "Previous Score",
            "GREEN, YELLOW, RED or UNKNOWN."
        ),
        text(
            "value.new_quality_score",
            "New Score",
            "GREEN, YELLOW, RED or UNKNOWN."
        ),
        ID,
        NAME,
        LANGUAGE,
        CHANGE,
    ]
);

pub(super) const TEMPLATE_CATEGORY_CHANGED: Event = event!(
    "template_category_changed",
    "Template category changed",
    "The category of a template changed, or will change.",
    [
        FIELD,
        VALUE.always(),
        ID,
        NAME,
        LANGUAGE,
        text(
            "value.previous_category",
            "Previous Category",
            "The category before the change."
        ),
        text(
            "value.new_category",
            "New Category",
            "The category it has now."
        ),
        text(
            "value.correct_category",
            "Coming Category",
            "The category it will have."
        ),
        number(
            "value.category_update_timestamp",
            "Changes At",
            "When it will change."
        ),
        CHANGE,
    ]
);

pub(super) const TEMPLATE_COMPONENTS_CHANGED: Event = event!(
    "template_components_changed",
    "Template components changed",
    "The texts or buttons of a template changed.",
    [
        FIELD,
        VALUE.always(),
        ID,
        NAME,
        LANGUAGE,
        text(
            "value.message_template_title",
            "Header",
            "The text of its header."
        ),
        text(
            "value.message_template_element",
            "Body",
            "The text of its body."
        ),
        text(
            "value.message_template_footer",
            "Footer",
            "The text of its footer."
        ),
        list("value.message_template_buttons", "Buttons", "Its buttons."),
        text(
            "value.message_template_buttons[0].message_template_button_type",
            "Button Type",
            "Its type, e.g. URL or PHONE_NUMBER.",
        ),
        text(
            "value.message_template_buttons[0].message_template_button_text",
            "Button Text",
            "Its text.",
        ),
        text(
            "value.message_template_buttons[0].message_template_button_url",
            "Button URL",
            "The address it opens.",
        ),
        text(
            "value.message_template_buttons[0].message_template_button_phone_number",
            "Button Phone Number",
            "The number it calls.",
        ),
        CHANGE,
    ]
);
