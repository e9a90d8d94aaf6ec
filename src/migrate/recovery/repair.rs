//! Looks what an earlier run left within a migration, and finishes it, takes it back, or records what a
//! person did.

use crate::dialect::{Dialect, InspectScope};
use crate::migrate::error::ExecError;
use crate::migrate::files::directory::Directory;
use crate::migrate::files::snapshot::statement_hash;
use crate::migrate::journal::entry::{JournalEntry, RunCommand, StatementOutcome, WHOLE_MIGRATION};
use crate::migrate::journal::unit_journal::UnitJournal;
use crate::migrate::recovery::effect_check;
use crate::migrate::recovery::effect_check::{EffectCheck, UndecidedStatement};
use crate::migrate::recovery::partial_step;
use crate::migrate::recovery::{Diagnosis, EffectReason, PlannedSteps};
use crate::migrate::run::events::{Direction, Observer};
use crate::migrate::run::executor::{CompletedUnit, Executor};
use crate::migrate::run::migration_unit::UnitScope;
use crate::migrate::run::pending::PendingUnits;
use crate::server::execution_profile::DdlTransactions;
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;

/// What a person did by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkAs {
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
        steps: &PlannedSteps,
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
        if let (Some((_, EffectReason::Undecidable)), Some(entry)) =
            (found.effect, found.unfinished.undecided().cloned())
        {
            let conn = &mut self.conn;
            let looked = match doubt(&entry, steps, lexical_rules) {
                Some(doubt) => effect_check::look(conn, dialect, scope, &doubt).await,
                None => Ok(EffectCheck::Unknown),
            };
            let landing = looked.map_err(|error| ExecError::Server {
                doing: "looking whether a statement landed",
                error,
            })?;
            if landing != EffectCheck::Unknown {
                found.effect = Some((landing, EffectReason::Catalog));
            }
        }
        found.half = self
            .find_partial_undo(&found, dialect, scope, steps)
            .await?;
        Ok(Some(found))
    }

    /// What takes back a step that is half in force.
    async fn find_partial_undo(
        &mut self,
        found: &Diagnosis,
        dialect: &dyn Dialect,
        scope: &InspectScope,
        steps: &PlannedSteps,
    ) -> Result<Option<Vec<String>>, ExecError> {
        let half = found.partial_step();
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
        work: &PendingUnits,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        self.lock(observer).await?;
        if let (Some((landing, reason)), Some(doubt)) =
            (diagnosis.effect, diagnosis.unfinished.undecided())
        {
            let (outcome, word) = match landing {
                EffectCheck::TookEffect => (StatementOutcome::Done, "landed"),
                EffectCheck::NoEffect => (StatementOutcome::Failed, "not landed"),
                EffectCheck::Unknown => (
                    StatementOutcome::Failed,
                    "what its step has done is taken back",
                ),
            };
            let by = match reason {
                EffectReason::UserConfirmed => "a person said so",
                EffectReason::Transaction | EffectReason::Catalog | EffectReason::Undecidable => {
                    "found by repair"
                }
            };
            let sql = self.journal.outcome_sql(
                &self.running.journal,
                doubt.id,
                outcome,
                &format!("{word}: {by}"),
            );
            self.write_journal(&sql).await?;
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
        mark: MarkAs,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        self.lock(observer).await?;
        let unfinished = &diagnosis.unfinished;
        let Some(mut item) = diagnosis.main.clone() else {
            return Err(ExecError::Files(diagnosis.obstacles.clone()));
        };
        item.scope = UnitScope::Revert {
            unit_id: unfinished.head.unit_id,
        };
        let history = &self.options.history;
        let record = match (mark, unfinished.direction(), item.version) {
            (MarkAs::Applied, Direction::Up, Some(version)) => {
                let now = crate::migrate::history::now();
                Some(history.insert_sql(version, &item.name, item.checksum, &now))
            }
            (MarkAs::RolledBack, Direction::Down, Some(version)) => {
                Some(history.delete_sql(version))
            }
            // the history says so already
            (MarkAs::Applied, Direction::Down, _)
            | (MarkAs::RolledBack, Direction::Up, _)
            | (_, _, None) => None,
        };
        let next = self.take_ids(0);
        let mut log =
            UnitJournal::new(&self.journal, &self.running.journal, &self.who, &item, next);
        log.command = RunCommand::Repair;
        log.database.clone_from(&self.options.database);
        let word = match mark {
            MarkAs::Applied => "recorded as applied",
            MarkAs::RolledBack => "recorded as rolled back",
        };
        let mut parts = vec![self.running.begin.to_owned()];
        parts.push(log.closing_sql(StatementOutcome::Marked, Some(word)));
        parts.extend(record);
        parts.push("COMMIT".to_owned());
        self.write_journal(&parts.join(";\n")).await
    }

    async fn write_journal(&mut self, sql: &str) -> Result<(), ExecError> {
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
fn doubt(
    entry: &JournalEntry,
    steps: &PlannedSteps,
    lexical_rules: &LexicalRules,
) -> Option<UndecidedStatement> {
    if entry.statement == WHOLE_MIGRATION {
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
    Some(UndecidedStatement {
        change,
        sql: sql.clone(),
        at: ddl.clone().position(|other| other == sql)?,
        of: ddl.count(),
    })
}
