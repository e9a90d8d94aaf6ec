//! What of a database is looked at.

/// Stands for all schemas that are there.
const EVERY: &str = "*";

/// What an inspection looks at.
#[derive(Clone, Debug, Default)]
pub struct InspectScope {
    /// PostgreSQL: the default schema (`public` where empty) and the further ones the specs name.
    pub default_schema: Option<String>,
    /// Further schemas; `*` stands for all that are there.
    pub schemas: Vec<String>,
    /// Tables that are invisible: the history table and the tool's own.
    pub hidden: Vec<String>,
    /// Patterns with `*` of tables to leave out.
    pub ignore: Vec<String>,
}

impl InspectScope {
    /// The same, but in every schema of the database.
    #[must_use]
    pub fn everywhere(mut self) -> Self {
        self.schemas = vec![EVERY.to_owned()];
        self
    }

    /// Whether every schema of the database is looked at.
    pub fn all_schemas(&self) -> bool {
        self.schemas.iter().any(|name| name == EVERY)
    }

    /// Whether a pattern leaves out a table of this name.
    pub fn ignores(&self, table: &str) -> bool {
        self.ignore.iter().any(|pattern| fits(pattern, table))
    }
}

/// Whether a name fits a pattern in which `*` is any text.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            let starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            starts.into_iter().any(|at| fits(tail, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_stars() {
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
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
    }
}
