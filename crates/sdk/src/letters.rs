//! What a text says, whatever it is written with: its letters and digits, and where each of them stands.
//!
//! Case, blanks, signs, invisible characters and the escapes of JSON, URLs and HTML make no other text of
//! it, so they hide nothing from what looks for a value to take it out.

use std::borrow::Cow;
use std::collections::HashSet;

/// Stands for what was taken out.
pub const CUT: &str = "***";
/// So many letters in a row that are those of a private text are a part of it.
pub const RUN: usize = 12;

/// One letter or digit: lower case, and of ASCII where there is such a one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Letter {
    /// The letter itself.
    pub c: char,
    /// Where the bytes of the text that write it begin.
    pub from: usize,
    /// Where they end.
    pub to: usize,
}

/// The letters of `text`.
pub fn letters(text: &str) -> impl Iterator<Item = Letter> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let first = rest.chars().next()?;
            let (c, length) = match first {
                '%' => percent(rest),
                '&' => entity(rest),
                '\\' => escape(rest),
                _ => None,
            }
            .unwrap_or((first, first.len_utf8()));
            let from = at;
            at += length;
            if c.is_alphanumeric() {
                let c = folded(c);
                return Some(Letter { c, from, to: at });
            }
        }
    })
}

fn folded(c: char) -> char {
    if let Some(digit) = digit(c) {
        return char::from(b'0' + digit);
    }
    let wide = u32::from(c).wrapping_sub(0xfee0);
    let c = match c {
        '\u{ff21}'..='\u{ff5a}' => char::from_u32(wide).unwrap_or(c),
        c => c,
    };
    c.to_lowercase().next().unwrap_or(c)
}

/// A digit's value, in the scripts in which people write numbers.
pub fn digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}

/// The number that `digits` write, without the sign that the standard library would let pass: what is no
/// escape keeps its letters.
pub(crate) fn number(digits: &str, radix: u32) -> Option<u32> {
    let digits = Some(digits).filter(|digits| !digits.starts_with('+'))?;
    u32::from_str_radix(digits, radix).ok()
}

/// What `%C3%BC` writes, and how long that is.
fn percent(text: &str) -> Option<(char, usize)> {
    let mut bytes = Vec::new();
    for at in (0..12).step_by(3) {
        let digits = text.get(at..at + 3)?.strip_prefix('%')?;
        bytes.push(u8::try_from(number(digits, 16)?).ok()?);
        if let Ok(written) = std::str::from_utf8(&bytes) {
            return written.chars().next().map(|c| (c, at + 3));
        }
    }
    None
}

/// What `&nbsp;`, `&#49;` or `&#x31;` writes. No name stands for a letter of ASCII or a digit.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let c = match name.strip_prefix('#') {
        None if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Some(' '),
        None => None,
        Some(code) => match code.strip_prefix(['x', 'X']) {
            Some(code) => number(code, 16),
            None => number(code, 10),
        }
        .and_then(char::from_u32),
    };
    c.map(|c| (c, end + 1))
}

/// What `\u0041`, `\"` or `\n` writes, however often it was escaped.
fn escape(text: &str) -> Option<(char, usize)> {
    let slashes = text.bytes().take_while(|byte| *byte == b'\\').count();
    let rest = text.get(slashes..)?;
    let code = rest.strip_prefix('u').and_then(|rest| rest.get(..4));
    if let Some(code) = code.and_then(|code| number(code, 16)) {
        return Some((char::from_u32(code).unwrap_or(' '), slashes + 5));
    }
    let is_sign = rest.starts_with(['n', 'r', 't', 'b', 'f', '"', '/']);
    Some((' ', slashes + usize::from(is_sign)))
}

/// Places in a text, by bytes, in order and apart.
pub type Places = Vec<(usize, usize)>;

/// `text` with [`CUT`] in these places, which may overlap.
pub fn without(text: &str, mut places: Places) -> Cow<'_, str> {
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    places.sort_unstable();
    let (mut left, mut kept) = (String::with_capacity(text.len()), 0);
    for (from, to) in places {
        // What touches the one before goes with it.
        if from >= kept {
            if from > kept || left.is_empty() {
                left.push_str(text.get(kept..from).unwrap_or_default());
                left.push_str(CUT);
            }
            kept = to;
        }
        kept = kept.max(to);
    }
    left.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(left)
}

/// Every [`RUN`] letters in a row of some texts, as hashes: the texts themselves are not kept.
#[derive(Clone)]
pub struct Runs {
    hashes: HashSet<u64>,
    /// Most hashes are not among them, which one bit says.
    bits: Vec<u64>,
}

const BASE: u64 = 0x0100_0000_01b3;
const WORDS: usize = 1024;

impl Default for Runs {
    fn default() -> Self {
        Self {
            hashes: HashSet::new(),
            bits: vec![0; WORDS],
        }
    }
}

impl Runs {
    /// Adds those of `text`; a shorter text has none.
    pub fn add(&mut self, text: &str) {
        each_run(text, |_, hash| {
            let (word, bit) = place(hash);
            if let Some(word) = self.bits.get_mut(word) {
                *word |= bit;
            }
            self.hashes.insert(hash);
        });
    }

    /// Where `text` has any of them.
    pub fn places(&self, text: &str) -> Places {
        let mut places: Places = Vec::new();
        if self.hashes.is_empty() {
            return places;
        }
        each_run(text, |(from, to), hash| {
            let (word, bit) = place(hash);
            let may_be = self.bits.get(word).is_some_and(|word| word & bit != 0);
            if may_be && self.hashes.contains(&hash) {
                match places.last_mut() {
                    Some(last) if from <= last.1 => last.1 = to,
                    _ => places.push((from, to)),
                }
            }
        });
        places
    }
}

fn place(hash: u64) -> (usize, u64) {
    let mixed = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    let word = usize::try_from(mixed >> 6).unwrap_or(0) % WORDS;
    (word, 1 << (mixed & 63))
}

/// Calls `see` with where each run of `text` stands, and its hash.
fn each_run(text: &str, mut see: impl FnMut((usize, usize), u64)) {
    let oldest = (0..RUN).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut last = [Letter::default(); RUN];
    let mut hash = 0_u64;
    for (count, letter) in letters(text).enumerate() {
        let at = count % RUN;
        let Some(slot) = last.get_mut(at) else { return };
        let gone = u64::from(u32::from(std::mem::replace(slot, letter).c));
        hash = hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(u32::from(letter.c)));
        if count >= RUN {
            hash = hash.wrapping_sub(gone.wrapping_mul(oldest));
        }
        if count + 1 >= RUN {
            let first = last.get((at + 1) % RUN).map_or(0, |letter| letter.from);
            see((first, letter.to), hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        letters(text).map(|letter| letter.c).collect()
    }

    #[test]
    fn escapes_case_and_signs_make_no_other_text() {
        for form in [
            "Say “hello” 42",
            "SAY \u{200b}HEL\u{a0}LO 4\u{ad}2",
            "s%61y &quot;hello&quot; %34&#50;",
            r#"\u0053ay \"hello\"\n4\\u0032"#,
            "Ｓay.hello/\u{ff14}\u{662}",
        ] {
            assert_eq!(said(form), "sayhello42", "{form}");
        }
        assert_eq!(said("100% &more \\ %zz %C3%BC"), "100morezzü");
        // A sign among the digits makes no escape of it, and swallows no letter.
        assert_eq!(said(r"%+a %+1b &#+65; &#x+41; \u+041"), "a1b65x41u041");
    }

    #[test]
    fn a_part_is_found_and_what_is_shorter_is_not() {
        let mut runs = Runs::default();
        runs.add("TKNGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQ");
        let cut = |text: &'static str| without(text, runs.places(text));
        assert_eq!(
            cut("Malformed access token TKNGq7Xw2m9ZkT..."),
            "Malformed access token ***..."
        );
        assert_eq!(
            cut("ends in RsY3-dNfB6\u{200b}hJ1cU5eQ, and tkngq7xw2m9z"),
            "ends in ***, and ***"
        );
        assert_eq!(cut("TKNGq7Xw2m9"), "TKNGq7Xw2m9");
    }

    #[test]
    fn places_may_touch_and_overlap() {
        assert_eq!(without("abcdefgh", vec![(4, 6), (0, 2), (1, 4)]), "***gh");
        assert_eq!(without("abcdefgh", vec![(2, 4), (6, 8)]), "ab***ef***");
    }
}
