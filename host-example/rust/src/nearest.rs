//! "Did you mean": the name that somebody who mistyped one most likely meant.

/// The known name nearest to this one, if it is near enough to be a slip of the fingers.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let most = match length {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let wanted = name.to_lowercase();
    let near = known.into_iter().filter_map(|other| {
        let distance = distance(&wanted, &other.to_lowercase());
        // All letters in another case is a distance of nothing, and never the same name.
        (distance <= most && other != name).then_some((distance, other))
    });
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// So many names are shown where none of them is near.
const SHOWN: usize = 12;

/// `; did you mean X?`, or else what there is.
pub(crate) fn instead<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    what: &str,
) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    // Several plugins, or workflows, may bring the same name.
    let mut seen = std::collections::HashSet::new();
    known.retain(|name| seen.insert(*name));
    if let Some(meant) = nearest(name, known.iter().copied()) {
        return format!("; did you mean {meant}?");
    }
    match known.get(..SHOWN) {
        _ if known.is_empty() => format!("; {what} none"),
        Some(first) if known.len() > SHOWN + 1 => {
            let more = known.len() - SHOWN;
            format!("; {what} {} and {more} more", first.join(", "))
        }
        _ => format!("; {what} {}", known.join(", ")),
    }
}

/// How many letters are missing, too many, wrong, or in the place of their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (row, letter) in one.chars().enumerate() {
        let mut now = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let at =
                |list: &[usize], place: usize| list.get(place).copied().unwrap_or(usize::MAX / 2);
            let wrong = at(&last, column) + usize::from(letter != *against);
            let mut best = wrong
                .min(at(&last, column + 1) + 1)
                .min(at(&now, column) + 1);
            let swapped =
                column > 0 && previous == Some(*against) && other.get(column - 1) == Some(&letter);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            now.push(best);
        }
        previous = Some(letter);
        before_last = std::mem::replace(&mut last, now);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h08_a_slip_of_the_fingers_is_told_from_another_word() {
        let known = [
            "messages",
            "contacts",
            "eventId",
            "sendMessageText",
            "ask",
            "id",
        ];
        for (name, meant) in [
            ("message", Some("messages")),
            ("mesasges", Some("messages")),
            ("eventid", Some("eventId")),
            ("sendMessgeText", Some("sendMessageText")),
            ("asc", Some("ask")),
            ("fax", None),
            ("ix", None),
            ("statuses", None),
        ] {
            assert_eq!(nearest(name, known), meant, "{name}");
        }
        assert_eq!(instead("asc", known, "there is"), "; did you mean ask?");
        assert_eq!(instead("x", ["a", "b"], "there is"), "; there is a, b");
        assert_eq!(instead("x", [], "there is"), "; there is none");
    }
}
