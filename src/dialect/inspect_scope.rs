//! The scope of an inspection: schemas and tables.

/// The text that means all schemas of the database.
const EVERY: &str = "*";

/// The schemas and tables that an inspection reads.
#[derive(Clone, Debug, Default)]
pub struct InspectScope {
    /// The default schema of PostgreSQL. Unset: `public`.
    pub default_schema: Option<String>,
    /// Further schemas; `*` means all schemas of the database.
    pub schemas: Vec<String>,
    /// Tables that are not reported at all: the history table and the tool's own.
    pub hidden: Vec<String>,
    /// Name patterns of tables to ignore; `*` matches any text.
    pub ignore: Vec<String>,
}

impl InspectScope {
    /// The same scope in all schemas of the database.
    #[must_use]
    pub fn everywhere(mut self) -> Self {
        self.schemas = vec![EVERY.to_owned()];
        self
    }

    /// Whether all schemas of the database are read.
    pub fn all_schemas(&self) -> bool {
        self.schemas.iter().any(|name| name == EVERY)
    }

    /// Whether a table of this name is ignored.
    pub fn ignores(&self, table: &str) -> bool {
        self.ignore
            .iter()
            .any(|pattern| matches_pattern(pattern, table))
    }
}

/// Whether a name matches a pattern in which `*` is any text.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            let starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            starts
                .into_iter()
                .any(|at| matches_pattern(tail, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_any_text() {
        for (pattern, name, wanted) in [
            ("gh_ost_*", "gh_ost_x", true),
            ("*_old", "users_old", true),
            ("*_old", "users_older", false),
            ("gh_ost_*", "gh_ost", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c", false),
            ("users", "users", true),
            ("users", "users2", false),
            ("*", "", true),
        ] {
            assert_eq!(matches_pattern(pattern, name), wanted, "{pattern} {name}");
        }
    }
}
