//! The text of one migration file: its directives and its statements.

use crate::diag::{Code, Diagnostic, Location};
use crate::migrate::files::statement_label;
use crate::migrate::files::statement_label::{StatementLabel, StepMark};
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::splitter;
use crate::sql::splitter::Statement;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The directives of a file: lines `-- tablewright: …` at its top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// `no-transaction`: the file's one statement runs outside of any transaction.
    pub no_transaction: bool,
    /// `foreign-keys-off`: foreign keys are switched off around the transaction, and checked before it
    /// commits.
    pub foreign_keys_off: bool,
    /// `allow`: names of impacts that were allowed in the review of the file.
    pub allow: Vec<String>,
    /// `lock-timeout`: how long the file's statements wait for a lock, instead of the run's time-out.
    pub lock_timeout: Option<Duration>,
}

/// The parsed text of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedSql {
    /// The directives at the top.
    pub directives: Directives,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// The step mark above each statement: `-- step 3: users: add column email`.
    pub marks: Vec<Option<StepMark>>,
}

impl ParsedSql {
    /// The label of each statement.
    pub fn labels(&self) -> Vec<StatementLabel> {
        statement_label::labels(&self.statements, &self.marks)
    }
}

/// The text of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlText {
    /// The path of the file, as messages show it.
    pub file: Arc<str>,
    /// The content, byte for byte.
    pub sql: String,
}

impl SqlText {
    /// Reads a file.
    ///
    /// # Errors
    /// The file can't be read, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, Box<Diagnostic>> {
        let file: Arc<str> = path.display().to_string().into();
        let bytes = std::fs::read(path).map_err(|error| {
            Diagnostic::error(
                Code::MigrationUnreadable,
                format!("{file} can't be read: {error}"),
            )
            .at(&file_location(&file))
        })?;
        let sql = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..valid).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            Diagnostic::error(Code::MigrationEncoding, format!("{file} is not UTF-8 text"))
                .at(&line_location(
                    &file,
                    u32::try_from(line).unwrap_or(u32::MAX),
                ))
                .help("save the file as UTF-8")
        })?;
        Ok(Self { file, sql })
    }

    /// A description of unusual bytes: a byte order mark, or CRLF line ends. `None` for plain text.
    pub fn unusual_bytes(&self) -> Option<&'static str> {
        if self.sql.starts_with('\u{feff}') {
            Some("begins with a byte order mark")
        } else if self.sql.contains("\r\n") {
            Some("has lines that end in CRLF")
        } else {
            None
        }
    }

    /// The text with LF line ends and without a byte order mark.
    pub fn plain(&self) -> String {
        let text = self.sql.strip_prefix('\u{feff}').unwrap_or(&self.sql);
        text.replace("\r\n", "\n")
    }

    /// Parses the text and checks what a migration must not contain: unknown directives, transaction
    /// control, rows transferred over the connection, and several statements in a file without a
    /// transaction.
    ///
    /// # Errors
    /// All problems of the text, each with its line.
    pub fn parse(&self, lexical_rules: &LexicalRules) -> Result<ParsedSql, Vec<Diagnostic>> {
        let mut found = Vec::new();
        if let Some(unusual) = self.unusual_bytes() {
            found.push(
                Diagnostic::error(Code::MigrationLineEnds, format!("{} {unusual}", self.file))
                    .at(&file_location(&self.file))
                    .help("save it with LF line ends and without a byte order mark, and put `*.sql text eol=lf` into .gitattributes"),
            );
        }
        let directives = self.directives(&mut found);
        let statements = splitter::split(lexical_rules, &self.sql).unwrap_or_else(|error| {
            found.push(
                Diagnostic::error(Code::MigrationSyntax, error.message)
                    .at(&line_location(&self.file, error.line)),
            );
            Vec::new()
        });
        self.check_statements(lexical_rules, &statements, &mut found);
        if directives.no_transaction && statements.len() != 1 && found.is_empty() {
            found.push(
                Diagnostic::error(
                    Code::NoTransactionStatements,
                    format!(
                        "a file without a transaction must contain exactly one statement; this one contains {}",
                        statements.len()
                    ),
                )
                .at(&line_location(&self.file, statements.get(1).map_or(1, |s| s.line)))
                .help("put each statement into a version of its own"),
            );
        }
        if found.is_empty() {
            Ok(ParsedSql {
                marks: statement_label::marks(&self.sql, &statements),
                directives,
                statements,
            })
        } else {
            Err(found)
        }
    }

    /// Reports statements that a migration must not contain.
    fn check_statements(
        &self,
        lexical_rules: &LexicalRules,
        statements: &[Statement],
        found: &mut Vec<Diagnostic>,
    ) {
        for statement in statements {
            if splitter::has_transaction_control(lexical_rules, statement) {
                found.push(
                    Diagnostic::error(
                        Code::TransactionControl,
                        "a migration must not begin or end transactions itself",
                    )
                    .at(&line_location(&self.file, statement.line))
                    .help("remove the statement: each migration runs in a transaction where the server supports it; `-- tablewright: no-transaction` at the top disables the transaction"),
                );
            }
            if splitter::copies_over_connection(lexical_rules, statement) {
                found.push(
                    Diagnostic::error(
                        Code::CopyOverConnection,
                        "a migration must not transfer rows over the connection (COPY ... FROM STDIN, COPY ... TO STDOUT)",
                    )
                    .at(&line_location(&self.file, statement.line))
                    .help("write INSERT statements, or run the COPY with psql outside of migrations"),
                );
            }
        }
    }

    fn directives(&self, found: &mut Vec<Diagnostic>) -> Directives {
        let mut directives = Directives::default();
        for (line, text) in splitter::directives(&self.sql) {
            let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
            let rest = rest.trim();
            match word {
                "no-transaction" if rest.is_empty() => directives.no_transaction = true,
                "foreign-keys-off" if rest.is_empty() => directives.foreign_keys_off = true,
                "allow" if !rest.is_empty() => directives
                    .allow
                    .extend(rest.split(',').map(|impact| impact.trim().to_owned())),
                "lock-timeout" if parse_duration(rest).is_some() => {
                    directives.lock_timeout = parse_duration(rest);
                }
                _ => found.push(
                    Diagnostic::error(Code::UnknownDirective, format!("unknown directive `{text}`"))
                        .at(&line_location(&self.file, line))
                        .help("use no-transaction, foreign-keys-off, allow with the names of impacts, or lock-timeout with a time such as 500ms, 5s or 2m"),
                ),
            }
        }
        directives
    }
}

/// Parses a duration such as `500ms`, `2s`, `5m`, `1h`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

/// The location of a line of a file.
pub(crate) fn line_location(file: &Arc<str>, line: u32) -> Location {
    Location {
        file: Arc::clone(file),
        line,
        column: 1,
        width: 1,
    }
}

/// The location of a file as a whole.
pub(crate) fn file_location(file: &Arc<str>) -> Location {
    line_location(file, 1)
}

#[cfg(test)]
mod tests;
