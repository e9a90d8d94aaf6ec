//! Looks what an earlier run left within a migration, and finishes it, takes it back, or records what a
//! person did.

use super::directory::Directory;
use super::error::ExecError;
use super::events::{Direction, Observer};
use super::executor::{Executor, Ran};
use super::item::Extent;
use super::journal::{Command, Entry, Fate, UnitLog, WHOLE};
use super::landing::{self, Doubt, Landing};
use super::recover::{Diagnosis, Reason, Steps};
use super::work::Work;
use crate::dialect::running::Commits;
use crate::dialect::{Dialect, InspectScope};

/// What a person did by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// All of the migration is in force.
    Applied,
    /// Nothing of it is.
    RolledBack,
}

impl Executor {
    /// What is known of the migration that an earlier run left within: under the lock, with its
    /// session gone, from journal, files and catalogue. Writes nothing.
    ///
    /// # Errors
    /// [`ExecError`]; [`ExecError::StillAtWork`] where the session isn't gone.
    pub async fn diagnose(
        &mut self,
        directory: &Directory,
        dialect: &dyn Dialect,
        scope: &InspectScope,
        steps: &Steps,
        observer: &mut dyn Observer,
    ) -> Result<Option<Diagnosis>, ExecError> {
        self.lock(observer).await?;
        let Some(unfinished) = self.unfinished().await? else {
            return Ok(None);
        };
        let each = self.running.commits == Commits::Each;
        let (lexis, server) = (self.options.lexis, self.who.server.as_deref());
        let mut found = Diagnosis::new(unfinished, directory, lexis, server, each);
        if let (Some((_, Reason::Nothing)), Some(entry)) =
            (found.landing, found.unfinished.doubt().cloned())
        {
            let conn = &mut self.conn;
            let looked = if let Some(doubt) = doubt(&entry, steps) {
                landing::look(conn, dialect, scope, &doubt).await
            } else if let Some((before, at, of)) = found.planned(&entry) {
                landing::look_back(conn, dialect, scope, &before, at, of).await
            } else {
                Ok(Landing::Unknown)
            };
            let landing = looked.map_err(|error| ExecError::Server {
                doing: "looking whether a statement landed",
                error,
            })?;
            if landing != Landing::Unknown {
                found.landing = Some((landing, Reason::Catalogue));
            }
        }
        Ok(Some(found))
    }

    /// Writes into the journal what was found of the statement in doubt, and runs the work.
    ///
    /// # Errors
    /// As [`Executor::run`].
    pub async fn repair(
        &mut self,
        diagnosis: &Diagnosis,
        work: &Work,
        observer: &mut dyn Observer,
    ) -> Result<Vec<Ran>, ExecError> {
        self.lock(observer).await?;
        if let (Some((landing, reason)), Some(doubt)) =
            (diagnosis.landing, diagnosis.unfinished.doubt())
        {
            let (outcome, word) = match landing {
                Landing::Landed => (Fate::Done, "landed"),
                Landing::NotLanded | Landing::Unknown => (Fate::Failed, "not landed"),
            };
            let by = match reason {
                Reason::Said => "a person said so",
                Reason::Journal | Reason::Transaction | Reason::Catalogue | Reason::Nothing => {
                    "found by repair"
                }
            };
            let sql = self.journal.settle(
                self.running.journal,
                doubt.id,
                outcome,
                &format!("{word}: {by}"),
            );
            self.tell_journal(&sql).await?;
        }
        self.run(work, observer).await
    }

    /// Records what a person did by hand: journal and history in one transaction. Runs nothing else.
    ///
    /// # Errors
    /// What the server said.
    pub async fn mark(
        &mut self,
        diagnosis: &Diagnosis,
        mark: Mark,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        self.lock(observer).await?;
        let unfinished = &diagnosis.unfinished;
        let Some(mut item) = diagnosis.main.clone() else {
            return Err(ExecError::Files(diagnosis.obstacles.clone()));
        };
        item.extent = Extent::WayBack {
            unit: unfinished.head.unit,
        };
        let history = &self.options.history;
        let record = match (mark, unfinished.direction(), item.version) {
            (Mark::Applied, Direction::Up, Some(version)) => {
                let now = super::history::now();
                Some(history.insert(version, &item.name, item.checksum, &now))
            }
            (Mark::RolledBack, Direction::Down, Some(version)) => Some(history.delete(version)),
            // the history says so already
            (Mark::Applied, Direction::Down, _)
            | (Mark::RolledBack, Direction::Up, _)
            | (_, _, None) => None,
        };
        let next = self.take_ids(0);
        let mut log = UnitLog::new(&self.journal, self.running.journal, &self.who, &item, next);
        log.command = Command::Repair;
        log.database.clone_from(&self.options.database);
        let word = match mark {
            Mark::Applied => "recorded as applied",
            Mark::RolledBack => "recorded as rolled back",
        };
        let mut parts = vec![self.running.begin.to_owned()];
        parts.push(log.closing(Fate::Marked, Some(word)));
        parts.extend(record);
        parts.push("COMMIT".to_owned());
        self.tell_journal(&parts.join(";\n")).await
    }

    async fn tell_journal(&mut self, sql: &str) -> Result<(), ExecError> {
        self.conn
            .run(sql)
            .await
            .map(drop)
            .map_err(|failed| ExecError::Server {
                doing: "writing the journal",
                error: failed.error,
            })
    }
}

/// What the catalogue can be asked about a statement in doubt: its step, where that was recorded and
/// this version of the tool still makes the same statements of it.
fn doubt(entry: &Entry, steps: &Steps) -> Option<Doubt> {
    if entry.statement == WHOLE {
        return None;
    }
    let planned = steps.get(&entry.step?)?;
    let (hashes, step) = match entry.direction {
        Direction::Up => (&planned.up, &planned.step),
        Direction::Down => (&planned.down, &planned.undo),
    };
    let at = hashes.iter().position(|hash| *hash == entry.hash)?;
    Some(Doubt {
        action: step.action.clone(),
        at,
        of: hashes.len(),
    })
}
