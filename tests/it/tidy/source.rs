//! Rust source without its comments and string literals, line by line.

/// The same text with every comment, string and character literal blanked, so that only code is left
/// and line numbers are unchanged.
pub(super) fn without_comments_and_texts(source: &str) -> String {
    let mut rest = source;
    let mut out = String::with_capacity(source.len());
    while let Some(first) = rest.chars().next() {
        let length = length_of_aside(rest);
        let (aside, after) = rest.split_at(length.unwrap_or(first.len_utf8()));
        if length.is_some() {
            out.extend(aside.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            out.push(first);
        }
        // A name may end in r or b, and what follows it is then no raw text.
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let in_name = length.is_none() && is_name(first);
        let name = if in_name {
            after.find(|c| !is_name(c)).unwrap_or(after.len())
        } else {
            0
        };
        out.push_str(&after[..name]);
        rest = &after[name..];
    }
    out
}

/// How many bytes of a comment, text or character `source` begins with, if it begins with one.
fn length_of_aside(source: &str) -> Option<usize> {
    if source.starts_with("//") {
        return Some(source.find('\n').unwrap_or(source.len()));
    }
    if source.starts_with("/*") {
        return Some(source.find("*/").map_or(source.len(), |end| end + 2));
    }
    for prefix in ["", "b", "c"] {
        if let Some(raw) = source
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('r'))
        {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            if raw[hashes..].starts_with('"') {
                let end = format!("\"{}", &raw[..hashes]);
                let begin = prefix.len() + 1 + hashes + 1;
                return Some(
                    source[begin..]
                        .find(&end)
                        .map_or(source.len(), |at| begin + at + end.len()),
                );
            }
        }
        if let Some(text) = source
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('"'))
        {
            return Some(prefix.len() + 1 + end_of_text(text, '"'));
        }
    }
    let character = source.strip_prefix('\'')?;
    let mut inside = character.chars();
    let is_character = inside.next() == Some('\\') || inside.next() == Some('\'');
    is_character.then(|| 1 + end_of_text(character, '\''))
}

/// Where the text ends, its last quote included.
fn end_of_text(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn code_stays_and_asides_go() {
    let source = "a // \"b\nlet c = \"d // \\\" e\"; 'f'; '\"'; '\\''; &'g h /* i\n \" */ j\n\
                  r#\"k \" l\"# m; br\"n\" for r in o_r\"p\"";
    assert_eq!(
        without_comments_and_texts(source),
        format!(
            "a {}\nlet c = {};    ;    ;     ; &'g h {}\n{}j\n{} m; {} for r in o_r{}",
            " ".repeat(5),
            " ".repeat(11),
            " ".repeat(4),
            " ".repeat(6),
            " ".repeat(10),
            " ".repeat(5),
            " ".repeat(3),
        )
    );
}
