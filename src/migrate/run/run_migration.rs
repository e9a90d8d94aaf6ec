//! Sends one migration: message after message, with what the journal is to know of each.

use crate::migrate::error::{Cause, Stopped};
use crate::migrate::files::statement_label::Label;
use crate::migrate::journal::{Fate, UnitLog, WHOLE};
use crate::migrate::recovery::statement_outcome::{Failure, Where, halted, stopped};
use crate::migrate::run::events::{Event, Observer};
use crate::migrate::run::executor::Executor;
use crate::migrate::run::migration_unit::Item;
use crate::migrate::run::retry::Tries;
use crate::migrate::run::script::{Atomicity, Message, Role, Script};
use crate::migrate::run::send_with_retry::{Course, Delivered};
use std::time::{Duration, Instant};

impl Executor {
    /// Sends a migration's messages. Where one fails the transaction is ended, the session put right,
    /// and the journal told.
    pub(crate) async fn play(
        &mut self,
        item: &Item,
        script: &Script,
        log: &UnitLog<'_>,
        labels: &[Label],
        observer: &mut dyn Observer,
    ) -> Result<(), Box<Stopped>> {
        let left_before = self.leftovers(script).await;
        let retry = self.options.retry.clone();
        let mut tries = Tries::new(&retry);
        'transaction: loop {
            let begun = Instant::now();
            for (at, message) in script.messages.iter().enumerate() {
                // before the first one nothing of the migration is there, and what follows the last
                // statement makes the history true
                let next = message
                    .first_statement()
                    .filter(|number| *number > 1 && at > 0);
                if let Some(next) = next
                    && let Err(cause) = self.may_go_on().await
                {
                    self.clean_up(script, message).await;
                    let stopped = halted(item, script, next, cause, &self.conn);
                    return Err(Box::new(stopped));
                }
                announce(message, item, labels, observer);
                let started = Instant::now();
                let mut course = Course {
                    script,
                    tries: &mut tries,
                    lock_timeout: self.lock_timeout(item),
                    begun,
                    building: self.building(script, message).await,
                };
                let failure = match self.deliver(message, &mut course, observer).await {
                    Delivered::StartOver => continue 'transaction,
                    Delivered::Done => {
                        report(message, started.elapsed(), observer);
                        continue;
                    }
                    Delivered::Failed(failure) => failure,
                };
                let rebuilt = course.building.is_some();
                let place = Where::of(script, at, &failure);
                let mut stopped = stopped(item, script, &place, failure, &self.conn);
                self.clean_up(script, message).await;
                self.tell(script, &place, &stopped, log).await;
                stopped.leftovers = self.leftovers(script).await;
                // what was left before was dropped before the index was built again
                let new = |name: &String| rebuilt || !left_before.contains(name);
                stopped.leftovers.retain(new);
                return Err(Box::new(stopped));
            }
            return Ok(());
        }
    }

    /// Sends a query that must give no row.
    pub(crate) async fn check(&mut self, message: &Message) -> Result<(), Failure> {
        let rows = self.conn.query(&message.text()).await;
        let rows = rows.map_err(|error| Failure::of(0, error))?;
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
        Err(Failure {
            completed: 0,
            position: None,
            cause: Cause::Orphans(shown),
        })
    }

    /// Ends the transaction that failed, and puts the session right. Where this fails as well the
    /// connection is gone, and the transaction with it.
    pub(crate) async fn clean_up(&mut self, script: &Script, message: &Message) {
        if script.atomicity == Atomicity::All || message.has(Role::Begin) {
            let _ = self.conn.run("ROLLBACK").await;
        }
        if let Some(restore) = script.restore {
            let _ = self.conn.run(restore).await;
        }
    }

    /// Tells the journal of a failure. What can't be told stays in it as running, which is as true:
    /// the next run looks.
    async fn tell(&mut self, script: &Script, place: &Where, stopped: &Stopped, log: &UnitLog<'_>) {
        if stopped.is_lost() {
            return;
        }
        let why = stopped.cause.to_string();
        let text = match (script.atomicity, place.failed) {
            (Atomicity::All, _) => log.closing(Fate::Failed, Some(&why)),
            (Atomicity::Each, Some(number)) => log.failed(number, &why),
            // a statement that is in force, though the journal could not be told so at once
            (Atomicity::Each, None) => match place.done {
                WHOLE => return,
                number => log.done(number),
            },
        };
        let _ = self.conn.run(&text).await;
    }

    /// What statements outside of transactions have left behind so far. Not to know it is no error
    /// of the migration's.
    async fn leftovers(&mut self, script: &Script) -> Vec<String> {
        let query = self
            .running
            .invalid_index_names
            .filter(|_| script.atomicity == Atomicity::Each);
        let Some(query) = query else {
            return Vec::new();
        };
        let rows = self.conn.query(query).await.unwrap_or_default();
        rows.iter().map(|row| row.text_at(0).to_owned()).collect()
    }
}

fn announce(message: &Message, item: &Item, labels: &[Label], observer: &mut dyn Observer) {
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
