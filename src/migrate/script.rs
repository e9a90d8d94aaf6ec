//! What is sent to the server for one migration: messages, each of one or more statements, and
//! what each statement is for. A pure function of the file, so that a dry run prints exactly this.

use super::directory::Parsed;
use crate::dialect::effects;
use crate::dialect::running::{Commits, Running};
use crate::dialect::split::Lexis;
use std::time::Duration;

/// What a statement of a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Begins a transaction or sets it up.
    Begin,
    /// The file's own statement of this number, from 1.
    Statement(usize),
    /// A query that must give no row, before the commit.
    Check,
    /// Writes or removes the history row.
    History,
    /// Commits.
    Commit,
    /// Switches something of the session, outside of any transaction.
    Switch,
}

/// One statement of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is for.
    pub role: Role,
    /// Its text, without a final semicolon.
    pub sql: String,
}

/// What goes to the server at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its statements.
    pub parts: Vec<Part>,
}

/// Between two statements of a message. The line break ends a `--` comment that a statement may
/// end with.
const BETWEEN: &str = "\n;\n";

impl Message {
    fn of(role: Role, sql: impl Into<String>) -> Self {
        let mut message = Self::default();
        message.add(role, sql);
        message
    }

    fn add(&mut self, role: Role, sql: impl Into<String>) {
        self.parts.push(Part {
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
                if position <= start + length {
                    let before = position.saturating_sub(start + 1);
                    let line = part.sql.chars().take(before).filter(|c| *c == '\n').count();
                    return (at, Some(line));
                }
                start += length + BETWEEN.len();
            }
        }
        (completed.min(self.parts.len().saturating_sub(1)), None)
    }

    /// The first of the file's statements in it, from 1.
    pub fn first_statement(&self) -> Option<usize> {
        self.parts.iter().find_map(|part| match part.role {
            Role::Statement(number) => Some(number),
            Role::Begin | Role::Check | Role::History | Role::Commit | Role::Switch => None,
        })
    }

    /// Whether it holds a part of this role.
    pub fn has(&self, role: Role) -> bool {
        self.parts.iter().any(|part| part.role == role)
    }
}

/// What a failure leaves of the statements that were completed before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atomicity {
    /// Nothing: they are in one transaction.
    All,
    /// All of them: each commits by itself.
    Each,
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

/// The script of a migration: `history` is the statement that records it or takes the record away.
pub fn script(
    running: &Running,
    lexis: &Lexis,
    parsed: &Parsed,
    history: &str,
    lock_timeout: Duration,
) -> Script {
    let texts: Vec<&str> = parsed.statements.iter().map(|s| s.sql.as_str()).collect();
    let disturbs_session = !texts.iter().all(|sql| effects::keeps_session(lexis, sql));
    let data_only = !texts.is_empty() && texts.iter().all(|sql| effects::is_data(lexis, sql));
    let in_transaction = !parsed.directives.no_transaction
        && match running.commits {
            Commits::Together => true,
            Commits::Each => data_only,
        };
    let switch = running
        .foreign_keys
        .filter(|_| parsed.directives.foreign_keys_off && in_transaction);
    let mut messages = if in_transaction {
        let one_message =
            running.one_message && (texts.len() <= 1 || effects::touches_only_new(lexis, &texts));
        transaction(
            running,
            &texts,
            history,
            lock_timeout,
            one_message,
            switch.map(|switch| switch.check),
        )
    } else {
        separate(running, lexis, &texts, history)
    };
    if let Some(switch) = switch {
        messages.insert(0, Message::of(Role::Switch, switch.off));
        messages.push(Message::of(Role::Switch, switch.on));
    }
    Script {
        messages,
        atomicity: if in_transaction {
            Atomicity::All
        } else {
            Atomicity::Each
        },
        restore: switch.map(|switch| switch.on),
        disturbs_session,
    }
}

/// All in one transaction: in one message, or with a message a statement so that each is seen to
/// be done when it is.
fn transaction(
    running: &Running,
    texts: &[&str],
    history: &str,
    lock_timeout: Duration,
    one_message: bool,
    check: Option<&str>,
) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut message = Message::of(Role::Begin, running.begin);
    if let Some(timeout) = (running.tx_timeouts)(lock_timeout) {
        message.add(Role::Begin, timeout);
    }
    for (at, sql) in texts.iter().enumerate() {
        if at > 0 && !one_message {
            messages.push(std::mem::take(&mut message));
        }
        message.add(Role::Statement(at + 1), *sql);
    }
    if let Some(check) = check {
        messages.push(std::mem::take(&mut message));
        messages.push(Message::of(Role::Check, check));
    }
    message.add(Role::History, history);
    message.add(Role::Commit, "COMMIT");
    messages.push(message);
    messages
}

/// Each by itself; the history row goes with the last one where the server does them one after
/// the other and not, as PostgreSQL does, in a transaction that it makes for the message.
fn separate(running: &Running, lexis: &Lexis, texts: &[&str], history: &str) -> Vec<Message> {
    let mut messages: Vec<Message> = texts
        .iter()
        .enumerate()
        .map(|(at, sql)| Message::of(Role::Statement(at + 1), *sql))
        .collect();
    let together = running.commits == Commits::Each
        && texts
            .last()
            .is_some_and(|sql| effects::answers_once(lexis, sql));
    match messages.last_mut().filter(|_| together) {
        Some(last) => last.add(Role::History, history),
        None => messages.push(Message::of(Role::History, history)),
    }
    messages
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::directory::Text;
    use super::*;
    use crate::dialect::running::{MYSQL, POSTGRES, SQLITE};
    use crate::dialect::split;

    fn shape(running: &Running, lexis: &Lexis, sql: &str) -> Vec<String> {
        let text = Text {
            file: "x".into(),
            sql: sql.to_owned(),
        };
        let parsed = text.parse(lexis).unwrap();
        let script = script(running, lexis, &parsed, "H", Duration::from_secs(2));
        script
            .messages
            .iter()
            .map(|message| message.text().replace(BETWEEN, "; "))
            .collect()
    }

    #[test]
    fn messages() {
        let (pg, my, lite) = (
            (&POSTGRES, &split::POSTGRES),
            (&MYSQL, &split::MYSQL),
            (&SQLITE, &split::SQLITE),
        );
        let create = "create table a (b int);";
        let two = "alter table a add b int; alter table c add d int;";
        let begin = "BEGIN; SET LOCAL lock_timeout = 2000";
        let bare = "-- tablewright: no-transaction\nvacuum;";
        let off = "-- tablewright: foreign-keys-off\ndrop table a;";
        let cases: &[((&Running, &Lexis), &str, &[&str])] = &[
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
        for ((running, lexis), sql, expected) in cases {
            assert_eq!(shape(running, lexis, sql), *expected, "{sql}");
        }
    }

    #[test]
    fn the_part_that_failed() {
        let mut message = Message::of(Role::Begin, "BEGIN");
        message.add(Role::Statement(1), "créate\n x");
        message.add(Role::Statement(2), "y");
        let text: Vec<char> = message.text().chars().collect();
        let at = |c: char| text.iter().position(|x| *x == c).unwrap() + 1;
        assert_eq!(message.failed_part(0, Some(at('é'))), (1, Some(0)));
        assert_eq!(message.failed_part(0, Some(at('x'))), (1, Some(1)));
        assert_eq!(message.failed_part(0, Some(at('y'))), (2, Some(0)));
        assert_eq!(message.failed_part(1, None), (1, None));
        assert_eq!(message.failed_part(9, None), (2, None));
    }
}
