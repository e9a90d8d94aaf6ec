//! The pending migrations of a run, in order, read and checked before the first statement is sent. Pure: the rows
//! of the history are passed in.

use crate::diag::{Code, Diagnostic, Remedy, Severity};
use crate::migrate::files::directory::{Directory, Version};
use crate::migrate::history::{HistoryRow, Status, VersionState, compare};
use crate::migrate::journal::entry::RunCommand;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::sql::lexical_rules::LexicalRules;

/// The work of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingUnits {
    /// The command that starts the run.
    pub command: RunCommand,
    /// The migrations in the order in which they run.
    pub items: Vec<MigrationUnit>,
    /// Whether the history table must be created first.
    pub create_history: bool,
    /// Statements that create other tables of this tool if they don't exist.
    pub tables: Vec<String>,
    /// Warnings, which don't prevent the run.
    pub warnings: Vec<Diagnostic>,
}

/// The target of a rollback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollbackTo {
    /// This number of migrations, the newest first.
    Last(usize),
    /// All migrations above this version, which stays applied. Zero reverts all.
    Version(Version),
}

/// The migrations to apply, up to a version if one is given. `rows` is `None` if the history table doesn't exist.
///
/// # Errors
/// Changed, missing, renamed and out-of-order files, and problems in the files that would run.
pub fn up(
    directory: &Directory,
    lexical_rules: &LexicalRules,
    rows: Option<&[HistoryRow]>,
    to: Option<Version>,
) -> Result<PendingUnits, Vec<Diagnostic>> {
    let statuses = compare(directory, rows.unwrap_or_default());
    let is_in_range = |version: Version| to.is_none_or(|to| version <= to);
    let mut work = PendingUnits {
        create_history: rows.is_none(),
        warnings: directory.warnings.clone(),
        ..PendingUnits::default()
    };
    let mut found: Vec<Diagnostic> = to
        .and_then(|to| target_problem(directory, &statuses, to))
        .into_iter()
        .collect();
    for status in &statuses {
        let selected = match status.state {
            VersionState::Pending => is_in_range(status.version),
            VersionState::OutOfOrder
            | VersionState::Applied
            | VersionState::Changed
            | VersionState::Renamed
            | VersionState::Missing => true,
        };
        if let Some(finding) = status.finding.clone().filter(|_| selected) {
            if finding.severity == Severity::Error {
                found.push(finding);
                continue;
            }
            work.warnings.push(finding);
        }
        if status.state != VersionState::Pending || !selected {
            continue;
        }
        if let Some(file) = directory.files.get(&status.version) {
            match MigrationUnit::read(file, Direction::Up, lexical_rules) {
                Ok(item) => work.items.push(item),
                Err(errors) => found.extend(errors),
            }
        }
    }
    if found.is_empty() {
        Ok(work)
    } else {
        Err(found)
    }
}

/// The problem of a target version that doesn't exist or is below an applied one.
fn target_problem(directory: &Directory, statuses: &[Status], to: Version) -> Option<Diagnostic> {
    if !statuses.iter().any(|status| status.version == to) {
        let message = format!("V{to} does not exist in {}", directory.path.display());
        return Some(Diagnostic::error(Code::MigrationUnknown, message));
    }
    let highest = statuses
        .iter()
        .filter(|status| status.is_applied())
        .map(|status| status.version)
        .max()
        .filter(|highest| *highest > to)?;
    let message = format!(
        "V{highest} is applied and is above V{to}; a migration to a lower version is a rollback"
    );
    Some(Diagnostic::error(Code::MigrationAbove, message).remedy(Remedy::RollBackTo(to)))
}

/// The migrations to revert, the newest first.
///
/// # Errors
/// Missing down files, changed and missing files within the range, and problems in the files that would run.
pub fn down(
    directory: &Directory,
    lexical_rules: &LexicalRules,
    rows: Option<&[HistoryRow]>,
    target: RollbackTo,
) -> Result<PendingUnits, Vec<Diagnostic>> {
    let statuses = compare(directory, rows.unwrap_or_default());
    let applied = statuses.iter().rev().filter(|status| status.is_applied());
    let range: Vec<&Status> = match target {
        RollbackTo::Last(steps) => applied.take(steps).collect(),
        RollbackTo::Version(to) => {
            if to != 0 && !applied.clone().any(|status| status.version == to) {
                let message =
                    format!("V{to} is not applied, so it can't be the target of a rollback");
                return Err(vec![
                    Diagnostic::error(Code::MigrationUnknown, message).remedy(Remedy::ListApplied),
                ]);
            }
            let reverts_all = to == 0 && !applied.clone().any(|status| status.version == 0);
            applied
                .filter(|status| reverts_all || status.version > to)
                .collect()
        }
    };
    let mut work = PendingUnits {
        command: RunCommand::Rollback,
        warnings: directory.warnings.clone(),
        ..PendingUnits::default()
    };
    let mut found = Vec::new();
    for status in range {
        match &status.finding {
            Some(finding) if finding.severity == Severity::Error => {
                found.push(finding.clone());
                continue;
            }
            Some(finding) => work.warnings.push(finding.clone()),
            None => {}
        }
        if let Some(file) = directory.files.get(&status.version) {
            match MigrationUnit::read(file, Direction::Down, lexical_rules) {
                Ok(item) => work.items.push(item),
                Err(errors) => found.extend(errors),
            }
        }
    }
    if found.is_empty() {
        Ok(work)
    } else {
        Err(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::migrate::history::now;
    use crate::sql::lexical_rules::SQLITE;

    fn folder() -> (tempfile::TempDir, Directory) {
        let dir = tempfile::tempdir().unwrap();
        for (name, sql) in [
            ("V1__a.sql", "create table a (b int);"),
            ("V1__a.down.sql", "drop table a;"),
            ("V2__b.sql", "create table b (c int);"),
            ("V3__c.sql", "create table c (d int);"),
            ("V3__c.down.sql", "drop table c;"),
        ] {
            std::fs::write(dir.path().join(name), sql).unwrap();
        }
        let read = Directory::load(dir.path()).unwrap();
        (dir, read)
    }

    fn rows(directory: &Directory, versions: &[Version]) -> Vec<HistoryRow> {
        versions
            .iter()
            .map(|version| {
                let file = &directory.files[version];
                HistoryRow {
                    version: *version,
                    name: file.name.clone(),
                    applied_on: now(),
                    checksum: Some(file.checksum),
                }
            })
            .collect()
    }

    /// The versions, or the codes of the problems.
    type Shown = Result<Vec<Version>, Vec<&'static str>>;

    fn shown(work: Result<PendingUnits, Vec<Diagnostic>>) -> Shown {
        work.map(|work| work.items.iter().filter_map(|item| item.version).collect())
            .map_err(|found| found.iter().map(|finding| finding.code.as_str()).collect())
    }

    #[test]
    fn pending_ups_are_selected() {
        let (_dir, directory) = folder();
        let cases: &[(&[Version], Option<Version>, Shown)] = &[
            (&[], None, Ok(vec![1, 2, 3])),
            (&[], Some(2), Ok(vec![1, 2])),
            (&[1], None, Ok(vec![2, 3])),
            (&[1, 2, 3], None, Ok(vec![])),
            (&[1, 2, 3], Some(3), Ok(vec![])),
            (&[1, 2], Some(1), Err(vec!["migration-above"])),
            (&[], Some(9), Err(vec!["migration-unknown"])),
            (&[1, 3], None, Err(vec!["migration-out-of-order"])),
        ];
        for (applied, to, expected) in cases {
            let rows = rows(&directory, applied);
            let got = shown(up(&directory, &SQLITE, Some(&rows), *to));
            assert_eq!(got, *expected, "{applied:?} {to:?}");
        }
        assert!(up(&directory, &SQLITE, None, None).unwrap().create_history);
    }

    #[test]
    fn pending_downs_are_selected() {
        let (_dir, directory) = folder();
        let cases: &[(&[Version], RollbackTo, Shown)] = &[
            (&[1, 2, 3], RollbackTo::Last(1), Ok(vec![3])),
            (
                &[1, 2, 3],
                RollbackTo::Last(2),
                Err(vec!["migration-no-down"]),
            ),
            (&[1, 2, 3], RollbackTo::Version(2), Ok(vec![3])),
            (&[1], RollbackTo::Version(0), Ok(vec![1])),
            (&[1], RollbackTo::Version(2), Err(vec!["migration-unknown"])),
            (&[], RollbackTo::Last(1), Ok(vec![])),
        ];
        for (applied, target, expected) in cases {
            let rows = rows(&directory, applied);
            let got = shown(down(&directory, &SQLITE, Some(&rows), *target));
            assert_eq!(got, *expected, "{applied:?} {target:?}");
        }
    }
}
