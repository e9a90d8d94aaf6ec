//! Counts and times as text.

use std::time::Duration;

/// `1 table`, `2 tables`.
pub fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else if let Some(stem) = one.strip_suffix('x') {
        format!("{number} {stem}xes")
    } else {
        format!("{number} {one}s")
    }
}

/// A duration: `0.04 s`, `6 m 12 s`.
pub fn elapsed(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.2} s", took.as_secs_f64())
    } else {
        format!("{} m {} s", seconds / 60, seconds % 60)
    }
}

/// An RFC 3339 time to the minute: `2025-10-28T02:11:07.123Z` as `2025-10-28 02:11`.
pub fn to_the_minute(time: &str) -> String {
    let short: String = time.chars().take(16).collect();
    short.replace('T', " ")
}
