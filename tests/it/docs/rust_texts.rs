//! The string literals of Rust source, outside of comments and unit tests.

/// Every text of `source`, in order, as the program sees it: escapes read, continued lines joined.
pub(super) fn texts(source: &str) -> Vec<String> {
    let code = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut texts = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if first == '"' {
            let (text, after) = text(&rest[1..]);
            texts.push(text);
            rest = after;
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\'") {
            rest = &rest[3..];
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    texts
}

/// The text up to the closing quote, and what follows it.
fn text(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = source;
    loop {
        let mut chars = rest.chars();
        match chars.next() {
            Some('\\') => match chars.next() {
                Some('\n') => {
                    rest = chars.as_str().trim_start();
                    continue;
                }
                Some('n') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => {}
            },
            Some('"') | None => return (text, chars.as_str()),
            Some(other) => text.push(other),
        }
        rest = chars.as_str();
    }
}

/// The texts of the function, or constant, that `opening` begins, e.g. `fn hint(`.
pub(super) fn texts_of(source: &str, opening: &str) -> Vec<String> {
    texts(item(source, opening))
}

/// The item that `opening` begins, up to a closing brace at its own depth, or a `;`.
pub(super) fn item<'a>(source: &'a str, opening: &str) -> &'a str {
    let at = source
        .find(opening)
        .unwrap_or_else(|| panic!("no {opening}"));
    let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
    let depth = &source[line..][..source[line..].len() - source[line..].trim_start().len()];
    let ends = [format!("\n{depth}}}\n"), ";\n".to_owned()];
    let body = source[at..].find('{').unwrap_or(usize::MAX);
    let end = ends.iter().filter_map(|end| {
        let found = source[at..].find(end)?;
        // A `;` before the first brace ends a constant; later ones are inside a function.
        (end.starts_with('\n') || found < body).then_some(found)
    });
    let end = end.min().unwrap_or_else(|| panic!("{opening} has no end"));
    &source[at..at + end]
}

#[test]
fn texts_are_read_as_the_program_sees_them() {
    let source = "//! \"no\"\n// \"no\"\nconst A: &str = \"one \\\"1\\\"\";\nfn b(c: &'a str) {\n    \
                  let d = ('\"', \"two \\\n        lines\");\n    e(\"three\");\n}\n\
                  fn f() { \"four\" }\n\n#[cfg(test)]\nmod tests { \"no\" }\n";
    assert_eq!(texts(source), ["one \"1\"", "two lines", "three", "four"]);
    assert_eq!(texts_of(source, "const A"), ["one \"1\""]);
    assert_eq!(texts_of(source, "fn b("), ["two lines", "three"]);
}
