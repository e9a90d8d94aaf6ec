//! Looks what an earlier run left within a migration, and finishes it, takes it back, or records what a
//! person did.

use crate::dialect::{Dialect, InspectScope};
use crate::migrate::error::ExecError;
use crate::migrate::files::directory::Directory;
use crate::migrate::files::snapshot::statement_hash;
use crate::migrate::journal::{Command, Entry, Fate, UnitLog, WHOLE};
use crate::migrate::recovery::effect_check;
use crate::migrate::recovery::effect_check::{Doubt, Landing};
use crate::migrate::recovery::partial_step;
use crate::migrate::recovery::{Diagnosis, Reason, Steps};
use crate::migrate::run::events::{Direction, Observer};
use crate::migrate::run::executor::{Executor, Ran};
use crate::migrate::run::migration_unit::Extent;
use crate::migrate::run::pending::Work;
use crate::server::execution_profile::DdlTransactions;
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;

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
        let each = self.running.ddl == DdlTransactions::ImplicitCommit;
        let (lexical_rules, server) = (self.options.lexical_rules, self.who.server.as_deref());
        let mut found = Diagnosis::new(unfinished, directory, lexical_rules, server, each);
        let noted = found.planned();
        let steps = if found.unfinished.version().is_some() {
            steps
        } else {
            &noted
        };
        if let (Some((_, Reason::Nothing)), Some(entry)) =
            (found.landing, found.unfinished.doubt().cloned())
        {
            let conn = &mut self.conn;
            let looked = match doubt(&entry, steps, lexical_rules) {
                Some(doubt) => effect_check::look(conn, dialect, scope, &doubt).await,
                None => Ok(Landing::Unknown),
            };
            let landing = looked.map_err(|error| ExecError::Server {
                doing: "looking whether a statement landed",
                error,
            })?;
            if landing != Landing::Unknown {
                found.landing = Some((landing, Reason::Catalogue));
            }
        }
        found.half = self.half(&found, dialect, scope, steps).await?;
        Ok(Some(found))
    }

    /// What takes back a step that is half in force.
    async fn half(
        &mut self,
        found: &Diagnosis,
        dialect: &dyn Dialect,
        scope: &InspectScope,
        steps: &Steps,
    ) -> Result<Option<Vec<String>>, ExecError> {
        let half = found.half_a_step();
        let Some((half, planned)) = half.and_then(|half| Some((half, steps.get(&half)?))) else {
            return Ok(None);
        };
        if found.half_is_undone(half) {
            return Ok(Some(Vec::new()));
        }
        let (change, _) = planned.went(found.unfinished.direction());
        let looked = partial_step::take_back(&mut self.conn, dialect, scope, &change).await;
        looked.map_err(|error| ExecError::Server {
            doing: "looking what of a step is in force",
            error,
        })
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
                Landing::NotLanded => (Fate::Failed, "not landed"),
                Landing::Unknown => (Fate::Failed, "what its step has done is taken back"),
            };
            let by = match reason {
                Reason::Said => "a person said so",
                Reason::Transaction | Reason::Catalogue | Reason::Nothing => "found by repair",
            };
            let sql = self.journal.settle(
                &self.running.journal,
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
                let now = crate::migrate::history::now();
                Some(history.insert(version, &item.name, item.checksum, &now))
            }
            (Mark::RolledBack, Direction::Down, Some(version)) => Some(history.delete(version)),
            // the history says so already
            (Mark::Applied, Direction::Down, _)
            | (Mark::RolledBack, Direction::Up, _)
            | (_, _, None) => None,
        };
        let next = self.take_ids(0);
        let mut log = UnitLog::new(&self.journal, &self.running.journal, &self.who, &item, next);
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
fn doubt(entry: &Entry, steps: &Steps, lexical_rules: &LexicalRules) -> Option<Doubt> {
    if entry.statement == WHOLE {
        return None;
    }
    let planned = steps.get(&entry.step?)?;
    let (change, statements) = planned.went(entry.direction);
    let sql = statements
        .iter()
        .find(|sql| statement_hash(sql) == entry.hash)?;
    // statements that change rows only are decided by their transaction
    let ddl = statements
        .iter()
        .filter(|sql| !effects::is_data(lexical_rules, sql));
    Some(Doubt {
        change,
        sql: sql.clone(),
        at: ddl.clone().position(|other| other == sql)?,
        of: ddl.count(),
    })
}
