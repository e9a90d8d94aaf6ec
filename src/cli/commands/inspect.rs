//! `tablewright inspect`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::target::Target;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::Output;
use crate::compile;
use crate::compile::{Decompiled, SpecFile};
use crate::db::Server;
use crate::dialect;
use crate::model::{Ident, Namespace, ObjectId, ObjectKind, Schema};
use crate::spec;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Write specs from a live database
///
/// Writes one file per table, with neutral types where possible and native ones otherwise; the output
/// is deterministic. Objects that cannot be written as specs are listed on stderr. Read-only, takes no
/// locks.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tablewright inspect production --out schemas/shop\n  tablewright inspect --url postgres://localhost/shop --out schemas/shop"
)]
pub(crate) struct Args {
    /// Target to read, instead of --target
    #[arg(value_name = "TARGET")]
    pub(crate) from: Option<String>,

    /// Folder to write to [default: print to stdout]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Read only this PostgreSQL schema (repeatable) [default: all schemas]
    #[arg(long = "schema", value_name = "NAME")]
    pub(crate) only: Vec<String>,

    /// Replace files that differ, and remove specs of objects that do not exist
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

/// Writes the specs of a live database.
///
/// # Errors
/// Usage, no connection, files that differ (7), or files that can't be written.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let workspace = Workspace::of_url(&with_target(args, global)?)?;
    let target = workspace.target(false)?;
    let dialect = target.dialect;
    let (schema, server) = read_schema(&workspace, &target, &args.only).await?;
    let floor = workspace.settings.floor(dialect, Some(&server));
    let decompiled = compile::decompile(
        dialect,
        Some(server.vendor),
        &floor,
        &schema,
        &workspace.database,
    );
    let output = workspace.output;
    let excluded = not_compared(&schema, &decompiled);
    for (kind, name, why) in &excluded {
        let space = if name.is_empty() { "" } else { " " };
        output.message(&format!("not compared: {kind}{space}{name}: {why}"));
    }
    let tables = schema.tables().count();
    if !output.is_table() {
        let files = decompiled.files.iter();
        let files = files.map(|file| json!({ "path": file.path, "text": file.text }));
        let excluded = excluded.iter();
        let excluded =
            excluded.map(|(kind, name, why)| json!({ "kind": kind, "name": name, "reason": why }));
        Output::json(&json!({
            "database": workspace.database,
            "target": target.name,
            "server": server.to_string(),
            "tables": tables,
            "files": files.collect::<Vec<_>>(),
            "not_compared": excluded.collect::<Vec<_>>(),
        }))?;
    } else if args.out.is_none() {
        let texts = decompiled.files.iter().map(|file| file.text.as_str());
        Output::result(&texts.collect::<Vec<_>>().join("---\n"))?;
    }
    let mut summary = counted(tables, "table");
    if let Some(dir) = &args.out {
        let removed = write_specs(dir, &decompiled.files, args.force)?;
        summary = format!(
            "{summary} in {} of {}",
            counted(decompiled.files.len(), "file"),
            dir.display()
        );
        match removed {
            Stale::None => {}
            Stale::Removed(count) => {
                summary = format!("{summary}, {} removed", counted(count, "file"));
            }
            Stale::Kept(paths) => {
                for path in paths {
                    output.warn(&format!(
                        "{} declares no object of this database; --force removes it",
                        path.display()
                    ));
                }
            }
        }
    }
    if !excluded.is_empty() {
        summary = format!("{summary}; {} not compared", excluded.len());
    }
    output.message(&summary);
    Ok(Exit::Done)
}

/// The global options with the target of the positional argument.
fn with_target(args: &Args, global: &Global) -> Outcome<Global> {
    let mut global = global.clone();
    if let Some(name) = &args.from {
        if global.target.as_ref().is_some_and(|target| target != name) {
            return Err(Failure::usage(
                "two different targets given, as an argument and by --target",
            )
            .help(format!("pass one of them: tablewright inspect {name}")));
        }
        global.target = Some(name.clone());
    }
    Ok(global)
}

/// Reads the schema of a target, restricted to the schemas `only` unless that is empty.
async fn read_schema(
    workspace: &Workspace,
    target: &Target,
    only: &[String],
) -> Outcome<(Schema, Server)> {
    let dialect = target.dialect;
    let mut connected = workspace.connect(target, false).await?;
    let server = connected.conn.server().clone();
    for statement in workspace.settings.session(dialect, &server, false) {
        connected.conn.query(&statement).await?;
    }
    let mut scope = workspace.settings.scope(&Schema::default()).everywhere();
    if !only.is_empty() {
        scope.schemas = only.to_vec();
    }
    let default_schema = scope.default_schema.clone();
    let mut schema = dialect.inspect(&mut connected.conn, &scope).await?;
    connected.conn.close().await;
    if !only.is_empty() {
        let default_schema = default_schema.as_deref().or(dialect.default_schema());
        retain_schemas(&mut schema, only, default_schema.unwrap_or_default());
    }
    dialect::out_of_scope_foreign_keys::list_as_not_compared(&mut schema);
    Ok((schema, server))
}

fn counted(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// Removes the objects of schemas other than `only`. `default` is the name of the default schema.
fn retain_schemas(schema: &mut Schema, only: &[String], default: &str) {
    let wanted = |id: &ObjectId| {
        let name = match (&id.ns, id.kind) {
            (Namespace::Named(name), _) => name.as_str(),
            // a schema is in no schema; an extension is in any
            (Namespace::Default, ObjectKind::Namespace) => id.name.as_str(),
            (Namespace::Default, ObjectKind::Extension) => return true,
            (Namespace::Default, _) => default,
        };
        only.iter().any(|wanted| wanted == name)
    };
    schema.objects.retain(|id, _| wanted(id));
    schema.not_compared.retain(|(id, _)| wanted(id));
}

/// Objects that are not in the files: kind, name and reason.
fn not_compared(schema: &Schema, decompiled: &Decompiled) -> Vec<(String, String, String)> {
    let read = schema.not_compared.iter().map(|(id, why)| {
        let on = |parent: &Ident| format!("{id} on {parent}");
        let name = id.parent.as_ref().map_or_else(|| id.to_string(), on);
        (id.kind.to_string(), name, (*why).to_owned())
    });
    let unwritable = decompiled.not_compared.iter();
    let unwritable = unwritable.map(|(id, why)| (id.kind.to_string(), id.to_string(), why.clone()));
    read.chain(unwritable).collect()
}

/// Specs of objects that do not exist in the database.
enum Stale {
    None,
    Removed(usize),
    Kept(Vec<PathBuf>),
}

/// Writes all files, or none if one of them would be overwritten.
fn write_specs(dir: &Path, files: &[SpecFile], force: bool) -> Outcome<Stale> {
    let failed = |path: &Path, error: &std::io::Error| {
        let what = format!("cannot write {}: {error}", path.display());
        Failure::new(Exit::Failed, what)
    };
    let mut differing = Vec::new();
    let mut fresh = Vec::new();
    for file in files {
        let path = dir.join(&file.path);
        match fs::read(&path) {
            Ok(text) if text == file.text.as_bytes() => {}
            Ok(_) => {
                differing.push(path.clone());
                fresh.push((path, file));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => fresh.push((path, file)),
            Err(error) => return Err(failed(&path, &error)),
        }
    }
    if let (Some(first), false) = (differing.first(), force) {
        let others = differing.len() - 1;
        let more = match others {
            0 => String::new(),
            n => format!(" and {} more", counted(n, "file")),
        };
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "refusing to overwrite {}{more}; nothing was written",
                first.display()
            ),
        )
        .help("pass --force to overwrite, or --out with another folder to compare"));
    }
    for (path, file) in &fresh {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        }
        // written and renamed, so that no file is incomplete
        let beside = path.with_extension("yaml.new");
        fs::write(&beside, &file.text)
            .and_then(|()| fs::rename(&beside, path))
            .map_err(|error| failed(path, &error))?;
    }
    let ours: BTreeSet<PathBuf> = files.iter().map(|file| dir.join(&file.path)).collect();
    let mut stale = spec::spec_files(dir);
    stale.retain(|path| !ours.contains(path));
    if stale.is_empty() {
        return Ok(Stale::None);
    }
    if !force {
        return Ok(Stale::Kept(stale));
    }
    for path in &stale {
        fs::remove_file(path).map_err(|error| failed(path, &error))?;
    }
    Ok(Stale::Removed(stale.len()))
}
