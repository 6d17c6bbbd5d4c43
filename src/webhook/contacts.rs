//! The contacts of one change, and which of them a message or status belongs to.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use super::element::{Element, Person};
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
    /// Whether the lone contact belongs to somebody.
    has_owner: Cell<bool>,
}

/// The first contact of a number or a user, and its place in the list.
#[derive(Default)]
struct Index<'a> {
    numbers: HashMap<Cow<'a, str>, usize>,
    users: HashMap<Cow<'a, str>, usize>,
    parents: HashMap<Cow<'a, str>, usize>,
    contacts: Vec<Contact<'a>>,
}

struct Contact<'a> {
    raw: &'a str,
    has_owner: Cell<bool>,
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
            has_owner: Cell::new(false),
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
        let is_of_element = self.single || {
            let contact = head_of(first);
            element.people().any(|person| matches(&contact, &person))
        };
        if is_of_element {
            self.has_owner.set(true);
        }
        is_of_element.then_some(first.raw)
    }

    /// Takes note of the contact of an element that is not told again.
    pub(super) fn note(&self, element: &Element<'_>) {
        if !self.lone || !self.has_owner.get() {
            self.of(element);
        }
    }

    /// How many belonged to none of the elements so far.
    pub(super) fn without_owner(&self) -> u64 {
        let is_free = |contact: &&Contact<'_>| !contact.has_owner.get();
        match (&self.list, self.index.get()) {
            (Some(_), Some(index)) => index.contacts.iter().filter(is_free).count() as u64,
            (Some(_), None) if self.has_owner.get() => 0,
            (Some(list), None) => list.iter().count() as u64,
            (None, _) => 0,
        }
    }

    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            let contacts = self.list.iter().flat_map(List::iter);
            for (at, contact) in contacts.enumerate() {
                let head = head_of(&contact);
                for (map, name) in [
                    (&mut index.numbers, Name::WaId),
                    (&mut index.users, Name::UserId),
                    (&mut index.parents, Name::ParentUserId),
                ] {
                    if let Some(id) = head.text(name) {
                        map.entry(id).or_insert(at);
                    }
                }
                index.contacts.push(Contact {
                    raw: contact.raw,
                    has_owner: Cell::new(false),
                });
            }
            index
        })
    }
}

impl<'a> Index<'a> {
    fn find(&self, element: &Element<'_>) -> Option<&'a str> {
        let at = element.people().find_map(|person| self.place_of(&person))?;
        let contact = self.contacts.get(at)?;
        contact.has_owner.set(true);
        Some(contact.raw)
    }

    fn place_of(&self, person: &Person<'_>) -> Option<usize> {
        let Person {
            number,
            user,
            parent,
        } = person;
        let by_number = number.as_deref().and_then(|id| self.numbers.get(id));
        // A user's id has been seen in the place of the number.
        let ids = [user, number].into_iter().flatten();
        let by_user = ids.filter_map(|id| self.users.get(id));
        let first = by_number.into_iter().chain(by_user).min();
        let by_parent = || self.parents.get(parent.as_deref()?);
        first.or_else(by_parent).copied()
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

fn matches(contact: &Head<'_>, person: &Person<'_>) -> bool {
    let same =
        |theirs: Name, mine: &Option<Cow<'_, str>>| mine.is_some() && contact.text(theirs) == *mine;
    same(Name::WaId, &person.number)
        || same(Name::UserId, &person.user)
        || same(Name::UserId, &person.number)
        || same(Name::ParentUserId, &person.parent)
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

    #[test]
    fn contacts_that_belong_to_nobody_are_counted() {
        let list = |texts: &str| Elements::of(&format!("[{texts}]")).map(|_| texts.to_owned());
        let unowned = |contacts: &str, elements: &[&str]| {
            let text = format!("[{}]", list(contacts).unwrap());
            let list = Elements::of(&text).map(List::Text);
            let contacts = Contacts::new(list, elements.len() == 1);
            for element in elements {
                let element = Element::parse(element).unwrap();
                contacts.note(&element);
            }
            contacts.without_owner()
        };
        let (one, two) = (r#"{"wa_id":"1"}"#, r#"{"wa_id":"","parent_user_id":"P"}"#);
        let both = format!("{one},{two},7");
        let (from_one, from_two) = (
            r#"{"from":"1"}"#,
            r#"{"from":"","from_parent_user_id":"P"}"#,
        );
        let from_nobody = r#"{"from":"","from_user_id":null}"#;
        assert_eq!(unowned(one, &[from_one, from_one]), 0);
        assert_eq!(
            unowned(one, &[from_two]),
            0,
            "a lone one belongs to a lone one"
        );
        assert_eq!(unowned(one, &[from_two, from_nobody]), 1);
        assert_eq!(unowned(one, &[]), 1);
        assert_eq!(unowned("", &[from_one]), 0);
        assert_eq!(unowned(&both, &[from_one, from_two, from_nobody]), 1);
        assert_eq!(unowned(&both, &[from_nobody, from_nobody]), 3);
        assert_eq!(unowned(&both, &[]), 3);
    }
}
