//! `tablewright init`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::config;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::terminal::output::Output;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Create a project: configuration, folders, and an example spec
///
/// Existing files are kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright init shop && cd shop && tablewright validate")]
pub(crate) struct Args {
    /// Project folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

const CONFIG: &str = "# docs/configuration.md describes all keys
databases:
  {database}:
    schemas: schemas/{database}
    migrations: migrations/{dialect}/{database}
    dialects: [postgres, mysql, sqlite]
    targets:
      local: { url: \"sqlite://.tablewright/{database}.db\" }
      # production: { url: \"${PRODUCTION_URL}\", confirm: true, lock_timeout: 2s }
";

const SPEC: &str = "table: notes
comment: One row per note; replace this example
columns:
  id: { type: bigint, identity: true }
  title: varchar(200)
  body: text null
  created_at: { type: timestamptz, default: now }
primary_key: [id]
indexes:
  idx_notes_created_at: [created_at]
";

/// The checksum of a migration includes its line endings.
const ATTRIBUTES: &str = "migrations/** text eol=lf\n";
/// Keeps the embedded database out of version control.
const IGNORE: &str = ".tablewright/\n";

/// Writes the missing files and prints their names.
///
/// # Errors
/// A name that is invalid in a path, or files that can't be written.
pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let output = Output::new(global);
    let database = global.database.as_deref().unwrap_or("app");
    if !database
        .chars()
        .all(|c| c.is_alphanumeric() || "_-".contains(c))
        || database.is_empty()
    {
        return Err(
            Failure::usage(format!("invalid database name `{database}`"))
                .help("use letters, digits, `_` and `-`"),
        );
    }
    let files = [
        (
            config::FILE.to_owned(),
            CONFIG.replace("{database}", database),
        ),
        (format!("schemas/{database}/notes.yaml"), SPEC.to_owned()),
        (".gitattributes".to_owned(), ATTRIBUTES.to_owned()),
        (".gitignore".to_owned(), IGNORE.to_owned()),
    ];
    let has_specs = args.dir.join("schemas").join(database).is_dir();
    let mut lines = String::new();
    for (name, text) in files {
        if has_specs && name.starts_with("schemas/") {
            continue;
        }
        let path = args.dir.join(&name);
        let word = if write_new(&path, &text)? {
            "wrote"
        } else {
            "kept "
        };
        // writing to a String can't fail
        let _ = writeln!(
            lines,
            "{word}  {}",
            path.strip_prefix(".").unwrap_or(&path).display()
        );
    }
    Output::result(&lines)?;
    let enter = if args.dir == Path::new(".") {
        String::new()
    } else {
        format!("cd {} && ", args.dir.display())
    };
    output.message(&format!("Next: {enter}tablewright validate"));
    Ok(Exit::Done)
}

/// Writes a file unless it exists; returns whether it was written.
fn write_new(path: &Path, text: &str) -> Outcome<bool> {
    let failed = |error: &std::io::Error| {
        Failure::new(
            Exit::Failed,
            format!("cannot write {}: {error}", path.display()),
        )
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())
                .map_err(|error| failed(&error))?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}
