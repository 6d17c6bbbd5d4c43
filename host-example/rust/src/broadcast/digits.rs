//! Whether a text is written as phone numbers are: groups of digits, with what people put between
//! them. Dates, amounts, addresses, ranges and extensions have digits as well; a message to them
//! goes to somebody else.

use std::ops::RangeInclusive;

/// E.164: the longest number, and what is shorter than any with its country code.
const DIGITS: RangeInclusive<usize> = 7..=15;
/// The longest numbers of countries whose numbers have a length that is known, by country code; the
/// country code is counted. A number that is longer has an extension behind it, or is two.
const LONGEST: [(&str, usize); 20] = [
    ("1", 11),
    ("7", 11),
    ("27", 11),
    ("31", 11),
    ("32", 11),
    ("33", 11),
    ("34", 11),
    ("41", 11),
    ("44", 12),
    ("48", 11),
    ("52", 13),
    ("54", 13),
    ("55", 13),
    ("61", 11),
    ("65", 10),
    ("81", 12),
    ("82", 12),
    ("86", 13),
    ("90", 12),
    ("91", 12),
];
/// Countries whose numbers begin with 0 behind the country code, or may.
const ZERO_STAYS: [&str; 5] = ["39", "378", "225", "241", "242"];
/// A group of so many digits is a whole subscriber's number: nothing of the number stands behind it.
const WHOLE: usize = 8;
/// So many digits at least stand behind a dash with blanks around it, and behind parentheses; fewer
/// are an extension.
const BEHIND_A_DASH: usize = 4;

const NO_NUMBER: &str = "is not a phone number such as +16505551234";
const TRUNK: &str = "has the trunk prefix 0 in parentheses, which is not dialled behind the country code: leave \
    it out, as in +49 151 12345678";
const MORE: &str = "has more digits behind the number: an extension, a range or a second number; leave out what is \
    not one phone number";

/// A group of digits, and what stands before it.
struct Group<'a> {
    between: &'a str,
    digits: &'a str,
}

/// The digits of a phone number.
///
/// # Errors
/// Why it is none, to be read after the column's name.
pub(super) fn of(text: &str) -> Result<String, String> {
    let no_number = || NO_NUMBER.to_owned();
    let (groups, rest) = groups(text);
    let digits: String = groups.iter().map(|group| group.digits).collect();
    let (first, others) = groups.split_first().ok_or_else(no_number)?;
    if is_trunk(&groups, rest) {
        return Err(TRUNK.to_owned());
    }
    if !["", "+", "(", "(+", "+("].contains(&first.between) || !matches!(rest, "" | ")") {
        return Err(no_number());
    }
    let has_plus = first.between.contains('+');
    if let Some(why) = other_thing(has_plus, &groups) {
        return Err(why.to_owned());
    }
    let mut open = first.between.contains('(');
    let mut behind = digits.len() - first.digits.len();
    for group in others {
        let is_between = separates(group.between, &mut open);
        let is_spaced = group.between.contains('-') && group.between.contains(' ');
        if !is_between {
            return Err(no_number());
        }
        // In parentheses is an area code: a number follows.
        let follows = behind - group.digits.len();
        if (is_spaced && behind < BEHIND_A_DASH) || (open && follows < BEHIND_A_DASH) {
            return Err(MORE.to_owned());
        }
        behind = follows;
    }
    if open != (rest == ")") {
        return Err(no_number());
    }
    if !DIGITS.contains(&digits.len()) {
        let (least, most) = (DIGITS.start(), DIGITS.end());
        return Err(format!(
            "has no {least} to {most} digits: write the country code and the whole number"
        ));
    }
    if digits.starts_with('0') {
        return Err("begins with 0: write the country code first, as in +4915112345678".to_owned());
    }
    let before_the_last = groups.split_last().map_or(&[][..], |(_, before)| before);
    let is_longer = |(code, most): &(&str, usize)| digits.starts_with(code) && digits.len() > *most;
    if before_the_last
        .iter()
        .any(|group| group.digits.len() >= WHOLE)
        || LONGEST.iter().any(is_longer)
        || is_range(&groups)
    {
        return Err(MORE.to_owned());
    }
    Ok(digits)
}

/// The groups, and what stands behind the last one.
fn groups(text: &str) -> (Vec<Group<'_>>, &str) {
    let (mut groups, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (between, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit());
        let (digits, behind) = from.split_at(end.unwrap_or(from.len()));
        groups.push(Group { between, digits });
        rest = behind;
    }
    (groups, rest)
}

/// Whether what stands between two groups may: blanks, one dash or dot, one pair of parentheses.
fn separates(between: &str, open: &mut bool) -> bool {
    let marks: String = between.chars().filter(|c| *c != ' ').collect();
    let (closes, rest) = match marks.strip_prefix(')') {
        Some(rest) => (true, rest),
        None => (false, marks.as_str()),
    };
    let (opens, rest) = match rest.strip_suffix('(') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let fits = closes == *open && matches!(rest, "" | "-" | ".");
    *open = opens;
    fits && !(rest == "." && between.contains(' '))
}

/// `(0)`, and `(0151)` where the country's numbers do not begin with 0.
fn is_trunk(groups: &[Group<'_>], rest: &str) -> bool {
    let closes = |at: usize| {
        let behind = groups.get(at + 1).map_or(rest, |group| group.between);
        behind.trim_start().starts_with(')')
    };
    let country = groups.first().map_or("", |group| group.digits);
    let mut behind = groups.iter().enumerate().skip(1);
    behind.any(|(at, group)| {
        let in_parentheses = group.between.ends_with('(') && closes(at);
        in_parentheses
            && group.digits.starts_with('0')
            && (group.digits == "0" || !ZERO_STAYS.contains(&country))
    })
}

/// What the digits are instead of a number, if that can be seen.
fn other_thing(has_plus: bool, groups: &[Group<'_>]) -> Option<&'static str> {
    let between = |mark: &str| groups.iter().skip(1).all(|group| group.between == mark);
    let all: Vec<&str> = groups.iter().map(|group| group.digits).collect();
    let value = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
    if !has_plus
        && let [first, second, third] = *all.as_slice()
        && ["-", ".", " "].into_iter().any(between)
    {
        let day_or_month = |text: &str| text.len() <= 2 && (1..=31).contains(&value(text));
        let year = |text: &str| text.len() == 4 && (1900..=2199).contains(&value(text));
        let rest = day_or_month(second);
        if rest && ((year(first) && day_or_month(third)) || (day_or_month(first) && year(third))) {
            return Some("is a date");
        }
    }
    if !between(".") {
        return None;
    }
    match all.as_slice() {
        [whole, _] if whole.len() >= 4 => {
            Some("was made a decimal number, with digits behind a dot: format the column as text")
        }
        [_, _, _, _] if all.iter().all(|part| part.len() <= 3 && value(part) <= 255) => {
            Some("is the address of a machine")
        }
        [_, rest @ ..]
            if !has_plus && rest.len() > 1 && rest.iter().all(|part| part.len() == 3) =>
        {
            Some("has dots between thousands: format the column as text")
        }
        _ => None,
    }
}

/// `9460958-60`: a whole number, and behind the only dash the end of the next one.
fn is_range(groups: &[Group<'_>]) -> bool {
    let dashes = groups.iter().filter(|group| group.between.contains('-'));
    let [.., from, to] = groups else {
        return false;
    };
    let ascends = from.digits.len() == to.digits.len() && from.digits < to.digits;
    let before: usize = groups.iter().map(|group| group.digits.len()).sum();
    let is_whole = before - to.digits.len() >= 11;
    dashes.count() == 1 && to.between == "-" && to.digits.len() <= 3 && ascends && is_whole
}
