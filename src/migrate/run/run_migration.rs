//! Sends one migration: message after message, with what the journal is to know of each.

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
    /// Sends a migration's messages. Where one fails the transaction is ended, the session put right,
    /// and the journal told.
    pub(crate) async fn run_migration(
        &mut self,
        item: &MigrationUnit,
        script: &Script,
        log: &UnitJournal<'_>,
        labels: &[StatementLabel],
        observer: &mut dyn Observer,
    ) -> Result<(), Box<Stopped>> {
        let left_before = self.query_invalid_indexes(script).await;
        let retry = self.options.retry.clone();
        let mut tries = Attempts::new(&retry);
        'transaction: loop {
            let begun = Instant::now();
            for (at, message) in script.messages.iter().enumerate() {
                // before the first one nothing of the migration is there, and what follows the last
                // statement makes the history true
                let next = message
                    .first_statement()
                    .filter(|number| *number > 1 && at > 0);
                if let Some(next) = next
                    && let Err(cause) = self.check_continue().await
                {
                    self.roll_back_and_restore(script, message).await;
                    let stopped = halted(item, script, next, cause, &self.conn);
                    return Err(Box::new(stopped));
                }
                announce(message, item, labels, observer);
                let started = Instant::now();
                let mut course = SendContext {
                    script,
                    attempts: &mut tries,
                    lock_timeout: self.lock_timeout(item),
                    begun,
                    building: self.building(script, message).await,
                };
                let failure = match self.send_with_retry(message, &mut course, observer).await {
                    SendOutcome::RestartTransaction => continue 'transaction,
                    SendOutcome::Done => {
                        report(message, started.elapsed(), observer);
                        continue;
                    }
                    SendOutcome::Failed(failure) => failure,
                };
                let rebuilt = course.building.is_some();
                let place = FailurePoint::of(script, at, &failure);
                let mut stopped = stopped(item, script, &place, failure, &self.conn);
                self.roll_back_and_restore(script, message).await;
                self.record_failure(script, &place, &stopped, log).await;
                stopped.invalid_indexes = self.query_invalid_indexes(script).await;
                // what was left before was dropped before the index was built again
                let new = |name: &String| rebuilt || !left_before.contains(name);
                stopped.invalid_indexes.retain(new);
                return Err(Box::new(stopped));
            }
            return Ok(());
        }
    }

    /// Sends a query that must give no row.
    pub(crate) async fn check(&mut self, message: &Message) -> Result<(), StatementFailure> {
        let rows = self.conn.query(&message.text()).await;
        let rows = rows.map_err(|error| StatementFailure::of(0, error))?;
        if rows.is_empty() {
            return Ok(());
        }
        let shown = rows
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
            cause: StopCause::Orphans(shown),
        })
    }

    /// Ends the transaction that failed, and puts the session right. Where this fails as well the
    /// connection is gone, and the transaction with it.
    pub(crate) async fn roll_back_and_restore(&mut self, script: &Script, message: &Message) {
        if script.atomicity == Atomicity::Transaction || message.has(StatementRole::Begin) {
            let _ = self.conn.run("ROLLBACK").await;
        }
        if let Some(restore) = script.restore {
            let _ = self.conn.run(restore).await;
        }
    }

    /// Tells the journal of a failure. What can't be told stays in it as running, which is as true:
    /// the next run looks.
    async fn record_failure(
        &mut self,
        script: &Script,
        place: &FailurePoint,
        stopped: &Stopped,
        log: &UnitJournal<'_>,
    ) {
        if stopped.is_lost() {
            return;
        }
        let why = stopped.cause.to_string();
        let text = match (script.atomicity, place.failed) {
            (Atomicity::Transaction, _) => log.closing_sql(StatementOutcome::Failed, Some(&why)),
            (Atomicity::PerStatement, Some(number)) => log.failure_sql(number, &why),
            // a statement that is in force, though the journal could not be told so at once
            (Atomicity::PerStatement, None) => match place.completed {
                WHOLE_MIGRATION => return,
                number => log.success_sql(number),
            },
        };
        let _ = self.conn.run(&text).await;
    }

    /// What statements outside of transactions have left behind so far. Not to know it is no error
    /// of the migration's.
    async fn query_invalid_indexes(&mut self, script: &Script) -> Vec<String> {
        let query = self
            .running
            .invalid_index_names
            .filter(|_| script.atomicity == Atomicity::PerStatement);
        let Some(query) = query else {
            return Vec::new();
        };
        let rows = self.conn.query(query).await.unwrap_or_default();
        rows.iter().map(|row| row.text_at(0).to_owned()).collect()
    }
}

fn announce(
    message: &Message,
    item: &MigrationUnit,
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
                of: item.parsed.statements.len(),
                label,
                sql: &part.sql,
            });
        }
    }
}

fn report(message: &Message, took: Duration, observer: &mut dyn Observer) {
    let numbers: Vec<usize> = message.statements().collect();
    let took = (numbers.len() == 1).then_some(took);
    for number in numbers {
        observer.event(&Event::StatementDone { number, took });
    }
}
