//! Values of the file: plain ones, and secrets from the environment or from files.

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value};
use toml::Value as Toml;

/// Where the values of variables come from.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The largest file that holds a secret.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// A value, and whether it is from outside of the file.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) value: Value,
    pub(super) from_outside: bool,
}

/// The value; `{ env = "NAME" }` and `{ file = "path" }` stand for what is there. With
/// `default = …` beside it, nothing need be there.
///
/// # Errors
/// Which variable or file is missing; never what is in it.
pub(super) fn resolve(
    value: &Toml,
    folder: &Path,
    environment: Environment<'_>,
) -> Result<Resolved, String> {
    let Some((name, from, default)) = reference(value)? else {
        return Ok(Resolved {
            value: json(value)?,
            from_outside: false,
        });
    };
    let text = match name {
        "env" => environment(from).ok_or_else(|| format!("the variable {from} is not set")),
        _ => read(&folder.join(from)),
    };
    let value = match (text, default) {
        (Ok(text), _) => Value::String(text),
        (Err(_), Some(default)) => json(default)?,
        (Err(why), None) => return Err(why),
    };
    Ok(Resolved {
        value,
        from_outside: true,
    })
}

/// `env` or `file`, what it names, and the default.
type Reference<'a> = (&'a str, &'a str, Option<&'a Toml>);

fn reference(value: &Toml) -> Result<Option<Reference<'_>>, String> {
    let Some(table) = value.as_table() else {
        return Ok(None);
    };
    let found = ["env", "file"]
        .into_iter()
        .find_map(|name| Some((name, table.get(name)?)));
    let Some((name, from)) = found else {
        return Ok(None);
    };
    let known = |key: &String| key == name || key == "default";
    if let Some(other) = table.keys().find(|key| !known(key)) {
        return Err(format!(
            "{{ {name} = … }} may have `default` beside it, not {other}"
        ));
    }
    let from = from
        .as_str()
        .ok_or_else(|| format!("{name} must be a string"))?;
    Ok(Some((name, from, table.get("default"))))
}

/// The file's text without the line break at its end.
fn read(file: &Path) -> Result<String, String> {
    let wrong = |why: &str| format!("the file {}: {why}", file.display());
    let about = std::fs::metadata(file).map_err(|error| wrong(&error.to_string()))?;
    if about.len() > MAX_SECRET_BYTES {
        return Err(wrong("it is larger than a secret can be"));
    }
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error.to_string()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A value of the file as JSON.
pub(super) fn json(value: &Toml) -> Result<Value, String> {
    Ok(match value {
        Toml::String(text) => Value::String(text.clone()),
        Toml::Integer(number) => (*number).into(),
        Toml::Float(number) => serde_json::Number::from_f64(*number)
            .map(Value::Number)
            .ok_or("a number must be finite")?,
        Toml::Boolean(value) => (*value).into(),
        Toml::Datetime(time) => Value::String(time.to_string()),
        Toml::Array(items) => items.iter().map(json).collect::<Result<Value, _>>()?,
        Toml::Table(table) => {
            let members = table
                .iter()
                .map(|(name, value)| Ok((name.clone(), json(value)?)));
            Value::Object(members.collect::<Result<Map<_, _>, String>>()?)
        }
    })
}

/// A time such as `90s`, `24h` or `30d`.
///
/// # Errors
/// It is none.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed = humantime::parse_duration(text);
    parsed.map_err(|error| format!("{text} is no time such as 90s, 24h or 30d: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<Resolved, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "from a file\n").unwrap();
        let table: toml::Table = toml::from_str(&format!("v = {text}")).unwrap();
        let environment = |name: &str| (name == "SET").then(|| "from outside".to_owned());
        resolve(&table["v"], folder.path(), &environment)
    }

    #[test]
    fn a_value_is_plain_or_from_the_environment_or_from_a_file() {
        for (text, expected, outside) in [
            ("\"plain\"", "\"plain\"", false),
            ("3", "3", false),
            ("[1, {a = true}]", "[1,{\"a\":true}]", false),
            ("{env = \"SET\"}", "\"from outside\"", true),
            ("{file = \"token\"}", "\"from a file\"", true),
            ("{env = \"UNSET\", default = \"x\"}", "\"x\"", true),
        ] {
            let found = value(text).unwrap();
            assert_eq!(
                (found.value.to_string().as_str(), found.from_outside),
                (expected, outside)
            );
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, word) in [
            ("{env = \"UNSET\"}", "UNSET"),
            ("{file = \"nowhere\"}", "nowhere"),
            ("{env = \"SET\", x = 1}", "not x"),
            ("{env = 1}", "env must be a string"),
            ("nan", "finite"),
        ] {
            let error = value(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
        assert!(duration("soon").unwrap_err().contains("soon"));
        assert_eq!(duration("24h").unwrap(), Duration::from_secs(86_400));
    }
}
