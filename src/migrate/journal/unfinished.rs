//! A run that stopped within a migration, as the journal tells it.

use crate::migrate::files::directory::Version;
use crate::migrate::journal::entry::{JournalEntry, StatementOutcome, WHOLE_MIGRATION};
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::title;
use std::collections::BTreeSet;
use std::fmt;

/// A migration that is partly in force, or of which that isn't known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedMigration {
    /// Its first row; what the run was.
    pub head: JournalEntry,
    /// All its rows, repairs included, the oldest first.
    pub entries: Vec<JournalEntry>,
}

impl UnfinishedMigration {
    /// What the rows of a run say: `None` where it ended at a boundary.
    pub fn from_entries(entries: Vec<JournalEntry>) -> Option<Self> {
        let head = entries.first()?.clone();
        let this = Self { head, entries };
        let ended = this.entries.iter().any(|entry| {
            entry.statement == WHOLE_MIGRATION && entry.outcome != StatementOutcome::Running
        });
        let all_done = !this.is_reverting() && this.applied_count() == this.head.statements;
        let nothing_done = this.applied_count() == 0 && this.undecided().is_none();
        (!ended && !all_done && !nothing_done).then_some(this)
    }

    /// Its version; none for what has no files.
    pub fn version(&self) -> Option<Version> {
        self.head.version
    }

    /// `V7__name`, or the name of what has no version.
    pub fn title(&self) -> String {
        title(self.head.version, &self.head.name)
    }

    /// Which way it went.
    pub fn direction(&self) -> Direction {
        self.head.direction
    }

    /// The last row of a statement of the migration itself.
    pub fn entry(&self, number: usize) -> Option<&JournalEntry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.statement == number && entry.direction == self.head.direction)
    }

    /// How many statements from the first on are surely in force.
    pub fn applied_count(&self) -> usize {
        (1..=self.head.statements)
            .take_while(|number| {
                self.entry(*number).is_some_and(|entry| {
                    matches!(
                        entry.outcome,
                        StatementOutcome::Done | StatementOutcome::Marked
                    )
                })
            })
            .count()
    }

    /// The statement whose outcome the journal doesn't know.
    pub fn undecided(&self) -> Option<&JournalEntry> {
        let entry = self.entries.last()?;
        (entry.outcome == StatementOutcome::Running).then_some(entry)
    }

    /// Whether it was already begun to be taken back.
    pub fn is_reverting(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.direction != self.head.direction)
    }

    /// What of the way back is done: step and hash of each statement.
    pub fn reverted_statements(&self) -> BTreeSet<(u32, String)> {
        let back = self.entries.iter();
        let back = back
            .filter(|e| e.direction != self.head.direction && e.outcome == StatementOutcome::Done);
        back.filter_map(|entry| Some((entry.step?, entry.hash.clone())))
            .collect()
    }
}

impl fmt::Display for UnfinishedMigration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, head) = (self.title(), &self.head);
        match self.undecided() {
            Some(doubt) if self.is_reverting() => {
                write!(f, "{what} was being taken back; of step ")?;
                match doubt.step {
                    Some(step) => write!(f, "{step}")?,
                    None => write!(f, "?")?,
                }
                f.write_str(" the journal knows no outcome")
            }
            Some(doubt) => write!(
                f,
                "{what} stopped at statement {} of {}, and the journal knows no outcome of it",
                doubt.statement, head.statements
            ),
            None => write!(
                f,
                "{what} stopped after statement {} of {}",
                self.applied_count(),
                head.statements
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(statement: usize, direction: Direction, outcome: StatementOutcome) -> JournalEntry {
        JournalEntry {
            id: 1,
            unit_id: 1,
            command: String::new(),
            version: Some(7),
            name: "a".to_owned(),
            direction,
            statement,
            statements: 3,
            step: u32::try_from(statement).ok(),
            hash: format!("h{statement}"),
            before_hash: String::new(),
            started_at: String::new(),
            finished_at: None,
            outcome,
            message: None,
            db_user: None,
            client_host: None,
            tool: String::new(),
            session: None,
            server: None,
            database: None,
            plan: None,
        }
    }

    #[test]
    fn what_the_rows_say() {
        use Direction::{Down, Up};
        use StatementOutcome::{Done, Failed, Marked, Running, Undone};
        /// Statement, way and fate of each row; how many are in force, the one in doubt, undoing.
        type Case = (
            &'static [(usize, Direction, StatementOutcome)],
            Option<(usize, Option<usize>, bool)>,
        );
        let cases: &[Case] = &[
            (&[], None),
            (&[(0, Up, Done)], None),
            (&[(0, Up, Failed)], None),
            (&[(1, Up, Running)], Some((0, Some(1), false))),
            (&[(1, Up, Failed)], None),
            (&[(1, Up, Done)], Some((1, None, false))),
            (&[(1, Up, Done), (2, Up, Failed)], Some((1, None, false))),
            (
                &[(1, Up, Done), (2, Up, Running)],
                Some((1, Some(2), false)),
            ),
            (&[(1, Up, Done), (2, Up, Done), (3, Up, Done)], None),
            (
                &[(1, Up, Done), (2, Up, Failed), (2, Up, Done)],
                Some((2, None, false)),
            ),
            (
                &[(1, Up, Done), (2, Up, Done), (1, Down, Running)],
                Some((2, Some(1), true)),
            ),
            (
                &[
                    (1, Up, Done),
                    (2, Up, Failed),
                    (1, Down, Done),
                    (0, Down, Undone),
                ],
                None,
            ),
            (&[(1, Up, Running), (0, Up, Marked)], None),
            (
                &[(1, Down, Done), (2, Down, Running)],
                Some((1, Some(2), false)),
            ),
        ];
        for (rows, expected) in cases {
            let rows: Vec<JournalEntry> = rows.iter().map(|(n, d, f)| entry(*n, *d, *f)).collect();
            let got = UnfinishedMigration::from_entries(rows.clone());
            let got = got.map(|u| {
                (
                    u.applied_count(),
                    u.undecided().map(|d| d.statement),
                    u.is_reverting(),
                )
            });
            assert_eq!(got, *expected, "{rows:?}");
        }
    }
}
