//! Database URLs.

use crate::db::Family;
use std::fmt;

/// A database URL. `Display` and `Debug` redact its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DbUrl(String);

impl DbUrl {
    /// A URL; nothing is checked yet.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL including its password: must never be printed.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the URL contains a password.
    pub fn has_password(&self) -> bool {
        self.password_range().is_some()
    }

    /// The family of the URL's scheme.
    pub fn family(&self) -> Option<Family> {
        Family::from_url_scheme(self.0.split(':').next()?)
    }

    fn password_range(&self) -> Option<std::ops::Range<usize>> {
        let start = self.0.find("://")? + 3;
        let authority_end = self.0[start..]
            .find(['/', '?', '#'])
            .map_or(self.0.len(), |i| start + i);
        // an unescaped password may contain a slash: the last @ ends the user part
        let at = self.0[start..]
            .rfind('@')
            .map(|i| start + i)
            .or_else(|| self.0[start..authority_end].rfind('@').map(|i| start + i))?;
        let colon = self.0[start..at].find(':')? + start;
        (colon + 1 < at).then_some(colon + 1..at)
    }
}

impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if let Some(range) = self.password_range() {
            shown.replace_range(range, "***");
        }
        if let Some(query) = shown.find('?') {
            let (head, tail) = shown.split_at(query);
            let tail: Vec<String> = tail[1..]
                .split('&')
                .map(|pair| match pair.split_once('=') {
                    Some((key, _)) if key.to_ascii_lowercase().contains("pass") => {
                        format!("{key}=***")
                    }
                    _ => pair.to_owned(),
                })
                .collect();
            return write!(f, "{head}?{}", tail.join("&"));
        }
        f.write_str(&shown)
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
