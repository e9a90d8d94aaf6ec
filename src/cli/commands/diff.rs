//! `tablewright diff`

use crate::change::{Hazard, Plan, invert};
use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Format, Global};
use crate::cli::session::compare::{IgnoreArgs, PruneArgs, comparison_options};
use crate::cli::session::config;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::source::{Side, Source, lowered};
use crate::cli::session::workspace::{Workspace, dialect_named};
use crate::cli::terminal::output::Output;
use crate::db::Vendor;
use crate::dialect::Dialect;
use crate::diff::Renames;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::files::step_description;
use crate::migrate::files::write::hazard_name;
use crate::pipeline::schema_change::{SchemaChange, changes_offline};
use crate::plan;
use crate::plan::{JointStep, Way};
use crate::report::{Align, table};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Show what turns one state of a database into another
///
/// A state is `specs` (or `specs:DIR`), `snapshot` (the specs as the last migration left them),
/// `target:NAME` or a database's URL, or `git:REV` (the specs at a revision). Ends with 3 where the two
/// differ, and with 0 where they don't.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tablewright diff target:staging specs -d ai_agent\n  tablewright diff git:main specs -d ai_agent --dialect postgres --format sql"
)]
pub(crate) struct Args {
    /// The state before
    from: Source,

    /// The state after
    to: Source,

    /// The dialect, where neither state is a live database
    #[arg(long)]
    dialect: Option<String>,

    #[command(flatten)]
    prune: PruneArgs,

    #[command(flatten)]
    ignore: IgnoreArgs,
}

/// The configuration's database; where there is no configuration, what the two states say of it.
fn workspace(args: &Args, global: &Global) -> Outcome<Workspace> {
    if global.config.is_some() || config::find(&std::env::current_dir()?).is_some() {
        return Workspace::open(global);
    }
    let mut said = global.clone();
    for source in [&args.from, &args.to] {
        match source {
            Source::Specs(Some(dir)) if said.schemas.is_none() => said.schemas = Some(dir.clone()),
            Source::Url(url) if said.url.is_none() => said.url = Some(url.clone()),
            Source::Specs(_)
            | Source::Url(_)
            | Source::Snapshot
            | Source::Target(_)
            | Source::Git(_) => {}
        }
    }
    Workspace::of_url(&said)
}

/// Compares, prints, and says 0 or 3.
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
    let mut said = SchemaChange::default();
    for vendor in vendors(dialect, [&from, &to]) {
        let mut found = match (&mut from, &mut to) {
            (Side::Live(have), Side::Texts(want)) => {
                have.against(&workspace, want, options).await?
            }
            (Side::Texts(want), Side::Live(have)) => {
                let mut found = have.against(&workspace, want, options).await?;
                found.changes = invert(found.changes);
                found.sides = found.sides.invert();
                found
            }
            (Side::Live(from), Side::Live(to)) => {
                let (from, to) = (from.read(&workspace).await?, to.read(&workspace).await?);
                let none = Renames::default();
                changes_offline(dialect, from, to, &none, options)
            }
            (Side::Texts(from), Side::Texts(to)) => {
                let from = lowered(&workspace, from, dialect, vendor)?;
                let to = lowered(&workspace, to, dialect, vendor)?;
                changes_offline(dialect, from.schema, to.schema, &to.renames, options)
            }
        };
        let changes = std::mem::take(&mut found.changes);
        plans.push(plan::plan(dialect, changes, &found.sides.as_ref()));
        said = found;
    }
    for side in [from, to] {
        side.close().await;
    }
    said.say(workspace.output);
    let joints = plan::join(&plans);
    let steps: Vec<&JointStep<'_>> = joints.iter().flat_map(|phase| &phase.steps).collect();
    show(args, &workspace, dialect, &steps, &said, &plans)?;
    Ok(if steps.is_empty() {
        Exit::Done
    } else {
        Exit::Pending
    })
}

/// The dialect that both sides have.
fn dialect(args: &Args, workspace: &Workspace, sides: [&Side; 2]) -> Outcome<&'static dyn Dialect> {
    let mut names: Vec<&'static dyn Dialect> = Vec::new();
    if let Some(name) = &args.dialect {
        names.push(dialect_named(name)?);
    }
    for side in sides {
        if let Side::Live(live) = side {
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
            Failure::usage("in which dialect? Neither state is a live database")
                .next(format!("--dialect with one of {}", all.join(", "))),
        );
    };
    match names.iter().find(|other| other.name() != first.name()) {
        None => Ok(*first),
        Some(other) => Err(Failure::usage(format!(
            "{} and {} can't be compared: a state is that of one dialect",
            first.name(),
            other.name()
        ))),
    }
}

/// The vendors whose states are compared: that of a live database, or all of the dialect.
fn vendors(dialect: &dyn Dialect, sides: [&Side; 2]) -> Vec<Vendor> {
    let live = sides.into_iter().find_map(|side| match side {
        Side::Live(live) => Some(live.vendor()),
        Side::Texts(_) => None,
    });
    live.map_or_else(|| dialect.vendors().to_vec(), |vendor| vec![vendor])
}

/// A step as it is shown.
struct Row {
    label: StatementLabel,
    hazards: Vec<&'static str>,
    statements: Vec<String>,
}

fn row(dialect: &dyn Dialect, step: &JointStep<'_>) -> Outcome<Row> {
    let what = step_description::describe(&step.shown.action);
    let statements = step
        .statements(dialect, Way::Up)
        .map_err(|error| Failure::usage(format!("{what}: {}", error.message)).next(error.help))?;
    let found: Vec<Hazard> = dialect.impact(step.shown, None);
    let mut hazards: Vec<&str> = found.iter().map(|h| hazard_name(h.kind)).collect();
    hazards.dedup();
    Ok(Row {
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
    said: &SchemaChange,
    plans: &[Plan],
) -> Outcome<()> {
    let output = workspace.output;
    let rows: Outcome<Vec<Row>> = steps.iter().map(|step| row(dialect, step)).collect();
    let rows = rows?;
    match output.format {
        Format::Json => return Output::json(&document(args, workspace, dialect, &rows, said)),
        Format::Sql => {
            if rows.is_empty() {
                output.say("No difference.");
            }
            return Output::result(&sql(&rows, plans));
        }
        Format::Table => {}
    }
    if rows.is_empty() {
        return output.done("No difference.\n");
    }
    let headers = ["object", "change", "mind"].map(|name| (name, Align::Left));
    let lines = rows.into_iter().map(|row| {
        let StatementLabel { object, what } = row.label;
        vec![object, what, row.hazards.join(", ")]
    });
    Output::result(&table(&headers, lines, None))
}

/// The statements, each with its semicolon, and what each step is for above them.
fn sql(rows: &[Row], plans: &[Plan]) -> String {
    let mut out = String::new();
    let phases = plans.iter().map(|plan| plan.phases.len()).max();
    if phases > Some(1) {
        out.push_str("-- outside of a transaction: some of it can't run within one\n");
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
/// `statements`; `unmanaged`, `managed` (names of what stays), `not_compared` (`object`, `kind`, `reason`).
fn document(
    args: &Args,
    workspace: &Workspace,
    dialect: &dyn Dialect,
    rows: &[Row],
    said: &SchemaChange,
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
    said.add_to(&mut value);
    value
}
