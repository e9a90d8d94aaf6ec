//! The folders of migrations and snapshots, read and checked.

use crate::arguments::Arguments;
use std::path::Path;
use tablewright_text::file_check::{FileProblem, check_names, check_text};
use tablewright_text::file_name;
use tablewright_text::lexical_rules::{LexicalRules, MYSQL, POSTGRES, SQLITE};

/// The dialects: the name of the folder, and the lexical rules.
const DIALECTS: [(&str, &LexicalRules); 3] = [
    ("postgres", &POSTGRES),
    ("mysql", &MYSQL),
    ("sqlite", &SQLITE),
];
/// The folder of snapshots, next to the folders of the dialects.
const SNAPSHOTS: &str = "snapshots";

/// A file to embed.
pub(crate) struct File {
    /// A dialect, or `snapshots`.
    pub(crate) folder: &'static str,
    /// The name.
    pub(crate) name: String,
    /// The absolute path.
    pub(crate) path: String,
}

/// Reads and checks the files.
pub(crate) fn read(root: &Path, arguments: &Arguments) -> Result<Vec<File>, Vec<String>> {
    if let Some(wanted) = &arguments.dialect
        && DIALECTS.iter().all(|(name, _)| name != wanted)
    {
        return Err(vec![format!(
            "unknown dialect `{wanted}`: use postgres, mysql or sqlite"
        )]);
    }
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for (dialect, rules) in DIALECTS {
        if arguments
            .dialect
            .as_ref()
            .is_some_and(|only| only != dialect)
        {
            continue;
        }
        let folder = root.join(dialect).join(&arguments.database);
        let found = list(&folder, dialect, "sql").map_err(|error| vec![error])?;
        let names = found.iter().map(|file| file.name.as_str());
        let mut problems = check_names(names);
        for file in &found {
            match std::fs::read_to_string(&file.path) {
                Ok(sql) => problems.extend(check_text(rules, &file.name, &sql)),
                Err(error) => problems.push(FileProblem {
                    file: file.name.clone(),
                    line: 1,
                    message: format!("cannot read the file: {error}"),
                }),
            }
        }
        errors.extend(problems.iter().map(|problem| {
            let path = folder.join(&problem.file);
            format!("{}:{}: {}", path.display(), problem.line, problem.message)
        }));
        files.extend(found);
    }
    if files.is_empty() && errors.is_empty() {
        errors.push(format!(
            "no migrations of database `{}` in {}: expected {}",
            arguments.database,
            root.display(),
            root.join("<dialect>").join(&arguments.database).display()
        ));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let snapshots = root.join(SNAPSHOTS).join(&arguments.database);
    files.extend(list(&snapshots, SNAPSHOTS, "yaml").map_err(|error| vec![error])?);
    Ok(files)
}

/// The files of a folder, in the order of their names. For SQL, files with invalid names are included, so that
/// they can be reported.
fn list(folder: &Path, kind: &'static str, extension: &str) -> Result<Vec<File>, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let (Some(name), Some(path_text)) = (
            path.file_name().and_then(|name| name.to_str()),
            path.to_str(),
        ) else {
            return Err(format!("{}: the path is not UTF-8", path.display()));
        };
        let selected = match extension {
            "sql" => !matches!(file_name::parse(name), Ok(None)),
            other => path.extension().is_some_and(|e| e == other),
        };
        if selected && path.is_file() && !name.starts_with('.') {
            files.push(File {
                folder: kind,
                name: name.to_owned(),
                path: path_text.to_owned(),
            });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}
