//! One expression: compiled once, evaluated often.

use std::fmt;

use cel::{ExecutionError, Program};
use serde_json::Value;

use super::shape::{Members, Shape};
use super::typed::Typing;
use super::{Scope, undecided};

/// The longest expression; the parser's memory grows with it.
const MAX_BYTES: usize = 4096;
/// The deepest nesting; the parser's stack grows with it.
const MAX_DEPTH: usize = 32;

/// What is wrong with an expression before it is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrong {
    /// The expression's text.
    pub(crate) source: String,
    /// Where in it.
    pub(crate) at: usize,
    pub(crate) what: String,
}

/// One compiled expression.
pub(super) struct Expression {
    source: String,
    program: Program,
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Where it is wrong, and how.
    pub(super) fn parse(source: &str) -> Result<Self, String> {
        let source = source.trim();
        if source.is_empty() {
            return Err("the expression is empty".to_owned());
        }
        if source.len() > MAX_BYTES {
            return Err(format!("the expression is longer than {MAX_BYTES} bytes"));
        }
        if depth(source) > MAX_DEPTH {
            return Err(format!(
                "the expression is nested deeper than {MAX_DEPTH} brackets"
            ));
        }
        let program = Program::compile(source).map_err(|errors| {
            let first = errors.errors.first();
            let why = first.map_or("it is wrong", |error| error.msg.trim());
            let column = first.map_or(0, |error| error.pos.1);
            format!("the expression `{source}` is wrong at column {column}: {why}")
        })?;
        Ok(Self {
            source: source.to_owned(),
            program,
        })
    }

    /// The expression's value.
    ///
    /// # Errors
    /// Which property is missing, or what kind of mistake it is; never a property's value.
    pub(super) fn value(&self, scope: &Scope) -> Result<Value, String> {
        let value = self.program.execute(scope.context());
        let value = value.map_err(|error| self.wrong(&reason(&error)))?;
        value
            .json()
            .map_err(|_| self.wrong("its value has no form in JSON"))
    }

    /// What it would come to, and what is wrong with it, if these are the names that there are.
    pub(super) fn check(&self, names: &Members, is_condition: bool) -> (Shape, Vec<Wrong>) {
        let mut typing = Typing::new(names);
        let expression = self.program.expression();
        let shape = typing.shape(expression);
        if is_condition {
            typing.must_be_boolean(expression, &shape);
        }
        let wrong = typing.wrong.into_iter().map(|(id, what)| {
            let offset = self.program.source_info().offset_for(id);
            Wrong {
                source: self.source.clone(),
                at: offset
                    .and_then(|(at, _)| usize::try_from(at).ok())
                    .unwrap_or(0),
                what,
            }
        });
        (shape, wrong.collect())
    }

    fn wrong(&self, why: &str) -> String {
        format!("`{}` has no value: {why}", self.source)
    }
}

/// What went wrong, in words that hold no property's value.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) => format!("there is no member {name}"),
        ExecutionError::UndeclaredReference(name) => format!("there is no property {name}"),
        ExecutionError::IndexOutOfBounds(_) => "an index is out of bounds".to_owned(),
        ExecutionError::InvalidArgumentCount { expected, actual } => {
            format!("a function takes {expected} arguments and got {actual}")
        }
        ExecutionError::FunctionError { function, .. } => format!("the function {function} failed"),
        _ => "an operator or a function does not go with the type of its values".to_owned(),
    }
}

fn depth(source: &str) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => now += 1,
            b')' | b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// An expression whose value is true or false.
#[derive(Debug)]
pub(crate) struct Condition(Expression);

impl Condition {
    /// Compiles a condition.
    ///
    /// # Errors
    /// As for every expression.
    pub(crate) fn parse(source: &str) -> Result<Self, String> {
        Expression::parse(source).map(Self)
    }

    /// What is wrong with it if these are the names that there are.
    pub(crate) fn mistakes(&self, names: &Members) -> Vec<Wrong> {
        self.0.check(names, true).1
    }

    /// Whether it holds. One that has no value, because a member is missing in this event, does
    /// not hold: conditions are asked of events of every shape. It is counted, though, and told once.
    pub(crate) fn holds(&self, scope: &Scope) -> bool {
        match self.0.value(scope) {
            Ok(Value::Bool(holds)) => holds,
            Ok(_) => {
                undecided::note(&self.0.source, "its value is neither true nor false");
                false
            }
            Err(why) => {
                undecided::note(&self.0.source, &why);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let event = json!({
            "messages": [{"type": "text", "from": "16505551234", "text": {"body": "hello you"}}],
            "code": 131_026,
            "secret": "top",
        });
        Scope::of(event.as_object().unwrap())
    }

    fn holds(source: &str) -> bool {
        Condition::parse(source).unwrap().holds(&scope())
    }

    #[test]
    fn the_condition_of_the_issue_holds_for_hello_and_for_nothing_else() {
        let condition = r#"messages[0].type == "text" && messages[0].text.body.contains("hello")"#;
        assert!(holds(condition));
        let condition = Condition::parse(condition).unwrap();
        for other in [
            json!({"messages": [{"type": "text", "text": {"body": "bye"}}]}),
            json!({"messages": [{"type": "image", "image": {"id": "1"}}]}),
            json!({"messages": []}),
            json!({"statuses": [{"status": "sent"}]}),
        ] {
            assert!(
                !condition.holds(&Scope::of(other.as_object().unwrap())),
                "{other}"
            );
        }
    }

    #[test]
    fn numbers_compare_and_text_matches() {
        assert!(holds("code == 131026"));
        assert!(holds("code in [131026, 131047]"));
        assert!(holds(r#"messages[0].text.body.matches("^h.*u$")"#));
        assert!(holds("has(messages[0].text) && !has(messages[0].image)"));
        assert!(!holds("code"), "a number is not true");
    }

    #[test]
    fn a_wrong_expression_is_named_with_its_place() {
        for (source, word) in [
            ("messages[0", "column"),
            ("a &&", "column"),
            ("", "empty"),
            ("'", "column"),
            (&"(".repeat(40), "nested"),
            (&"a+".repeat(3000), "longer"),
        ] {
            let error = Condition::parse(source).unwrap_err();
            assert!(error.contains(word), "{source}: {error}");
        }
    }

    #[test]
    fn what_has_no_value_says_why_and_shows_no_value() {
        for (source, words) in [
            ("nothing", "there is no property nothing"),
            ("messages[0].image.id", "there is no member image"),
            ("messages[7]", "out of bounds"),
            ("secret + 1", "does not go with"),
        ] {
            let error = Expression::parse(source)
                .unwrap()
                .value(&scope())
                .unwrap_err();
            assert!(error.contains(words), "{source}: {error}");
            assert!(!error.contains("top"), "{error}");
        }
    }
}
