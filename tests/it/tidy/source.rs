//! Rust source as the compiler's lexer reads it: its tokens, without comments and texts.

use proc_macro2::{Delimiter, LineColumn, TokenStream, TokenTree};

use super::files::File;

/// A name, a number, a bracket, `::`, or another single character.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) text: String,
    /// From 1 on.
    pub(super) line: usize,
    /// From 0 on, in characters.
    column: usize,
}

/// The tokens of a source; `r#name` is `name`.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let stream: TokenStream = (source.parse()).unwrap_or_else(|error| panic!("no Rust: {error}"));
    let mut tokens = Vec::new();
    read(stream, &mut tokens);
    tokens
}

fn read(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let start = tree.span().start();
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                add(tokens, open, start);
                read(group.stream(), tokens);
                add(tokens, close, group.span_close().start());
            }
            TokenTree::Ident(name) => add(tokens, name.to_string().trim_start_matches("r#"), start),
            // A comment of documentation is an attribute, of which each part stands where it begins.
            TokenTree::Punct(_) if trees.next_if(|next| next.span().start() == start).is_some() => {
                trees.next_if(|next| next.span().start() == start);
            }
            TokenTree::Punct(mark) => add(tokens, &mark.to_string(), start),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.starts_with(|first: char| first.is_ascii_digit()) {
                    add(tokens, &text, start);
                }
            }
        }
    }
}

fn add(tokens: &mut Vec<Token>, text: &str, at: LineColumn) {
    if let (":", Some(before)) = (text, tokens.last_mut())
        && (before.text.as_str(), before.line, before.column + 1) == (":", at.line, at.column)
    {
        ":".clone_into(&mut before.text);
        before.text.push(':');
        return;
    }
    tokens.push(Token {
        text: text.to_owned(),
        line: at.line,
        column: at.column,
    });
}

/// The lines of the file without comments, strings and characters, so that only code is left, where it
/// stands.
pub(super) fn lines_of_code(file: &File) -> Vec<String> {
    let mut lines = vec![String::new(); file.text.lines().count()];
    for token in file.tokens() {
        let line = &mut lines[token.line - 1];
        let gap = token.column.saturating_sub(line.chars().count());
        line.push_str(&" ".repeat(gap));
        line.push_str(&token.text);
    }
    lines
}

/// The lines on which `pattern` begins, its tokens separated by blanks, whatever stands between them.
pub(super) fn lines_of(tokens: &[Token], pattern: &str) -> Vec<usize> {
    let pattern: Vec<&str> = pattern.split(' ').collect();
    let places = tokens.windows(pattern.len());
    let found = places.filter(|place| place.iter().map(|token| &token.text).eq(&pattern));
    found.map(|place| place[0].line).collect()
}

#[test]
fn code_stays_and_comments_and_texts_go() {
    let source = "a // \"b\nlet c = \"d // \\\" e\"; 'f'; '\"'; '\\''; &'g h /* i\n \" */ j\n\
                  r#\"k \" l\"# m; br\"n\" for r in o_r /* a /* b */ \" */ p /* \" */ 1\n\
                  /// q: \"r\n//! s\nfn t(_: &'u r#v::w) {} b'\"' x b'\"'";
    let file = File::of("a.rs", source);
    let code = lines_of_code(&file);
    let lines: Vec<String> = (code.iter())
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "a",
            "let c = ; ; ; ; &'g h",
            "j",
            "m; for r in o_r p 1",
            "",
            "",
            "fn t(_: &'u v ::w) {} x"
        ]
    );
    assert_eq!(code[3].find('m'), source.lines().nth(3).unwrap().find('m'));
    assert_eq!(lines_of(file.tokens(), "v :: w"), [7]);
}
