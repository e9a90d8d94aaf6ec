//! The settings of a session.

/// Statements that make a session independent of the settings of the file and of the build: foreign keys and checks are
/// enforced, renames follow references, and triggers don't fire each other.
///
/// <https://www.sqlite.org/pragma.html>
const STATEMENTS: [&str; 4] = [
    "PRAGMA foreign_keys = ON",
    "PRAGMA legacy_alter_table = OFF",
    "PRAGMA ignore_check_constraints = OFF",
    "PRAGMA recursive_triggers = OFF",
];

/// The statements that set up a session.
pub(crate) fn session_statements() -> Vec<String> {
    STATEMENTS.map(String::from).to_vec()
}
