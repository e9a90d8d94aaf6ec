//! The messages that are sent to the server for one migration, each of one or more statements with their
//! roles. A pure function of the file, so that a dry run prints exactly what a run sends.

use crate::migrate::files::sql_text::ParsedSql;
use crate::migrate::history::{HistoryTable, now};
use crate::migrate::journal::entry::{StatementOutcome, WHOLE_MIGRATION};
use crate::migrate::journal::unit_journal::UnitJournal;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::{MigrationUnit, UnitScope};
use crate::server::execution_profile::{DdlTransactions, ExecutionProfile};
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;
use std::time::Duration;

/// The role of a statement in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementRole {
    /// Begins or configures a transaction.
    Begin,
    /// Inserts the journal row of the statement with this number, before the statement.
    /// [`WHOLE_MIGRATION`] stands for all statements.
    Intent(usize),
    /// The file's statement with this number, from 1.
    Statement(usize),
    /// A query before the commit that must return no row.
    Check,
    /// Records in the journal that the statement with this number took effect, or all statements.
    Outcome(usize),
    /// Inserts or deletes the history row.
    History,
    /// Commits the transaction.
    Commit,
    /// Changes a setting of the session, outside of any transaction.
    Switch,
}

impl StatementRole {
    /// The number of a statement of the file; `None` for the tool's own statements.
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

    /// Whether the statement records the outcome of the migration.
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
    /// The role.
    pub role: StatementRole,
    /// The text, without a final semicolon.
    pub sql: String,
}

/// Statements that are sent to the server at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The statements with their roles.
    pub parts: Vec<ScriptStatement>,
}

/// The separator between two statements of a message. Its line break ends a `--` comment at the end of a
/// statement.
const SEPARATOR: &str = "\n;\n";

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
        parts.join(SEPARATOR)
    }

    /// The index of the part that failed, and the line of the error within it, from 0. A position in the
    /// text (in characters, from 1) determines both; without one, it is the part after the completed ones.
    pub fn failed_part(&self, completed: usize, position: Option<usize>) -> (usize, Option<usize>) {
        if let Some(position) = position {
            let mut start = 0;
            for (at, part) in self.parts.iter().enumerate() {
                let length = part.sql.chars().count();
                // an unfinished statement fails at the semicolon after it
                if position <= start + length + SEPARATOR.len() {
                    let before = position.saturating_sub(start + 1);
                    let line = part.sql.chars().take(before).filter(|c| *c == '\n').count();
                    return (at, Some(line));
                }
                start += length + SEPARATOR.len();
            }
        }
        (completed.min(self.parts.len().saturating_sub(1)), None)
    }

    /// The numbers of the file's statements in this message, from 1.
    pub fn statements(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().filter_map(|part| part.role.statement())
    }

    /// The number of the first statement of the file in this message, from 1.
    pub fn first_statement(&self) -> Option<usize> {
        self.statements().next()
    }

    /// Whether a statement has this role.
    pub fn has(&self, role: StatementRole) -> bool {
        self.parts.iter().any(|part| part.role == role)
    }
}

/// Whether completed statements remain after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atomicity {
    /// They are rolled back: all statements are in one transaction.
    Transaction,
    /// They remain: each statement commits by itself.
    PerStatement,
}

/// The messages of one migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// Whether completed statements remain after a failure.
    pub atomicity: Atomicity,
    /// The statement that restores the session's settings after a failure and the rollback.
    pub restore: Option<&'static str>,
    /// Whether the migration may change variables of the session.
    pub disturbs_session: bool,
}

/// The inputs of a [`Script`].
#[derive(Clone, Copy, Debug)]
pub struct ScriptBuilder<'a> {
    /// The server's rules for transactions and time-outs.
    pub profile: &'a ExecutionProfile,
    /// The lexical rules of the statements.
    pub lexical_rules: &'a LexicalRules,
    /// The statements and directives of the file.
    pub parsed: &'a ParsedSql,
    /// The first statement that runs, from 1. Those before it are applied already.
    pub first: usize,
    /// Statements that record the migration as applied or reverted: of the history, or the closing row of the
    /// journal.
    pub records: &'a [String],
    /// How long a statement waits for a lock.
    pub lock_timeout: Duration,
    /// The journal; `None` in a preview.
    pub journal: Option<&'a UnitJournal<'a>>,
}

impl MigrationUnit {
    /// The messages that run the migration. The history row has the current time.
    pub fn script(
        &self,
        profile: &ExecutionProfile,
        lexical_rules: &LexicalRules,
        history: &HistoryTable,
        lock_timeout: Duration,
        journal: Option<&UnitJournal<'_>>,
    ) -> Script {
        let record = match (self.scope, self.version, self.direction) {
            (UnitScope::Revert { .. }, _, _) => {
                journal.map(|journal| journal.closing_sql(StatementOutcome::Reverted, None))
            }
            (_, None, _) => None,
            (_, Some(version), Direction::Up) => {
                Some(history.insert_sql(version, &self.name, self.checksum, &now()))
            }
            (_, Some(version), Direction::Down) => Some(history.delete_sql(version)),
        };
        let builder = ScriptBuilder {
            profile,
            lexical_rules,
            parsed: &self.parsed,
            first: self.first(),
            records: record.as_slice(),
            lock_timeout,
            journal,
        };
        builder.script()
    }
}

impl ScriptBuilder<'_> {
    /// Builds the script.
    pub fn script(&self) -> Script {
        let (profile, lexical_rules) = (self.profile, self.lexical_rules);
        let all = self.parsed.statements.iter().map(|s| s.sql.as_str());
        let texts: Vec<&str> = all.collect();
        let disturbs_session = !texts
            .iter()
            .all(|sql| effects::keeps_session(lexical_rules, sql));
        let data_only =
            !texts.is_empty() && texts.iter().all(|sql| effects::is_data(lexical_rules, sql));
        let in_transaction = !self.parsed.directives.no_transaction
            && self.first <= 1
            && match profile.ddl {
                DdlTransactions::Transactional => true,
                DdlTransactions::ImplicitCommit => data_only,
            };
        let switch = profile
            .foreign_keys
            .filter(|_| self.parsed.directives.foreign_keys_off && in_transaction);
        let mut messages = if in_transaction {
            let one_message = profile.one_message
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

    /// All statements in one transaction: in one message, or one message per statement so that progress is
    /// reported when a statement is completed.
    fn transaction(&self, texts: &[&str], one_message: bool, check: Option<&str>) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut message = Message::of(StatementRole::Begin, self.profile.begin);
        if let Some(timeout) = (self.profile.tx_timeouts)(self.lock_timeout) {
            message.add(StatementRole::Begin, timeout);
        }
        self.decision(&mut message);
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
        self.records(&mut message);
        message.add(StatementRole::Commit, "COMMIT");
        messages.push(message);
        messages
    }

    /// Each statement commits by itself. Where the server runs the statements of a message one by one,
    /// intent, statement and outcome are sent together; where it runs the message as a transaction, as
    /// PostgreSQL does, each is sent alone. The last outcome and the history row are one transaction.
    fn separate(&self, texts: &[&str]) -> Vec<Message> {
        let mut messages = Vec::new();
        if self.first > texts.len() {
            let mut message = Message::default();
            self.outcome_and_records(WHOLE_MIGRATION, true, &mut message);
            messages.push(message);
        }
        for (at, sql) in texts.iter().enumerate().skip(self.first.saturating_sub(1)) {
            let number = at + 1;
            let last = number == texts.len();
            let mut message = Message::default();
            if number == self.first {
                self.decision_and_intent(number, &mut messages, &mut message);
            } else {
                self.intent(number, &mut message);
            }
            let one_message = match self.profile.ddl {
                DdlTransactions::ImplicitCommit => effects::has_one_result(self.lexical_rules, sql),
                DdlTransactions::Transactional => false,
            };
            if !one_message {
                if self.profile.ddl == DdlTransactions::Transactional {
                    flush(&mut messages, &mut message);
                }
                message.add(StatementRole::Statement(number), *sql);
                flush(&mut messages, &mut message);
                self.outcome_and_records(number, last, &mut message);
            } else if self.journal.is_some() && effects::is_data(self.lexical_rules, sql) {
                message.add(StatementRole::Begin, self.profile.begin);
                message.add(StatementRole::Statement(number), *sql);
                self.outcome(number, &mut message);
                if last {
                    self.records(&mut message);
                }
                message.add(StatementRole::Commit, "COMMIT");
            } else {
                message.add(StatementRole::Statement(number), *sql);
                self.outcome_and_records(number, last, &mut message);
            }
            flush(&mut messages, &mut message);
        }
        messages
    }

    /// Adds the outcome of a statement. The last outcome and the records of the migration are one
    /// transaction, so that no crash can separate them.
    fn outcome_and_records(&self, number: usize, last: bool, message: &mut Message) {
        let decides = number == WHOLE_MIGRATION && self.has_decision();
        let both = last && (!self.records.is_empty() || decides) && self.journal.is_some();
        if both {
            message.add(StatementRole::Begin, self.profile.begin);
        }
        if number == WHOLE_MIGRATION {
            self.decision(message);
            self.intent(WHOLE_MIGRATION, message);
        }
        self.outcome(number, message);
        if last {
            self.records(message);
        }
        if both {
            message.add(StatementRole::Commit, "COMMIT");
        }
    }

    fn has_decision(&self) -> bool {
        self.journal
            .is_some_and(|journal| journal.decision.is_some())
    }

    /// Adds the decision about the undecided statement of an earlier run.
    fn decision(&self, message: &mut Message) {
        if let Some(decision) = self.journal.and_then(|journal| journal.decision.as_ref()) {
            message.add(StatementRole::Intent(WHOLE_MIGRATION), decision);
        }
    }

    /// Adds the row of the first statement. A decision is committed with it, in a message of its own.
    fn decision_and_intent(
        &self,
        number: usize,
        messages: &mut Vec<Message>,
        message: &mut Message,
    ) {
        if !self.has_decision() {
            return self.intent(number, message);
        }
        message.add(StatementRole::Begin, self.profile.begin);
        self.decision(message);
        self.intent(number, message);
        message.add(StatementRole::Commit, "COMMIT");
        flush(messages, message);
    }

    fn intent(&self, number: usize, message: &mut Message) {
        if let Some(journal) = self.journal {
            message.add(StatementRole::Intent(number), journal.start_sql(number));
        }
    }

    fn outcome(&self, number: usize, message: &mut Message) {
        if let Some(journal) = self.journal {
            message.add(StatementRole::Outcome(number), journal.success_sql(number));
        }
    }

    fn records(&self, message: &mut Message) {
        for statement in self.records {
            message.add(StatementRole::History, statement);
        }
    }
}

fn flush(messages: &mut Vec<Message>, message: &mut Message) {
    if !message.parts.is_empty() {
        messages.push(std::mem::take(message));
    }
}

#[cfg(test)]
mod tests;
