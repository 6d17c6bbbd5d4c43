//! The types of the rows, in one file because they refer to one another: a row may have an object, an
//! object has rows, and a check of an object reads its members, which know their rows.

use std::borrow::Cow;
use std::fmt;

use super::findings::Say;
use super::forms::{Except, Pattern, TextCheck, Words};
use crate::json::Raw;

/// One property, one member of a request or response, or one member of an event.
///
/// `min_length`, `max_length`, `min_value` and `max_value` are the cells of the tables. The reader has a
/// length of its own, because the specification's tables leave some limits out that hold all the same.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one cell of a table, and none depends on another"
)]
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The member's name.
    pub name: &'static str,
    /// A label for people; empty if the specification has none.
    pub display: &'static str,
    /// One sentence for people; a property's *Comments*.
    pub description: &'static str,
    /// `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub kind: &'static str,
    /// Whether it must be present.
    pub required: bool,
    /// Whether the value is a secret.
    pub secret: bool,
    /// The value used when it is absent.
    pub default: Option<&'static str>,
    /// Shortest text, in Unicode scalar values.
    pub min_length: Option<i64>,
    /// Longest text, in Unicode scalar values.
    pub max_length: Option<i64>,
    /// Smallest number.
    pub min_value: Option<i64>,
    /// Largest number.
    pub max_value: Option<i64>,
    /// What the member means, if it is one of an event.
    pub marks: &'static [Mark],
    /// The reader's least length of a text or count of elements.
    pub least: usize,
    /// The reader's greatest length or count.
    pub most: usize,
    /// Whether `most` is a limit that the service may change.
    pub most_may_change: bool,
    /// Whether the empty text is a value of its own.
    pub means_empty: bool,
    /// Whether `null` is refused, and not the same as an absent value.
    pub refuses_null: bool,
    /// Whether its JSON is passed on as it came.
    pub passed_on: bool,
    /// Whether every event of its kind has it.
    pub always: bool,
    /// The words that a text may be.
    pub words: Option<&'static Words>,
    /// The words that a text must not be.
    pub except: Option<&'static Except>,
    /// The form of a text.
    pub pattern: Option<&'static Pattern>,
    /// A rule for a text that no schema can state.
    pub check: Option<&'static TextCheck>,
    /// The members of an object.
    pub object: Option<&'static Object>,
    /// The elements of a list.
    pub items: Option<&'static Field>,
    /// A value of another type that is taken in its place.
    pub or: Option<&'static Field>,
}

/// What a member of an event means to a host that knows nothing else of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The event's identity: the same at every delivery.
    EventId,
    /// The correlation id of the call that the event tells about.
    CorrelationId,
    /// Whom or what the event is about: a host keeps the order of one subject's events.
    Subject,
    /// How the call with the correlation id ended: `accepted` or `rejected`.
    Outcome,
}

/// The members of one object.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    /// Its members.
    pub members: &'static [Field],
    /// More of them: what goes beyond the specification stands in a list of its own.
    pub more: &'static [Field],
    /// The cases that it comes in, each with members of its own.
    pub cases: Cases,
    /// What holds between its members.
    pub rules: &'static [Rule],
    /// What becomes of members that no row names.
    pub others: Others,
}

/// What becomes of members that no row names.
#[derive(Debug, Clone, Copy)]
pub enum Others {
    /// They are refused.
    Refused,
    /// They are passed on unread.
    Ignored,
    /// They are taken, with any value; the row says which names they may have.
    Named(&'static Field),
}

/// The cases that an object comes in.
#[derive(Debug, Clone, Copy)]
pub enum Cases {
    /// There is one only.
    None,
    /// The word that a member has decides.
    ByWord {
        /// The member, which has a row among those that every case has.
        member: &'static str,
        /// The cases by their words.
        cases: &'static [Case],
        /// The case of every other word.
        otherwise: &'static Object,
    },
    /// The first member that is there decides.
    ByMember {
        /// The cases by their members.
        cases: &'static [Case],
        /// The case of an object that has none of them.
        otherwise: &'static Object,
    },
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The words, or the member, of this case.
    pub when: Words,
    /// The members and rules that it has.
    pub object: &'static Object,
}

/// What holds between the members of an object. A member is given if it is neither `null` nor an empty
/// text that means nothing.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Exactly one of them is given.
    One(&'static [&'static str]),
    /// At least one of them is given.
    Any(&'static [&'static str]),
    /// At most one of them is given.
    NotBoth(&'static [&'static str]),
    /// With the first, none of the others is given; an empty list counts as none.
    Alone(&'static str, &'static [&'static str]),
    /// All of them are given, or none.
    Together(&'static [&'static str]),
    /// The first is given only with the second.
    Needs(&'static str, &'static str),
    /// The first is given only if the second is `true`.
    NeedsTrue(&'static str, &'static str),
    /// The first is given only if the second, or its default, is one of the words.
    Only(&'static str, &'static str, &'static [&'static str]),
    /// If the list has several elements, each has the member.
    IfSeveral(&'static str, &'static str),
    /// No two values at the end of this path through lists are the same.
    Distinct(&'static [&'static str]),
    /// A rule that no schema can state.
    Check(&'static Check),
}

/// A rule for an object that no schema can state.
#[derive(Clone, Copy)]
pub struct Check {
    /// What the rule is called.
    pub name: &'static str,
    /// What it demands, for people.
    pub demands: &'static str,
    /// Says what is wrong with an object. A member that is not right has no value; see
    /// [`Members::is_right`].
    pub find: fn(&Members<'_>, &mut Say<'_, '_>),
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A validated object: properties, a command's request, or an object inside it.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub(super) members: Vec<Member<'a>>,
    /// All rows that it was read by, for the defaults of absent members.
    pub(super) rows: [&'static [Field]; 4],
}

#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) raw: Raw<'a>,
    pub(super) value: Value<'a>,
}

/// What a value was read as.
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// It was not looked at yet; the characters of a string with escapes may be known already.
    Unread(Option<String>),
    /// It means the same as an absent member.
    Absent,
    /// Something is wrong with it.
    Wrong,
    Text(Cow<'a, str>),
    Integer(i64),
    Flag(bool),
    /// It is right, and only its JSON is of interest.
    Json,
    Object(Members<'a>),
    List(Vec<Item<'a>>),
}

/// One element of a list.
#[derive(Debug)]
pub struct Item<'a> {
    pub(super) raw: Raw<'a>,
    pub(super) value: Value<'a>,
}
