//! The contacts of one change, and which of them a message or status belongs to.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use super::element::{Element, Person};
use super::envelope::{Found, Head, List, Name};
use crate::phone_number::canonical;

/// The contacts of one change.
pub(super) struct Contacts<'a> {
    /// None if Meta sent no contacts.
    list: Option<List<'a>>,
    first: Option<Found<'a>>,
    /// Whether the first one is the only one.
    lone: bool,
    /// Whether the change holds one element and nothing else that a contact may be of: a lone contact
    /// then belongs to it, unless their ids say otherwise.
    single: bool,
    /// Made for the first element that is looked up: a batch may have thousands.
    index: OnceCell<Index<'a>>,
    /// Whether the lone contact belongs to somebody.
    has_owner: Cell<bool>,
}

/// Contacts by each of their ids, as places in the list.
#[derive(Default)]
struct Index<'a> {
    numbers: HashMap<Cow<'a, str>, Vec<usize>>,
    users: HashMap<Cow<'a, str>, Vec<usize>>,
    parents: HashMap<Cow<'a, str>, Vec<usize>>,
    contacts: Vec<Contact<'a>>,
}

struct Contact<'a> {
    raw: &'a str,
    who: Person<'a>,
    has_owner: Cell<bool>,
}

/// Contacts with one id that are looked at: Meta gives each person once.
const MOST_ALIKE: usize = 64;

impl<'a> Contacts<'a> {
    /// `list` is none if Meta sent no contacts; `single` is whether the change has one element, and
    /// nothing else that a contact may be of.
    pub(super) fn new(list: Option<List<'a>>, single: bool) -> Self {
        Self {
            first: list.as_ref().and_then(|list| list.iter().next()),
            lone: list.as_ref().is_none_or(|list| list.count() < 2),
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

    /// The contact that `element` is from or to. Ids decide; where they say nothing of each other, a lone
    /// contact still belongs to a lone element: the specification says that a contact's number may not
    /// be the one the message is from. Never a guess among several: a reply could go astray.
    pub(super) fn of(&self, element: &Element<'_>) -> Option<&'a str> {
        let first = self.first.as_ref()?;
        if !self.lone {
            return self.index().find(element);
        }
        let contact = who(first.head.as_ref()?);
        let nearest = element.people().next();
        let is_of_element = (self.single && nearest.is_none_or(|it| !contact.is_another(&it)))
            || element
                .people()
                .any(|it| contact.fit(&it).is_some_and(|fit| fit > 0));
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
            (Some(list), None) => list.count() as u64,
            (None, _) => 0,
        }
    }

    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            let contacts = self.list.iter().flat_map(List::iter);
            for (at, contact) in contacts.enumerate() {
                let who = contact.head.as_ref().map(who).unwrap_or_default();
                let number = who.number.as_deref().map(|number| match canonical(number) {
                    Cow::Borrowed(_) => None,
                    Cow::Owned(number) => Some(Cow::Owned(number)),
                });
                let number = number.and_then(|other| other.or_else(|| who.number.clone()));
                for (map, id) in [
                    (&mut index.numbers, number),
                    (&mut index.users, who.user.clone()),
                    (&mut index.parents, who.parent.clone()),
                ] {
                    if let Some(id) = id {
                        map.entry(id).or_default().push(at);
                    }
                }
                index.contacts.push(Contact {
                    raw: contact.raw,
                    who,
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

    /// The contact with which most ids of `person` agree, and none is at odds; of two that are as good,
    /// the first, unless they are two people.
    fn place_of(&self, person: &Person<'_>) -> Option<usize> {
        let Person {
            number,
            user,
            parent,
            ..
        } = person;
        let number = number.as_deref();
        let lists = [
            user.as_deref().and_then(|id| self.users.get(id)),
            number.and_then(|id| self.numbers.get(&canonical(id))),
            // A user's id has been seen in the place of the number, on either side.
            number.and_then(|id| self.users.get(id)),
            user.as_deref()
                .and_then(|id| self.numbers.get(&canonical(id))),
            parent.as_deref().and_then(|id| self.parents.get(id)),
        ];
        let places = lists.into_iter().flatten();
        // With the user of any of those that are as good: all of them must be one person.
        let mut best: Option<(u8, usize, Option<&str>)> = None;
        let mut is_clear = true;
        for at in places.flat_map(|list| list.iter().take(MOST_ALIKE).copied()) {
            let Some(contact) = self.contacts.get(at) else {
                continue;
            };
            let Some(fit) = contact.who.fit(person).filter(|fit| *fit > 0) else {
                continue;
            };
            match best {
                Some((have, ..)) if have > fit => {}
                Some((have, first, known)) if have == fit => {
                    let user = contact.who.user.as_deref();
                    is_clear &= known.is_none() || user.is_none() || known == user;
                    best = Some((fit, at.min(first), known.or(user)));
                }
                _ => {
                    is_clear = true;
                    best = Some((fit, at, contact.who.user.as_deref()));
                }
            }
        }
        best.filter(|_| is_clear).map(|(_, at, _)| at)
    }
}

/// Who a contact says that it is.
fn who<'a>(contact: &Head<'a>) -> Person<'a> {
    Person {
        number: contact.text(Name::WaId),
        user: contact.text(Name::UserId),
        parent: contact.text(Name::ParentUserId),
        is_participant: false,
    }
}

impl Person<'_> {
    /// How well this contact fits to `person`: the more ids agree, the better; 0 if none does, none if
    /// one is at odds. A number is never at odds: a contact's number may not be the one of the message.
    fn fit(&self, person: &Person<'_>) -> Option<u8> {
        let mut fit = 0;
        let is_in_place_of_number = self.user.is_some() && self.user == person.number;
        match (self.scoped(), person.scoped()) {
            (Some(one), Some(other)) if one == other => fit += 8,
            (Some(_), Some(_)) if !is_in_place_of_number => return None,
            _ => {}
        }
        match (&self.parent, &person.parent) {
            (Some(one), Some(other)) if one == other => fit += 2,
            (Some(_), Some(_)) => return None,
            _ => {}
        }
        match (self.number.as_deref(), person.number.as_deref()) {
            (Some(one), Some(other)) if one == other => fit += 5,
            (Some(one), Some(other)) if canonical(one) == canonical(other) => fit += 4,
            _ if is_in_place_of_number => fit += 4,
            _ => {}
        }
        Some(fit)
    }

    /// Whether this contact is surely not `person`.
    fn is_another(&self, person: &Person<'_>) -> bool {
        let is_other_participant = || {
            let numbers = self.number.as_deref().zip(person.number.as_deref());
            person.is_participant
                && self.fit(person) == Some(0)
                && numbers.is_some_and(|(one, other)| canonical(one) != canonical(other))
        };
        self.fit(person).is_none() || is_other_participant()
    }

    /// The business-scoped id, wherever it stands.
    fn scoped(&self) -> Option<&str> {
        let in_place_of_number = || self.number.as_deref().filter(|id| is_scoped(id));
        self.user.as_deref().or_else(in_place_of_number)
    }
}

/// Whether `id` has the form of a business-scoped id: a country, a dot and more, `US.1349120865530`.
fn is_scoped(id: &str) -> bool {
    matches!(id.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z', b'.', _, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_matched_by_number_or_user_and_never_guessed() {
        let element = Element::parse(r#"{"from":"49\u0031","from_user_id":"DE.1"}"#).unwrap();
        let of = |contacts: &[&'static str], elements| {
            let list = format!("[{}]", contacts.join(", "));
            Contacts::new(List::parse(&list), elements == 1)
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
            let odd = [other, r#"{"wa_id":"DE.1"}"#];
            assert_eq!(
                of(&odd, elements).as_deref(),
                Some(odd[1]),
                "a number that is a user"
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
        // Of three that are as good, two are different people, whichever comes first.
        let element = Element::parse(r#"{"from":"1"}"#).unwrap();
        let list = r#"[{"wa_id":"1"},{"wa_id":"1","user_id":"A"},{"wa_id":"1","user_id":"B"}]"#;
        assert!(
            Contacts::new(List::parse(list), false)
                .of(&element)
                .is_none()
        );
    }

    #[test]
    fn contacts_that_belong_to_nobody_are_counted() {
        let unowned = |contacts: &str, elements: &[&str]| {
            let text = format!("[{contacts}]");
            let contacts = Contacts::new(List::parse(&text), elements.len() == 1);
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
