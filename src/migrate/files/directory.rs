//! A folder of migration files: `V7__name.sql` and, beside it, `V7__name.down.sql`.
//!
//! Names, versions and checksums are refinery's own, so that both tools see the same migrations;
//! the loader is not: refinery's goes into subfolders, passes over names it can't read, and panics
//! on some. Here every file of a migration folder is either understood or named in an error.

use crate::diag::{Code, Diagnostic, Location};
use crate::migrate::files::down_file::DownFile;
use crate::migrate::files::statement_label;
use crate::migrate::files::statement_label::StepMark;
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::splitter;
use crate::sql::splitter::Statement;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A version number, as refinery counts (without its `int8-versions`).
pub type Version = i32;

/// What a line `-- tablewright: …` at the top of a file asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// The file's one statement runs outside of any transaction.
    pub no_transaction: bool,
    /// Foreign keys are switched off around the transaction, and checked before it commits.
    pub foreign_keys_off: bool,
    /// Hazards that were consented to in the review of the file.
    pub allow: Vec<String>,
    /// How long its statements wait for a lock, in place of what the run says.
    pub lock_timeout: Option<Duration>,
}

/// A text of SQL, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedSql {
    /// What its first lines ask for.
    pub directives: Directives,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// The step mark above each statement: `-- step 3: users: add column email`.
    pub marks: Vec<Option<StepMark>>,
}

/// The text of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlText {
    /// The file as the user knows it.
    pub file: Arc<str>,
    /// What it holds, byte for byte.
    pub sql: String,
}

impl SqlText {
    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read, or isn't UTF-8.
    pub fn read(path: &Path) -> Result<Self, Box<Diagnostic>> {
        let file: Arc<str> = path.display().to_string().into();
        let bytes = std::fs::read(path).map_err(|error| {
            Diagnostic::error(
                Code::MigrationUnreadable,
                format!("{file} can't be read: {error}"),
            )
            .at(&file_location(&file))
        })?;
        let sql = String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..good).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            Diagnostic::error(Code::MigrationEncoding, format!("{file} is not UTF-8 text"))
                .at(&line_location(
                    &file,
                    u32::try_from(line).unwrap_or(u32::MAX),
                ))
                .help("save the file as UTF-8")
        })?;
        Ok(Self { file, sql })
    }

    /// What is unusual about the bytes: a byte order mark, or lines that end in CRLF.
    pub fn oddity(&self) -> Option<&'static str> {
        if self.sql.starts_with('\u{feff}') {
            Some("begins with a byte order mark")
        } else if self.sql.contains("\r\n") {
            Some("has lines that end in CRLF")
        } else {
            None
        }
    }

    /// The text with line ends of LF and without a byte order mark.
    pub fn plain(&self) -> String {
        let text = self.sql.strip_prefix('\u{feff}').unwrap_or(&self.sql);
        text.replace("\r\n", "\n")
    }

    /// Takes the text apart and checks what a migration may not hold: an unknown directive,
    /// transaction control, rows sent over the connection, more than one statement where there is to be
    /// no transaction.
    ///
    /// # Errors
    /// All that is wrong with it, each with its line.
    pub fn parse(&self, lexical_rules: &LexicalRules) -> Result<ParsedSql, Vec<Diagnostic>> {
        let mut found = Vec::new();
        if let Some(oddity) = self.oddity() {
            found.push(
                Diagnostic::error(Code::MigrationLineEnds, format!("{} {oddity}", self.file))
                    .at(&file_location(&self.file))
                    .help("save it with LF line ends and without a byte order mark, and put `*.sql text eol=lf` into .gitattributes"),
            );
        }
        let directives = self.directives(&mut found);
        let statements = splitter::split(lexical_rules, &self.sql).unwrap_or_else(|error| {
            found.push(
                Diagnostic::error(Code::MigrationSyntax, error.message)
                    .at(&line_location(&self.file, error.line)),
            );
            Vec::new()
        });
        for statement in &statements {
            if splitter::has_transaction_control(lexical_rules, statement) {
                found.push(
                    Diagnostic::error(
                        Code::TransactionControl,
                        "a migration must not begin or end transactions itself",
                    )
                    .at(&line_location(&self.file, statement.line))
                    .help("remove the statement: each migration runs in a transaction where the server can; `-- tablewright: no-transaction` at the top asks for none"),
                );
            }
            if splitter::copies_over_connection(lexical_rules, statement) {
                found.push(
                    Diagnostic::error(
                        Code::CopyOverConnection,
                        "a migration must not transfer rows over the connection (COPY ... FROM STDIN, COPY ... TO STDOUT)",
                    )
                    .at(&line_location(&self.file, statement.line))
                    .help("write INSERT statements, or run the COPY with psql outside of migrations"),
                );
            }
        }
        if directives.no_transaction && statements.len() != 1 && found.is_empty() {
            found.push(
                Diagnostic::error(
                    Code::NoTransactionStatements,
                    format!(
                        "a file without a transaction holds exactly one statement, this one holds {}",
                        statements.len()
                    ),
                )
                .at(&line_location(&self.file, statements.get(1).map_or(1, |s| s.line)))
                .help("give each statement a version of its own"),
            );
        }
        if found.is_empty() {
            Ok(ParsedSql {
                marks: statement_label::marks(&self.sql, &statements),
                directives,
                statements,
            })
        } else {
            Err(found)
        }
    }

    fn directives(&self, found: &mut Vec<Diagnostic>) -> Directives {
        let mut directives = Directives::default();
        for (line, text) in splitter::directives(&self.sql) {
            let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
            let rest = rest.trim();
            match word {
                "no-transaction" if rest.is_empty() => directives.no_transaction = true,
                "foreign-keys-off" if rest.is_empty() => directives.foreign_keys_off = true,
                "allow" if !rest.is_empty() => directives
                    .allow
                    .extend(rest.split(',').map(|hazard| hazard.trim().to_owned())),
                "lock-timeout" if parse_duration(rest).is_some() => {
                    directives.lock_timeout = parse_duration(rest);
                }
                _ => found.push(
                    Diagnostic::error(Code::UnknownDirective, format!("`{text}` is no directive"))
                        .at(&line_location(&self.file, line))
                        .help("directives are no-transaction, foreign-keys-off, allow with the names of hazards, and lock-timeout with a time such as 500ms, 5s or 2m"),
                ),
            }
        }
        directives
    }
}

/// One migration of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationFile {
    /// Its version.
    pub version: Version,
    /// Its name, without version and extension.
    pub name: String,
    /// The file's stem: `V7__name`, as it is written.
    pub stem: String,
    /// The way up.
    pub up: SqlText,
    /// Where the way down is, if there is one. It is read when it is needed.
    pub down: Option<DownFile>,
    /// refinery's checksum of stem and text, over the bytes as they are.
    pub checksum: u64,
}

impl MigrationFile {
    /// Whether a checksum is this file's but for line ends or a byte order mark, on either side.
    pub fn same_but_line_ends(&self, applied: u64) -> bool {
        let lf = self.up.plain();
        let crlf = lf.replace('\n', "\r\n");
        [&lf, &crlf].into_iter().any(|text| {
            [text.clone(), format!("\u{feff}{text}")]
                .iter()
                .any(|text| checksum(&self.stem, text) == Some(applied))
        })
    }

    /// Whether a checksum is that of this text under another name.
    pub fn same_but_name(&self, name: &str, applied: u64) -> bool {
        checksum(&format!("V{}__{name}", self.version), &self.up.sql) == Some(applied)
    }
}

/// refinery's checksum of a migration, or `None` where the stem is no name of one.
pub fn checksum(stem: &str, sql: &str) -> Option<u64> {
    let migration = refinery::Migration::unapplied(stem, sql).ok()?;
    Some(migration.checksum())
}

/// The migrations of one database and one dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The folder.
    pub path: PathBuf,
    /// The migrations, by version.
    pub files: BTreeMap<Version, MigrationFile>,
    /// What is odd about the folder, but does no harm.
    pub warnings: Vec<Diagnostic>,
}

enum FileKind {
    Up,
    Down,
}

impl Directory {
    /// Reads a folder; one that isn't there holds no migrations.
    ///
    /// # Errors
    /// All files that can't be understood, each with what to do.
    pub fn load(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut directory = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        let mut downs: BTreeMap<String, PathBuf> = BTreeMap::new();
        for entry in entries(path).map_err(|error| vec![*error])? {
            let shown: Arc<str> = entry.display().to_string().into();
            let Some(name) = entry.file_name().and_then(|name| name.to_str()) else {
                found.push(
                    Diagnostic::error(
                        Code::MigrationName,
                        format!("{shown}: the name is not UTF-8"),
                    )
                    .at(&file_location(&shown)),
                );
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            if entry.is_dir() {
                directory.warnings.extend(nested(&entry, &shown));
                continue;
            }
            match parse_name(name) {
                Ok(None) => {}
                Ok(Some((FileKind::Down, stem, _))) => {
                    downs.insert(stem.to_owned(), entry.clone());
                }
                Ok(Some((FileKind::Up, stem, version))) => match SqlText::read(&entry) {
                    Ok(text) => directory.add(stem, version, text, &mut found),
                    Err(error) => found.push(*error),
                },
                Err(why) => found.push(
                    Diagnostic::error(Code::MigrationName, format!("{shown}: {why}"))
                        .at(&file_location(&shown))
                        .help("a migration is named V<number>__<name>.sql, its way back V<number>__<name>.down.sql; names are letters, digits and `_`"),
                ),
            }
        }
        for file in directory.files.values_mut() {
            file.down = downs.remove(&file.stem).map(DownFile::Path);
        }
        for (stem, path) in downs {
            let shown: Arc<str> = path.display().to_string().into();
            found.push(
                Diagnostic::error(
                    Code::MigrationDownAlone,
                    format!("{shown} has no {stem}.sql beside it"),
                )
                .at(&file_location(&shown))
                .help("rename it to the migration that it undoes, or remove it"),
            );
        }
        if found.is_empty() {
            Ok(directory)
        } else {
            Err(found)
        }
    }

    fn add(&mut self, stem: &str, version: Version, up: SqlText, found: &mut Vec<Diagnostic>) {
        if let Some(other) = self.files.get(&version) {
            found.push(
                Diagnostic::error(
                    Code::MigrationTwice,
                    format!(
                        "version {version} is there twice: {} and {}",
                        other.up.file, up.file
                    ),
                )
                .at(&file_location(&up.file))
                .help("renumber the one that isn't applied anywhere yet"),
            );
            return;
        }
        let Some(checksum) = checksum(stem, &up.sql) else {
            found.push(
                Diagnostic::error(
                    Code::MigrationName,
                    format!("{}: refinery refuses the name", up.file),
                )
                .at(&file_location(&up.file)),
            );
            return;
        };
        let name = stem.split_once("__").map_or("", |(_, name)| name);
        self.files.insert(
            version,
            MigrationFile {
                version,
                name: name.to_owned(),
                stem: stem.to_owned(),
                up,
                down: None,
                checksum,
            },
        );
    }

    /// The highest version of the folder.
    pub fn highest(&self) -> Option<Version> {
        self.files.keys().next_back().copied()
    }
}

/// The entries of a folder, sorted, so that errors come in the same order everywhere.
fn entries(path: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let listed = match std::fs::read_dir(path) {
        Ok(listed) => listed
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let mut listed = listed.map_err(|error| {
        let shown: Arc<str> = path.display().to_string().into();
        Diagnostic::error(
            Code::MigrationUnreadable,
            format!("{shown} can't be read: {error}"),
        )
        .at(&file_location(&shown))
    })?;
    listed.sort();
    Ok(listed)
}

/// refinery would run what is in a subfolder; this tool doesn't, and says so.
fn nested(folder: &Path, shown: &Arc<str>) -> Option<Diagnostic> {
    let holds_sql = entries(folder).ok()?.iter().any(|path| {
        path.extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
    });
    holds_sql.then(|| {
        Diagnostic::warning(
            Code::MigrationSubfolder,
            format!("{shown} holds SQL files, but subfolders are not read"),
        )
        .at(&file_location(shown))
        .help("refinery reads them: move the files up, or out of the migrations folder")
    })
}

/// What a file's name says: `None` for a file that is no SQL.
fn parse_name(file: &str) -> Result<Option<(FileKind, &str, Version)>, String> {
    let Some((stem, extension)) = file.rsplit_once('.') else {
        return Ok(None);
    };
    match extension {
        "sql" => {}
        "rs" if stem.starts_with(['V', 'U']) => {
            return Err(String::from("migrations in Rust can't be run from here"));
        }
        other if other.eq_ignore_ascii_case("sql") => {
            return Err(format!("the extension is `.{other}`, and must be `.sql`"));
        }
        _ => return Ok(None),
    }
    let (kind, stem) = match stem.strip_suffix(".down") {
        Some(stem) => (FileKind::Down, stem),
        None => (FileKind::Up, stem),
    };
    let rest = match stem.chars().next() {
        Some('V') => stem.get(1..).unwrap_or_default(),
        Some('v') => return Err(String::from("the `V` must be a capital")),
        Some('U') => {
            return Err(String::from(
                "unversioned migrations (`U…`) are not supported: they have no place in the order",
            ));
        }
        Some(_) | None => return Err(String::from("the name must begin with `V`")),
    };
    let Some((number, name)) = rest.split_once("__") else {
        return Err(String::from("`__` must stand between version and name"));
    };
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
        return Err(format!("the version `{number}` is no whole number"));
    }
    let version: Version = number
        .parse()
        .map_err(|_| format!("the version {number} is over {}", Version::MAX))?;
    if let Some(bad) = name.chars().find(|c| !(c.is_alphanumeric() || *c == '_')) {
        return Err(format!("the name must not hold `{bad}`"));
    }
    if name.is_empty() {
        return Err(String::from("there is no name behind `__`"));
    }
    Ok(Some((kind, stem, version)))
}

/// A length of time such as `500ms`, `2s`, `5m`, `1h`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

/// A line of a file.
pub(crate) fn line_location(file: &Arc<str>, line: u32) -> Location {
    Location {
        file: Arc::clone(file),
        line,
        column: 1,
        width: 1,
    }
}

/// A file as a whole.
pub(crate) fn file_location(file: &Arc<str>) -> Location {
    line_location(file, 1)
}

#[cfg(test)]
mod tests;
