//! A JSON object under construction: members in the order they are added.

use super::text::push_string;

/// Most small objects fit into it.
const USUAL_BYTES: usize = 160;

/// One JSON object as text: empty, or without the brace at its end, so that no end copies it.
#[derive(Debug, Clone, Default)]
pub struct ObjectText(String);

impl ObjectText {
    /// An object without members.
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// An object that is JSON already.
    pub fn of_json(json: &str) -> Self {
        let begun = json.strip_suffix('}').unwrap_or_default();
        let is_empty = begun
            .strip_prefix('{')
            .is_none_or(|inside| inside.trim().is_empty());
        Self(if is_empty {
            String::new()
        } else {
            begun.to_owned()
        })
    }

    /// With a member that is a text.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        push_string(&mut self.0, value);
        self
    }

    /// With a member that is a text, if there is one.
    pub fn maybe_text(self, name: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.text(name, value.as_ref()),
            None => self,
        }
    }

    /// With a member whose value is JSON.
    pub fn raw(mut self, name: &str, json: &str) -> Self {
        self.name(name);
        self.0.push_str(json);
        self
    }

    /// With a member whose value is JSON, if there is one.
    pub fn maybe_raw(self, name: &str, json: Option<&str>) -> Self {
        match json {
            Some(json) => self.raw(name, json),
            None => self,
        }
    }

    /// With a flag, if there is one.
    pub fn maybe_flag(self, name: &str, flag: Option<bool>) -> Self {
        self.maybe_raw(name, flag.map(|set| if set { "true" } else { "false" }))
    }

    /// With a member that is an object.
    pub fn object(mut self, name: &str, Self(begun): Self) -> Self {
        self.name(name);
        self.0.push_str(if begun.is_empty() { "{" } else { &begun });
        self.0.push('}');
        self
    }

    /// With a member that is an object, if there is one.
    pub fn maybe_object(self, name: &str, object: Option<Self>) -> Self {
        match object {
            Some(object) => self.object(name, object),
            None => self,
        }
    }

    /// With a member that is an array of objects.
    pub fn objects(self, name: &str, objects: impl IntoIterator<Item = Self>) -> Self {
        self.raw(name, &array(objects.into_iter().map(Self::end)))
    }

    /// The object's JSON.
    pub fn end(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.is_empty() {
            // Most objects have several members; each growth would copy.
            self.0.reserve(USUAL_BYTES);
            self.0.push('{');
        } else {
            self.0.push(',');
        }
        push_string(&mut self.0, name);
        self.0.push(':');
    }
}

/// A JSON array of values that are JSON.
pub fn array(values: impl IntoIterator<Item = String>) -> String {
    let mut array = String::from("[");
    for value in values {
        if array.len() > 1 {
            array.push(',');
        }
        array.push_str(&value);
    }
    array.push(']');
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_they_were_added() {
        let inner = ObjectText::new()
            .text("z", "a\"b")
            .maybe_flag("f", Some(true));
        let object = ObjectText::new()
            .raw("n", "1e3")
            .object("o", inner)
            .maybe_text("absent", None::<&str>)
            .objects(
                "list",
                [ObjectText::new(), ObjectText::new().text("a", "1")],
            );
        assert_eq!(
            object.end(),
            r#"{"n":1e3,"o":{"z":"a\"b","f":true},"list":[{},{"a":"1"}]}"#
        );
    }
}
