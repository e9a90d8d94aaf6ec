//! After a run that stopped within a migration: what is in force, what is in doubt, and the work that
//! would finish it or take it back. Pure; what the catalogue says comes in.

pub mod effect_check;
pub(crate) mod partial_step;
pub(crate) mod previous_session;
pub mod repair;
pub(crate) mod statement_outcome;

use crate::change::Change;
use crate::diag::{Code, Diagnostic};
use crate::migrate::files::directory::Directory;
use crate::migrate::journal::entry::{JournalEntry, RunCommand};
use crate::migrate::journal::hashes::running_hashes;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::recovery::effect_check::EffectCheck;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::{MigrationUnit, UnitScope};
use crate::migrate::run::pending::PendingUnits;
use crate::migrate::run::plan_record::PlanRecord;
use crate::sql::effects;
use crate::sql::lexical_rules::LexicalRules;
use std::collections::{BTreeMap, BTreeSet};

/// A step as it was planned, to be looked for in the catalogue.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// What it does, on the way up.
    pub change: Change,
    /// Its statements on the way up.
    pub up: Vec<String>,
    /// Its statements on the way down.
    pub down: Vec<String>,
}

impl PlannedStep {
    /// What it does this way, and the statements.
    pub(crate) fn went(&self, direction: Direction) -> (Change, &[String]) {
        match direction {
            Direction::Up => (self.change.clone(), &self.up),
            Direction::Down => (self.change.clone().invert(), &self.down),
        }
    }
}

/// What a migration's steps were meant to do, by number. Empty where nobody recorded it.
pub type PlannedSteps = BTreeMap<u32, PlannedStep>;

/// How it is known whether the statement in doubt landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectReason {
    /// It was in one transaction with its outcome, which isn't there.
    Transaction,
    /// The catalogue shows it.
    Catalog,
    /// A person said so.
    UserConfirmed,
    /// Nothing decides it: SQL written by hand, or rows that changed.
    Undecidable,
}

/// What is to be known of an unfinished migration before anything is done.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// What the journal says.
    pub unfinished: UnfinishedMigration,
    /// Whether the statement in doubt landed, where there is one.
    pub effect: Option<(EffectCheck, EffectReason)>,
    /// The text of the statement in doubt, where it is still to be had.
    pub sql: Option<String>,
    /// The run worked on another server than this one.
    pub other_server: bool,
    /// What stands in the way of going on: a file that was changed before the statement that failed,
    /// or isn't there.
    pub obstacles: Vec<Diagnostic>,
    /// The way it went, and the way back.
    pub(crate) main: Option<MigrationUnit>,
    pub(crate) back: Option<MigrationUnit>,
    /// The statements that take back what is in force of a step that is half in force, where the
    /// catalogue tells what that is.
    pub(crate) half: Option<Vec<String>>,
}

impl Diagnosis {
    /// Compares journal and files; the catalogue comes later.
    pub(crate) fn new(
        unfinished: UnfinishedMigration,
        directory: &Directory,
        lexical_rules: &LexicalRules,
        server: Option<&str>,
        each: bool,
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
            back: None,
            half: None,
            unfinished,
        };
        let direction = this.unfinished.direction();
        this.main = this.item(directory, direction, lexical_rules);
        this.back = this.item(directory, direction.back(), lexical_rules);
        this.check_files();
        this.look_at_journal(lexical_rules, each);
        this
    }

    fn item(
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
            Ok(item) => Some(item),
            Err(found) if direction == self.unfinished.direction() => {
                self.obstacles.extend(found);
                None
            }
            // a missing way back stands in nobody's way but that of --undo
            Err(_) => None,
        }
    }

    /// The file may differ from the statement on that failed, never before it.
    fn check_files(&mut self) {
        let title = self.unfinished.title();
        let Some(main) = &self.main else {
            if self.obstacles.is_empty() {
                let message = format!("the file of {title} is not there");
                self.obstacles.push(
                    Diagnostic::error(Code::RepairNoFile, message)
                        .help("bring it back as it was run (is this the right branch?)"),
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
                    "{}: statement {number} is in force, and was changed since",
                    main.file
                );
                self.obstacles.push(
                    Diagnostic::error(Code::RepairChanged, message)
                        .help("bring the text back that was run; only from the statement on that failed may it differ"),
                );
                return;
            }
        }
    }

    fn look_at_journal(&mut self, lexical_rules: &LexicalRules, each: bool) {
        let Some(doubt) = self.unfinished.undecided().cloned() else {
            return;
        };
        let found = self.find(&doubt).map(|(_, sql)| sql);
        let transaction = each
            && found
                .as_deref()
                .is_some_and(|sql| effects::is_data(lexical_rules, sql));
        self.effect = Some(if transaction {
            (EffectCheck::NoEffect, EffectReason::Transaction)
        } else {
            (EffectCheck::Unknown, EffectReason::Undecidable)
        });
        self.sql = found;
    }

    /// The statement of a row, where its text is still there: number from 1, and text.
    fn find(&self, entry: &JournalEntry) -> Option<(usize, String)> {
        let main = entry.direction == self.unfinished.direction();
        let item = if main { &self.main } else { &self.back };
        let parsed = &item.as_ref()?.parsed;
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
        fits.then_some((at + 1, sql))
    }

    /// Of what has no files: the steps as the journal keeps them.
    pub(crate) fn planned(&self) -> PlannedSteps {
        let (Some(main), Some(back)) = (&self.main, &self.back) else {
            return PlannedSteps::new();
        };
        let of = |plan: &PlanRecord, step: u32| {
            let planned = PlannedStep {
                change: plan.change(step)?,
                up: main.step_statements(step),
                down: back.step_statements(step),
            };
            Some((step, planned))
        };
        let plan = main.plan.iter();
        let steps = plan.flat_map(|plan| plan.changes.keys().map(move |step| of(plan, *step)));
        steps.flatten().collect()
    }

    /// Takes a person's word for what can't be decided otherwise.
    pub fn say(&mut self, landed: bool) {
        if let Some((_, EffectReason::Undecidable)) = self.effect {
            let landing = if landed {
                EffectCheck::TookEffect
            } else {
                EffectCheck::NoEffect
            };
            self.effect = Some((landing, EffectReason::UserConfirmed));
        }
    }

    /// Whether nobody knows if the statement in doubt landed.
    pub fn is_undecided(&self) -> bool {
        matches!(self.effect, Some((EffectCheck::Unknown, _)))
    }

    /// How many statements from the first on are in force, the one in doubt included where it landed.
    pub fn applied_count(&self) -> usize {
        let known = self.unfinished.applied_count();
        let landed = matches!(self.effect, Some((EffectCheck::TookEffect, _)));
        known + usize::from(landed && !self.unfinished.is_reverting())
    }

    /// The work that finishes it.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn resume(&self) -> Result<PendingUnits, Vec<Diagnostic>> {
        self.ready()?;
        if self.unfinished.is_reverting() {
            return Err(vec![refusal(
                &format!(
                    "{} was already begun to be taken back",
                    self.unfinished.title()
                ),
                "`repair --undo` goes on with that",
            )]);
        }
        let Some(mut item) = self.main.clone() else {
            return Err(self.obstacles.clone());
        };
        item.scope = UnitScope::Remaining {
            unit_id: self.unfinished.head.unit_id,
            first: self.applied_count() + 1,
        };
        Ok(work(item))
    }

    /// The work that takes it back: the way back of each step that is in force, the newest first.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn undo(&self) -> Result<PendingUnits, Vec<Diagnostic>> {
        if !self.goes_back_anyway() || !self.obstacles.is_empty() {
            self.ready()?;
        }
        let (Some(main), Some(back)) = (&self.main, &self.back) else {
            return Err(vec![refusal(
                &format!("there is no way back of {}", self.unfinished.title()),
                "write the .down.sql beside it, or finish it with `repair --resume`",
            )]);
        };
        let in_force = self.applied_count();
        let marks = |item: &MigrationUnit, count: usize| -> Option<BTreeSet<u32>> {
            let marks = item.parsed.marks.iter().take(count);
            marks.map(|mark| Some(mark.as_ref()?.step)).collect()
        };
        let all_back = marks(back, usize::MAX);
        let (Some(steps), Some(_)) = (marks(main, in_force), all_back) else {
            return Err(vec![refusal(
                "the files have no step marks, so it is not known which statement undoes which",
                "undo by hand what is in force, then `repair --mark-rolled-back`; or `repair --resume`",
            )]);
        };
        let half = self.partial_step();
        let rest = match (half, &self.half) {
            (None, _) => &[][..],
            (Some(_), Some(statements)) => statements,
            (Some(half), None) => {
                return Err(vec![refusal(
                    &format!(
                        "step {half} is half in force, and the catalogue doesn't tell what of it"
                    ),
                    "`repair --resume` first, and then `rollback`",
                )]);
            }
        };
        let mut steps = steps;
        steps.retain(|step| Some(*step) != half);
        let mut done = self.unfinished.reverted_statements();
        if let (Some((EffectCheck::TookEffect, _)), Some(doubt), true) = (
            self.effect,
            self.unfinished.undecided(),
            self.unfinished.is_reverting(),
        ) {
            done.extend(doubt.step.map(|step| (step, doubt.hash.clone())));
        }
        let mut item = back.clone().with_steps(&steps, &done);
        if let Some(half) = half {
            item = item.with_statements_first(half, rest);
        }
        item.scope = UnitScope::Revert {
            unit_id: self.unfinished.head.unit_id,
        };
        Ok(work(item))
    }

    /// A step of which some statements are in force and some aren't, or of which that isn't known.
    pub fn partial_step(&self) -> Option<u32> {
        let main = self.main.as_ref()?;
        let step = |number: usize| main.parsed.marks.get(number)?.as_ref().map(|m| m.step);
        let in_force = self.applied_count();
        let last = step(in_force.checked_sub(1)?)?;
        (step(in_force) == Some(last)).then_some(last)
    }

    /// Whether the way back of what is half in force is behind us: an older step's was begun.
    pub(crate) fn half_is_undone(&self, half: u32) -> bool {
        let way = self.unfinished.direction();
        let mut entries = self.unfinished.entries.iter();
        entries.any(|entry| entry.direction != way && entry.step.is_some_and(|step| step != half))
    }

    /// Whether the way back is the same, landed or not: the statement in doubt is of the step that is
    /// half in force, and the catalogue shows what of that is to be taken back.
    fn goes_back_anyway(&self) -> bool {
        let doubt = self.unfinished.undecided().and_then(|entry| entry.step);
        self.half.is_some() && doubt.is_some() && doubt == self.partial_step()
    }

    fn ready(&self) -> Result<(), Vec<Diagnostic>> {
        if !self.obstacles.is_empty() {
            return Err(self.obstacles.clone());
        }
        if self.is_undecided() {
            return Err(vec![refusal(
                "nothing decides whether the statement in doubt landed",
                "check the database, then pass --took-effect or --no-effect",
            )]);
        }
        Ok(())
    }
}

fn refusal(message: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::Repair, message.to_owned()).help(help)
}

fn work(item: MigrationUnit) -> PendingUnits {
    PendingUnits {
        command: RunCommand::Repair,
        items: vec![item],
        ..PendingUnits::default()
    }
}
