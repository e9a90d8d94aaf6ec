//! One migration of a run: statements with what they are for, wherever they came from.

use crate::change::Change;
use crate::diag::{Code, Diagnostic};
use crate::migrate::files::directory::{
    MigrationFile, ParsedSql, SqlText, Version, checksum, file_location,
};
use crate::migrate::files::statement_label::StepMark;
use crate::migrate::history::{HistoryTable, now};
use crate::migrate::journal::{StatementOutcome, UnitJournal, running_hashes};
use crate::migrate::run::events::Direction;
use crate::migrate::run::script::{Script, ScriptBuilder};
use crate::model::{Object, ObjectId, Table};
use crate::server::execution_profile::ExecutionProfile;
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::splitter::Statement;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// One migration of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationUnit {
    /// Its version; none for what has no files, which leaves no row in the history.
    pub version: Option<Version>,
    /// Its name.
    pub name: String,
    /// refinery's checksum of the way up.
    pub checksum: u64,
    /// The same of the file that runs: on the way down, as if it had the way up's name.
    pub own_checksum: u64,
    /// Which way.
    pub direction: Direction,
    /// The file that runs.
    pub file: Arc<str>,
    /// What is in it.
    pub parsed: ParsedSql,
    /// Which part of it runs.
    pub scope: UnitScope,
    /// Where there are no files: what the journal keeps for a repair.
    pub plan: Option<PlanRecord>,
}

/// Which part of an item runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitScope {
    /// All of it.
    Whole,
    /// What a run that stopped has left.
    Remaining {
        /// The run's number in the journal.
        unit_id: i64,
        /// The first statement, from 1.
        first: usize,
    },
    /// It takes back what a run that stopped has done.
    Revert {
        /// The run's number in the journal.
        unit_id: i64,
    },
}

impl UnitScope {
    /// The run that stopped, where this goes on with one.
    pub fn resumed_unit(self) -> Option<i64> {
        match self {
            Self::Whole => None,
            Self::Remaining { unit_id, .. } | Self::Revert { unit_id } => Some(unit_id),
        }
    }
}

/// What runs without files, as the journal keeps it: the texts that files would have had, and what
/// each step changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// The text of the way up, with step marks.
    pub up: String,
    /// The text of the way down.
    pub down: String,
    /// By step: what it changes, as this version of the tool writes it. Empty where nothing can stop
    /// within.
    #[serde(default)]
    pub changes: BTreeMap<u32, serde_json::Value>,
}

impl PlanRecord {
    /// The text for the journal.
    pub fn text(&self) -> String {
        // maps with text keys and texts always have a JSON form
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Notes what the steps change.
    pub fn note<'a>(&mut self, changes: impl IntoIterator<Item = (u32, &'a Change)>) {
        let changes = changes.into_iter();
        let values = changes.filter_map(|(step, change)| {
            let noted = match change {
                Change::Create(id, Object::Table(_)) => RecordedChange::CreateTable(id.clone()),
                Change::Drop(id, Object::Table(_)) => RecordedChange::DropTable(id.clone()),
                Change::Create(..)
                | Change::Drop(..)
                | Change::Replace(..)
                | Change::Comment(..)
                | Change::Value(..)
                | Change::Table { .. } => RecordedChange::Other(Box::new(change.clone())),
            };
            Some((step, serde_json::to_value(noted).ok()?))
        });
        self.changes.extend(values);
    }

    /// What a step changes; `None` where nobody noted it, or another version of this tool did.
    pub fn change(&self, step: u32) -> Option<Change> {
        let noted = serde_json::from_value(self.changes.get(&step)?.clone()).ok()?;
        Some(match noted {
            RecordedChange::CreateTable(id) => Change::Create(id.clone(), nothing(id)),
            RecordedChange::DropTable(id) => Change::Drop(id.clone(), nothing(id)),
            RecordedChange::Other(change) => *change,
        })
    }

    /// What [`Plan::text`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A change as the journal keeps it: a message holds that of ten thousand tables.
#[derive(Serialize, Deserialize)]
enum RecordedChange {
    /// A table comes; only its name is asked for.
    #[serde(rename = "Comes")]
    CreateTable(ObjectId),
    /// A table goes.
    #[serde(rename = "Goes")]
    DropTable(ObjectId),
    /// Anything else.
    #[serde(rename = "Changes")]
    Other(Box<Change>),
}

/// A table of which nothing but the name is said.
fn nothing(id: ObjectId) -> Object {
    Object::Table(Box::new(Table::new(id)))
}

/// `V7__name`, or the name of what has no version.
pub fn title(version: Option<Version>, name: &str) -> String {
    match version {
        Some(version) => format!("V{version}__{name}"),
        None => name.to_owned(),
    }
}

impl MigrationUnit {
    pub(crate) fn read(
        file: &MigrationFile,
        direction: Direction,
        lexical_rules: &LexicalRules,
    ) -> Result<Self, Vec<Diagnostic>> {
        let read;
        let text = match direction {
            Direction::Up => &file.up,
            Direction::Down => {
                let Some(down) = &file.down else {
                    let message = format!(
                        "V{}__{} has no way back: there is no {}.down.sql",
                        file.version, file.name, file.stem
                    );
                    return Err(vec![
                        Diagnostic::error(Code::MigrationNoDown, message)
                            .at(&file_location(&file.up.file))
                            .help("write that file, or stop the rollback above this version"),
                    ]);
                };
                read = down.read().map_err(|error| vec![*error])?;
                &read
            }
        };
        Ok(Self {
            version: Some(file.version),
            name: file.name.clone(),
            checksum: file.checksum,
            own_checksum: match direction {
                Direction::Up => file.checksum,
                Direction::Down => checksum(&file.stem, &text.sql).unwrap_or_default(),
            },
            direction,
            file: Arc::clone(&text.file),
            parsed: text.parse(lexical_rules)?,
            scope: UnitScope::Whole,
            plan: None,
        })
    }

    /// What runs without files, through the same executor, journal and recovery. The texts of the plan
    /// are those that files would have: step marks, directives and all.
    ///
    /// # Errors
    /// Where a text can't be read as a migration.
    pub fn of_plan(
        name: &str,
        plan: PlanRecord,
        direction: Direction,
        lexical_rules: &LexicalRules,
    ) -> Result<Self, Vec<Diagnostic>> {
        let (sql, suffix) = match direction {
            Direction::Up => (&plan.up, "up"),
            Direction::Down => (&plan.down, "down"),
        };
        let text = SqlText {
            file: format!("{name} ({suffix})").into(),
            sql: sql.clone(),
        };
        Ok(Self {
            version: None,
            name: name.to_owned(),
            checksum: 0,
            own_checksum: 0,
            direction,
            parsed: text.parse(lexical_rules)?,
            file: text.file,
            scope: UnitScope::Whole,
            plan: Some(plan),
        })
    }

    /// `V7__name`, or the name of what has no version.
    pub fn title(&self) -> String {
        title(self.version, &self.name)
    }

    /// Whether something of a step runs.
    pub fn runs(&self, step: u32) -> bool {
        let marks = self.parsed.marks.iter().skip(self.first() - 1).flatten();
        let mut marked = marks.map(|mark| mark.step);
        match self.scope {
            UnitScope::Whole => true,
            UnitScope::Remaining { .. } | UnitScope::Revert { .. } => marked.any(|one| one == step),
        }
    }

    /// The statements of a step.
    pub(crate) fn of_step(&self, step: u32) -> Vec<String> {
        let marked = self.parsed.statements.iter().zip(&self.parsed.marks);
        let own = marked.filter(|(_, mark)| mark.as_ref().is_some_and(|mark| mark.step == step));
        own.map(|(statement, _)| statement.sql.clone()).collect()
    }

    /// The first statement that runs, from 1.
    pub fn first(&self) -> usize {
        match self.scope {
            UnitScope::Whole | UnitScope::Revert { .. } => 1,
            UnitScope::Remaining { first, .. } => first,
        }
    }

    /// The same with only the statements of these steps, but for those (step and hash) that are done.
    #[must_use]
    pub(crate) fn only(mut self, steps: &BTreeSet<u32>, done: &BTreeSet<(u32, String)>) -> Self {
        let parsed = &mut self.parsed;
        let texts = parsed.statements.iter().map(|s| s.sql.as_str());
        let hashes = running_hashes(texts);
        let keep: Vec<bool> = (parsed.marks.iter().zip(hashes))
            .map(|(mark, (hash, _))| {
                mark.as_ref().is_some_and(|mark| {
                    steps.contains(&mark.step) && !done.contains(&(mark.step, hash))
                })
            })
            .collect();
        let mut kept = keep.iter();
        parsed.statements.retain(|_| *kept.next().unwrap_or(&false));
        let mut kept = keep.iter();
        parsed.marks.retain(|_| *kept.next().unwrap_or(&false));
        self
    }

    /// The same with these statements of a step ahead of all others.
    #[must_use]
    pub(crate) fn after(mut self, step: u32, statements: &[String]) -> Self {
        let mark = Some(StepMark { step, what: None });
        let statements = statements.iter().map(|sql| Statement {
            sql: sql.clone(),
            line: 1,
            ..Statement::default()
        });
        let parsed = &mut self.parsed;
        parsed.statements.splice(0..0, statements);
        let count = parsed.statements.len() - parsed.marks.len();
        let marks = std::iter::repeat_n(mark, count);
        parsed.marks.splice(0..0, marks);
        self
    }

    /// What is sent for it, with its history statement for the time that is now.
    pub fn script(
        &self,
        running: &ExecutionProfile,
        lexical_rules: &LexicalRules,
        history: &HistoryTable,
        lock_timeout: Duration,
        log: Option<&UnitJournal<'_>>,
    ) -> Script {
        let record = match (self.scope, self.version, self.direction) {
            (UnitScope::Revert { .. }, _, _) => {
                log.map(|log| log.closing_sql(StatementOutcome::Undone, None))
            }
            (_, None, _) => None,
            (_, Some(version), Direction::Up) => {
                Some(history.insert_sql(version, &self.name, self.checksum, &now()))
            }
            (_, Some(version), Direction::Down) => Some(history.delete_sql(version)),
        };
        let source = ScriptBuilder {
            running,
            lexical_rules,
            parsed: &self.parsed,
            first: self.first(),
            history: record.as_slice(),
            lock_timeout,
            log,
        };
        source.script()
    }
}
