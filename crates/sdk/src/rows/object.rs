//! What an object consists of: its members, the cases it comes in, and the rules between members.

use std::fmt;

use super::field::Field;
use super::findings::Say;
use super::forms::Words;
use super::members::Members;

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

impl Object {
    /// An object with these members and no others.
    pub const fn of(members: &'static [Field]) -> Self {
        Self {
            members,
            more: &[],
            cases: Cases::None,
            rules: &[],
            others: Others::Refused,
        }
    }

    /// With more members.
    pub const fn and(mut self, more: &'static [Field]) -> Self {
        self.more = more;
        self
    }

    /// With cases.
    pub const fn cases(mut self, cases: Cases) -> Self {
        self.cases = cases;
        self
    }

    /// With rules between its members.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// With members of any other name as well.
    pub const fn others(mut self, others: Others) -> Self {
        self.others = others;
        self
    }

    /// All rows that every case has.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.members.iter().chain(self.more)
    }
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

impl Cases {
    /// All of them, the last one for whatever the others are not.
    pub fn all(&self) -> impl Iterator<Item = (Option<&'static Words>, &'static Object)> {
        let (cases, otherwise) = match *self {
            Self::None => (&[][..], None),
            Self::ByWord {
                cases, otherwise, ..
            }
            | Self::ByMember { cases, otherwise } => (cases, Some(otherwise)),
        };
        let cases = cases.iter().map(|case| (Some(&case.when), case.object));
        cases.chain(otherwise.map(|object| (None, object)))
    }
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
    /// The first is given only if the second is one of the words.
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
    /// Says what is wrong with an object whose members are right.
    pub find: fn(&Members<'_>, &mut Say<'_, '_>),
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
