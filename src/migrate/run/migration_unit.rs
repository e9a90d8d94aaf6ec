//! One migration of a run: its statements and their labels, read from a file or from a recorded plan.

use crate::diag::{Code, Diagnostic};
use crate::migrate::files::directory::{MigrationFile, Version, checksum};
use crate::migrate::files::sql_text::{ParsedSql, SqlText, file_location};
use crate::migrate::files::statement_label::StepMark;
use crate::migrate::journal::hashes::running_hashes;
use crate::migrate::run::events::Direction;
use crate::migrate::run::plan_record::PlanRecord;
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::splitter::Statement;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One migration of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationUnit {
    /// The version; `None` for an applied plan, which has no files and no history row.
    pub version: Option<Version>,
    /// The name.
    pub name: String,
    /// refinery's checksum of the up file.
    pub checksum: u64,
    /// refinery's checksum of the file that runs: for a down file, computed with the stem of the up file.
    pub own_checksum: u64,
    /// The direction.
    pub direction: Direction,
    /// The path of the file that runs.
    pub file: Arc<str>,
    /// The parsed file.
    pub parsed: ParsedSql,
    /// The part that runs.
    pub scope: UnitScope,
    /// For an applied plan: the record of it that the journal keeps for a repair.
    pub plan: Option<PlanRecord>,
}

/// The part of a migration that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitScope {
    /// All statements.
    Whole,
    /// The statements that an earlier, stopped run did not apply.
    Remaining {
        /// The unit of the stopped run in the journal.
        unit_id: i64,
        /// The first statement that runs, from 1.
        first: usize,
    },
    /// Statements of the down file that revert what an earlier, stopped run applied.
    Revert {
        /// The unit of the stopped run in the journal.
        unit_id: i64,
    },
}

impl UnitScope {
    /// The unit of the stopped run that this one finishes or reverts.
    pub fn resumed_unit(self) -> Option<i64> {
        match self {
            Self::Whole => None,
            Self::Remaining { unit_id, .. } | Self::Revert { unit_id } => Some(unit_id),
        }
    }
}

/// `V7__name`, or only the name where there is no version.
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
                        "V{}__{} can't be reverted: there is no {}.down.sql",
                        file.version, file.name, file.stem
                    );
                    return Err(vec![
                        Diagnostic::error(Code::MigrationNoDown, message)
                            .at(&file_location(&file.up.file))
                            .help("write that file, or roll back only the versions above this one"),
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

    /// The unit of a plan that is applied without files. It runs through the same executor, journal and
    /// recovery as a file; the plan's texts have step marks and directives like files.
    ///
    /// # Errors
    /// The problems of the text.
    pub fn from_plan(
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

    /// `V7__name`, or only the name where there is no version.
    pub fn title(&self) -> String {
        title(self.version, &self.name)
    }

    /// Whether a statement of a step runs.
    pub fn runs(&self, step: u32) -> bool {
        let marks = self.parsed.marks.iter().skip(self.first() - 1).flatten();
        let mut marked = marks.map(|mark| mark.step);
        match self.scope {
            UnitScope::Whole => true,
            UnitScope::Remaining { .. } | UnitScope::Revert { .. } => marked.any(|one| one == step),
        }
    }

    /// The texts of a step's statements.
    pub(crate) fn step_statements(&self, step: u32) -> Vec<String> {
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

    /// Keeps only the statements of these steps that are not in `done` (step and hash).
    #[must_use]
    pub(crate) fn with_steps(
        mut self,
        steps: &BTreeSet<u32>,
        done: &BTreeSet<(u32, String)>,
    ) -> Self {
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

    /// Inserts statements of a step before all others.
    #[must_use]
    pub(crate) fn with_statements_first(mut self, step: u32, statements: &[String]) -> Self {
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
}
