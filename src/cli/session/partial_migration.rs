//! Detection and diagnosis of a partially applied migration.

use crate::cli::exit_code::Exit;
use crate::cli::session::diagnosis_text::diagnosis_text;
use crate::cli::session::expected;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::Session;
use crate::cli::session::run_failure::run_failure;
use crate::migrate::journal::entry::StatementOutcome;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::recovery::Diagnosis;

impl Session {
    /// Requires that no migration is partially applied. A read-only command reports it without
    /// taking the lock.
    ///
    /// # Errors
    /// A partially applied migration.
    pub(crate) async fn require_no_partial_migration(&mut self, read_only: bool) -> Outcome<()> {
        let unfinished = self.executor.unfinished().await;
        let unfinished = unfinished.map_err(|error| run_failure(&error, &self.target))?;
        let Some(unfinished) = unfinished else {
            return Ok(());
        };
        if read_only {
            let error = crate::migrate::ExecError::Unfinished(Box::new(unfinished));
            return Err(run_failure(&error, &self.target));
        }
        match self.diagnose().await? {
            Some(found) => {
                let failure = partially_applied(&found, &self.target.flag);
                Err(self.unlock_and_fail(failure).await)
            }
            // another run, which has completed in the meantime
            None => Ok(()),
        }
    }

    /// Diagnoses a partially applied migration, after the session of its run has ended.
    ///
    /// # Errors
    /// Another run holds the lock, or the session has not ended.
    pub(crate) async fn diagnose(&mut self) -> Outcome<Option<Diagnosis>> {
        let earlier = self.executor.unfinished().await;
        let earlier = earlier.map_err(|error| run_failure(&error, &self.target))?;
        self.lock().await?;
        if let Some(earlier) = earlier {
            self.report_earlier_outcome(&earlier).await?;
        }
        let unfinished = self.executor.unfinished().await;
        let unfinished = unfinished.map_err(|error| run_failure(&error, &self.target))?;
        let Some(unfinished) = unfinished else {
            return Ok(None);
        };
        let dialect = self.target.dialect;
        let version = unfinished.version();
        let steps = version.map(|version| expected::planned_steps(self, version));
        let steps = steps.unwrap_or_default();
        let mut scope = self
            .workspace
            .settings
            .scope(&crate::model::Schema::default());
        for planned in steps.values() {
            let schema = planned.change.id().ns.name();
            scope.schemas.extend(schema.map(ToString::to_string));
        }
        scope.schemas.sort();
        scope.schemas.dedup();
        let (files, progress) = (&self.directory, &mut self.progress);
        let diagnosed = self
            .executor
            .diagnose(files, dialect, &scope, &steps, progress);
        diagnosed
            .await
            .map_err(|error| run_failure(&error, &self.target))
    }

    /// Releases the lock before the failure is printed, so that the command can be repeated immediately.
    pub(crate) async fn unlock_and_fail(&mut self, failure: Failure) -> Failure {
        self.executor.release_lock().await;
        failure
    }

    /// Reports the outcome of a statement that was running when this command started.
    async fn report_earlier_outcome(&mut self, earlier: &UnfinishedMigration) -> Outcome<()> {
        let Some(undecided) = earlier.undecided() else {
            return Ok(());
        };
        let entries = self.executor.unit_entries(earlier.head.unit_id).await;
        let entries = entries.map_err(|error| run_failure(&error, &self.target))?;
        let now = entries.iter().find(|entry| entry.id == undecided.id);
        let outcome = match now.map(|entry| entry.outcome) {
            Some(StatementOutcome::Done) => "took effect",
            Some(StatementOutcome::Failed) => "failed without effect",
            // decided by the effect check
            Some(
                StatementOutcome::Running | StatementOutcome::Reverted | StatementOutcome::Marked,
            )
            | None => return Ok(()),
        };
        let (title, number) = (earlier.title(), undecided.statement);
        self.workspace.output.message(&format!(
            "Statement {number} of {title} was still running when this command started; it {outcome}."
        ));
        Ok(())
    }
}

/// A partially applied migration as the failure of a command, with the commands that finish or revert it.
pub(crate) fn partially_applied(found: &Diagnosis, flag: &str) -> Failure {
    let mut failure = Failure::screen(Exit::Repair, diagnosis_text(found).trim_end());
    let answer = if found.is_undecided() {
        " (--took-effect | --no-effect)"
    } else {
        ""
    };
    if let Ok(work) = found.resume() {
        let all = work
            .items
            .first()
            .map_or(0, |item| item.parsed.statements.len());
        let first = found.applied_count() + 1;
        let purpose = match all.cmp(&first) {
            std::cmp::Ordering::Less => "records it as applied; nothing is left to run".to_owned(),
            std::cmp::Ordering::Equal => format!("runs {all}"),
            std::cmp::Ordering::Greater => format!("runs {first}-{all}"),
        };
        failure = failure.next(format!("tablewright repair --resume {flag}"), purpose);
    } else if !found.unfinished.is_reverting() {
        failure = failure.next(
            format!("tablewright repair --resume{answer} {flag}"),
            "runs the remaining statements",
        );
    }
    let answer = if found.undo().is_ok() { "" } else { answer };
    failure = failure.next(
        format!("tablewright repair --undo{answer} {flag}"),
        "reverts the applied statements; shows the data that is lost, and asks for confirmation",
    );
    failure.next(
        format!("tablewright repair --mark-applied | --mark-rolled-back {flag}"),
        "records what was done by hand",
    )
}
