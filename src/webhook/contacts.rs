//! The contacts of one change, and which of them a message or status belongs to.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::element::Element;
use super::envelope::{Found, Head, List, Name};
use crate::json::Object;

/// The contacts of one change.
pub(super) struct Contacts<'a> {
    /// None if Meta sent no contacts.
    list: Option<List<'a>>,
    first: Option<Found<'a>>,
    /// Whether the first one is the only one.
    lone: bool,
    /// Whether the change holds one element: a lone contact then belongs to it.
    single: bool,
    /// Made for the first element that is looked up: a batch may have thousands.
    index: OnceCell<Index<'a>>,
}

/// The first contact of a number or a user, and its place in the list.
#[derive(Default)]
struct Index<'a> {
    numbers: HashMap<Cow<'a, str>, (usize, &'a str)>,
    users: HashMap<Cow<'a, str>, (usize, &'a str)>,
}

impl<'a> Contacts<'a> {
    /// `list` is none if Meta sent no contacts; `single` is whether the change has one element.
    pub(super) fn new(list: Option<List<'a>>, single: bool) -> Self {
        let mut contacts = list.iter().flat_map(List::iter);
        let (first, second) = (contacts.next(), contacts.next());
        Self {
            first,
            lone: second.is_none(),
            list,
            single,
            index: OnceCell::new(),
        }
    }

    /// Whether Meta sent contacts, perhaps none.
    pub(super) fn are_there(&self) -> bool {
        self.list.is_some()
    }

    /// The contact that `element` is from or to. Ids decide; where they are missing or differ, a lone
    /// contact still belongs to a lone element. Never a guess among several: a reply could go astray.
    pub(super) fn of(&self, element: &Element<'_>) -> Option<&'a str> {
        let first = self.first.as_ref()?;
        if !self.lone {
            return self.index().find(element);
        }
        (self.single || matches(&head_of(first), element)).then_some(first.raw)
    }

    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            let contacts = self.list.iter().flat_map(List::iter);
            for (at, contact) in contacts.enumerate() {
                let head = head_of(&contact);
                let found = (at, contact.raw);
                if let Some(number) = head.text(Name::WaId) {
                    index.numbers.entry(number).or_insert(found);
                }
                if let Some(user) = head.text(Name::UserId) {
                    index.users.entry(user).or_insert(found);
                }
            }
            index
        })
    }
}

impl<'a> Index<'a> {
    fn find(&self, element: &Element<'_>) -> Option<&'a str> {
        let (number, user) = (element.number(), element.user());
        let by_number = number
            .as_deref()
            .and_then(|number| self.numbers.get(number));
        // A user's id has been seen in the place of the number.
        let ids = [user.as_deref(), number.as_deref()];
        let by_user = ids
            .into_iter()
            .flatten()
            .filter_map(|user| self.users.get(user));
        let found = by_number.into_iter().chain(by_user);
        found.min_by_key(|(at, _)| *at).map(|(_, raw)| *raw)
    }
}

/// Who a contact is; nobody, if it is no object.
fn head_of<'a>(contact: &Found<'a>) -> Head<'a> {
    if let Some(head) = &contact.head {
        return head.clone();
    }
    if !contact.raw.starts_with('{') {
        return Head::empty();
    }
    Head::scan(contact.raw)
        .or_else(|| Some(Head::of(&Object::parse(contact.raw)?)))
        .unwrap_or_else(Head::empty)
}

fn matches(contact: &Head<'_>, element: &Element<'_>) -> bool {
    let same =
        |theirs: Option<Cow<'_, str>>, mine: Option<Cow<'_, str>>| mine.is_some() && theirs == mine;
    let user = || contact.text(Name::UserId);
    same(contact.text(Name::WaId), element.number())
        || same(user(), element.user())
        || same(user(), element.number())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Elements;

    #[test]
    fn a_contact_is_matched_by_number_or_user_and_never_guessed() {
        let element = Element::parse(r#"{"from":"49\u0031","from_user_id":"DE.1"}"#).unwrap();
        let of = |contacts: &[&'static str], elements| {
            let list = format!("[{}]", contacts.join(", "));
            Contacts::new(Elements::of(&list).map(List::Text), elements == 1)
                .of(&element)
                .map(str::to_owned)
        };
        let (number, user) = (r#"{"wa_id":"491"}"#, r#"{"wa_id":"5","user_id":"DE.1"}"#);
        let (other, list) = (r#"{"wa_id":"5","user_id":null}"#, r#"["491"]"#);
        for elements in [1, 2] {
            assert_eq!(of(&[number], elements).as_deref(), Some(number));
            assert_eq!(
                of(&[list, other, user, number], elements).as_deref(),
                Some(user)
            );
            assert_eq!(of(&[other, list], elements), None);
            let odd = [other, r#"{"user_id":"491"}"#];
            assert_eq!(
                of(&odd, elements).as_deref(),
                Some(odd[1]),
                "a user where a number is"
            );
            assert_eq!(of(&[], elements), None);
        }
        assert_eq!(
            of(&[other], 1).as_deref(),
            Some(other),
            "a lone one belongs to a lone one"
        );
        assert_eq!(of(&[other], 2), None);
        assert!(Contacts::new(None, true).of(&element).is_none());
    }
}
