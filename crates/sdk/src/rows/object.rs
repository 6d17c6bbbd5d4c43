//! An object, written down: its members, the cases it comes in, and the rules between members.

use super::forms::Words;
use super::row::{Cases, Field, Object, Others, Rule};

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
