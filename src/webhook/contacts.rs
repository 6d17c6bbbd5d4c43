//! The contacts of one change, and which of them a message or status belongs to.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::element::Element;
use crate::json::{Object, Raw, Scan};

/// The contacts of one change.
pub(super) struct Contacts<'a> {
    list: Option<&'a [Raw<'a>]>,
    /// Whether the change holds one element: a lone contact then belongs to it.
    single: bool,
    /// Made for the first element that is looked up: a batch may have thousands.
    index: OnceCell<Index<'a>>,
}

/// Where a number or a user comes first in the list.
#[derive(Default)]
struct Index<'a> {
    numbers: HashMap<Cow<'a, str>, usize>,
    users: HashMap<Cow<'a, str>, usize>,
}

#[derive(Default)]
struct Contact<'a> {
    wa_id: Option<Raw<'a>>,
    user_id: Option<Raw<'a>>,
}

impl<'a> Contacts<'a> {
    /// `list` is none if Meta sent no contacts; `elements` is how many elements the change has.
    pub(super) fn new(list: Option<&'a [Raw<'a>]>, elements: usize) -> Self {
        Self {
            list,
            single: elements == 1,
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
        match self.list? {
            [] => None,
            [lone] if self.single => Some(lone.0),
            [lone] => matches(&Contact::parse(lone.0), element).then_some(lone.0),
            list => list
                .get(self.index(list).find(element)?)
                .map(|contact| contact.0),
        }
    }

    fn index(&self, list: &'a [Raw<'a>]) -> &Index<'a> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (at, raw) in list.iter().enumerate() {
                let contact = Contact::parse(raw.0);
                if let Some(number) = contact.wa_id.and_then(Raw::text) {
                    index.numbers.entry(number).or_insert(at);
                }
                if let Some(user) = contact.user_id.and_then(Raw::text) {
                    index.users.entry(user).or_insert(at);
                }
            }
            index
        })
    }
}

impl Index<'_> {
    fn find(&self, element: &Element<'_>) -> Option<usize> {
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
        by_number.into_iter().chain(by_user).min().copied()
    }
}

impl<'a> Contact<'a> {
    /// Who `raw` is; nobody, if it is no object.
    fn parse(raw: &'a str) -> Self {
        let mut contact = Self::default();
        if !raw.starts_with('{') {
            return contact;
        }
        let mut members = Scan::of(raw);
        for (name, value) in members.by_ref() {
            match name {
                "wa_id" => contact.wa_id = Some(Raw(value)),
                "user_id" => contact.user_id = Some(Raw(value)),
                _ => {}
            }
        }
        if !members.is_whole()
            && let Some(object) = Object::parse(raw)
        {
            contact.wa_id = object.get("wa_id").map(Raw);
            contact.user_id = object.get("user_id").map(Raw);
        }
        contact
    }
}

fn matches(contact: &Contact<'_>, element: &Element<'_>) -> bool {
    let same = |theirs: Option<Raw<'_>>, mine: Option<Cow<'_, str>>| {
        mine.is_some() && theirs.and_then(Raw::text) == mine
    };
    same(contact.wa_id, element.number())
        || same(contact.user_id, element.user())
        || same(contact.user_id, element.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_matched_by_number_or_user_and_never_guessed() {
        let element = Element::parse(r#"{"from":"49\u0031","from_user_id":"DE.1"}"#).unwrap();
        let of = |contacts: &[&'static str], elements| {
            let list: Vec<Raw<'_>> = contacts.iter().map(|contact| Raw(contact)).collect();
            Contacts::new(Some(&list), elements)
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
        assert!(Contacts::new(None, 1).of(&element).is_none());
    }
}
