//! `tablewright apply`

use crate::change::Hazard;
use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, Secret};
use crate::cli::session::compare::{IgnoreArgs, PruneArgs, comparison_options};
use crate::cli::session::consent::{RunDirection, impact_summary};
use crate::cli::session::external;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::migration_run::{RunArgs, Session};
use crate::cli::session::run_failure::run_failure;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::confirm;
use crate::cli::terminal::output::Output;
use crate::diag::{Diagnostic, Sources};
use crate::migrate::files::snapshot::Snapshots;
use crate::migrate::files::statement_label::StatementLabel;
use crate::migrate::files::write::{StepText, hazard_name};
use crate::migrate::run::apply_units::{ManagedRecord, PrepareError, PreparedRun, prepare};
use crate::migrate::run::data_loss::RunImpact;
use crate::migrate::{CompletedUnit, Directory};
use crate::model::ObjectId;
use crate::pipeline::Lowered;
use crate::pipeline::schema_change::{SchemaChange, changes_from_server};
use crate::plan;
use crate::report::{Align, count, elapsed, table};
use crate::spec::Documents;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Change a database to match its specs, without migration files
///
/// Compares the database with the specs, shows the plan, asks for confirmation, and runs it with the
/// lock and the journal of `migrate`. Unmanaged tables are counted, and never changed without --prune.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tablewright apply -d ai_agent\n  tablewright apply -d ai_agent -t staging --dry-run\n  tablewright apply --url env:SCRATCH_URL --schemas schemas/ai_agent --prune=all --allow data-loss --yes"
)]
pub(crate) struct Args {
    /// Target or database URL, instead of --target and --url
    #[arg(value_name = "TARGET")]
    to: Option<String>,

    #[command(flatten)]
    prune: PruneArgs,

    #[command(flatten)]
    ignore: IgnoreArgs,

    #[command(flatten)]
    run: RunArgs,
}

/// Applies the differences between the database and its specs.
///
/// # Errors
/// Usage, refusals, and the failure that stopped a statement.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let global = match &args.to {
        Some(to) => with_target(to, global)?,
        None => global.clone(),
    };
    let workspace = Workspace::open(&global)?;
    let specs = workspace.documents()?;
    let target = workspace.target(!args.run.dry_run)?;
    let none = Directory::default();
    let mut session = Session::with_files(workspace, target, none, &args.run, true).await?;
    let (prepared, compared) = match prepare_run(&mut session, args, specs).await {
        Ok(Prepared::Confirmed(found)) => *found,
        Ok(Prepared::NothingToRun(exit)) => {
            session.executor.close().await;
            return Ok(exit);
        }
        // the lock is released before the failure is printed
        Err(failure) => {
            session.executor.close().await;
            return Err(failure);
        }
    };
    let output = session.workspace.output;
    let names = database_and_target(&session);
    let ran = session.run_quietly(&prepared.work).await?;
    if output.is_table() {
        output.message("");
        output.done(&format!("{}\n", completed_text(&prepared, &ran)))?;
    } else {
        Output::json(&plan_json(names, &prepared, &compared, Some(&ran)))?;
    }
    Ok(Exit::Done)
}

/// The result of the preparation.
enum Prepared {
    /// A confirmed plan.
    Confirmed(Box<(PreparedRun, SchemaChange)>),
    /// An empty plan, or a dry run.
    NothingToRun(Exit),
}

/// Computes the plan, shows it, and obtains consent.
async fn prepare_run(
    session: &mut Session,
    args: &Args,
    (documents, found): (Documents, Vec<Diagnostic>),
) -> Outcome<Prepared> {
    let dry_run = args.run.dry_run;
    if !dry_run {
        session.lock_before_signals().await?;
    }
    session.require_no_partial_migration(dry_run).await?;
    let dialect = session.target.dialect;
    let server = session.executor.conn().server().clone();
    let lowered = (session.workspace).lower(&documents, found, dialect, &server)?;
    let history = session.executor.history_rows().await;
    let history = history.map_err(|error| run_failure(&error, &session.target))?;
    let applied = history.map_or(0, |rows| rows.len());
    let versioned = applied > 0 && !args.run.allow.versioned();
    if versioned && !dry_run {
        return Err(refused_history(applied, session));
    }
    let managed = managed_objects(session, applied > 0).await?;
    let mut compared = compare_with_database(session, args, lowered, &managed).await?;
    let sides = compared.sides.as_ref();
    let changes = std::mem::take(&mut compared.changes);
    let plan = plan::plan(dialect, changes, &sides)?;
    let prepared =
        prepare(dialect, &server, &plan, &sides, &managed.recorded).map_err(unpreparable)?;
    if prepared.work.items.is_empty() {
        report_nothing_to_do(session, &compared)?;
        return Ok(Prepared::NothingToRun(Exit::Done));
    }
    let conn = session.executor.conn();
    let impact = RunImpact::of_plan(&plan, &prepared.hazards, dialect, conn).await;
    let blockers = dialect.blockers(conn, &plan).await?;
    show_plan(session, &prepared);
    if !dry_run && !blockers.is_empty() {
        return Err(blocked(blockers));
    }
    if dry_run {
        show_statements(session, &prepared, &compared)?;
        session.show_impact(&impact, &args.run.allow);
        session.workspace.output.findings(&blockers);
        if versioned {
            session
                .workspace
                .output
                .message("This database has applied migrations: the run needs --allow versioned.");
        }
        return Ok(Prepared::NothingToRun(Exit::Pending));
    }
    confirm_run(session, args, &impact).await?;
    Ok(Prepared::Confirmed(Box::new((prepared, compared))))
}

/// Compares the lowered specs with the database, and shows the findings of the comparison.
async fn compare_with_database(
    session: &mut Session,
    args: &Args,
    lowered: Lowered,
    managed: &ManagedObjects,
) -> Outcome<SchemaChange> {
    let options = comparison_options(args.prune, &args.ignore, &session.workspace);
    let mut renames = lowered.renames;
    let compared = changes_from_server(
        &session.workspace.settings,
        session.target.dialect,
        session.executor.conn(),
        (lowered.schema, &mut renames),
        &managed.all(),
        options,
    )
    .await?;
    compared.show(session.workspace.output);
    Ok(compared)
}

/// Shows the impact of the run, obtains consent, and prepares the session for the run.
async fn confirm_run(session: &mut Session, args: &Args, impact: &RunImpact) -> Outcome<()> {
    session.workspace.output.message(&impact_summary(impact));
    session.obtain_consent(impact, &args.run.allow, RunDirection::Up)?;
    if !session.target.confirm {
        confirm::confirm_plan(&session.workspace.global, "Continue?")?;
    }
    session.handle_signals();
    external::prepare(session).await
}

/// The global options with the target of the positional argument, which takes precedence over the
/// environment and excludes the options.
fn with_target(to: &str, global: &Global) -> Outcome<Global> {
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    let target = global.target.as_deref();
    let url = global.url.as_ref().map(Secret::expose);
    let by_flag = target.is_some_and(|target| !set("TABLEWRIGHT_TARGET", target))
        || url.is_some_and(|url| !set("TABLEWRIGHT_URL", url));
    if by_flag {
        return Err(Failure::usage(
            "the target is given twice: as an argument, and by --target or --url",
        ));
    }
    let mut global = global.clone();
    let is_url = to.contains("://") || to.starts_with("sqlite:") || to.starts_with("env:");
    (global.target, global.url) = if is_url {
        (None, Some(Secret::from(to)))
    } else {
        (Some(to.to_owned()), None)
    };
    Ok(global)
}

/// The managed objects of a target: recorded by earlier applies, and created by its migrations.
struct ManagedObjects {
    recorded: ManagedRecord,
    by_migrations: BTreeSet<ObjectId>,
}

impl ManagedObjects {
    fn all(&self) -> BTreeSet<ObjectId> {
        let recorded = self.recorded.ids.iter().flatten();
        recorded.chain(&self.by_migrations).cloned().collect()
    }
}

async fn managed_objects(session: &mut Session, versioned: bool) -> Outcome<ManagedObjects> {
    let by_migrations = if versioned {
        created_by_migrations(session).await?
    } else {
        BTreeSet::new()
    };
    let table = session
        .workspace
        .settings
        .managed_table(session.target.dialect);
    let ids = session.executor.managed_objects(&table).await;
    let ids = ids.map_err(|error| run_failure(&error, &session.target))?;
    Ok(ManagedObjects {
        recorded: ManagedRecord { table, ids },
        by_migrations,
    })
}

/// The tables of the specs at the last applied migration.
async fn created_by_migrations(session: &mut Session) -> Outcome<BTreeSet<ObjectId>> {
    let rows = session.executor.history_rows().await;
    let rows = rows.map_err(|error| run_failure(&error, &session.target))?;
    let last = rows.iter().flatten().map(|row| row.version).max();
    let workspace = &session.workspace;
    let Ok(snapshots) = Snapshots::load(&workspace.snapshots()) else {
        // unreadable snapshots: nothing counts as managed
        return Ok(BTreeSet::new());
    };
    let (documents, mut found) = snapshots.state(last).documents("snapshot");
    let vendor = session.executor.conn().server().vendor;
    let dialect = session.target.dialect;
    let schema = workspace
        .settings
        .lower(&documents, dialect, vendor, &mut found)
        .schema;
    let own = schema.tables().filter(|(_, table)| !table.external);
    Ok(own.map(|(id, _)| id.clone()).collect())
}

fn refused_history(applied: usize, session: &Session) -> Failure {
    let (count, flag) = (count(applied, "migration"), &session.target.flag);
    Failure::new(
        Exit::Refused,
        format!("this database has {count} applied; declare this change in a migration"),
    )
    .help("pass --allow versioned if this database no longer uses migrations")
    .next(
        format!("tablewright migration new NAME && tablewright migrate {flag}"),
        "",
    )
}

fn unpreparable(error: PrepareError) -> Failure {
    match error {
        PrepareError::Unsupported(why) => Failure::usage(why.message).help(why.help),
        PrepareError::Write(_) | PrepareError::Read(_) => Failure::new(Exit::Failed, error),
    }
}

/// Steps that the server would refuse; nothing was run.
fn blocked(blockers: Vec<Diagnostic>) -> Failure {
    Failure::findings(Exit::Failed, blockers, Sources::default())
        .help("remove these blockers, then apply again; nothing was run")
}

/// Reports an empty plan.
fn report_nothing_to_do(session: &Session, compared: &SchemaChange) -> Outcome<()> {
    if session.workspace.output.is_table() {
        let output = session.workspace.output;
        return output.done("Nothing to do: the database matches its specs.\n");
    }
    Output::json(&plan_json(
        database_and_target(session),
        &PreparedRun::default(),
        compared,
        None,
    ))
}

/// Prints the statements of the plan.
fn show_statements(
    session: &Session,
    prepared: &PreparedRun,
    compared: &SchemaChange,
) -> Outcome<()> {
    if session.workspace.output.is_table() {
        return session.print_statements(&prepared.work).map(|_| ());
    }
    Output::json(&plan_json(
        database_and_target(session),
        prepared,
        compared,
        None,
    ))
}

/// Shows the plan: one row per step.
fn show_plan(session: &Session, prepared: &PreparedRun) {
    let output = session.workspace.output;
    let headers = [
        ("step", Align::Right),
        ("object", Align::Left),
        ("change", Align::Left),
        ("impact", Align::Left),
    ];
    let rows = prepared.steps.iter().map(|step| {
        let StatementLabel { object, what } = StatementLabel::of(&step.what);
        let impact = impact_names(step, &prepared.hazards);
        vec![step.id.to_string(), object, what, impact]
    });
    output.message(&format!("\n{}", table(&headers, rows, None).trim_end()));
    let statements = prepared.steps.iter().map(|step| step.statements.len());
    output.message(&format!(
        "\nPlan: {}, {}.",
        count(prepared.steps.len(), "step"),
        count(statements.sum(), "statement")
    ));
}

/// The impact of a step.
fn impact_names(step: &StepText, hazards: &[(u32, Hazard)]) -> String {
    let mut names: Vec<&str> = (hazards.iter())
        .filter(|(id, _)| *id == step.id)
        .map(|(_, hazard)| hazard_name(hazard.kind))
        .collect();
    names.dedup();
    names.join(", ")
}

fn completed_text(prepared: &PreparedRun, ran: &[CompletedUnit]) -> String {
    let took: Duration = ran.iter().map(|one| one.took).sum();
    let statements = ran.iter().map(|one| one.statements).sum();
    format!(
        "Done: {}, {} in {}.",
        count(prepared.steps.len(), "step"),
        count(statements, "statement"),
        elapsed(took)
    )
}

/// The names of the database and the target.
fn database_and_target(session: &Session) -> (String, String) {
    (
        session.workspace.database.clone(),
        session.target.name.clone(),
    )
}

/// Keys: `database`, `target`, `steps`: a list of `step`, `object`, `change`, `hazards` (names),
/// `statements`; `unmanaged`, `managed` (names of objects that remain), `uncompared` (`object`, `kind`, `reason`),
/// `applied`, and `seconds` after a run.
fn plan_json(
    (database, target): (String, String),
    prepared: &PreparedRun,
    compared: &SchemaChange,
    ran: Option<&[CompletedUnit]>,
) -> Value {
    let steps: Vec<Value> = (prepared.steps.iter())
        .map(|step| {
            let StatementLabel { object, what } = StatementLabel::of(&step.what);
            let hazards = prepared.hazards.iter().filter(|(id, _)| *id == step.id);
            let hazards: Vec<&str> = hazards.map(|(_, h)| hazard_name(h.kind)).collect();
            json!({
                "step": step.id,
                "object": object,
                "change": what,
                "hazards": hazards,
                "statements": step.statements,
            })
        })
        .collect();
    let mut value = json!({
        "database": database,
        "target": target,
        "steps": steps,
        "applied": ran.is_some(),
    });
    compared.add_to(&mut value);
    if let Some(ran) = ran {
        let took: Duration = ran.iter().map(|one| one.took).sum();
        value["seconds"] = json!(took.as_secs_f64());
    }
    value
}
