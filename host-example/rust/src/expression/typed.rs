//! What an expression would come to, and what is wrong with it, before there is anything to evaluate:
//! names that nothing has, functions that there are not, values of a kind that does not fit.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, SelectExpr, operators};

use super::shape::{Members, Shape};
use crate::nearest::{instead, nearest};

/// Functions that are called as `f(x)`, and what they come to.
const FUNCTIONS: [(&str, Shape); 10] = [
    ("size", Shape::Number),
    ("int", Shape::Number),
    ("uint", Shape::Number),
    ("double", Shape::Number),
    ("string", Shape::Text),
    ("bool", Shape::Bool),
    ("bytes", Shape::Any),
    ("type", Shape::Any),
    ("dyn", Shape::Any),
    ("matches", Shape::Bool),
];
/// Functions that are called as `x.f()`.
const METHODS: [(&str, Shape); 5] = [
    ("contains", Shape::Bool),
    ("startsWith", Shape::Bool),
    ("endsWith", Shape::Bool),
    ("matches", Shape::Bool),
    ("size", Shape::Number),
];
/// Macros, which are calls only where they are called wrongly.
const MACROS: [&str; 6] = ["has", "all", "exists", "exists_one", "map", "filter"];
/// Names of types, which stand for themselves.
const TYPES: [&str; 10] = [
    "bool",
    "bytes",
    "double",
    "dyn",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "uint",
];
/// Functions of optional values, which are not judged.
const OF_OPTIONALS: [&str; 4] = ["hasValue", "or", "orValue", "value"];
/// What functions are called in other languages.
const ELSEWHERE: [(&str, &str); 18] = [
    ("includes", "contains"),
    ("include", "contains"),
    ("has", "contains"),
    ("indexOf", "contains"),
    ("test", "matches"),
    ("match", "matches"),
    ("search", "matches"),
    ("startswith", "startsWith"),
    ("hasPrefix", "startsWith"),
    ("endswith", "endsWith"),
    ("hasSuffix", "endsWith"),
    ("length", "size"),
    ("len", "size"),
    ("count", "size"),
    ("toString", "string"),
    ("str", "string"),
    ("parseInt", "int"),
    ("some", "exists"),
];

/// A mistake: where in the expression it stands (an id of the syntax tree), and what it is.
pub(super) type Mistake = (u64, String);

/// The names that an expression can use, and what is wrong with it.
pub(super) struct Typing<'a> {
    names: &'a Members,
    /// Names that macros bring, the innermost last.
    locals: Vec<(String, Shape)>,
    pub(super) wrong: Vec<Mistake>,
}

impl<'a> Typing<'a> {
    pub(super) fn new(names: &'a Members) -> Self {
        Self {
            names,
            locals: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// What the expression comes to.
    pub(super) fn shape(&mut self, of: &IdedExpr) -> Shape {
        match &of.expr {
            Expr::Literal(value) => match value {
                LiteralValue::Boolean(_) => Shape::Bool,
                LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => {
                    Shape::Number
                }
                LiteralValue::String(_) => Shape::Text,
                LiteralValue::Bytes(_) | LiteralValue::Null => Shape::Any,
            },
            Expr::Ident(name) => self.name(of.id, name),
            Expr::Select(select) => self.select(of.id, select),
            Expr::Call(call) => self.call(of.id, call),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::List(list) => {
                for item in &list.elements {
                    self.shape(item);
                }
                Shape::List(Box::new(Shape::Any))
            }
            Expr::Map(_) => Shape::Object(Members::open()),
            Expr::Struct(_) | Expr::Unspecified => Shape::Any,
        }
    }

    fn name(&mut self, id: u64, name: &str) -> Shape {
        let local = self.locals.iter().rev().find(|(known, _)| known == name);
        if let Some((_, shape)) = local {
            return shape.clone();
        }
        if let Some(shape) = self.names.known.get(name) {
            return shape.clone();
        }
        if TYPES.contains(&name) || name.starts_with('@') {
            return Shape::Any;
        }
        let known = self.names.known.keys().map(String::as_str);
        if !self.names.is_open || nearest(name, known.clone()).is_some() {
            let instead = instead(name, known, "there is");
            self.wrong
                .push((id, format!("there is no property {name}{instead}")));
        }
        Shape::Any
    }

    fn select(&mut self, id: u64, select: &SelectExpr) -> Shape {
        let mut of = self.shape(&select.operand);
        if let (true, Shape::Object(members)) = (select.test, &mut of) {
            members.is_open = true; // has(…) asks whether it is there: only a slip is a mistake
        }
        let member = self.member(id, &select.operand, &of, &select.field);
        if select.test { Shape::Bool } else { member }
    }

    fn member(&mut self, id: u64, operand: &IdedExpr, of: &Shape, name: &str) -> Shape {
        let whole = text(operand);
        match of {
            Shape::Any => Shape::Any,
            Shape::Object(members) => {
                if let Some(shape) = members.known.get(name) {
                    return shape.clone();
                }
                let known = members.known.keys().map(String::as_str);
                if !members.is_open || nearest(name, known.clone()).is_some() {
                    let instead = instead(name, known, "it has");
                    self.wrong
                        .push((id, format!("{whole} has no member {name}{instead}")));
                }
                Shape::Any
            }
            Shape::List(_) => {
                let what =
                    format!("{whole} is a list: write {whole}[0].{name} for the first one's");
                self.wrong.push((id, what));
                Shape::Any
            }
            Shape::Bool | Shape::Number | Shape::Text => {
                let hint = elsewhere(name).map_or_else(String::new, |meant| {
                    if FUNCTIONS.iter().any(|(known, _)| *known == meant) {
                        format!("; did you mean {meant}({whole})?")
                    } else {
                        format!("; did you mean .{meant}()?")
                    }
                });
                let what = format!("{whole} is {} and has no member {name}{hint}", of.name());
                self.wrong.push((id, what));
                Shape::Any
            }
        }
    }

    fn call(&mut self, id: u64, call: &CallExpr) -> Shape {
        let target = call.target.as_deref();
        // A namespaced function such as optional.of is no member of anything.
        let namespace = target.and_then(|target| match &target.expr {
            Expr::Ident(name) if name == "optional" => Some(name),
            _ => None,
        });
        let on = match (target, namespace) {
            (Some(target), None) => Some((target, self.shape(target))),
            _ => None,
        };
        let shapes: Vec<Shape> = call.args.iter().map(|item| self.shape(item)).collect();
        if namespace.is_some() {
            return Shape::Any;
        }
        let name = call.func_name.as_str();
        if let Some((on, shape)) = on {
            return self.method(id, name, (on, &call.args), &shape);
        }
        if let Some(shape) = self.operator(name, &call.args, &shapes) {
            return shape;
        }
        if let Some((_, shape)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
            return shape.clone();
        }
        let known = FUNCTIONS.iter().map(|(name, _)| *name).chain(MACROS);
        let meant = elsewhere(name).or_else(|| nearest(name, known));
        let hint = meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
        let what = if METHODS.iter().any(|(known, _)| *known == name) {
            format!("{name} is called as x.{name}(…)")
        } else {
            format!("there is no function {name}{hint}")
        };
        self.wrong.push((id, what));
        Shape::Any
    }

    /// Notes a pattern that nothing can be held against.
    fn pattern(&mut self, args: &[IdedExpr]) {
        for arg in args {
            if let Expr::Literal(LiteralValue::String(pattern)) = &arg.expr
                && let Err(error) = regex::Regex::new(pattern.inner())
            {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default();
                let why = why.trim_start_matches("error: ");
                let what = format!("\"{}\" is no regular expression: {why}", pattern.inner());
                self.wrong.push((arg.id, what));
            }
        }
    }

    fn method(
        &mut self,
        id: u64,
        name: &str,
        (on, args): (&IdedExpr, &[IdedExpr]),
        shape: &Shape,
    ) -> Shape {
        let Some((_, result)) = METHODS.iter().find(|(known, _)| *known == name) else {
            let known = METHODS.iter().map(|(name, _)| *name);
            let meant = elsewhere(name).or_else(|| nearest(name, known.chain(MACROS)));
            let hint = meant.map_or_else(
                || {
                    let known: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
                    format!("; there is {}", known.join(", "))
                },
                |meant| format!("; did you mean {meant}?"),
            );
            if !OF_OPTIONALS.contains(&name) {
                self.wrong
                    .push((id, format!("there is no function {name}{hint}")));
            }
            return Shape::Any;
        };
        if name == "matches" {
            self.pattern(args);
        }
        if name != "size" && matches!(shape, Shape::List(_) | Shape::Object(_) | Shape::Number) {
            let (whole, kind) = (text(on), shape.name());
            let hint = match shape {
                Shape::List(_) if name == "contains" => format!("; did you mean x in {whole}?"),
                Shape::Number => format!("; did you mean string({whole}).{name}(…)?"),
                _ => String::new(),
            };
            let what = format!("{name} is asked of a text, and {whole} is {kind}{hint}");
            self.wrong.push((id, what));
        }
        result.clone()
    }

    /// What an operator comes to; none if it is none.
    fn operator(&mut self, name: &str, operands: &[IdedExpr], shapes: &[Shape]) -> Option<Shape> {
        Some(match name {
            operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT => {
                for (operand, shape) in operands.iter().zip(shapes) {
                    self.must_be_boolean(operand, shape);
                }
                Shape::Bool
            }
            operators::NOT_STRICTLY_FALSE
            | operators::EQUALS
            | operators::NOT_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::IN => Shape::Bool,
            operators::CONDITIONAL => {
                if let (Some(operand), Some(shape)) = (operands.first(), shapes.first()) {
                    self.must_be_boolean(operand, shape);
                }
                match shapes {
                    [_, one, other] if one == other => one.clone(),
                    _ => Shape::Any,
                }
            }
            operators::INDEX | operators::OPT_INDEX => match (shapes, operands) {
                ([Shape::List(item), _], _) => (**item).clone(),
                ([of @ Shape::Object(_), _], [operand, index]) => match &index.expr {
                    Expr::Literal(LiteralValue::String(name)) => {
                        self.member(index.id, operand, of, name.inner())
                    }
                    _ => Shape::Any,
                },
                _ => Shape::Any,
            },
            operators::ADD => match shapes {
                [one, other] if one == other => one.clone(),
                _ => Shape::Any,
            },
            operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO
            | operators::NEGATE
            | operators::OPT_SELECT => Shape::Any,
            _ => return None,
        })
    }

    /// Notes a value that is certainly neither true nor false.
    pub(super) fn must_be_boolean(&mut self, of: &IdedExpr, shape: &Shape) {
        if !matches!(shape, Shape::Any | Shape::Bool) {
            let (whole, kind) = (text(of), shape.name());
            let hint = match shape {
                Shape::List(_) => format!("; did you mean size({whole}) > 0?"),
                Shape::Text => format!("; did you mean {whole} == \"…\"?"),
                Shape::Number => format!("; did you mean {whole} != 0?"),
                _ => String::new(),
            };
            let what = format!("it must be boolean, true or false, and {whole} is {kind}{hint}");
            self.wrong.push((of.id, what));
        }
    }

    fn comprehension(&mut self, of: &ComprehensionExpr) -> Shape {
        let item = match self.shape(&of.iter_range) {
            Shape::List(item) if of.iter_var2.is_none() => *item,
            Shape::Object(_) if of.iter_var2.is_none() => Shape::Text,
            _ => Shape::Any,
        };
        let result = self.shape(&of.accu_init);
        let before = self.locals.len();
        self.locals.push((of.iter_var.clone(), item));
        if let Some(other) = &of.iter_var2 {
            self.locals.push((other.clone(), Shape::Any));
        }
        self.locals.push((of.accu_var.clone(), result));
        self.shape(&of.loop_cond);
        self.shape(&of.loop_step);
        let result = self.shape(&of.result);
        self.locals.truncate(before);
        result
    }
}

fn elsewhere(name: &str) -> Option<&'static str> {
    let known = ELSEWHERE.iter().find(|(other, _)| *other == name);
    known.map(|(_, here)| *here)
}

/// The expression as one would write it, if it is a path; else a word for it.
fn text(of: &IdedExpr) -> String {
    match &of.expr {
        Expr::Ident(name) if !name.starts_with('@') => name.clone(),
        Expr::Select(select) => format!("{}.{}", text(&select.operand), select.field),
        Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::INDEX, [list, index]) => match &index.expr {
                Expr::Literal(LiteralValue::Int(at)) => format!("{}[{}]", text(list), at.inner()),
                Expr::Literal(LiteralValue::String(name)) => {
                    format!("{}[\"{}\"]", text(list), name.inner())
                }
                _ => format!("{}[…]", text(list)),
            },
            _ => "it".to_owned(),
        },
        Expr::Literal(LiteralValue::String(value)) => format!("\"{}\"", value.inner()),
        Expr::Literal(LiteralValue::Int(value)) => value.inner().to_string(),
        _ => "it".to_owned(),
    }
}

#[cfg(test)]
#[path = "typed_tests.rs"]
mod tests;
