//! `tablewright diff`

use crate::change::describe;
use crate::change::{Hazard, Plan, invert};
use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Format, Global};
use crate::cli::session::compare::{IgnoreArgs, PruneArgs, comparison_options};
use crate::cli::session::config;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::state_source::{State, StateSource, lowered};
use crate::cli::session::workspace::{Workspace, dialect_named};
use crate::cli::terminal::output::Output;
use crate::db::Vendor;
use crate::dialect::Dialect;
use crate::diff::Renames;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::files::write::hazard_name;
use crate::pipeline::schema_change::{SchemaChange, changes_offline};
use crate::plan;
use crate::plan::{JointStep, Way};
use crate::report::{Align, table};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Compare two states of a database
///
/// A state is `specs` or `specs:DIR`, `snapshot` (the specs at the last migration), `target:NAME` or a
/// database URL, or `git:REV` (the specs at a revision). Prints the changes that lead from the first to
/// the second. Exits with 0 if there are none, and with 3 otherwise.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tablewright diff target:staging specs -d ai_agent\n  tablewright diff git:main specs -d ai_agent --dialect postgres --format sql"
)]
pub(crate) struct Args {
    /// Old state
    from: StateSource,

    /// New state
    to: StateSource,

    /// Dialect, if neither state is a live database: postgres, mysql or sqlite
    #[arg(long)]
    dialect: Option<String>,

    #[command(flatten)]
    prune: PruneArgs,

    #[command(flatten)]
    ignore: IgnoreArgs,
}

/// The workspace of the configuration; without one, of the specs folder and the URL of the two states.
fn workspace(args: &Args, global: &Global) -> Outcome<Workspace> {
    if global.config.is_some() || config::find(&std::env::current_dir()?).is_some() {
        return Workspace::open(global);
    }
    let mut inferred = global.clone();
    for source in [&args.from, &args.to] {
        match source {
            StateSource::Specs(Some(dir)) if inferred.schemas.is_none() => {
                inferred.schemas = Some(dir.clone());
            }
            StateSource::Url(url) if inferred.url.is_none() => inferred.url = Some(url.clone()),
            StateSource::Specs(_)
            | StateSource::Url(_)
            | StateSource::Snapshot
            | StateSource::Target(_)
            | StateSource::Git(_) => {}
        }
    }
    Workspace::of_url(&inferred)
}

/// Compares the two states; exits with 0 or 3.
///
/// # Errors
/// Usage, specs with errors, or no connection.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let workspace = workspace(args, global)?;
    let mut from = args.from.open(&workspace).await?;
    let mut to = args.to.open(&workspace).await?;
    let dialect = dialect(args, &workspace, [&from, &to])?;
    let options = comparison_options(args.prune, &args.ignore, &workspace);
    let mut plans = Vec::new();
    let mut compared = SchemaChange::default();
    for vendor in vendors(dialect, [&from, &to]) {
        let mut found = match (&mut from, &mut to) {
            (State::Live(have), State::Specs(want)) => {
                have.changes_to(&workspace, want, options).await?
            }
            (State::Specs(want), State::Live(have)) => {
                let mut found = have.changes_to(&workspace, want, options).await?;
                found.changes = invert(found.changes);
                found.sides = found.sides.invert();
                found
            }
            (State::Live(from), State::Live(to)) => {
                let (from, to) = (from.read(&workspace).await?, to.read(&workspace).await?);
                let none = Renames::default();
                changes_offline(dialect, from, to, &none, options)
            }
            (State::Specs(from), State::Specs(to)) => {
                let from = lowered(&workspace, from, dialect, vendor)?;
                let to = lowered(&workspace, to, dialect, vendor)?;
                changes_offline(dialect, from.schema, to.schema, &to.renames, options)
            }
        };
        let changes = std::mem::take(&mut found.changes);
        plans.push(plan::plan(dialect, changes, &found.sides.as_ref())?);
        compared = found;
    }
    for side in [from, to] {
        side.close().await;
    }
    compared.show(workspace.output);
    let joints = plan::join(&plans);
    let steps: Vec<&JointStep<'_>> = joints.iter().flat_map(|phase| &phase.steps).collect();
    show(args, &workspace, dialect, &steps, &compared, &plans)?;
    Ok(if steps.is_empty() {
        Exit::Done
    } else {
        Exit::Pending
    })
}

/// The dialect of both states.
fn dialect(
    args: &Args,
    workspace: &Workspace,
    sides: [&State; 2],
) -> Outcome<&'static dyn Dialect> {
    let mut names: Vec<&'static dyn Dialect> = Vec::new();
    if let Some(name) = &args.dialect {
        names.push(dialect_named(name)?);
    }
    for side in sides {
        if let State::Live(live) = side {
            names.push(live.dialect());
        }
    }
    if names.is_empty() {
        let configured = workspace.dialects()?;
        if configured.len() == 1 {
            names = configured;
        }
    }
    let Some(first) = names.first() else {
        let all: Vec<&str> = crate::dialect::all().iter().map(|d| d.name()).collect();
        return Err(
            Failure::usage("no dialect given, and neither state is a live database")
                .help(format!("pass --dialect with one of {}", all.join(", "))),
        );
    };
    match names.iter().find(|other| other.name() != first.name()) {
        None => Ok(*first),
        Some(other) => Err(Failure::usage(format!(
            "cannot compare {} with {}: the states have different dialects",
            first.name(),
            other.name()
        ))),
    }
}

/// The vendors to compare for: that of a live database, or all of the dialect.
fn vendors(dialect: &dyn Dialect, sides: [&State; 2]) -> Vec<Vendor> {
    let live = sides.into_iter().find_map(|side| match side {
        State::Live(live) => Some(live.vendor()),
        State::Specs(_) => None,
    });
    live.map_or_else(|| dialect.vendors().to_vec(), |vendor| vec![vendor])
}

/// A step of the result.
struct DiffRow {
    label: StatementLabel,
    hazards: Vec<&'static str>,
    statements: Vec<String>,
}

fn diff_row(dialect: &dyn Dialect, step: &JointStep<'_>) -> Outcome<DiffRow> {
    let what = describe(&step.shown.action);
    let statements = step
        .statements(dialect, Way::Up)
        .map_err(|error| Failure::usage(format!("{what}: {}", error.message)).help(error.help))?;
    let found: Vec<Hazard> = dialect.impact(step.shown, None);
    let mut hazards: Vec<&str> = found.iter().map(|h| hazard_name(h.kind)).collect();
    hazards.dedup();
    Ok(DiffRow {
        label: StatementLabel::of(&what),
        hazards,
        statements,
    })
}

fn show(
    args: &Args,
    workspace: &Workspace,
    dialect: &dyn Dialect,
    steps: &[&JointStep<'_>],
    compared: &SchemaChange,
    plans: &[Plan],
) -> Outcome<()> {
    let output = workspace.output;
    let rows: Outcome<Vec<DiffRow>> = steps.iter().map(|step| diff_row(dialect, step)).collect();
    let rows = rows?;
    match output.format {
        Format::Json => return Output::json(&document(args, workspace, dialect, &rows, compared)),
        Format::Sql => {
            if rows.is_empty() {
                output.message("No differences.");
            }
            return Output::result(&sql(&rows, plans));
        }
        Format::Table => {}
    }
    if rows.is_empty() {
        return output.done("No differences.\n");
    }
    let headers = ["object", "change", "impact"].map(|name| (name, Align::Left));
    let lines = rows.into_iter().map(|row| {
        let StatementLabel { object, what } = row.label;
        vec![object, what, row.hazards.join(", ")]
    });
    Output::result(&table(&headers, lines, None))
}

/// The statements, with a comment above each step.
fn sql(rows: &[DiffRow], plans: &[Plan]) -> String {
    let mut out = String::new();
    let phases = plans.iter().map(|plan| plan.phases.len()).max();
    if phases > Some(1) {
        out.push_str("-- run outside of a transaction: some statements do not work in one\n");
    }
    for row in rows {
        let StatementLabel { object, what } = &row.label;
        let between = if object.is_empty() { "" } else { ": " };
        // writing to a String can't fail
        let _ = writeln!(out, "-- {object}{between}{}", what.replace('\n', " "));
        for statement in &row.statements {
            let _ = writeln!(out, "{};", statement.trim_end());
        }
    }
    out
}

/// Keys: `database`, `from`, `to`, `dialect`, `changes`: a list of `object`, `change`, `hazards` (names),
/// `statements`; `unmanaged`, `managed` (names of objects that remain), `uncompared` (`object`, `kind`, `reason`).
fn document(
    args: &Args,
    workspace: &Workspace,
    dialect: &dyn Dialect,
    rows: &[DiffRow],
    compared: &SchemaChange,
) -> Value {
    let changes: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "object": row.label.object,
                "change": row.label.what,
                "hazards": row.hazards,
                "statements": row.statements,
            })
        })
        .collect();
    let mut value = json!({
        "database": workspace.database,
        "from": args.from.to_string(),
        "to": args.to.to_string(),
        "dialect": dialect.name(),
        "changes": changes,
    });
    compared.add_to(&mut value);
    value
}
