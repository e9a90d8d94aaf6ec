//! The diagnosis of a partially applied migration, and the work that finishes or reverts it. Pure: the results of
//! the catalog queries are passed in.

use crate::diag::{Code, Diagnostic, Remedy};
use crate::migrate::files::directory::Directory;
use crate::migrate::journal::entry::{JournalEntry, RunCommand};
use crate::migrate::journal::hashes::running_hashes;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::recovery::effect_check::EffectCheck;
use crate::migrate::recovery::planned_steps::{PlannedStep, PlannedSteps};
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::{MigrationUnit, UnitScope};
use crate::migrate::run::pending::PendingUnits;
use crate::migrate::run::plan_record::PlanRecord;
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;
use std::collections::BTreeSet;

/// The evidence for the outcome of the undecided statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectReason {
    /// The statement shares a transaction with its outcome, which is missing.
    Transaction,
    /// The catalog shows the outcome.
    Catalog,
    /// The user stated the outcome.
    UserConfirmed,
    /// There is no evidence, as for SQL written by hand.
    Undecidable,
}

/// The state of a partially applied migration, before anything is repaired.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The rows of the journal.
    pub unfinished: UnfinishedMigration,
    /// The outcome of the undecided statement, if there is one, and the evidence.
    pub effect: Option<(EffectCheck, EffectReason)>,
    /// The text of the undecided statement, if the file still contains it.
    pub sql: Option<String>,
    /// Whether the run was on another server.
    pub other_server: bool,
    /// Problems that prevent a repair: a missing file, or one that was changed before the failed statement.
    pub obstacles: Vec<Diagnostic>,
    /// The migration in the direction of the run.
    pub(crate) main: Option<MigrationUnit>,
    /// The migration in the opposite direction.
    pub(crate) opposite: Option<MigrationUnit>,
    /// The statements that revert the applied part of a partially applied step, if the catalog shows it.
    pub(crate) partial_revert: Option<Vec<String>>,
}

impl Diagnosis {
    /// Compares the journal with the files. `each_commits`: the server commits each DDL statement by itself.
    pub(crate) fn new(
        unfinished: UnfinishedMigration,
        directory: &Directory,
        lexical_rules: &LexicalRules,
        server: Option<&str>,
        each_commits: bool,
    ) -> Self {
        let mut this = Self {
            effect: None,
            sql: None,
            other_server: unfinished
                .entries
                .last()
                .is_some_and(|entry| entry.server.is_some() && entry.server.as_deref() != server),
            obstacles: Vec::new(),
            main: None,
            opposite: None,
            partial_revert: None,
            unfinished,
        };
        let direction = this.unfinished.direction();
        this.main = this.read_unit(directory, direction, lexical_rules);
        this.opposite = this.read_unit(directory, direction.back(), lexical_rules);
        this.check_files();
        this.decide_from_journal(lexical_rules, each_commits);
        this
    }

    /// Reads the migration in a direction from its file, or from the plan in the journal.
    fn read_unit(
        &mut self,
        directory: &Directory,
        direction: Direction,
        lexical_rules: &LexicalRules,
    ) -> Option<MigrationUnit> {
        let read = match (self.unfinished.version(), &self.unfinished.head.plan) {
            (Some(version), _) => {
                let file = directory.files.get(&version)?;
                MigrationUnit::read(file, direction, lexical_rules)
            }
            (None, plan) => {
                let plan = plan.as_deref().and_then(PlanRecord::read)?;
                MigrationUnit::from_plan(&self.unfinished.head.name, plan, direction, lexical_rules)
            }
        };
        match read {
            Ok(unit) => Some(unit),
            Err(found) if direction == self.unfinished.direction() => {
                self.obstacles.extend(found);
                None
            }
            // a missing down file only prevents `undo`
            Err(_) => None,
        }
    }

    /// Checks that the file exists, and that the statements that took effect are unchanged.
    fn check_files(&mut self) {
        let title = self.unfinished.title();
        let Some(main) = &self.main else {
            if self.obstacles.is_empty() {
                let message = format!("the file of {title} is missing");
                self.obstacles.push(
                    Diagnostic::error(Code::RepairNoFile, message)
                        .help("restore the file that was run (is this the right branch?)"),
                );
            }
            return;
        };
        let texts = main.parsed.statements.iter().map(|s| s.sql.as_str());
        let hashes = running_hashes(texts);
        for number in 1..=self.unfinished.applied_count() {
            let ran = self.unfinished.entry(number).map(|entry| &entry.hash);
            if hashes.get(number - 1).map(|(own, _)| own) != ran {
                let message = format!(
                    "{}: statement {number} took effect and was changed afterwards",
                    main.file
                );
                self.obstacles.push(
                    Diagnostic::error(Code::RepairChanged, message)
                        .help("restore the text that was run; only the failed statement and those after it may differ"),
                );
                return;
            }
        }
    }

    /// Decides the undecided statement where the journal alone determines its outcome.
    fn decide_from_journal(&mut self, lexical_rules: &LexicalRules, each_commits: bool) {
        let Some(undecided) = self.unfinished.undecided().cloned() else {
            return;
        };
        let found = self.statement_of(&undecided);
        let shares_transaction = each_commits
            && found
                .as_deref()
                .is_some_and(|sql| effects::is_data(lexical_rules, sql));
        self.effect = Some(if shares_transaction {
            (EffectCheck::NoEffect, EffectReason::Transaction)
        } else {
            (EffectCheck::Unknown, EffectReason::Undecidable)
        });
        self.sql = found;
    }

    /// The text of a row's statement, if a file still contains it.
    fn statement_of(&self, entry: &JournalEntry) -> Option<String> {
        let main = entry.direction == self.unfinished.direction();
        let unit = if main { &self.main } else { &self.opposite };
        let parsed = &unit.as_ref()?.parsed;
        let hashes = running_hashes(parsed.statements.iter().map(|s| s.sql.as_str()));
        let at = if main {
            entry.statement.checked_sub(1)?
        } else {
            let fits = |(at, (own, _)): (usize, &(String, String))| {
                let step = parsed.marks.get(at)?.as_ref().map(|mark| mark.step);
                (*own == entry.hash && step == entry.step).then_some(at)
            };
            hashes.iter().enumerate().find_map(fits)?
        };
        let fits = hashes.get(at).is_some_and(|(own, _)| *own == entry.hash);
        let sql = parsed.statements.get(at)?.sql.clone();
        fits.then_some(sql)
    }

    /// The steps of an applied plan, as the journal keeps them.
    pub(crate) fn recorded_steps(&self) -> PlannedSteps {
        let (Some(main), Some(opposite)) = (&self.main, &self.opposite) else {
            return PlannedSteps::new();
        };
        let planned_step = |plan: &PlanRecord, step: u32| {
            let planned = PlannedStep {
                change: plan.change(step)?,
                up: main.step_statements(step),
                down: opposite.step_statements(step),
            };
            Some((step, planned))
        };
        let plan = main.plan.iter();
        let steps = plan.flat_map(|plan| {
            plan.changes
                .keys()
                .map(move |step| planned_step(plan, *step))
        });
        steps.flatten().collect()
    }

    /// Accepts the user's statement about the outcome. Ignored if there is evidence.
    pub fn confirm_effect(&mut self, took_effect: bool) {
        if let Some((_, EffectReason::Undecidable)) = self.effect {
            let effect = if took_effect {
                EffectCheck::TookEffect
            } else {
                EffectCheck::NoEffect
            };
            self.effect = Some((effect, EffectReason::UserConfirmed));
        }
    }

    /// Whether there is an undecided statement without evidence of its outcome.
    pub fn is_undecided(&self) -> bool {
        matches!(self.effect, Some((EffectCheck::Unknown, _)))
    }

    /// The number of applied statements from the first on, including the undecided one if it took effect.
    pub fn applied_count(&self) -> usize {
        let known = self.unfinished.applied_count();
        let took_effect = matches!(self.effect, Some((EffectCheck::TookEffect, _)));
        known + usize::from(took_effect && !self.unfinished.is_reverting())
    }

    /// The work that finishes the migration.
    ///
    /// # Errors
    /// The reasons why it can't be resumed.
    pub fn resume(&self) -> Result<PendingUnits, Vec<Diagnostic>> {
        self.check_decided()?;
        if self.unfinished.is_reverting() {
            return Err(vec![refusal(
                &format!("reverting {} has already begun", self.unfinished.title()),
                Remedy::Undo,
            )]);
        }
        let Some(mut unit) = self.main.clone() else {
            return Err(self.obstacles.clone());
        };
        unit.scope = UnitScope::Remaining {
            unit_id: self.unfinished.head.unit_id,
            first: self.applied_count() + 1,
        };
        Ok(work(unit))
    }

    /// The work that reverts the migration: the opposite statements of each applied step, the newest first.
    ///
    /// # Errors
    /// The reasons why it can't be reverted.
    pub fn undo(&self) -> Result<PendingUnits, Vec<Diagnostic>> {
        if !self.is_reverted_either_way() || !self.obstacles.is_empty() {
            self.check_decided()?;
        }
        let (Some(main), Some(opposite)) = (&self.main, &self.opposite) else {
            return Err(vec![refusal(
                &format!("{} has no down file", self.unfinished.title()),
                Remedy::WriteDownFile,
            )]);
        };
        let applied = self.applied_count();
        let marks = |unit: &MigrationUnit, count: usize| -> Option<BTreeSet<u32>> {
            let marks = unit.parsed.marks.iter().take(count);
            marks.map(|mark| Some(mark.as_ref()?.step)).collect()
        };
        let opposite_marks = marks(opposite, usize::MAX);
        let (Some(steps), Some(_)) = (marks(main, applied), opposite_marks) else {
            return Err(vec![refusal(
                "the files have no step marks, so it is not known which statement reverts which",
                Remedy::RevertByHand,
            )]);
        };
        let partial = self.partial_step();
        let rest = match (partial, &self.partial_revert) {
            (None, _) => &[][..],
            (Some(_), Some(statements)) => statements,
            (Some(partial), None) => {
                return Err(vec![refusal(
                    &format!(
                        "step {partial} is partially applied, and the catalog doesn't show which part"
                    ),
                    Remedy::ResumeThenRollback,
                )]);
            }
        };
        let mut steps = steps;
        steps.retain(|step| Some(*step) != partial);
        let mut done = self.unfinished.reverted_statements();
        if let (Some((EffectCheck::TookEffect, _)), Some(undecided), true) = (
            self.effect,
            self.unfinished.undecided(),
            self.unfinished.is_reverting(),
        ) {
            done.extend(undecided.step.map(|step| (step, undecided.hash.clone())));
        }
        let mut unit = opposite.clone().with_steps(&steps, &done);
        if let Some(partial) = partial {
            unit = unit.with_statements_first(partial, rest);
        }
        unit.scope = UnitScope::Revert {
            unit_id: self.unfinished.head.unit_id,
        };
        Ok(work(unit))
    }

    /// The step that is partially applied, or may be: some of its statements took effect, and not all.
    pub fn partial_step(&self) -> Option<u32> {
        let main = self.main.as_ref()?;
        let step = |number: usize| main.parsed.marks.get(number)?.as_ref().map(|m| m.step);
        let applied = self.applied_count();
        let last = step(applied.checked_sub(1)?)?;
        (step(applied) == Some(last)).then_some(last)
    }

    /// Whether the partially applied step is already reverted, because reverting an older step has begun.
    pub(crate) fn is_partial_step_reverted(&self, partial: u32) -> bool {
        let direction = self.unfinished.direction();
        let mut entries = self.unfinished.entries.iter();
        entries.any(|entry| {
            entry.direction != direction && entry.step.is_some_and(|step| step != partial)
        })
    }

    /// Whether reverting needs no decision: the undecided statement belongs to the partially applied step, and
    /// the catalog shows which part of the step to revert.
    fn is_reverted_either_way(&self) -> bool {
        let undecided = self.unfinished.undecided().and_then(|entry| entry.step);
        self.partial_revert.is_some() && undecided.is_some() && undecided == self.partial_step()
    }

    fn check_decided(&self) -> Result<(), Vec<Diagnostic>> {
        if !self.obstacles.is_empty() {
            return Err(self.obstacles.clone());
        }
        if self.is_undecided() {
            return Err(vec![refusal(
                "whether the undecided statement took effect can't be determined",
                Remedy::StateEffect,
            )]);
        }
        Ok(())
    }
}

/// A repair that can't run, with its remedy.
fn refusal(message: &str, remedy: Remedy) -> Diagnostic {
    Diagnostic::error(Code::Repair, message.to_owned()).remedy(remedy)
}

/// The work of a repair.
fn work(unit: MigrationUnit) -> PendingUnits {
    PendingUnits {
        command: RunCommand::Repair,
        items: vec![unit],
        ..PendingUnits::default()
    }
}
