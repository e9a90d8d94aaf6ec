//! Writes the migration files and the snapshot of a plan: one version per phase, with its down file. Either all
//! files are written or none, and no file is overwritten.

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

/// The reason why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name is not valid.
    #[error("`{0}` is not a valid migration name: use letters, digits and `_` only")]
    Name(String),
    /// A file already exists.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// The generated text does not parse into its statements, which is a bug of this program.
    #[error("{file}: the generated SQL does not parse into its statements: {why}")]
    Generated {
        /// The file.
        file: String,
        /// The problem of its text.
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
        /// The error of the operating system.
        error: std::io::Error,
    },
}

/// The statements of a step in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepText {
    /// The step's number in the plan.
    pub id: u32,
    /// A short description.
    pub what: String,
    /// The statements, without final semicolons.
    pub statements: Vec<String>,
    /// The changed objects.
    pub facets: Vec<String>,
    /// The changed table, by its name before the step; the first one if there are several.
    pub table: Option<ObjectId>,
    /// Whether the step rebuilds a table, so that foreign keys must be off.
    pub rebuilds: bool,
}

/// The statements of a phase in both directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseText {
    /// The transaction rule.
    pub tx: Tx,
    /// The steps of the up direction.
    pub up: Vec<StepText>,
    /// The steps of the down direction.
    pub down: Vec<StepText>,
    /// The impacts of the up steps, with their steps' numbers.
    pub hazards: Vec<(u32, Hazard)>,
    /// The impacts of the down steps.
    pub undo_hazards: Vec<(u32, Hazard)>,
}

impl PhaseText {
    /// Splits the phase into one per step, for runners that don't check every statement of a file: refinery
    /// reports success on MySQL and MariaDB when any statement but a file's first fails.
    #[must_use]
    pub fn one_per_step(self) -> Vec<Self> {
        let hazards_of = |id: u32, hazards: &[(u32, Hazard)]| {
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
                hazards: hazards_of(step.id, &self.hazards),
                undo_hazards: hazards_of(step.id, &self.undo_hazards),
            })
            .collect()
    }

    /// Renders a phase of a joint plan in both directions.
    ///
    /// # Errors
    /// The dialect's vendors need different statements.
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

/// Renders a step in one direction.
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

/// The impacts of a step on all vendors of the dialect, without duplicates.
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

/// The name of a kind of impact, as in `-- tablewright: allow`.
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

/// The migration of one dialect.
#[derive(Clone, Debug)]
pub struct DialectMigration {
    /// The dialect's name.
    pub dialect: &'static str,
    /// The lexical rules by which each generated file is parsed before it is written.
    pub lexical_rules: &'static LexicalRules,
    /// The migrations folder.
    pub folder: PathBuf,
    /// The phases. Each becomes a version.
    pub phases: Vec<PhaseText>,
}

/// A migration that is to be written.
#[derive(Clone, Debug)]
pub struct NewMigration<'a> {
    /// The name.
    pub name: &'a str,
    /// The first version: see [`next_version`].
    pub version: Version,
    /// The dialects. A dialect without phases has no file, so that its versions may have gaps.
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

/// The version after the highest one of all folders and snapshots.
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

/// Writes a migration: the files of all dialects and the snapshot.
///
/// # Errors
/// See [`WriteError`]. Nothing is written then.
pub fn write(new: &NewMigration<'_>) -> Result<Vec<PathBuf>, WriteError> {
    if new.name.is_empty() || !new.name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(WriteError::Name(new.name.to_owned()));
    }
    let max_phases = new.dialects.iter().map(|part| part.phases.len()).max();
    let versions: Vec<Version> = (new.version..)
        .take(max_phases.unwrap_or(0).max(1))
        .collect();
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

/// An impact as it is recorded in the snapshot.
fn hazard_record(
    dialect: &str,
    version: Version,
    step: u32,
    hazard: &Hazard,
    table: Option<&ObjectId>,
) -> HazardRecord {
    let lost = hazard.lost.as_ref();
    let large = table.filter(|_| LargeTableWarning::is_kind(hazard.kind));
    let table = lost.map(|lost| &lost.table).or(large);
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

/// The records of the statements of steps.
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

/// The step mark in up files.
pub(crate) const UP: &str = "step";
/// The step mark in down files.
pub(crate) const DOWN: &str = "reverts step";

/// The text of a file: directives, a title, and the statements with step marks. The text is parsed again and must
/// give the same statements, which are returned as they are parsed.
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
    let direction = if mark == UP { "" } else { ", down" };
    // writing to a String can't fail
    let _ = writeln!(text, "-- {stem} for {dialect}{direction}");
    for step in steps {
        // the mark of a step's first statement has the description
        let what = format!(": {}", step.what.replace(['\n', '\r'], " "));
        for (n, sql) in step.statements.iter().enumerate() {
            let what = if n == 0 { what.as_str() } else { "" };
            let sql = sql.trim();
            let last = sql.lines().next_back().unwrap_or_default();
            // a comment at the end of the last line would include the semicolon
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
    let mut expected = Vec::new();
    let parsed = file
        .parse(lexical_rules)
        .map_err(|found| generated(messages(&found)))?;
    // each text must be one statement, and all together must be the parsed ones
    for sql in steps.iter().flat_map(|step| &step.statements) {
        let alone = splitter::split(lexical_rules, &format!("{sql}\n;"));
        let alone = alone.map_err(|error| generated(error.message))?;
        if alone.len() != 1 {
            return Err(generated(format!("`{sql}` is {} statements", alone.len())));
        }
        expected.extend(alone.into_iter().map(|statement| statement.sql));
    }
    if !parsed.statements.iter().map(|s| &s.sql).eq(&expected) {
        return Err(generated(String::from("its statements differ")));
    }
    Ok((file.sql, expected))
}

/// The messages of diagnostics on one line.
fn messages(found: &[Diagnostic]) -> String {
    let messages: Vec<&str> = found
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    messages.join("; ")
}

/// Writes all files under temporary names and renames them. On an error all are removed again.
fn write_all(files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, WriteError> {
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(WriteError::Exists(path.clone()));
    }
    let mut written: Vec<PathBuf> = Vec::new();
    let result = stage(files, &mut written);
    if result.is_err() {
        for path in &written {
            // the first error is reported; a file that can't be removed remains
            let _ = std::fs::remove_file(path);
        }
    }
    result?;
    Ok(files.iter().map(|(path, _)| path.clone()).collect())
}

/// Writes and renames the files. `written` lists the existing ones.
fn stage(files: &[(PathBuf, String)], written: &mut Vec<PathBuf>) -> Result<(), WriteError> {
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
        written.push(draft.clone());
        std::fs::write(&draft, text).map_err(io(&draft))?;
        moves.push((draft, path));
    }
    for (draft, path) in moves {
        std::fs::rename(&draft, path).map_err(io(path))?;
        written.push(path.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
