//! Diagnoses a partially applied migration, and finishes it, reverts it, or records what was done by hand.

use crate::dialect::{Dialect, InspectScope};
use crate::migrate::error::ExecError;
use crate::migrate::files::directory::Directory;
use crate::migrate::files::snapshot::statement_hash;
use crate::migrate::journal::entry::{JournalEntry, RunCommand, StatementOutcome, WHOLE_MIGRATION};
use crate::migrate::journal::unit_journal::UnitJournal;
use crate::migrate::recovery::diagnosis::{Diagnosis, EffectReason};
use crate::migrate::recovery::effect_check;
use crate::migrate::recovery::effect_check::{EffectCheck, UndecidedStatement};
use crate::migrate::recovery::partial_step;
use crate::migrate::recovery::planned_steps::PlannedSteps;
use crate::migrate::run::events::{Direction, Observer};
use crate::migrate::run::executor::{CompletedUnit, Executor};
use crate::migrate::run::migration_unit::UnitScope;
use crate::migrate::run::pending::PendingUnits;
use crate::server::execution_profile::DdlTransactions;
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;

/// The result of work by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkAs {
    /// The migration was completed.
    Applied,
    /// The migration was reverted.
    RolledBack,
}

impl Executor {
    /// Diagnoses the partially applied migration, if there is one, from journal, files and catalog. Takes the
    /// lock and waits until the session of the earlier run has ended. Writes nothing.
    ///
    /// # Errors
    /// [`ExecError`]; [`ExecError::StillAtWork`] if that session has not ended.
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
        let each_commits = self.session.profile.ddl == DdlTransactions::ImplicitCommit;
        let (lexical_rules, server) = (
            self.options.lexical_rules,
            self.session.identity.server.as_deref(),
        );
        let mut found = Diagnosis::new(unfinished, directory, lexical_rules, server, each_commits);
        let recorded = found.recorded_steps();
        let steps = if found.unfinished.version().is_some() {
            steps
        } else {
            &recorded
        };
        if let (Some((_, EffectReason::Undecidable)), Some(entry)) =
            (found.effect, found.unfinished.undecided().cloned())
        {
            let conn = &mut self.session.conn;
            let checked = match undecided_statement(&entry, steps, lexical_rules) {
                Some(statement) => {
                    effect_check::check_effect(conn, dialect, scope, &statement).await
                }
                None => Ok(EffectCheck::Unknown),
            };
            let effect = checked.map_err(|error| ExecError::Server {
                doing: "checking whether a statement took effect",
                error,
            })?;
            if effect != EffectCheck::Unknown {
                found.effect = Some((effect, EffectReason::Catalog));
            }
        }
        found.partial_revert = self.partial_revert(&found, dialect, scope, steps).await?;
        Ok(Some(found))
    }

    /// The statements that revert the applied part of a partially applied step.
    async fn partial_revert(
        &mut self,
        found: &Diagnosis,
        dialect: &dyn Dialect,
        scope: &InspectScope,
        steps: &PlannedSteps,
    ) -> Result<Option<Vec<String>>, ExecError> {
        let partial = found.partial_step();
        let Some((step, planned)) = partial.and_then(|step| Some((step, steps.get(&step)?))) else {
            return Ok(None);
        };
        if found.is_partial_step_reverted(step) {
            return Ok(Some(Vec::new()));
        }
        let (change, _) = planned.in_direction(found.unfinished.direction());
        let statements =
            partial_step::revert_applied_part(&mut self.session.conn, dialect, scope, &change)
                .await;
        statements.map_err(|error| ExecError::Server {
            doing: "checking which part of a step is applied",
            error,
        })
    }

    /// Runs the work of a repair. The decision about the undecided statement is recorded in one transaction with
    /// the first row that the work writes: a crash leaves either both, or an undecided statement.
    ///
    /// # Errors
    /// The errors of [`Executor::run`].
    pub async fn repair(
        &mut self,
        diagnosis: &Diagnosis,
        work: &PendingUnits,
        observer: &mut dyn Observer,
    ) -> Result<Vec<CompletedUnit>, ExecError> {
        self.lock(observer).await?;
        let decision = self.decision_sql(diagnosis);
        self.run_units(work, decision, observer).await
    }

    /// The update that records the outcome of the undecided statement.
    fn decision_sql(&self, diagnosis: &Diagnosis) -> Option<String> {
        let (effect, reason) = diagnosis.effect?;
        let undecided = diagnosis.unfinished.undecided()?;
        let (outcome, word) = match effect {
            EffectCheck::TookEffect => (StatementOutcome::Done, "took effect"),
            EffectCheck::NoEffect => (StatementOutcome::Failed, "did not take effect"),
            EffectCheck::Unknown => (
                StatementOutcome::Failed,
                "the applied part of its step is reverted",
            ),
        };
        let by = match reason {
            EffectReason::UserConfirmed => "stated by the user",
            EffectReason::Transaction | EffectReason::Catalog | EffectReason::Undecidable => {
                "determined by repair"
            }
        };
        let message = format!("{word}: {by}");
        let journal_sql = &self.session.profile.journal;
        Some(
            self.record
                .journal
                .outcome_sql(journal_sql, undecided.id, outcome, &message),
        )
    }

    /// Records a migration that was completed or reverted by hand: journal and history in one transaction. Runs
    /// nothing else.
    ///
    /// # Errors
    /// The errors of the lock and of the server.
    pub async fn mark(
        &mut self,
        diagnosis: &Diagnosis,
        mark: MarkAs,
        observer: &mut dyn Observer,
    ) -> Result<(), ExecError> {
        self.lock(observer).await?;
        let unfinished = &diagnosis.unfinished;
        let Some(mut unit) = diagnosis.main.clone() else {
            return Err(ExecError::Files(diagnosis.obstacles.clone()));
        };
        unit.scope = UnitScope::Revert {
            unit_id: unfinished.head.unit_id,
        };
        let history = &self.options.history;
        let record = match (mark, unfinished.direction(), unit.version) {
            (MarkAs::Applied, Direction::Up, Some(version)) => {
                let now = crate::migrate::history::now();
                Some(history.insert_sql(version, &unit.name, unit.checksum, &now))
            }
            (MarkAs::RolledBack, Direction::Down, Some(version)) => {
                Some(history.delete_sql(version))
            }
            // the history needs no change
            (MarkAs::Applied, Direction::Down, _)
            | (MarkAs::RolledBack, Direction::Up, _)
            | (_, _, None) => None,
        };
        let next = self.take_ids(0);
        let mut journal = UnitJournal::new(
            &self.record.journal,
            &self.session.profile.journal,
            &self.session.identity,
            &unit,
            next,
        );
        journal.command = RunCommand::Repair;
        journal.database.clone_from(&self.options.database);
        let word = match mark {
            MarkAs::Applied => "recorded as applied",
            MarkAs::RolledBack => "recorded as rolled back",
        };
        let mut statements = vec![self.session.profile.begin.to_owned()];
        statements.push(journal.closing_sql(StatementOutcome::Marked, Some(word)));
        statements.extend(record);
        statements.push("COMMIT".to_owned());
        self.session
            .conn
            .run(&statements.join(";\n"))
            .await
            .map(drop)
            .map_err(|failed| ExecError::Server {
                doing: "writing the journal",
                error: failed.error,
            })
    }
}

/// The undecided statement with its change, if its step was recorded and this version of the tool still generates
/// the same statements for it.
fn undecided_statement(
    entry: &JournalEntry,
    steps: &PlannedSteps,
    lexical_rules: &LexicalRules,
) -> Option<UndecidedStatement> {
    if entry.statement == WHOLE_MIGRATION {
        return None;
    }
    let planned = steps.get(&entry.step?)?;
    let (change, statements) = planned.in_direction(entry.direction);
    let sql = statements
        .iter()
        .find(|sql| statement_hash(sql) == entry.hash)?;
    // statements that only change rows share a transaction with their outcome
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
