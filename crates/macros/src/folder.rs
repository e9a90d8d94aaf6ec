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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::read;
    use crate::arguments::Arguments;

    /// The names of the embedded files, or the errors without the folder's path.
    fn names(files: &[(&str, &str)], dialect: Option<&str>) -> Result<Vec<String>, Vec<String>> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let arguments = Arguments {
            path: String::new(),
            database: String::from("shop"),
            dialect: dialect.map(str::to_owned),
        };
        let prefix = format!("{}/", root.path().display());
        let found = read(root.path(), &arguments);
        let found = found.map_err(|errors| errors.iter().map(|e| e.replace(&prefix, "")).collect());
        found.map(|files| files.into_iter().map(|file| file.name).collect())
    }

    #[test]
    fn valid_files_are_embedded() {
        let files = [
            ("sqlite/shop/V1__a.sql", "create table a (b int);"),
            ("sqlite/shop/V1__a.down.sql", "drop table a;"),
            ("sqlite/shop/README.md", "not SQL"),
            ("sqlite/other/V1__x.sql", "not of this database"),
            ("mysql/shop/V1__a.sql", "create table a (b int);"),
            ("snapshots/shop/V1.yaml", "versions: [1]"),
        ];
        let all = ["V1__a.sql", "V1__a.down.sql", "V1__a.sql", "V1.yaml"];
        assert_eq!(names(&files, None).unwrap(), all);
        let sqlite = ["V1__a.down.sql", "V1__a.sql", "V1.yaml"];
        assert_eq!(names(&files, Some("sqlite")).unwrap(), sqlite);
    }

    #[test]
    fn invalid_files_are_errors_with_their_place() {
        let one = |path: &str, text: &str| names(&[(path, text)], None).unwrap_err();
        for (path, text, expected) in [
            (
                "sqlite/shop/V1_a.sql",
                "",
                "sqlite/shop/V1_a.sql:1: `__` must separate version and name",
            ),
            (
                "mysql/shop/V1__a.down.sql",
                "",
                "mysql/shop/V1__a.down.sql:1: there is no V1__a.sql next to it",
            ),
            (
                "postgres/other/V1__a.sql",
                "",
                "no migrations of database `shop` in",
            ),
            (
                "sqlite/shop/V1__a.sql",
                "create table a (b int);\nselect 'open",
                "sqlite/shop/V1__a.sql:2: ",
            ),
        ] {
            let errors = one(path, text);
            assert!(errors[0].starts_with(expected), "{path}: {errors:?}");
        }
        let twice = [
            ("sqlite/shop/V1__a.sql", ""),
            ("sqlite/shop/V01__b.sql", ""),
        ];
        let errors = names(&twice, None).unwrap_err();
        assert!(errors[0].contains("version 1 exists twice"), "{errors:?}");
        // a folder that does not exist
        let errors = names(&[], None).unwrap_err();
        let expected = "no migrations of database `shop` in";
        assert!(errors[0].starts_with(expected), "{errors:?}");
        let errors = names(&[], Some("oracle")).unwrap_err();
        assert_eq!(
            errors,
            ["unknown dialect `oracle`: use postgres, mysql or sqlite"]
        );
    }
}
