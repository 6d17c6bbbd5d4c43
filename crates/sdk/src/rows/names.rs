//! Names that nobody knows: what was probably meant, and how to repeat them.

/// Characters of an unknown name that are repeated.
const SHOWN: usize = 64;

/// The name among `known` that is nearest to `name`, if one is near.
pub fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let given: Vec<char> = name
        .chars()
        .take(SHOWN)
        .flat_map(char::to_lowercase)
        .collect();
    let most = given.len() / 3;
    let distances = known.map(|known| (distance(&given, known), known));
    let near = distances.filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// As much of `name` as can stand in a message.
pub fn shown(name: &str) -> String {
    let begun: String = name.chars().take(SHOWN).collect();
    let more = if begun.len() < name.len() { "…" } else { "" };
    format!("{begun:?}{more}")
}

/// How many letters must be added, left out, changed or put in the other order, whatever their case.
fn distance(given: &[char], known: &str) -> usize {
    let known: Vec<char> = known.chars().flat_map(char::to_lowercase).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=known.len()).collect();
    for (row, letter) in given.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in known.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&above, column) + usize::from(letter != other);
            let mut least = changed.min(at(&above, column + 1) + 1);
            least = least.min(at(&current, column) + 1);
            let swapped = row > 0
                && column > 0
                && given.get(row - 1) == Some(other)
                && known.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["printLetter", "printLetterTwice", "getPaper"];

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        for (given, meant) in [
            ("prinLetter", Some("printLetter")),
            ("printletter", Some("printLetter")),
            ("pritnLetter", Some("printLetter")),
            ("printLetetrTwic", Some("printLetterTwice")),
            ("getpapers", Some("getPaper")),
            ("frobnicate", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, KNOWN.into_iter()), meant, "{given}");
        }
    }

    #[test]
    fn a_name_is_repeated_in_one_line_and_cut() {
        assert_eq!(shown("a\nb"), "\"a\\nb\"");
        assert_eq!(shown(&"ä".repeat(100)), format!("\"{}\"…", "ä".repeat(64)));
    }
}
