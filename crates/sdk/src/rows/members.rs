//! The members of an object that was read by its rows: what is taken from it is within their limits.

use std::borrow::Cow;

use super::row::{Field, Item, Members, Value};

impl<'a> Members<'a> {
    /// Whether the member is given: neither `null` nor an empty text that means nothing.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Whether nothing is wrong with the value of a member; nor is it if there is none.
    pub fn is_right(&self, name: &str) -> bool {
        !matches!(self.value(name), Some(Value::Wrong))
    }

    /// The text of a member: the given one, or its default, or the empty one.
    pub fn text(&self, name: &str) -> &str {
        self.maybe_text(name)
            .or_else(|| self.default(name))
            .unwrap_or_default()
    }

    /// The text of a member, if it is given.
    pub fn maybe_text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a member that nobody else asks for, without a copy where the JSON has it as it is.
    pub fn take_text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let mut members = self.members.iter_mut();
        let member = members.find(|member| member.name == name)?;
        match std::mem::replace(&mut member.value, Value::Absent) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number of a member: the given one, or its default; none if it is negative.
    pub fn integer(&self, name: &str) -> Option<u64> {
        self.signed_integer(name)?.try_into().ok()
    }

    /// The same for a member whose row allows negative numbers.
    pub fn signed_integer(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(Value::Integer(number)) => Some(*number),
            _ => self.default(name)?.parse().ok(),
        }
    }

    /// The flag of a member, if it is given.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Whether a flag is set, by the request or by its default.
    pub fn is_set(&self, name: &str) -> bool {
        let default = || self.default(name) == Some("true");
        self.flag(name).unwrap_or_else(default)
    }

    /// The JSON of a member as it was given, unless it is `null`.
    pub fn json(&self, name: &str) -> Option<&'a str> {
        let member = self.members.iter().find(|member| member.name == name)?;
        (member.raw.0 != "null").then_some(member.raw.0)
    }

    /// The object that a member is, if it is given and has rows of its own.
    pub fn object(&self, name: &str) -> Option<&Self> {
        match self.value(name)? {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements of a list; none of an absent one.
    pub fn list(&self, name: &str) -> &[Item<'a>] {
        match self.value(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The objects of a list of objects.
    pub fn objects(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.list(name).iter().filter_map(Item::object)
    }

    /// The members that no row names, each with its JSON.
    pub fn others(&self) -> impl Iterator<Item = (&str, &'a str)> {
        let others = self.members.iter().filter(|member| {
            let mut rows = self.rows.iter().copied().flatten();
            !rows.any(|row| row.name == member.name)
        });
        others.map(|member| (member.name.as_ref(), member.raw.0))
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value<'a>> {
        let member = self.members.iter().find(|member| member.name == name)?;
        match &member.value {
            Value::Absent => None,
            value => Some(value),
        }
    }

    fn default(&self, name: &str) -> Option<&'static str> {
        self.row(name)?.default
    }

    pub(super) fn row(&self, name: &str) -> Option<&'static Field> {
        let mut rows = self.rows.iter().copied().flatten();
        rows.find(|row| row.name == name)
    }
}

impl<'a> Item<'a> {
    /// The text that the element is, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object that the element is, if it is one with rows of its own.
    pub fn object(&self) -> Option<&Members<'a>> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The element's JSON as it was given.
    pub const fn json(&self) -> &'a str {
        self.raw.0
    }
}
