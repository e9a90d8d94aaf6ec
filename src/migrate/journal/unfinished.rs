//! A partially applied migration, as the rows of the journal show it.

use crate::migrate::files::directory::Version;
use crate::migrate::journal::entry::{JournalEntry, StatementOutcome, WHOLE_MIGRATION};
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::title;
use std::collections::BTreeSet;
use std::fmt;

/// A migration that is partially applied, or whose state is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedMigration {
    /// The first row of the run.
    pub head: JournalEntry,
    /// All rows of the run and its repairs, the oldest first.
    pub entries: Vec<JournalEntry>,
}

impl UnfinishedMigration {
    /// Reads the rows of one unit. `None` if the migration is applied or not applied as a whole:
    ///
    /// - a row about the whole migration has an outcome other than `failed` (which leaves nothing, because the
    ///   transaction was rolled back),
    /// - all statements took effect; the last outcome and the history row are one transaction,
    /// - no statement took effect, none is undecided, and no repair has begun.
    pub fn from_entries(entries: Vec<JournalEntry>) -> Option<Self> {
        let head = entries.first()?.clone();
        let this = Self { head, entries };
        let ended = this.entries.iter().any(|entry| {
            entry.statement == WHOLE_MIGRATION
                && !matches!(
                    entry.outcome,
                    StatementOutcome::Running | StatementOutcome::Failed
                )
        });
        let all_done = !this.is_reverting() && this.applied_count() == this.head.statements;
        let nothing_done =
            !this.is_reverting() && this.applied_count() == 0 && this.undecided().is_none();
        (!ended && !all_done && !nothing_done).then_some(this)
    }

    /// The version; `None` for an applied plan, which has no files.
    pub fn version(&self) -> Option<Version> {
        self.head.version
    }

    /// `V7__name`, or only the name where there is no version.
    pub fn title(&self) -> String {
        title(self.head.version, &self.head.name)
    }

    /// The direction of the run.
    pub fn direction(&self) -> Direction {
        self.head.direction
    }

    /// The last row of a statement in the direction of the run.
    pub fn entry(&self, number: usize) -> Option<&JournalEntry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.statement == number && entry.direction == self.head.direction)
    }

    /// The number of statements, from the first on, that took effect according to the journal.
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

    /// The row of the statement without a recorded outcome: the last row, if it is `running`.
    pub fn undecided(&self) -> Option<&JournalEntry> {
        let entry = self.effective_entries().next_back()?;
        (entry.outcome == StatementOutcome::Running).then_some(entry)
    }

    /// The rows without those of transactions that were rolled back, which left nothing.
    fn effective_entries(&self) -> impl DoubleEndedIterator<Item = &JournalEntry> {
        self.entries.iter().filter(|entry| {
            entry.statement != WHOLE_MIGRATION || entry.outcome != StatementOutcome::Failed
        })
    }

    /// Whether a repair has begun to revert the migration.
    pub fn is_reverting(&self) -> bool {
        self.effective_entries()
            .any(|entry| entry.direction != self.head.direction)
    }

    /// The statements that a repair has already run to revert the migration: step and hash of each.
    pub fn reverted_statements(&self) -> BTreeSet<(u32, String)> {
        let reverting = self
            .entries
            .iter()
            .filter(|e| e.direction != self.head.direction && e.outcome == StatementOutcome::Done);
        reverting
            .filter_map(|entry| Some((entry.step?, entry.hash.clone())))
            .collect()
    }
}

impl fmt::Display for UnfinishedMigration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, head) = (self.title(), &self.head);
        match self.undecided() {
            Some(undecided) if self.is_reverting() => {
                write!(f, "reverting {what} stopped")?;
                if let Some(step) = undecided.step {
                    write!(f, " at step {step}")?;
                }
                f.write_str(", whose outcome the journal does not record")
            }
            Some(undecided) => write!(
                f,
                "{what} stopped at statement {} of {}, whose outcome the journal does not record",
                undecided.statement, head.statements
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
    fn rows_are_read() {
        use Direction::{Down, Up};
        use StatementOutcome::{Done, Failed, Marked, Reverted, Running};
        /// Statement, direction and outcome of each row; the number of applied statements, the undecided one, and
        /// whether a repair is reverting.
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
                    (0, Down, Reverted),
                ],
                None,
            ),
            (&[(1, Up, Running), (0, Up, Marked)], None),
            // a transaction of a repair was rolled back
            (
                &[(1, Up, Running), (0, Down, Failed)],
                Some((0, Some(1), false)),
            ),
            (
                &[(1, Up, Done), (2, Up, Failed), (0, Down, Failed)],
                Some((1, None, false)),
            ),
            // a repair that reverts a statement without a known outcome has no closing row yet
            (&[(1, Up, Failed), (1, Down, Done)], Some((0, None, true))),
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
