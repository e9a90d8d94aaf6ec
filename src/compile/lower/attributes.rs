//! Lowers `options:` of a spec by the dialect's table of attributes.

use crate::diag::{Code, Diagnostic};
use crate::dialect::{Attribute, Dialect, Place, Values, all};
use crate::model::Attributes;
use crate::spec::{OptionSpec, nearest};

/// The attributes for `options:`, in canonical spelling. A value that equals the server's default is
/// omitted. Unknown options and values are reported in `found`.
pub(crate) fn lower_options(
    dialect: &dyn Dialect,
    place: Place,
    options: &[OptionSpec],
    found: &mut Vec<Diagnostic>,
) -> Attributes {
    let mut attrs = Attributes::default();
    for option in options {
        let key = option.key.value.as_str();
        let rows = dialect.attributes().iter().filter(|row| row.key == key);
        let Some(row) = rows.clone().find(|row| row.places.contains(&place)) else {
            found.push(unknown_option(dialect, place, option, rows.clone().next()));
            continue;
        };
        match canonical_value(&row.values, &option.value.value) {
            Some(value) if row.default == Some(value.as_str()) => {}
            Some(value) => attrs.set(key, value),
            None => {
                let message = format!("invalid value `{}` for `{key}`", option.value.value);
                found.push(
                    Diagnostic::error(Code::WrongOption, message)
                        .at(&option.value.at)
                        .label(expected_value(&row.values)),
                );
            }
        }
    }
    attrs
}

/// A value in its canonical spelling; `None` if it is invalid.
pub(crate) fn canonical_value(values: &Values, text: &str) -> Option<String> {
    match values {
        Values::Flag => {
            let lower = text.to_ascii_lowercase();
            match lower.as_str() {
                "true" | "on" | "yes" | "1" => Some("true".into()),
                "false" | "off" | "no" | "0" => Some("false".into()),
                _ => None,
            }
        }
        Values::Number => text.parse::<i128>().ok().map(|number| number.to_string()),
        Values::Real => {
            let number = text.parse::<f64>().ok().filter(|n| n.is_finite())?;
            Some(number.to_string())
        }
        Values::Words(words) => words
            .iter()
            .find(|word| word.eq_ignore_ascii_case(text))
            .map(|word| (*word).to_owned()),
        Values::Text | Values::Index => Some(text.to_owned()),
    }
}

fn expected_value(values: &Values) -> String {
    match values {
        Values::Flag => "write `true` or `false`".into(),
        Values::Number => "write a whole number".into(),
        Values::Real => "write a number".into(),
        Values::Words(words) => format!("write one of: {}", words.join(", ")),
        Values::Text => "write a string".into(),
        Values::Index => "write the name of an index".into(),
    }
}

fn place_noun(place: Place) -> &'static str {
    match place {
        Place::Table => "a table",
        Place::Column => "a column",
        Place::Key => "a key",
        Place::ForeignKey => "a foreign key",
        Place::Check => "a check",
        Place::Index => "an index",
        Place::Partition => "a partition",
    }
}

fn unknown_option(
    dialect: &dyn Dialect,
    place: Place,
    option: &OptionSpec,
    elsewhere: Option<&Attribute>,
) -> Diagnostic {
    let key = option.key.value.as_str();
    let (name, what) = (dialect.name(), place_noun(place));
    let message = format!("unknown option `{key}` of {what} on {name}");
    let error = Diagnostic::error(Code::UnknownOption, message).at(&option.key.at);
    if let Some(row) = elsewhere {
        let places: Vec<&str> = row.places.iter().map(|place| place_noun(*place)).collect();
        return error.label(format!("an option of {}", places.join(", ")));
    }
    let here = dialect.attributes().iter();
    let here = here.filter(|row| row.places.contains(&place));
    let knows = |other: &&&'static dyn Dialect| {
        let mut rows = other.attributes().iter();
        rows.any(|row| row.key == key && row.places.contains(&place))
    };
    if let Some(other) = all().iter().find(knows) {
        let other = other.name();
        return error.help(format!(
            "write `{other}: {{ options: {{ {key}: {} }} }}`: it is an option of {other}",
            option.value.value
        ));
    }
    match nearest(key, here.map(|row| row.key)) {
        Some(near) => error.label(format!("did you mean `{near}`?")),
        None => error.help("see docs/options.md for the options of each dialect"),
    }
}
