//! Checks of migration files that need no server: of all names together, and of each text.

use crate::file_name::{FileKind, FileName, parse};
use crate::lexical_rules::LexicalRules;
use crate::splitter::{copies_over_connection, directives, has_transaction_control, split};
use std::collections::BTreeMap;

/// A problem of a migration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The description of the problem.
    pub message: String,
}

/// Checks the names of a folder's files: each is valid, each version occurs once, and each down file has its up file.
pub fn check_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<FileProblem> {
    let mut found = Vec::new();
    let mut problem = |file: &str, message: String| {
        found.push(FileProblem {
            file: file.to_owned(),
            line: 1,
            message,
        });
    };
    let mut ups: BTreeMap<i32, &str> = BTreeMap::new();
    let mut downs: Vec<(&str, FileName<'_>)> = Vec::new();
    for file in names {
        match parse(file) {
            Ok(None) => {}
            Ok(Some(name)) if name.kind == FileKind::Down => downs.push((file, name)),
            Ok(Some(name)) => {
                if let Some(other) = ups.insert(name.version, name.stem) {
                    let version = name.version;
                    problem(
                        file,
                        format!("version {version} exists twice: {other}.sql and {file}"),
                    );
                    ups.insert(version, other);
                }
            }
            Err(why) => problem(file, why),
        }
    }
    for (file, name) in downs {
        if ups.get(&name.version) != Some(&name.stem) {
            problem(file, format!("there is no {}.sql next to it", name.stem));
        }
    }
    found
}

/// Checks the text of a file: line ends, directives, statements that a migration must not contain.
pub fn check_text(rules: &LexicalRules, file: &str, sql: &str) -> Vec<FileProblem> {
    let problem = |line: u32, message: &str| FileProblem {
        file: file.to_owned(),
        line,
        message: message.to_owned(),
    };
    let mut found = Vec::new();
    if sql.starts_with('\u{feff}') {
        found.push(problem(1, "the file starts with a byte order mark"));
    } else if sql.contains("\r\n") {
        found.push(problem(1, "the file has CRLF line ends"));
    }
    let mut no_transaction = false;
    for (line, directive) in directives(sql) {
        let word = directive.split(' ').next().unwrap_or_default();
        match word {
            "no-transaction" => no_transaction = true,
            "foreign-keys-off" | "allow" | "lock-timeout" => {}
            _ => found.push(problem(line, &format!("unknown directive `{directive}`"))),
        }
    }
    let statements = match split(rules, sql) {
        Ok(statements) => statements,
        Err(error) => {
            found.push(problem(error.line, &error.message));
            return found;
        }
    };
    for statement in &statements {
        if has_transaction_control(rules, statement) {
            found.push(problem(
                statement.line,
                "a migration must not begin or end transactions itself",
            ));
        }
        if copies_over_connection(rules, statement) {
            found.push(problem(
                statement.line,
                "a migration must not transfer rows over the connection (COPY ... FROM STDIN, COPY ... TO STDOUT)",
            ));
        }
    }
    if no_transaction && statements.len() != 1 && found.is_empty() {
        let line = statements.get(1).map_or(1, |second| second.line);
        let count = statements.len();
        found.push(problem(
            line,
            &format!(
                "a file without a transaction must contain exactly one statement, not {count}"
            ),
        ));
    }
    found
}
