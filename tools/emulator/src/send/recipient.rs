//! Who a message goes to: a phone number, a business-scoped user id, or a group.

use crate::account::customers::Customers;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// The addressee of an accepted message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// A phone number: as it was written, and its digits.
    Phone {
        /// What the request said.
        input: String,
        /// The number WhatsApp knows the customer by.
        wa_id: String,
    },
    /// A business-scoped user id (or that of a parent business).
    User(String),
    /// A group id.
    Group(String),
}

impl Recipient {
    pub(crate) fn is_group(&self) -> bool {
        matches!(self, Self::Group(_))
    }

    /// The same with the number that WhatsApp knows the owner of this one by.
    pub(super) fn known_as(self, customers: &Customers) -> Self {
        match self {
            Self::Phone { input, wa_id } => Self::Phone {
                input,
                wa_id: customers.wa_id(&wa_id).to_owned(),
            },
            other => other,
        }
    }

    /// The digits of the phone number, if there is one.
    pub(crate) fn phone(&self) -> Option<String> {
        match self {
            Self::Phone { wa_id, .. } => Some(wa_id.clone()),
            Self::User(_) | Self::Group(_) => None,
        }
    }

    /// The id by which tests name this recipient.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Phone { wa_id, .. } => wa_id,
            Self::User(id) | Self::Group(id) => id,
        }
    }
}

/// Reads `recipient_type`, `to` and `recipient`; `to` wins when both are given.
pub(crate) fn check(root: &Node<'_>) -> Check<Recipient> {
    let group = match root.filled("recipient_type") {
        Some(kind) => kind.word(&["individual", "group"])? == "group",
        None => false,
    };
    let user = root
        .filled("recipient")
        .map(|recipient| business_scoped(&recipient))
        .transpose()?;
    match (root.filled("to"), user) {
        (Some(to), _) if group => Ok(Recipient::Group(to.text(1, 256)?.to_owned())),
        (Some(to), _) => phone(&to),
        (None, Some(user)) if !group => Ok(Recipient::User(user)),
        (None, _) => Err(GraphError::required("to")),
    }
}

/// The digits of a phone number.
pub(crate) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Graph takes a number here, too, and tolerates the usual ways of writing one.
fn phone(to: &Node<'_>) -> Check<Recipient> {
    let input = to.scalar()?;
    let wa_id = digits(&input);
    let punctuated = |symbol: char| "+-() ".contains(symbol) || symbol.is_ascii_digit();
    let plus_is_first = input.rfind('+').is_none_or(|position| position == 0);
    if input.starts_with("00") {
        return Err(GraphError::parameter(
            "Param to must not begin with an exit code (00).",
        ));
    }
    if !(5..=15).contains(&wa_id.len()) || !plus_is_first || !input.chars().all(punctuated) {
        return Err(GraphError::value(
            "Param to is not a valid WhatsApp phone number",
        ));
    }
    Ok(Recipient::Phone { input, wa_id })
}

fn business_scoped(recipient: &Node<'_>) -> Check<String> {
    let text = recipient.string()?;
    let invalid = || GraphError::value("Param recipient is not a business-scoped user id");
    let (country, rest) = text.split_once('.').ok_or_else(invalid)?;
    let id = rest.strip_prefix("ENT.").unwrap_or(rest);
    let country_fits = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let id_fits =
        (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if country_fits && id_fits {
        Ok(text.to_owned())
    } else {
        Err(invalid())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn code(body: &Value) -> Result<Recipient, u32> {
        check(&Node::new(body, "")).map_err(|error| error.code)
    }

    #[test]
    fn phone_numbers_may_be_written_as_people_do() {
        for to in [
            json!("+1 (650) 555-1234"),
            json!("16505551234"),
            json!(16_505_551_234_u64),
        ] {
            assert_eq!(
                code(&json!({"to": to})).unwrap().phone().unwrap(),
                "16505551234"
            );
        }
    }

    #[test]
    fn what_is_no_phone_number_is_refused() {
        for (to, expected) in [
            (json!(""), 100),
            (json!("1234"), 131_009),
            (json!("1650x551234"), 131_009),
            (json!("1650+5551234"), 131_009),
            (json!("1234567890123456"), 131_009),
            (json!("0016505551234"), 100),
            (json!(["1"]), 100),
            (json!(null), 100),
        ] {
            assert_eq!(code(&json!({"to": to})), Err(expected), "{to}");
        }
    }

    #[test]
    fn business_scoped_ids_have_one_shape() {
        for id in ["US.1", "US.ENT.1a", "BR.Zz9"] {
            assert_eq!(
                code(&json!({"recipient": id})),
                Ok(Recipient::User(id.to_owned()))
            );
        }
        for id in [
            "us.1",
            "USA.1",
            "US.",
            "US.ENT.",
            "US.a-b",
            "US",
            &format!("US.{:0129}", 0),
        ] {
            assert_eq!(code(&json!({"recipient": id})), Err(131_009), "{id}");
        }
    }

    #[test]
    fn to_wins_over_recipient() {
        let both = json!({"to": "16505551234", "recipient": "US.1"});
        assert_eq!(code(&both).unwrap().name(), "16505551234");
    }

    #[test]
    fn a_group_is_addressed_by_to() {
        let group = json!({"recipient_type": "group", "to": "Y2FwaV9ncm91cA"});
        assert!(code(&group).unwrap().is_group());
        assert_eq!(
            code(&json!({"recipient_type": "group", "recipient": "US.1"})),
            Err(100)
        );
        assert_eq!(
            code(&json!({"recipient_type": "crowd", "to": "16505551234"})),
            Err(100)
        );
    }
}
