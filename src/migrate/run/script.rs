//! What is sent to the server for one migration: messages, each of one or more statements, and
//! what each statement is for. A pure function of the file, so that a dry run prints exactly this.

use crate::migrate::files::directory::ParsedSql;
use crate::migrate::journal::{UnitJournal, WHOLE_MIGRATION};
use crate::server::execution_profile::{DdlTransactions, ExecutionProfile};
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;
use std::time::Duration;

/// What a statement of a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementRole {
    /// Begins a transaction or sets it up.
    Begin,
    /// Writes the journal's row of the statement of this number before it; of all of them where it is
    /// [`WHOLE`].
    Intent(usize),
    /// The file's own statement of this number, from 1.
    Statement(usize),
    /// A query that must give no row, before the commit.
    Check,
    /// Writes into the journal what became of the statement of this number, or of all.
    Outcome(usize),
    /// Writes or removes the history row.
    History,
    /// Commits.
    Commit,
    /// Switches something of the session, outside of any transaction.
    Switch,
}

impl StatementRole {
    /// The statement's number, where it is one of the file's.
    pub fn statement(self) -> Option<usize> {
        match self {
            Self::Statement(number) => Some(number),
            Self::Begin
            | Self::Intent(_)
            | Self::Check
            | Self::Outcome(_)
            | Self::History
            | Self::Commit
            | Self::Switch => None,
        }
    }

    /// Whether it writes what became of the migration.
    pub fn is_record(self) -> bool {
        match self {
            Self::Outcome(_) | Self::History | Self::Commit => true,
            Self::Begin | Self::Intent(_) | Self::Statement(_) | Self::Check | Self::Switch => {
                false
            }
        }
    }
}

/// One statement of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptStatement {
    /// What it is for.
    pub role: StatementRole,
    /// Its text, without a final semicolon.
    pub sql: String,
}

/// What goes to the server at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its statements.
    pub parts: Vec<ScriptStatement>,
}

/// Between two statements of a message. The line break ends a `--` comment that a statement may
/// end with.
const BETWEEN: &str = "\n;\n";

impl Message {
    fn of(role: StatementRole, sql: impl Into<String>) -> Self {
        let mut message = Self::default();
        message.add(role, sql);
        message
    }

    fn add(&mut self, role: StatementRole, sql: impl Into<String>) {
        self.parts.push(ScriptStatement {
            role,
            sql: sql.into(),
        });
    }

    /// The text that is sent.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.sql.as_str()).collect();
        parts.join(BETWEEN)
    }

    /// The part in which the server found an error: the one that a position in the text (in
    /// characters, from 1) falls into, or else the one after those that were completed. With it
    /// comes the line within the part, from 0, where the position tells.
    pub fn failed_part(&self, completed: usize, position: Option<usize>) -> (usize, Option<usize>) {
        if let Some(position) = position {
            let mut start = 0;
            for (at, part) in self.parts.iter().enumerate() {
                let length = part.sql.chars().count();
                // what a statement lacks at its end is missed at the semicolon behind it
                if position <= start + length + BETWEEN.len() {
                    let before = position.saturating_sub(start + 1);
                    let line = part.sql.chars().take(before).filter(|c| *c == '\n').count();
                    return (at, Some(line));
                }
                start += length + BETWEEN.len();
            }
        }
        (completed.min(self.parts.len().saturating_sub(1)), None)
    }

    /// The file's statements in it, from 1.
    pub fn statements(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().filter_map(|part| part.role.statement())
    }

    /// The first of the file's statements in it, from 1.
    pub fn first_statement(&self) -> Option<usize> {
        self.statements().next()
    }

    /// Whether it holds a part of this role.
    pub fn has(&self, role: StatementRole) -> bool {
        self.parts.iter().any(|part| part.role == role)
    }
}

/// What a failure leaves of the statements that were completed before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atomicity {
    /// Nothing: they are in one transaction.
    Transaction,
    /// All of them: each commits by itself.
    PerStatement,
}

/// Everything that is sent for one migration, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The messages.
    pub messages: Vec<Message>,
    /// What a failure leaves.
    pub atomicity: Atomicity,
    /// What puts the session right again after a failure (and the rollback).
    pub restore: Option<&'static str>,
    /// The session's variables may be others afterwards.
    pub disturbs_session: bool,
}

/// What a script is made of.
#[derive(Clone, Copy, Debug)]
pub struct ScriptBuilder<'a> {
    /// How migrations run on the server.
    pub running: &'a ExecutionProfile,
    /// The lexical rules of the statements.
    pub lexical_rules: &'a LexicalRules,
    /// The statements.
    pub parsed: &'a ParsedSql,
    /// The first one that runs, from 1; those before it are in force already.
    pub first: usize,
    /// Statements that record the migration as applied or undone, or take the record away.
    pub history: &'a [String],
    /// How long a statement waits for a lock.
    pub lock_timeout: Duration,
    /// What the journal is told. A preview tells it nothing.
    pub log: Option<&'a UnitJournal<'a>>,
}

impl ScriptBuilder<'_> {
    /// The script.
    pub fn script(&self) -> Script {
        let (running, lexical_rules) = (self.running, self.lexical_rules);
        let all = self.parsed.statements.iter().map(|s| s.sql.as_str());
        let texts: Vec<&str> = all.collect();
        let disturbs_session = !texts
            .iter()
            .all(|sql| effects::keeps_session(lexical_rules, sql));
        let data_only =
            !texts.is_empty() && texts.iter().all(|sql| effects::is_data(lexical_rules, sql));
        let in_transaction = !self.parsed.directives.no_transaction
            && self.first <= 1
            && match running.ddl {
                DdlTransactions::Transactional => true,
                DdlTransactions::ImplicitCommit => data_only,
            };
        let switch = running
            .foreign_keys
            .filter(|_| self.parsed.directives.foreign_keys_off && in_transaction);
        let mut messages = if in_transaction {
            let one_message = running.one_message
                && (texts.len() <= 1 || effects::touches_only_new(lexical_rules, &texts));
            self.transaction(&texts, one_message, switch.map(|switch| switch.check))
        } else {
            self.separate(&texts)
        };
        if let Some(switch) = switch {
            messages.insert(0, Message::of(StatementRole::Switch, switch.off));
            messages.push(Message::of(StatementRole::Switch, switch.on));
        }
        Script {
            messages,
            atomicity: if in_transaction {
                Atomicity::Transaction
            } else {
                Atomicity::PerStatement
            },
            restore: switch.map(|switch| switch.on),
            disturbs_session,
        }
    }

    /// All in one transaction: in one message, or with a message a statement so that each is seen to
    /// be done when it is.
    fn transaction(&self, texts: &[&str], one_message: bool, check: Option<&str>) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut message = Message::of(StatementRole::Begin, self.running.begin);
        if let Some(timeout) = (self.running.tx_timeouts)(self.lock_timeout) {
            message.add(StatementRole::Begin, timeout);
        }
        self.intent(WHOLE_MIGRATION, &mut message);
        for (at, sql) in texts.iter().enumerate() {
            if at > 0 && !one_message {
                messages.push(std::mem::take(&mut message));
            }
            message.add(StatementRole::Statement(at + 1), *sql);
        }
        if let Some(check) = check {
            messages.push(std::mem::take(&mut message));
            messages.push(Message::of(StatementRole::Check, check));
        }
        self.outcome(WHOLE_MIGRATION, &mut message);
        self.record(&mut message);
        message.add(StatementRole::Commit, "COMMIT");
        messages.push(message);
        messages
    }

    /// Each by itself. Where the server does a message's statements one after the other, intent,
    /// statement and outcome go together; where it makes a transaction of the message, as PostgreSQL
    /// does, each goes alone. The last outcome and the history row are one transaction.
    fn separate(&self, texts: &[&str]) -> Vec<Message> {
        let mut messages = Vec::new();
        if self.first > texts.len() {
            let mut message = Message::default();
            self.together(WHOLE_MIGRATION, true, &mut message);
            messages.push(message);
        }
        for (at, sql) in texts.iter().enumerate().skip(self.first.saturating_sub(1)) {
            let number = at + 1;
            let last = number == texts.len();
            let mut message = Message::default();
            self.intent(number, &mut message);
            let joins = match self.running.ddl {
                DdlTransactions::ImplicitCommit => effects::has_one_result(self.lexical_rules, sql),
                DdlTransactions::Transactional => false,
            };
            if !joins {
                if self.running.ddl == DdlTransactions::Transactional {
                    send(&mut messages, &mut message);
                }
                message.add(StatementRole::Statement(number), *sql);
                send(&mut messages, &mut message);
                self.together(number, last, &mut message);
            } else if self.log.is_some() && effects::is_data(self.lexical_rules, sql) {
                message.add(StatementRole::Begin, self.running.begin);
                message.add(StatementRole::Statement(number), *sql);
                self.outcome(number, &mut message);
                if last {
                    self.record(&mut message);
                }
                message.add(StatementRole::Commit, "COMMIT");
            } else {
                message.add(StatementRole::Statement(number), *sql);
                self.together(number, last, &mut message);
            }
            send(&mut messages, &mut message);
        }
        messages
    }

    /// The outcome, and with the last one what records the migration, in one transaction.
    fn together(&self, number: usize, last: bool, message: &mut Message) {
        let both = last && !self.history.is_empty() && self.log.is_some();
        if both {
            message.add(StatementRole::Begin, self.running.begin);
        }
        if number == WHOLE_MIGRATION {
            self.intent(WHOLE_MIGRATION, message);
        }
        self.outcome(number, message);
        if last {
            self.record(message);
        }
        if both {
            message.add(StatementRole::Commit, "COMMIT");
        }
    }

    fn intent(&self, number: usize, message: &mut Message) {
        if let Some(log) = self.log {
            message.add(StatementRole::Intent(number), log.start_sql(number));
        }
    }

    fn outcome(&self, number: usize, message: &mut Message) {
        if let Some(log) = self.log {
            message.add(StatementRole::Outcome(number), log.success_sql(number));
        }
    }

    fn record(&self, message: &mut Message) {
        for statement in self.history {
            message.add(StatementRole::History, statement);
        }
    }
}

fn send(messages: &mut Vec<Message>, message: &mut Message) {
    if !message.parts.is_empty() {
        messages.push(std::mem::take(message));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::migrate::files::directory::SqlText;
    use crate::server::{MYSQL, POSTGRES, SQLITE};
    use crate::sql::lexical_rules;

    fn shape(running: &ExecutionProfile, lexical_rules: &LexicalRules, sql: &str) -> Vec<String> {
        let text = SqlText {
            file: "x".into(),
            sql: sql.to_owned(),
        };
        let parsed = text.parse(lexical_rules).unwrap();
        let source = ScriptBuilder {
            running,
            lexical_rules,
            parsed: &parsed,
            first: 1,
            history: &[String::from("H")],
            lock_timeout: Duration::from_secs(2),
            log: None,
        };
        let script = source.script();
        script
            .messages
            .iter()
            .map(|message| message.text().replace(BETWEEN, "; "))
            .collect()
    }

    #[test]
    fn messages() {
        let (pg, my, lite) = (
            (&POSTGRES.execution, &lexical_rules::POSTGRES),
            (&MYSQL.execution, &lexical_rules::MYSQL),
            (&SQLITE.execution, &lexical_rules::SQLITE),
        );
        let create = "create table a (b int);";
        let two = "alter table a add b int; alter table c add d int;";
        let begin = "BEGIN; SET LOCAL lock_timeout = 2000";
        let bare = "-- tablewright: no-transaction\nvacuum;";
        let off = "-- tablewright: foreign-keys-off\ndrop table a;";
        let cases: &[((&ExecutionProfile, &LexicalRules), &str, &[&str])] = &[
            (
                pg,
                create,
                &[&format!("{begin}; create table a (b int); H; COMMIT")],
            ),
            (
                pg,
                two,
                &[
                    &format!("{begin}; alter table a add b int"),
                    "alter table c add d int; H; COMMIT",
                ],
            ),
            (
                pg,
                "create table a (b int); create index on a (b);",
                &[&format!(
                    "{begin}; create table a (b int); create index on a (b); H; COMMIT"
                )],
            ),
            (pg, "", &[&format!("{begin}; H; COMMIT")]),
            (pg, bare, &["vacuum", "H"]),
            (my, create, &["create table a (b int); H"]),
            (
                my,
                two,
                &["alter table a add b int", "alter table c add d int; H"],
            ),
            (
                my,
                "insert into a values (1); update a set b = 2;",
                &[
                    "START TRANSACTION; insert into a values (1)",
                    "update a set b = 2; H; COMMIT",
                ],
            ),
            (my, "call p();", &["call p()", "H"]),
            (my, "", &["H"]),
            (
                lite,
                two,
                &[
                    "BEGIN IMMEDIATE; alter table a add b int",
                    "alter table c add d int; H; COMMIT",
                ],
            ),
            (lite, bare, &["vacuum", "H"]),
            (
                lite,
                off,
                &[
                    "PRAGMA foreign_keys = OFF",
                    "BEGIN IMMEDIATE; drop table a",
                    "PRAGMA foreign_key_check",
                    "H; COMMIT",
                    "PRAGMA foreign_keys = ON",
                ],
            ),
        ];
        for ((running, lexical_rules), sql, expected) in cases {
            assert_eq!(shape(running, lexical_rules, sql), *expected, "{sql}");
        }
    }

    #[test]
    fn the_part_that_failed() {
        let mut message = Message::of(StatementRole::Begin, "BEGIN");
        message.add(StatementRole::Statement(1), "créate\n x");
        message.add(StatementRole::Statement(2), "y");
        let text: Vec<char> = message.text().chars().collect();
        let at = |c: char| text.iter().position(|x| *x == c).unwrap() + 1;
        assert_eq!(message.failed_part(0, Some(at('é'))), (1, Some(0)));
        assert_eq!(message.failed_part(0, Some(at('x'))), (1, Some(1)));
        assert_eq!(message.failed_part(0, Some(at('y'))), (2, Some(0)));
        // the semicolon behind what isn't finished
        assert_eq!(message.failed_part(0, Some(at('x') + 2)), (1, Some(1)));
        assert_eq!(message.failed_part(1, None), (1, None));
        assert_eq!(message.failed_part(9, None), (2, None));
    }
}
