//! One row, written down: a constructor for each type, and a method for each limit.

use super::forms::{Except, Pattern, TextCheck, Words};
use super::row::{Field, Mark, Object};

impl Field {
    /// The identity of an event, the same at every delivery.
    pub const EVENT_ID: Self =
        Self::string("eventId", "Event id", "The same at every delivery.").marked(&[Mark::EventId]);
    /// The name of the instance that raises an event.
    pub const ADAPTER: Self = Self::string("adapter", "Adapter", "The instance's name.");

    const fn new(
        kind: &'static str,
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            name,
            display,
            description,
            kind,
            required: false,
            secret: false,
            default: None,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            marks: &[],
            least: if matches!(kind.as_bytes(), b"array") {
                0
            } else {
                1
            },
            most: usize::MAX,
            most_may_change: false,
            means_empty: false,
            refuses_null: false,
            passed_on: false,
            always: false,
            words: None,
            except: None,
            pattern: None,
            check: None,
            object: None,
            items: None,
            or: None,
        }
    }

    /// A text.
    pub const fn string(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("string", name, display, description)
    }

    /// A whole number, which is not negative unless [`Field::value`] allows it.
    pub const fn integer(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("integer", name, display, description)
    }

    /// A decimal number.
    pub const fn number(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("number", name, display, description)
    }

    /// Yes or no.
    pub const fn boolean(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("boolean", name, display, description)
    }

    /// A list.
    pub const fn array(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("array", name, display, description)
    }

    /// An object.
    pub const fn object(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("object", name, display, description)
    }

    /// An element of a list: a text.
    pub const fn text_item() -> Self {
        Self::string("", "", "")
    }

    /// An element of a list: an object with these members.
    pub const fn object_item(object: &'static Object) -> Self {
        Self::object("", "", "").members(object)
    }

    /// The JSON that says nothing, where a response has nothing to say.
    pub const fn empty_json(&self) -> &'static str {
        match self.kind.as_bytes() {
            b"array" => "[]",
            b"object" => "{}",
            b"boolean" => "false",
            b"integer" | b"number" => "0",
            _ => "\"\"",
        }
    }

    /// It must be there.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It is a secret.
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// What is used in its place when it is absent.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// A text of so many characters. The smallest number is the reader's as well, where it is 1 or more.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "limits are small and positive"
    )]
    pub const fn length(mut self, min: i64, max: i64) -> Self {
        self.min_length = Some(min);
        self.max_length = Some(max);
        self.least = min as usize;
        self.most = max as usize;
        self
    }

    /// As [`Field::length`], for a limit that the specification's table does not show.
    pub const fn unlisted_length(mut self, min: usize, max: usize) -> Self {
        self.least = min;
        self.most = max;
        self
    }

    /// The greatest length or count is one that the service may change.
    pub const fn most_may_change(mut self) -> Self {
        self.most_may_change = true;
        self
    }

    /// A number in this range.
    pub const fn value(mut self, min: i64, max: i64) -> Self {
        self.min_value = Some(min);
        self.max_value = Some(max);
        self
    }

    /// One of these words.
    pub const fn words(mut self, words: &'static Words) -> Self {
        self.words = Some(words);
        self
    }

    /// None of these words.
    pub const fn except(mut self, except: &'static Except) -> Self {
        self.except = Some(except);
        self
    }

    /// A text of this form.
    pub const fn pattern(mut self, pattern: &'static Pattern) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// A text for which this rule holds.
    pub const fn check(mut self, check: &'static TextCheck) -> Self {
        self.check = Some(check);
        self
    }

    /// An object with these members.
    pub const fn members(mut self, object: &'static Object) -> Self {
        self.object = Some(object);
        self
    }

    /// A list of so many elements. It needs the least number; the greatest is one that the service may
    /// change.
    pub const fn items(mut self, min: usize, max: usize, item: &'static Field) -> Self {
        self.items = Some(item);
        self.count(min, max)
    }

    /// A list of so many elements of any kind.
    pub const fn count(mut self, min: usize, max: usize) -> Self {
        self.least = min;
        self.most = max;
        self.most_may_change = true;
        self
    }

    /// A value of another type is taken in its place. A text is compared with the row that is of texts, if
    /// one is, and otherwise with the first.
    pub const fn or(mut self, other: &'static Field) -> Self {
        self.or = Some(other);
        self
    }

    /// The empty text is a value of its own, and not the same as an absent one; but not for rules between
    /// members.
    pub const fn means_empty(mut self) -> Self {
        self.means_empty = true;
        self
    }

    /// `null` is refused: whoever writes it may have meant a value.
    pub const fn refuses_null(mut self) -> Self {
        self.refuses_null = true;
        self
    }

    /// The JSON is passed on as it came, so that it has to be sound all the way down.
    pub const fn passed_on(mut self) -> Self {
        self.passed_on = true;
        self
    }

    /// Every event of its kind has it.
    pub const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    /// With what it means in an event.
    pub const fn marked(mut self, marks: &'static [Mark]) -> Self {
        self.marks = marks;
        self
    }
}
