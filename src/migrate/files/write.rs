//! From a plan to files: one version a phase, with its way back and its snapshot. All or nothing
//! is written, and nothing is overwritten.

use crate::change::describe;
use crate::change::{Facet, Hazard, HazardKind, Tx};
use crate::diag::Diagnostic;
use crate::dialect::{Dialect, Unsupported};
use crate::migrate::files::directory::{Directory, Version, checksum};
use crate::migrate::files::snapshot::{
    DocumentTexts, FileRecord, HazardRecord, RenameRecord, Snapshot, Snapshots, StatementRecord,
    statement_hash,
};
use crate::migrate::files::sql_text::SqlText;
use crate::migrate::run::table_size::LargeTableWarning;
use crate::model::ObjectId;
use crate::plan::{Joint, JointStep, Way};
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::splitter;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name is no name of a migration.
    #[error("`{0}` is no name for a migration: letters, digits and `_` only")]
    Name(String),
    /// A file is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// What was generated doesn't read as what was meant; a defect of this program.
    #[error("{file}: the generated SQL doesn't read as it was meant: {why}")]
    Generated {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A snapshot can't be written.
    #[error("the snapshot can't be written: {0}")]
    Snapshot(String),
    /// A file can't be written.
    #[error("{} can't be written: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

/// A step as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepText {
    /// Its number within the plan.
    pub id: u32,
    /// What it does, in a few words.
    pub what: String,
    /// Its statements, without final semicolons.
    pub statements: Vec<String>,
    /// What it changes.
    pub facets: Vec<String>,
    /// The table that it changes, by its name before; the first where there are several.
    pub table: Option<ObjectId>,
    /// Whether it makes a table anew, so that foreign keys must be off.
    pub rebuilds: bool,
}

/// A phase as text, both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseText {
    /// Its transaction rule.
    pub tx: Tx,
    /// The way up.
    pub up: Vec<StepText>,
    /// The way down.
    pub down: Vec<StepText>,
    /// What the steps of the way up do to a live system.
    pub hazards: Vec<(u32, Hazard)>,
    /// The same of the way down.
    pub undo_hazards: Vec<(u32, Hazard)>,
}

impl PhaseText {
    /// One phase a step, for runners that take a file for one statement: refinery reports success on
    /// MySQL and MariaDB when any statement but a file's first fails.
    #[must_use]
    pub fn apart(self) -> Vec<Self> {
        let of = |id: u32, hazards: &[(u32, Hazard)]| {
            let own = hazards.iter().filter(|(step, _)| *step == id);
            own.cloned().collect()
        };
        self.up
            .iter()
            .map(|step| Self {
                tx: self.tx,
                up: vec![step.clone()],
                down: (self.down.iter())
                    .filter(|undo| undo.id == step.id)
                    .cloned()
                    .collect(),
                hazards: of(step.id, &self.hazards),
                undo_hazards: of(step.id, &self.undo_hazards),
            })
            .collect()
    }

    /// A phase and its way back in a dialect's words.
    ///
    /// # Errors
    /// Where the dialect's vendors need what one statement can't hold.
    pub fn render(dialect: &dyn Dialect, phase: &Joint<'_>) -> Result<Self, Unsupported> {
        let mut text = Self {
            tx: phase.tx,
            up: Vec::new(),
            down: Vec::new(),
            hazards: Vec::new(),
            undo_hazards: Vec::new(),
        };
        let mut undo = Vec::new();
        for step in &phase.steps {
            text.hazards.extend(hazards(dialect, step, Way::Up));
            undo.push(hazards(dialect, step, Way::Down));
            text.up.push(step_text(dialect, step, Way::Up)?);
            text.down.push(step_text(dialect, step, Way::Down)?);
        }
        text.down.reverse();
        text.undo_hazards = undo.into_iter().rev().flatten().collect();
        Ok(text)
    }
}

fn step_text(
    dialect: &dyn Dialect,
    step: &JointStep<'_>,
    way: Way,
) -> Result<StepText, Unsupported> {
    let facets = &step.shown.facets;
    let shown = step.sides(way).flatten().next();
    let what = shown.map_or_else(String::new, |step| describe(&step.action));
    let statements = step.statements(dialect, way).map_err(|error| Unsupported {
        message: format!("{what}: {}", error.message),
        ..error
    })?;
    Ok(StepText {
        id: step.id,
        what,
        statements,
        facets: facets.iter().map(ToString::to_string).collect(),
        table: Facet::table_of(facets).cloned(),
        rebuilds: step
            .sides(way)
            .flatten()
            .any(|side| dialect.rebuilds_table(&side.action)),
    })
}

/// The hazards of a step for all vendors of the dialect, each once.
fn hazards(dialect: &dyn Dialect, step: &JointStep<'_>, way: Way) -> Vec<(u32, Hazard)> {
    let mut found = Vec::new();
    for hazard in step
        .sides(way)
        .flatten()
        .flat_map(|side| dialect.impact(&side, None))
    {
        let found_one = (step.id, hazard);
        if !found.contains(&found_one) {
            found.push(found_one);
        }
    }
    found
}

/// A hazard as `--allow` and `-- tablewright: allow` call it.
pub fn hazard_name(kind: HazardKind) -> &'static str {
    match kind {
        HazardKind::DataLoss => "data-loss",
        HazardKind::DataChange => "data-change",
        HazardKind::Rewrite => "rewrite",
        HazardKind::BlocksWrites => "blocks-writes",
        HazardKind::BlocksReads => "blocks-reads",
        HazardKind::Scan => "scan",
    }
}

/// What a dialect's folder gets.
#[derive(Clone, Debug)]
pub struct DialectMigration {
    /// The dialect's name.
    pub dialect: &'static str,
    /// Its lexical rules; each generated file is read again by them before it is written.
    pub lexical_rules: &'static LexicalRules,
    /// Its migrations folder.
    pub folder: PathBuf,
    /// The phases, each of which becomes a version.
    pub phases: Vec<PhaseText>,
}

/// A migration to be written.
#[derive(Clone, Debug)]
pub struct NewMigration<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its first version: see [`next_version`].
    pub version: Version,
    /// The dialects. One without phases gets no file; gaps in versions are legal.
    pub dialects: Vec<DialectMigration>,
    /// The folder of snapshots.
    pub snapshots: &'a Path,
    /// The checksum of the last snapshot, if there is one.
    pub parent: Option<String>,
    /// The documents that changed since the last snapshot.
    pub parts: DocumentTexts,
    /// The renames used.
    pub renames: Vec<RenameRecord>,
}

/// One above the highest version of any folder or snapshot.
pub fn next_version<'a>(
    directories: impl IntoIterator<Item = &'a Directory>,
    snapshots: &Snapshots,
) -> Version {
    let in_folders = directories.into_iter().filter_map(Directory::highest).max();
    in_folders
        .max(snapshots.highest())
        .unwrap_or(0)
        .saturating_add(1)
}

/// Writes a migration: files of all dialects, then the snapshot.
///
/// # Errors
/// See [`WriteError`]; nothing is written then.
pub fn write(new: &NewMigration<'_>) -> Result<Vec<PathBuf>, WriteError> {
    if new.name.is_empty() || !new.name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(WriteError::Name(new.name.to_owned()));
    }
    let most = new.dialects.iter().map(|part| part.phases.len()).max();
    let versions: Vec<Version> = (new.version..).take(most.unwrap_or(0).max(1)).collect();
    let mut snapshot = Snapshot::new(versions.clone(), new.name, new.parent.clone());
    snapshot.parts = new.parts.clone();
    snapshot.renames.clone_from(&new.renames);
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for part in &new.dialects {
        for ((at, phase), version) in part.phases.iter().enumerate().zip(&versions) {
            let name = if at == 0 {
                new.name.to_owned()
            } else {
                format!("{}_{}", new.name, at + 1)
            };
            let stem = format!("V{version}__{name}");
            let text = |steps, mark| {
                file_text(
                    &stem,
                    part.dialect,
                    part.lexical_rules,
                    phase.tx,
                    steps,
                    mark,
                )
            };
            let (up, statements) = text(&phase.up, UP)?;
            let (down, undo) = text(&phase.down, DOWN)?;
            let record = FileRecord {
                up: checksum(&stem, &up).unwrap_or_default().to_string(),
                down: checksum(&stem, &down).unwrap_or_default().to_string(),
                statements: records(&phase.up, &statements),
                undo: records(&phase.down, &undo),
            };
            let of_dialect = snapshot.files.entry(part.dialect.to_owned()).or_default();
            of_dialect.insert(*version, record);
            let table = |step: u32| phase.up.iter().find(|one| one.id == step)?.table.as_ref();
            let record = |(step, hazard): &(u32, Hazard)| {
                hazard_record(part.dialect, *version, *step, hazard, table(*step))
            };
            snapshot.hazards.extend(phase.hazards.iter().map(record));
            let undo = phase.undo_hazards.iter().map(record);
            snapshot.undo_hazards.extend(undo);
            files.push((part.folder.join(format!("{stem}.sql")), up));
            files.push((part.folder.join(format!("{stem}.down.sql")), down));
        }
    }
    let text = snapshot.to_text().map_err(WriteError::Snapshot)?;
    files.push((new.snapshots.join(format!("V{}.yaml", new.version)), text));
    write_all(&files)
}

fn hazard_record(
    dialect: &str,
    version: Version,
    step: u32,
    hazard: &Hazard,
    table: Option<&ObjectId>,
) -> HazardRecord {
    let lost = hazard.lost.as_ref();
    let heavy = table.filter(|_| LargeTableWarning::is_kind(hazard.kind));
    let table = lost.map(|lost| &lost.table).or(heavy);
    let schema = table.and_then(|table| Some(table.ns.name()?.to_string()));
    HazardRecord {
        dialect: dialect.to_owned(),
        version,
        step,
        kind: hazard_name(hazard.kind).to_owned(),
        message: hazard.message.clone(),
        table: table.map(|table| table.name.to_string()),
        schema,
        column: lost.and_then(|lost| Some(lost.column.as_ref()?.to_string())),
    }
}

fn records(steps: &[StepText], statements: &[String]) -> Vec<StatementRecord> {
    let each = steps
        .iter()
        .flat_map(|step| std::iter::repeat_n(step, step.statements.len()));
    each.zip(statements)
        .map(|(step, sql)| StatementRecord {
            step: step.id,
            hash: statement_hash(sql),
            facets: step.facets.clone(),
        })
        .collect()
}

/// What marks a step of the way up.
pub(crate) const UP: &str = "step";
/// What marks a step of the way down.
pub(crate) const DOWN: &str = "undoes step";

/// The text of a file: directives, a line about it, and the statements with their steps. It is
/// taken apart again, and must give the statements that went in; they come back as they are read.
pub(crate) fn file_text(
    stem: &str,
    dialect: &str,
    lexical_rules: &LexicalRules,
    tx: Tx,
    steps: &[StepText],
    mark: &str,
) -> Result<(String, Vec<String>), WriteError> {
    let mut text = String::new();
    if tx == Tx::Bare {
        text.push_str("-- tablewright: no-transaction\n");
    }
    if steps.iter().any(|step| step.rebuilds) {
        text.push_str("-- tablewright: foreign-keys-off\n");
    }
    let way = if mark == UP { "" } else { ", the way back" };
    // writing to a String can't fail
    let _ = writeln!(text, "-- {stem} for {dialect}{way}");
    for step in steps {
        // the first statement of a step says what the step is for
        let what = format!(": {}", step.what.replace(['\n', '\r'], " "));
        for (n, sql) in step.statements.iter().enumerate() {
            let what = if n == 0 { what.as_str() } else { "" };
            let sql = sql.trim();
            let last = sql.lines().next_back().unwrap_or_default();
            // a comment at the end of the last line would swallow the semicolon
            let end = if last.contains("--") || last.contains('#') {
                "\n;"
            } else {
                ";"
            };
            let _ = write!(text, "\n-- {mark} {}{what}\n{sql}{end}\n", step.id);
        }
    }
    let file = SqlText {
        file: format!("{stem}.sql").into(),
        sql: text,
    };
    let generated = |why: String| WriteError::Generated {
        file: format!("{stem}.sql for {dialect}"),
        why,
    };
    let mut meant = Vec::new();
    let parsed = file
        .parse(lexical_rules)
        .map_err(|found| generated(said(&found)))?;
    // alone, each must be one statement, and together they must be the same
    for sql in steps.iter().flat_map(|step| &step.statements) {
        let alone = splitter::split(lexical_rules, &format!("{sql}\n;"));
        let alone = alone.map_err(|error| generated(error.message))?;
        if alone.len() != 1 {
            return Err(generated(format!("`{sql}` is {} statements", alone.len())));
        }
        meant.extend(alone.into_iter().map(|statement| statement.sql));
    }
    if !parsed.statements.iter().map(|s| &s.sql).eq(&meant) {
        return Err(generated(String::from("its statements are others")));
    }
    Ok((file.sql, meant))
}

fn said(found: &[Diagnostic]) -> String {
    let messages: Vec<&str> = found
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    messages.join("; ")
}

/// Writes all files under other names first and renames them then; on an error nothing stays.
fn write_all(files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, WriteError> {
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(WriteError::Exists(path.clone()));
    }
    let mut made: Vec<PathBuf> = Vec::new();
    let result = stage(files, &mut made);
    if result.is_err() {
        for path in &made {
            // what can't be removed is as little ours to report as the error that comes anyway
            let _ = std::fs::remove_file(path);
        }
    }
    result?;
    Ok(files.iter().map(|(path, _)| path.clone()).collect())
}

fn stage(files: &[(PathBuf, String)], made: &mut Vec<PathBuf>) -> Result<(), WriteError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| WriteError::Io { path, error }
    };
    let mut moves = Vec::with_capacity(files.len());
    for (path, text) in files {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io(folder))?;
        }
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let draft = path.with_file_name(format!(
            ".{}.{}",
            name.unwrap_or_default(),
            std::process::id()
        ));
        made.push(draft.clone());
        std::fs::write(&draft, text).map_err(io(&draft))?;
        moves.push((draft, path));
    }
    for (draft, path) in moves {
        std::fs::rename(&draft, path).map_err(io(path))?;
        made.push(path.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
