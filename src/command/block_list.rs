//! What blocking and unblocking share (D/block-users, read 2026-08).

use super::request;
use crate::descriptor::Field;
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

/// Whom it is about.
pub(super) const PHONE_NUMBERS: Field = Field::array(
    "phoneNumbers",
    "Phone numbers",
    "1 to 1000 phone numbers or business-scoped user ids.",
)
.required();
/// For whom it worked.
pub(super) const USERS: Field = Field::array(
    "users",
    "",
    "For whom it worked: Meta's objects with input and wa_id.",
);
/// For whom it did not.
pub(super) const FAILED_USERS: Field = Field::array(
    "failedUsers",
    "",
    "For whom it did not work: Meta's objects with input, wa_id and errors.",
);

/// Meta's body for the request's list.
pub(super) fn users(members: &mut Members<'_>) -> Result<ObjectText, Error> {
    let mut users = Vec::new();
    for element in members.required_list("phoneNumbers", 1..=1000)? {
        let (customer, stripped) = request::stripped(element.text_within(256)?);
        if stripped {
            members.remark(request::remark(&element.place()));
        }
        request::check_customer(&element.place(), &customer)?;
        let name = if request::is_business_scoped_id(&customer) {
            "user_id"
        } else {
            "user"
        };
        users.push(ObjectText::new().text(name, &customer));
    }
    Ok(ObjectText::new()
        .text("messaging_product", "whatsapp")
        .objects("block_users", users))
}
