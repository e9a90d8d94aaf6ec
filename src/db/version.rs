//! Server versions.

use crate::db::Vendor;
use std::fmt;

/// A server's version: major, minor, patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Parses the leading `a.b.c` of a text such as `10.11.19-MariaDB-0+deb12u1` or `15.18 (Debian)`.
    pub fn parse(text: &str) -> Option<Self> {
        let head: String = text
            .trim()
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let mut parts = head.split('.').map(|part| part.parse().unwrap_or(0));
        let major = parts.next().filter(|_| !head.is_empty())?;
        Some(Self(
            major,
            parts.next().unwrap_or(0),
            parts.next().unwrap_or(0),
        ))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)?;
        if self.2 > 0 {
            write!(f, ".{}", self.2)?;
        }
        Ok(())
    }
}

/// The server of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The vendor.
    pub vendor: Vendor,
    /// The version.
    pub version: Version,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.vendor, self.version)
    }
}
