//! Runs one migration: sends its messages in order, and records a failure.

use crate::migrate::error::{StopCause, Stopped};
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::journal::entry::{StatementOutcome, WHOLE_MIGRATION};
use crate::migrate::journal::unit_journal::UnitJournal;
use crate::migrate::recovery::statement_outcome::{
    FailurePoint, StatementFailure, halted, stopped,
};
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::executor::Executor;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::retry::Attempts;
use crate::migrate::run::script::{Atomicity, Message, Script, StatementRole};
use crate::migrate::run::send_with_retry::{SendContext, SendOutcome};
use std::time::{Duration, Instant};

impl Executor {
    /// Sends the messages of a migration. After a failure it rolls back the transaction, restores the session and
    /// records the failure in the journal.
    pub(crate) async fn run_migration(
        &mut self,
        unit: &MigrationUnit,
        script: &Script,
        journal: &UnitJournal<'_>,
        labels: &[StatementLabel],
        observer: &mut dyn Observer,
    ) -> Result<(), Box<Stopped>> {
        let invalid_before = self.query_invalid_indexes(script).await;
        let retry = self.options.retry.clone();
        let mut attempts = Attempts::new(&retry);
        'transaction: loop {
            let began = Instant::now();
            for (at, message) in script.messages.iter().enumerate() {
                // the run stops before a statement, except for the first one; the records after the last
                // statement are always sent
                let next = message
                    .first_statement()
                    .filter(|number| *number > 1 && at > 0);
                if let Some(next) = next
                    && let Err(cause) = self.check_continue().await
                {
                    self.roll_back_and_restore(script, message).await;
                    let stopped = halted(unit, script, next, cause, &self.session.conn);
                    return Err(Box::new(stopped));
                }
                report_start(message, unit, labels, observer);
                let started = Instant::now();
                let mut context = SendContext {
                    script,
                    attempts: &mut attempts,
                    lock_timeout: self.lock_timeout(unit),
                    began,
                    index_build: self.index_build(script, message).await,
                };
                let failure = match self.send_with_retry(message, &mut context, observer).await {
                    SendOutcome::RestartTransaction => continue 'transaction,
                    SendOutcome::Done => {
                        report_end(message, started.elapsed(), observer);
                        continue;
                    }
                    SendOutcome::Failed(failure) => failure,
                };
                let rebuilt = context.index_build.is_some();
                let place = FailurePoint::of(script, at, &failure);
                let mut stopped = stopped(unit, script, &place, failure, &self.session.conn);
                self.roll_back_and_restore(script, message).await;
                self.record_failure(script, &place, &stopped, journal).await;
                stopped.invalid_indexes = self.query_invalid_indexes(script).await;
                // earlier invalid indexes were dropped before the index was built again
                let new = |name: &String| rebuilt || !invalid_before.contains(name);
                stopped.invalid_indexes.retain(new);
                return Err(Box::new(stopped));
            }
            return Ok(());
        }
    }

    /// Sends a query that must return no row.
    pub(crate) async fn check(&mut self, message: &Message) -> Result<(), StatementFailure> {
        let rows = self.session.conn.query(&message.text()).await;
        let rows = rows.map_err(|error| StatementFailure::of(0, error))?;
        if rows.is_empty() {
            return Ok(());
        }
        let orphans = rows
            .iter()
            .take(10)
            .map(|row| {
                format!(
                    "{} row {} (to {})",
                    row.text_at(0),
                    row.text_at(1),
                    row.text_at(2)
                )
            })
            .collect();
        Err(StatementFailure {
            completed: 0,
            position: None,
            cause: StopCause::Orphans(orphans),
        })
    }

    /// Rolls back the failed transaction and restores the session. If this fails as well, the connection is lost, and
    /// the server rolls back.
    pub(crate) async fn roll_back_and_restore(&mut self, script: &Script, message: &Message) {
        if script.atomicity == Atomicity::Transaction || message.has(StatementRole::Begin) {
            let _ = self.session.conn.run("ROLLBACK").await;
        }
        if let Some(restore) = script.restore {
            let _ = self.session.conn.run(restore).await;
        }
    }

    /// Records a failure in the journal. If that fails, the row remains `running`, and the next run decides it.
    async fn record_failure(
        &mut self,
        script: &Script,
        place: &FailurePoint,
        stopped: &Stopped,
        journal: &UnitJournal<'_>,
    ) {
        if stopped.is_lost() {
            return;
        }
        let cause = stopped.cause.to_string();
        let text = match (script.atomicity, place.failed) {
            (Atomicity::Transaction, _) => {
                journal.closing_sql(StatementOutcome::Failed, Some(&cause))
            }
            (Atomicity::PerStatement, Some(number)) => journal.failure_sql(number, &cause),
            // the statement took effect, but recording it failed
            (Atomicity::PerStatement, None) => match place.completed {
                WHOLE_MIGRATION => return,
                number => journal.success_sql(number),
            },
        };
        let _ = self.session.conn.run(&text).await;
    }

    /// The names of invalid indexes, which statements outside of transactions may leave. Errors are ignored.
    async fn query_invalid_indexes(&mut self, script: &Script) -> Vec<String> {
        let query = self
            .session
            .profile
            .invalid_index_names
            .filter(|_| script.atomicity == Atomicity::PerStatement);
        let Some(query) = query else {
            return Vec::new();
        };
        let rows = self.session.conn.query(query).await.unwrap_or_default();
        rows.iter().map(|row| row.text_at(0).to_owned()).collect()
    }
}

/// Reports that the statements of a message are sent.
fn report_start(
    message: &Message,
    unit: &MigrationUnit,
    labels: &[StatementLabel],
    observer: &mut dyn Observer,
) {
    for part in &message.parts {
        let Some(number) = part.role.statement() else {
            continue;
        };
        if let Some(label) = labels.get(number - 1) {
            observer.event(&Event::StatementStarted {
                number,
                of: unit.parsed.statements.len(),
                label,
                sql: &part.sql,
            });
        }
    }
}

/// Reports that the statements of a message are completed.
fn report_end(message: &Message, took: Duration, observer: &mut dyn Observer) {
    let numbers: Vec<usize> = message.statements().collect();
    let took = (numbers.len() == 1).then_some(took);
    for number in numbers {
        observer.event(&Event::StatementDone { number, took });
    }
}
