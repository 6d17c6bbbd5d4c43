//! The lists of a value of a field other than `messages`: calls, echoes, preferences, history and others.

use super::super::head::is_empty;
use super::super::list::List;
use super::super::part::{Account, Listed, Number, Part};
use super::super::unknown::Level;
use super::{Walk, is_beside_lists};
use crate::json::{Raw, Value};
use crate::webhook::fields::Lists;

impl Walk<'_, '_> {
    /// Hands out the lists of `value`, each broken one as a part of its own, and counts what stands beside
    /// them. Answers whether there was any: a value without them is told as a whole.
    pub(super) fn listed(
        &mut self,
        value: Value<'_, '_>,
        lists: &'static Lists,
        (account, number): (&Account<'_>, &Number<'_>),
    ) -> bool {
        if !value.is_object() {
            return false;
        }
        let is_inside = |member: Value<'_, '_>| {
            let name = member.name();
            lists.inside.is_some_and(|inside| name == inside)
        };
        let mut broken = Vec::new();
        let mut objects = vec![value];
        for inside in value.children().filter(|it| is_inside(*it)) {
            match inside {
                inside if inside.is_object() => objects.push(inside),
                inside if inside.is_null() => {}
                inside => broken.push((inside.raw(), "standby_not_an_object")),
            }
        }
        let given = |name: &str| -> Vec<Value<'_, '_>> {
            let members = objects.iter().flat_map(|object| object.children());
            let members = members.filter(|member| !member.is_null() && member.name() == name);
            members.collect()
        };
        let mut part = Listed {
            contacts: None,
            lists: Vec::new(),
            errors: Vec::new(),
            context: None,
            has_broken: false,
        };
        let mut is_doubled = false;
        for listing in lists.lists {
            let members = given(listing.member);
            is_doubled |= members.len() > 1;
            for member in members {
                match List::of(member) {
                    Some(list) if list.count() > 0 => part.lists.push((listing, list)),
                    Some(_) => {}
                    None => broken.push((member.raw(), listing.not_an_array)),
                }
            }
        }
        let errors = given("errors").into_iter().map(Value::raw);
        part.errors = errors.filter(|raw| !is_empty(raw)).map(Raw).collect();
        if part.lists.is_empty() && part.errors.is_empty() && broken.is_empty() {
            return false;
        }
        let contacts = given("contacts");
        is_doubled |= contacts.len() > 1;
        for contacts in contacts {
            match List::of(contacts) {
                Some(list) if !is_doubled => part.contacts = Some(list),
                Some(_) => broken.push((contacts.raw(), "contacts_beside_doubled_lists")),
                None => broken.push((contacts.raw(), "contacts_not_an_array")),
            }
        }
        part.has_broken = !broken.is_empty();
        part.context = given("conversation_context")
            .first()
            .map(|it| Raw(it.raw()));
        let has_context = part.context.is_some() && part.tells_context();
        if !has_context {
            part.context = None;
        }
        for (raw, reason) in broken {
            (self.take)(account, number, Part::Broken { raw, reason });
        }
        (self.take)(account, number, Part::Listed(part));
        let is_list = |member: Value<'_, '_>| {
            let name = member.name();
            is_inside(member) || lists.lists.iter().any(|listing| name == listing.member)
        };
        let mut is_told = !has_context;
        for (at, object) in objects.iter().enumerate() {
            if at == 0 {
                is_told = self.count_beside_lists(*object, &is_list, is_told);
                continue;
            }
            for member in object.children().filter(|member| !is_list(*member)) {
                if !is_beside_lists(member, &mut is_told) {
                    self.count(Level::Value, member);
                }
            }
        }
        true
    }
}

impl Listed<'_> {
    /// Whether some event tells the context: that of a message, of a status or of an echo.
    fn tells_context(&self) -> bool {
        let mut lists = self.lists.iter();
        lists.any(|(listing, list)| {
            listing.tells_context() && list.iter().any(|found| found.head.is_some())
        })
    }
}
