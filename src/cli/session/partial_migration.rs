//! Detection and diagnosis of a partially applied migration.

use crate::cli::exit_code::Exit;
use crate::cli::session::diagnosis_text::diagnosis_text;
use crate::cli::session::expected;
use crate::cli::session::failure::{Failure, Outcome, Why};
use crate::cli::session::migration_run::Session;
use crate::cli::session::run_failure::run_failure;
use crate::migrate::journal::StatementOutcome;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::recovery::Diagnosis;

impl Session {
    /// Ends here where an earlier run left a migration partly in force: nothing runs on top of that.
    ///
    /// # Errors
    /// There is one.
    pub(crate) async fn require_no_partial_migration(&mut self, looks_only: bool) -> Outcome<()> {
        let unfinished = self.executor.unfinished().await;
        let unfinished = unfinished.map_err(|error| run_failure(&error, &self.target))?;
        let Some(unfinished) = unfinished else {
            return Ok(());
        };
        if looks_only {
            let error = crate::migrate::ExecError::Unfinished(Box::new(unfinished));
            return Err(run_failure(&error, &self.target));
        }
        match self.diagnose().await? {
            Some(found) => {
                let why = partially_applied(&found, &self.target.flag);
                Err(self.unlock_and_fail(why).await)
            }
            // it was another run, which has ended well in the meantime
            None => Ok(()),
        }
    }

    /// What is known of a migration that is partly in force, with the session of its run gone.
    ///
    /// # Errors
    /// Another run, or a session that isn't gone.
    pub(crate) async fn diagnose(&mut self) -> Outcome<Option<Diagnosis>> {
        let earlier = self.executor.unfinished().await;
        let earlier = earlier.map_err(|error| run_failure(&error, &self.target))?;
        self.lock().await?;
        if let Some(earlier) = earlier {
            self.tell_meanwhile(&earlier).await?;
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

    /// Gives the lock back: whoever reads why nothing was done may try again at once.
    pub(crate) async fn unlock_and_fail(&mut self, why: Failure) -> Failure {
        self.executor.release_lock().await;
        why
    }

    /// Says how a statement has ended that was at work when this run began.
    async fn tell_meanwhile(&mut self, earlier: &UnfinishedMigration) -> Outcome<()> {
        let Some(doubt) = earlier.undecided() else {
            return Ok(());
        };
        let entries = self.executor.unit_entries(earlier.head.unit_id).await;
        let entries = entries.map_err(|error| run_failure(&error, &self.target))?;
        let now = entries.iter().find(|entry| entry.id == doubt.id);
        let became = match now.map(|entry| entry.outcome) {
            Some(StatementOutcome::Done) => "it has landed",
            Some(StatementOutcome::Failed) => "it has failed, and nothing of it stays",
            // the catalogue has to tell
            Some(
                StatementOutcome::Running | StatementOutcome::Undone | StatementOutcome::Marked,
            )
            | None => return Ok(()),
        };
        let (title, number) = (earlier.title(), doubt.statement);
        self.workspace.output.say(&format!(
            "Statement {number} of {title} was still at work when this run began: {became}."
        ));
        Ok(())
    }
}

/// The end of a command that found a migration partly in force.
pub(crate) fn partially_applied(found: &Diagnosis, flag: &str) -> Failure {
    let mut failure = Failure::new(Exit::Repair, "");
    failure.why = Why::Text(diagnosis_text(found).trim_end().to_owned());
    let said = if found.is_undecided() {
        " (--landed | --not-landed)"
    } else {
        ""
    };
    if let Ok(work) = found.resume() {
        let all = work
            .items
            .first()
            .map_or(0, |item| item.parsed.statements.len());
        let first = found.applied_count() + 1;
        let what = match all.cmp(&first) {
            std::cmp::Ordering::Less => "records it, nothing is left to run".to_owned(),
            std::cmp::Ordering::Equal => format!("runs {all}"),
            std::cmp::Ordering::Greater => format!("runs {first}-{all}"),
        };
        failure = failure.next(format!("tablewright repair --resume {flag}   {what}"));
    } else if !found.unfinished.is_reverting() {
        failure = failure.next(format!("tablewright repair --resume{said} {flag}"));
    }
    failure = failure.next(if found.undo().is_ok() {
        format!("tablewright repair --undo {flag}   shows what data goes, and asks")
    } else {
        format!("tablewright repair --undo{said} {flag}")
    });
    failure.next(format!(
        "tablewright repair --mark-applied | --mark-rolled-back {flag}   after you did it by hand"
    ))
}
