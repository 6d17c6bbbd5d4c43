//! The range of a whole number that is given as a text, as a pattern.

/// Takes the texts that the reader takes for a whole number in this range.
pub(super) fn pattern(least: i64, most: i64, or_empty: bool) -> String {
    let mut ways = Vec::new();
    if most >= 0 {
        ways.push(format!(
            r"\+?0*({})",
            of_any_length(least.max(0).unsigned_abs(), most.unsigned_abs())
        ));
    }
    if least < 0 {
        let nearest = most.min(0).unsigned_abs();
        ways.push(format!(
            "-0*({})",
            of_any_length(nearest, least.unsigned_abs())
        ));
    }
    let empty = if or_empty { "?" } else { "" };
    format!("^({}){empty}$", ways.join("|"))
}

/// The numbers without leading zeros: those as long as the least, those between, and those as long as the
/// most.
fn of_any_length(least: u64, most: u64) -> String {
    let (least, most) = (least.to_string(), most.to_string());
    let (short, long) = (least.len(), most.len());
    let mut ways = Vec::new();
    if short == long {
        of_one_length("", least.as_bytes(), most.as_bytes(), &mut ways);
    } else {
        of_one_length("", least.as_bytes(), &vec![b'9'; short], &mut ways);
        if short + 1 < long {
            ways.push(format!("[1-9][0-9]{{{short},{}}}", long - 2));
        }
        let first = format!("1{}", "0".repeat(long - 1));
        of_one_length("", first.as_bytes(), most.as_bytes(), &mut ways);
    }
    ways.join("|")
}

/// The texts of digits from `least` to `most`, which have as many, each behind `prefix`.
fn of_one_length(prefix: &str, least: &[u8], most: &[u8], ways: &mut Vec<String>) {
    let ([low, least @ ..], [high, most @ ..]) = (least, most) else {
        return ways.push(prefix.to_owned());
    };
    let (mut low, mut high) = (*low, *high);
    let led_by = |digit: u8| format!("{prefix}{}", char::from(digit));
    if low == high {
        return of_one_length(&led_by(low), least, most, ways);
    }
    let (zeros, nines) = (vec![b'0'; least.len()], vec![b'9'; most.len()]);
    if least != zeros {
        of_one_length(&led_by(low), least, &nines, ways);
        low += 1;
    }
    if most != nines {
        of_one_length(&led_by(high), &zeros, most, ways);
        high -= 1;
    }
    if low <= high {
        let (low, high) = (char::from(low), char::from(high));
        let rest = match zeros.len() {
            0 => String::new(),
            count => format!("[0-9]{{{count}}}"),
        };
        ways.push(format!("{prefix}[{low}-{high}]{rest}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_the_numbers_of_the_range_and_no_others() {
        let edges = [
            -1234, -101, -100, -12, -9, -1, 0, 1, 8, 10, 19, 99, 100, 365, 1000, 1025,
        ];
        let written = |number: i64| {
            [
                format!("{number}"),
                format!("{number:+}"),
                format!("{number:+06}"),
            ]
        };
        for least in edges {
            for most in edges.into_iter().filter(|most| *most >= least) {
                let pattern = pattern(least, most, false);
                let regex = regex_lite::Regex::new(&pattern).unwrap();
                for number in -1300..1300 {
                    for text in written(number) {
                        let is_in = (least..=most).contains(&number);
                        assert_eq!(regex.is_match(&text), is_in, "{pattern}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_greatest_range_ends_where_the_type_does() {
        let regex = regex_lite::Regex::new(&pattern(i64::MIN, i64::MAX, true)).unwrap();
        for text in [
            "",
            "9223372036854775807",
            "-9223372036854775808",
            "0001",
            "-0",
        ] {
            assert!(regex.is_match(text), "{text}");
        }
        for text in [
            "9223372036854775808",
            "-9223372036854775809",
            "10000000000000000000",
            "-",
            "+",
        ] {
            assert!(!regex.is_match(text), "{text}");
        }
    }
}
