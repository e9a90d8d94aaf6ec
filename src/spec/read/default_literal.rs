//! Whether a literal default fits its neutral type.

use crate::spec::suggest::nearest;
use crate::spec::typed::Neutral;
use serde::de::IgnoredAny;
use time::{Date, Month, Time};

/// The reason why a default doesn't fit its type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) message: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
}

/// Checks a literal against a type, as far as that does not depend on the dialect.
pub(crate) fn fits(text: &str, ty: &Neutral) -> Result<(), Misfit> {
    let fits = match ty {
        Neutral::Bool => matches!(text, "true" | "false"),
        Neutral::TinyInt { unsigned: false } => text.parse::<i8>().is_ok(),
        Neutral::TinyInt { unsigned: true } => text.parse::<u8>().is_ok(),
        Neutral::SmallInt { unsigned: false } => text.parse::<i16>().is_ok(),
        Neutral::SmallInt { unsigned: true } => text.parse::<u16>().is_ok(),
        Neutral::Int { unsigned: false } => text.parse::<i32>().is_ok(),
        Neutral::Int { unsigned: true } => text.parse::<u32>().is_ok(),
        Neutral::BigInt { unsigned: false } => text.parse::<i64>().is_ok(),
        Neutral::BigInt { unsigned: true } => text.parse::<u64>().is_ok(),
        Neutral::Decimal { precision, scale } => is_decimal(text, *precision, *scale),
        Neutral::Float | Neutral::Double => text.parse::<f64>().is_ok_and(f64::is_finite),
        Neutral::Char(n) | Neutral::Varchar(n) => text.chars().count() <= *n as usize,
        Neutral::Uuid => text == "uuid" || is_uuid(text),
        Neutral::Date => text == "today" || is_date(text),
        Neutral::Time(_) => text == "now" || is_time(text),
        Neutral::DateTime(_) => text == "now" || is_date_time(text, false),
        Neutral::TimestampTz(_) => text == "now" || is_date_time(text, true),
        Neutral::Json => serde_json::from_str::<IgnoredAny>(text).is_ok(),
        Neutral::Enum { values, .. } => values.iter().any(|v| v.value == text),
        Neutral::Text
        | Neutral::Binary(_)
        | Neutral::Varbinary(_)
        | Neutral::Blob
        | Neutral::Array(_)
        | Neutral::Vector(_) => true,
    };
    if fits { Ok(()) } else { Err(misfit(text, ty)) }
}

fn misfit(text: &str, ty: &Neutral) -> Misfit {
    let mut why = Misfit {
        message: match ty {
            Neutral::Enum { .. } => format!("default `{text}` is not a value of the enum"),
            _ => format!("invalid default `{text}` for type `{ty}`"),
        },
        label: None,
        help: None,
    };
    match ty {
        Neutral::Bool => why.label = Some("write `true` or `false`".to_owned()),
        Neutral::Char(n) | Neutral::Varchar(n) => {
            let length = text.chars().count();
            why.label = Some(format!("{length} characters, the limit is {n}"));
        }
        Neutral::Json => {
            why.help = Some("write quoted JSON, such as `'{}'` or `'\"text\"'`".to_owned());
        }
        Neutral::Enum { values, .. } => {
            let values = values.iter().map(|v| v.value.as_str());
            match nearest(text, values.clone()) {
                Some(near) => why.label = Some(format!("did you mean `{near}`?")),
                None => {
                    why.help = Some(format!(
                        "write one of: {}",
                        values.collect::<Vec<_>>().join(", ")
                    ));
                }
            }
        }
        Neutral::Uuid if text == "now" => {
            why.help = Some("write `uuid` to generate a value per row".to_owned());
        }
        Neutral::Uuid => {
            why.help = Some("write a uuid, or `uuid` to generate a value per row".to_owned());
        }
        Neutral::Date => why.help = Some("write `today`, or a date such as 2026-01-31".to_owned()),
        Neutral::Time(_) => why.help = Some("write `now`, or a time such as 23:59:00".to_owned()),
        Neutral::DateTime(_) | Neutral::TimestampTz(_) => {
            why.help =
                Some("write `now`, or a date and time such as 2026-01-31 23:59:00".to_owned());
        }
        Neutral::TinyInt { .. }
        | Neutral::SmallInt { .. }
        | Neutral::Int { .. }
        | Neutral::BigInt { .. }
        | Neutral::Decimal { .. }
        | Neutral::Float
        | Neutral::Double => {
            why.help = Some(
                "write a number in the range of the type, or an expression in `default_sql`"
                    .to_owned(),
            );
        }
        Neutral::Text
        | Neutral::Binary(_)
        | Neutral::Varbinary(_)
        | Neutral::Blob
        | Neutral::Array(_)
        | Neutral::Vector(_) => {}
    }
    why
}

/// Whether a text is a plain number within precision and scale.
fn is_decimal(text: &str, precision: u32, scale: u32) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !(whole.is_empty() && fraction.is_empty())
        && all_digits(whole)
        && all_digits(fraction)
        && whole.trim_start_matches('0').len() <= (precision - scale.min(precision)) as usize
        && fraction.trim_end_matches('0').len() <= scale as usize
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A number of exactly `count` digits.
fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<T> {
    let plain = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut next = |count| parts.next().and_then(|part| digits::<u16>(part, count));
    let (Some(year), Some(month), Some(day)) = (next(4), next(2), next(2)) else {
        return false;
    };
    let month = u8::try_from(month)
        .ok()
        .and_then(|m| Month::try_from(m).ok());
    match (month, u8::try_from(day)) {
        (Some(month), Ok(day)) => Date::from_calendar_date(i32::from(year), month, day).is_ok(),
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':');
    let mut next = || parts.next().map(|part| digits::<u8>(part, 2));
    let (Some(Some(hour)), Some(Some(minute)), second) = (next(), next(), next()) else {
        return false;
    };
    let second = second.unwrap_or(Some(0));
    let fraction =
        (1..=6).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    fraction
        && parts.next().is_none()
        && second.is_some_and(|second| Time::from_hms(hour, minute, second).is_ok())
}

/// Whether a text is a date, with or without a time and, if allowed, a time zone.
fn is_date_time(text: &str, zone: bool) -> bool {
    let (day, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let bare = match clock.find(['+', '-', 'Z']).filter(|_| zone) {
        None => Some(clock),
        Some(at) => {
            let (clock, offset) = clock.split_at(at);
            let hours = offset.get(1..).unwrap_or_default();
            let known =
                offset == "Z" || is_time(hours) || digits::<u8>(hours, 2).is_some_and(|h| h < 15);
            known.then_some(clock)
        }
    };
    is_date(day) && bare.is_some_and(is_time)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::fits;
    use crate::spec::typed::neutral_type_syntax::parse_neutral_type;
    use crate::spec::typed::{EnumValue, Neutral};

    #[test]
    fn literals_fit_their_types() {
        for (ty, good, bad) in [
            ("bool", vec!["true", "false"], vec!["maybe", "1", "yes", ""]),
            (
                "int",
                vec!["0", "-2147483648"],
                vec!["abc", "2147483648", "1.5", "now", ""],
            ),
            ("tinyint unsigned", vec!["255"], vec!["256", "-1"]),
            (
                "bigint unsigned",
                vec!["18446744073709551615"],
                vec!["18446744073709551616"],
            ),
            (
                "decimal(5,2)",
                vec!["0.10", "-999.99", "1.500", "007"],
                vec!["1000", "0.001", "1e3", ".", "now"],
            ),
            ("double", vec!["1e3", "-0.5"], vec!["x", "inf", "NaN"]),
            ("varchar(3)", vec!["", "äöü", "now"], vec!["abcd"]),
            ("text", vec!["now", "anything"], vec![]),
            (
                "uuid",
                vec!["uuid", "123e4567-e89b-12d3-a456-426614174000"],
                vec!["now", "123e4567", "x23e4567-e89b-12d3-a456-426614174000"],
            ),
            (
                "date",
                vec!["today", "2024-02-29"],
                vec!["now", "2023-02-29", "24-1-1", ""],
            ),
            (
                "time",
                vec!["now", "23:59", "23:59:59.5"],
                vec!["24:00:00", "1:00", "12", "12:00:00:00"],
            ),
            (
                "datetime",
                vec!["now", "2024-01-31 10:00:00", "2024-01-31"],
                vec!["today", "2024-01-31 25:00", "2024-01-31 10:00:00Z"],
            ),
            (
                "timestamptz",
                vec![
                    "now",
                    "2024-01-31T10:00:00Z",
                    "2024-01-31 10:00:00+02:00",
                    "2024-01-31 10:00:00+02",
                ],
                vec!["soon", "2024-01-31 10:00:00+99"],
            ),
            (
                "json",
                vec!["{}", "[1]", "\"a\"", "null"],
                vec!["{", "", "abc"],
            ),
        ] {
            let ty = parse_neutral_type(ty).unwrap();
            for text in good {
                assert_eq!(fits(text, &ty), Ok(()), "{ty} {text}");
            }
            for text in bad {
                assert!(fits(text, &ty).is_err(), "{ty} {text}");
            }
        }
        let value = |value: &str| EnumValue {
            value: value.to_owned(),
            renamed_from: None,
        };
        let ty = Neutral::Enum {
            values: vec![value("open"), value("closed")],
            native: false,
        };
        assert_eq!(fits("open", &ty), Ok(()));
        assert_eq!(
            fits("opne", &ty).unwrap_err().label.unwrap(),
            "did you mean `open`?"
        );
    }
}
