//! refinery's history table, and the comparison of its rows with the migration files.

pub mod managed_objects;

use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic, Severity};
use crate::migrate::files::directory::{Directory, MigrationFile, Version};
use crate::migrate::files::sql_text::{file_location, line_location};
use crate::server::execution_profile::ExecutionProfile;
use crate::sql::literal::string;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// refinery's default name of the table.
pub const DEFAULT_TABLE: &str = "refinery_schema_history";

/// The name of a history table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryTable {
    /// The schema. Always given on PostgreSQL, because a migration may change the search path.
    pub schema: Option<String>,
    /// The table's name.
    pub name: String,
    /// The qualified name, quoted where needed.
    sql: String,
    /// The journal's name, unquoted and as written in SQL.
    journal: (String, String),
}

impl HistoryTable {
    /// The table with this name. `quote` quotes an identifier where needed.
    pub fn new(schema: Option<&str>, name: &str, quote: impl Fn(&str) -> String) -> Self {
        let sql = |name: &str| match schema {
            Some(schema) => format!("{}.{}", quote(schema), quote(name)),
            None => quote(name),
        };
        let journal = if name == DEFAULT_TABLE {
            String::from("tablewright_journal")
        } else {
            format!("tablewright_journal_{name}")
        };
        Self {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
            sql: sql(name),
            journal: (journal.clone(), sql(&journal)),
        }
    }

    /// The journal's name, unquoted and as written in SQL. Each history table has one journal.
    pub(crate) fn journal(&self) -> (&str, &str) {
        (&self.journal.0, &self.journal.1)
    }

    /// The qualified name as written in SQL.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The statement that creates the table if it does not exist, identical to refinery's.
    pub fn create_sql(&self) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {}(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255))",
            self.sql
        )
    }

    /// The statement that records a migration as applied at a time (RFC 3339), as refinery does.
    pub fn insert_sql(
        &self,
        version: Version,
        name: &str,
        checksum: u64,
        applied_on: &str,
    ) -> String {
        format!(
            "INSERT INTO {} (version, name, applied_on, checksum) VALUES ({version}, {}, {}, '{checksum}')",
            self.sql,
            string(name),
            string(applied_on),
        )
    }

    /// The statement that deletes the row of a migration.
    pub fn delete_sql(&self, version: Version) -> String {
        format!("DELETE FROM {} WHERE version = {version}", self.sql)
    }

    /// Reads the rows in the order of versions. `None` if the table does not exist.
    ///
    /// # Errors
    /// Errors of the server.
    pub async fn read(
        &self,
        conn: &mut Conn,
        profile: &ExecutionProfile,
    ) -> Result<Option<Vec<HistoryRow>>, DbError> {
        let exists = conn
            .query(&(profile.table_exists)(self.schema.as_deref(), &self.name))
            .await?;
        if !exists.first().is_some_and(|row| row.flag_at(0)) {
            return Ok(None);
        }
        let select = format!(
            "SELECT version, name, applied_on, checksum FROM {} ORDER BY version ASC",
            self.sql
        );
        let rows = conn.query(&select).await?;
        Ok(Some(
            rows.iter()
                .map(|row| HistoryRow {
                    version: row.number_at(0).unwrap_or_default(),
                    name: row.text_at(1).to_owned(),
                    applied_on: row.text_at(2).to_owned(),
                    checksum: row.number_at(3),
                })
                .collect(),
        ))
    }
}

/// The current time in refinery's format.
pub fn now() -> String {
    // a UTC time of this century always has an RFC 3339 form
    OffsetDateTime::now_utc()
        .format(&Rfc3339)
        .unwrap_or_default()
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// The version.
    pub version: Version,
    /// The migration's name.
    pub name: String,
    /// The time when it was applied, RFC 3339.
    pub applied_on: String,
    /// The checksum of the applied file; `None` if the table's text is not a number.
    pub checksum: Option<u64>,
}

/// The state of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionState {
    /// Applied, and the file is unchanged.
    Applied,
    /// Not applied yet.
    Pending,
    /// Applied, but the file was changed afterwards.
    Changed,
    /// Applied under another name than the file's.
    Renamed,
    /// Applied, but the file is missing.
    Missing,
    /// Not applied, although a higher version is.
    OutOfOrder,
}

/// One version with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The version.
    pub version: Version,
    /// The name: the file's, or the row's if there is no file.
    pub name: String,
    /// The state.
    pub state: VersionState,
    /// The time when it was applied, RFC 3339.
    pub applied_on: Option<String>,
    /// The problem of the version, if there is one.
    pub finding: Option<Diagnostic>,
}

impl Status {
    /// Whether the version is applied, even if its file was changed or is missing.
    pub fn is_applied(&self) -> bool {
        match self.state {
            VersionState::Applied
            | VersionState::Changed
            | VersionState::Renamed
            | VersionState::Missing => true,
            VersionState::Pending | VersionState::OutOfOrder => false,
        }
    }

    /// Whether the problem prevents a run.
    pub fn is_error(&self) -> bool {
        self.finding
            .as_ref()
            .is_some_and(|finding| finding.severity == Severity::Error)
    }
}

/// Compares files and rows, in the order of versions.
pub fn compare(directory: &Directory, rows: &[HistoryRow]) -> Vec<Status> {
    let highest = rows.iter().map(|row| row.version).max();
    let mut sides: BTreeMap<Version, (Option<&MigrationFile>, Option<&HistoryRow>)> = directory
        .files
        .iter()
        .map(|(version, file)| (*version, (Some(file), None)))
        .collect();
    for row in rows {
        sides.entry(row.version).or_default().1 = Some(row);
    }
    sides
        .into_iter()
        .filter_map(|(version, sides)| match sides {
            (Some(file), Some(row)) => Some(applied(file, row)),
            (Some(file), None) => Some(pending(file, highest)),
            (None, Some(row)) => Some(missing(directory, version, row)),
            (None, None) => None,
        })
        .collect()
}

fn applied(file: &MigrationFile, row: &HistoryRow) -> Status {
    let (state, finding) = compare_applied(file, row);
    Status {
        version: file.version,
        name: file.name.clone(),
        state,
        applied_on: Some(row.applied_on.clone()),
        finding: finding.map(|finding| finding.at(&file_location(&file.up.file))),
    }
}

/// Compares the file of an applied version with its row.
fn compare_applied(file: &MigrationFile, row: &HistoryRow) -> (VersionState, Option<Diagnostic>) {
    let (version, shown) = (file.version, &file.up.file);
    let Some(checksum) = row.checksum else {
        let message = format!(
            "the history's checksum of V{version} is not a number, so {shown} can't be compared with the applied file"
        );
        let finding = Diagnostic::error(Code::MigrationChanged, message)
            .help("find the program that wrote that row; refinery writes a whole number");
        return (VersionState::Changed, Some(finding));
    };
    if checksum == file.checksum && row.name == file.name {
        return (VersionState::Applied, None);
    }
    if row.name != file.name && file.same_but_name(&row.name, checksum) {
        let message = format!(
            "V{version} was applied as `{}`, but the file is {shown}",
            row.name
        );
        let finding = Diagnostic::error(Code::MigrationRenamed, message).help(format!(
            "rename the file to V{version}__{}.sql; the name is part of the checksum",
            row.name
        ));
        return (VersionState::Renamed, Some(finding));
    }
    if row.name == file.name && file.same_but_line_ends(checksum) {
        let message =
            format!("{shown} differs from the applied file only in line ends or byte order mark");
        let finding = Diagnostic::warning(Code::MigrationLineEnds, message)
            .help("put `*.sql text eol=lf` into .gitattributes and check the file out again; refinery refuses the changed file");
        return (VersionState::Applied, Some(finding));
    }
    let message = format!(
        "{shown} was changed after it was applied on {}: its checksum was {checksum}, and is {}",
        row.applied_on, file.checksum
    );
    let finding = Diagnostic::error(Code::MigrationChanged, message)
        .help("restore the applied text, and put the change into a new migration");
    (VersionState::Changed, Some(finding))
}

fn pending(file: &MigrationFile, highest: Option<Version>) -> Status {
    let mut status = Status {
        version: file.version,
        name: file.name.clone(),
        state: VersionState::Pending,
        applied_on: None,
        finding: None,
    };
    match highest {
        Some(highest) if highest > file.version => {
            status.state = VersionState::OutOfOrder;
            let message = format!(
                "{} is not applied, but the higher version V{highest} is",
                file.up.file
            );
            status.finding = Some(
                Diagnostic::error(Code::MigrationOutOfOrder, message)
                    .at(&file_location(&file.up.file))
                    .help("give it a version above the highest applied one"),
            );
        }
        Some(_) | None => {
            status.finding = file.up.unusual_bytes().map(|unusual| {
                Diagnostic::error(Code::MigrationLineEnds, format!("{} {unusual}", file.up.file))
                    .at(&file_location(&file.up.file))
                    .help("save it with LF line ends and without a byte order mark before it is applied anywhere")
            });
        }
    }
    status
}

fn missing(directory: &Directory, version: Version, row: &HistoryRow) -> Status {
    let file: Arc<str> = directory
        .path
        .join(format!("V{version}__{}.sql", row.name))
        .display()
        .to_string()
        .into();
    let message = format!(
        "V{version} `{}` was applied on {}, but {file} is missing",
        row.name, row.applied_on
    );
    Status {
        version,
        name: row.name.clone(),
        state: VersionState::Missing,
        applied_on: Some(row.applied_on.clone()),
        finding: Some(
            Diagnostic::error(Code::MigrationMissing, message)
                .at(&line_location(&file, 1))
                .help("restore the file (is this the right branch, folder and database?)"),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::migrate::files::directory::checksum;
    use crate::migrate::files::sql_text::SqlText;

    fn directory(files: &[(Version, &str, &str)]) -> Directory {
        let mut directory = Directory {
            path: "m".into(),
            ..Directory::default()
        };
        for (version, name, sql) in files {
            let stem = format!("V{version}__{name}");
            let file = MigrationFile {
                version: *version,
                name: (*name).to_owned(),
                up: SqlText {
                    file: format!("m/{stem}.sql").into(),
                    sql: (*sql).to_owned(),
                },
                down: None,
                checksum: checksum(&stem, sql).unwrap(),
                stem,
            };
            directory.files.insert(*version, file);
        }
        directory
    }

    fn row(version: Version, name: &str, sql: &str) -> HistoryRow {
        HistoryRow {
            version,
            name: name.to_owned(),
            applied_on: String::from("2025-10-28T02:11:00Z"),
            checksum: checksum(&format!("V{version}__{name}"), sql),
        }
    }

    #[test]
    fn versions_have_states() {
        /// The files, the rows, and each version's state with the code of its problem.
        type Case<'a> = (
            &'a [(Version, &'a str, &'a str)],
            Vec<HistoryRow>,
            &'a [(VersionState, Option<&'a str>)],
        );

        let one = [(1, "a", "select 1;\n")];
        let cases: &[Case] = &[
            (&one, vec![], &[(VersionState::Pending, None)]),
            (
                &one,
                vec![row(1, "a", "select 1;\n")],
                &[(VersionState::Applied, None)],
            ),
            (
                &one,
                vec![row(1, "a", "select 2;\n")],
                &[(VersionState::Changed, Some("migration-changed"))],
            ),
            (
                &one,
                vec![row(1, "b", "select 1;\n")],
                &[(VersionState::Renamed, Some("migration-renamed"))],
            ),
            (
                &one,
                vec![row(1, "b", "select 2;\n")],
                &[(VersionState::Changed, Some("migration-changed"))],
            ),
            (
                &one,
                vec![row(1, "a", "select 1;\r\n")],
                &[(VersionState::Applied, Some("migration-line-ends"))],
            ),
            (
                &[(1, "a", "select 1;\r\n")],
                vec![],
                &[(VersionState::Pending, Some("migration-line-ends"))],
            ),
            (
                &one,
                vec![row(2, "b", "x")],
                &[
                    (VersionState::OutOfOrder, Some("migration-out-of-order")),
                    (VersionState::Missing, Some("migration-missing")),
                ],
            ),
            (
                &[],
                vec![row(1, "a", "x")],
                &[(VersionState::Missing, Some("migration-missing"))],
            ),
            (
                &one,
                vec![HistoryRow {
                    checksum: None,
                    ..row(1, "a", "x")
                }],
                &[(VersionState::Changed, Some("migration-changed"))],
            ),
        ];
        for (files, rows, expected) in cases {
            let got = compare(&directory(files), rows);
            let got: Vec<_> = got
                .iter()
                .map(|s| (s.state, s.finding.as_ref().map(|f| f.code.as_str())))
                .collect();
            assert_eq!(got, *expected, "{files:?} {rows:?}");
        }
    }

    #[test]
    fn statements_equal_those_of_refinery() {
        let plain = HistoryTable::new(None, DEFAULT_TABLE, str::to_owned);
        assert_eq!(
            plain.insert_sql(7, "a", 12, "2025-10-28T02:11:00Z"),
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (7, 'a', '2025-10-28T02:11:00Z', '12')"
        );
        assert_eq!(
            plain.delete_sql(7),
            "DELETE FROM refinery_schema_history WHERE version = 7"
        );
        let qualified = HistoryTable::new(Some("app"), "h", |name| format!("\"{name}\""));
        assert!(
            qualified
                .create_sql()
                .starts_with("CREATE TABLE IF NOT EXISTS \"app\".\"h\"(")
        );
        assert!(OffsetDateTime::parse(&now(), &Rfc3339).is_ok());
    }
}
