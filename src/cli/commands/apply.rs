//! `tablewright apply`

use crate::change::Hazard;
use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, Secret};
use crate::cli::session::compare::{IgnoreArgs, PruneArgs, comparison_options};
use crate::cli::session::consent::{Way, in_words};
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

/// Make a database equal to the specs, without migration files
///
/// Reads the database, shows what differs as a plan, asks, and runs it: the same executor, lock and
/// journal as `migrate`. A second run finds nothing to do. Tables that the specs don't know are counted
/// and never touched, unless --prune says so.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tablewright apply -d ai_agent\n  tablewright apply -d ai_agent -t staging --dry-run\n  tablewright apply --url env:SCRATCH_URL --schemas schemas/ai_agent --prune=all --allow data-loss --yes"
)]
pub(crate) struct Args {
    /// The target to make equal to the specs, or a database's URL: in place of --target and --url
    #[arg(value_name = "TARGET")]
    to: Option<String>,

    #[command(flatten)]
    prune: PruneArgs,

    #[command(flatten)]
    ignore: IgnoreArgs,

    #[command(flatten)]
    run: RunArgs,
}

/// Applies, and says what was done.
///
/// # Errors
/// Usage, refusals, and whatever stopped a statement.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let global = match &args.to {
        Some(to) => named(to, global)?,
        None => global.clone(),
    };
    let workspace = Workspace::open(&global)?;
    let specs = workspace.documents()?;
    let target = workspace.target(!args.run.dry_run)?;
    let none = Directory::default();
    let mut session = Session::over(workspace, target, none, &args.run, true).await?;
    let (prepared, compared) = match ready(&mut session, args, specs).await {
        Ok(Ready::Go(found)) => *found,
        Ok(Ready::Ended(exit)) => {
            session.executor.close().await;
            return Ok(exit);
        }
        // the lock is given back before anybody reads why
        Err(why) => {
            session.executor.close().await;
            return Err(why);
        }
    };
    let output = session.workspace.output;
    let head = head(&session);
    let ran = session.send(&prepared.work).await?;
    if output.is_table() {
        output.say("");
        output.done(&format!("{}\n", done(&prepared, &ran)))?;
    } else {
        Output::json(&document(head, &prepared, &compared, Some(&ran)))?;
    }
    Ok(Exit::Done)
}

/// Whether there is something to run.
enum Ready {
    /// There is, and whoever has to agree did.
    Go(Box<(PreparedRun, SchemaChange)>),
    /// There isn't, or nobody asked for more than a look.
    Ended(Exit),
}

/// Finds out what is to be done, shows it, and gets consent.
async fn ready(
    session: &mut Session,
    args: &Args,
    (documents, found): (Documents, Vec<Diagnostic>),
) -> Outcome<Ready> {
    let dry_run = args.run.dry_run;
    if !dry_run {
        session.hold().await?;
    }
    session.require_no_partial_migration(dry_run).await?;
    let dialect = session.target.dialect;
    let server = session.executor.conn().server().clone();
    let accepted = (session.workspace).accept(&documents, found, dialect, &server);
    let Lowered {
        schema,
        mut renames,
        ..
    } = accepted?;
    let history = session.executor.history_rows().await;
    let history = history.map_err(|error| run_failure(&error, &session.target))?;
    let applied = history.map_or(0, |rows| rows.len());
    let versioned = applied > 0 && !args.run.allow.versioned();
    if versioned && !dry_run {
        return Err(refused_history(applied, session));
    }
    let managed = managed(session, applied > 0).await?;
    let options = comparison_options(args.prune, &args.ignore, &session.workspace);
    let mut compared = changes_from_server(
        &session.workspace.settings,
        dialect,
        session.executor.conn(),
        (schema, &mut renames),
        &managed.known(),
        options,
    )
    .await?;
    compared.say(session.workspace.output);
    let sides = compared.sides.as_ref();
    let changes = std::mem::take(&mut compared.changes);
    let plan = plan::plan(dialect, changes, &sides);
    let prepared = prepare(dialect, &server, &plan, &sides, &managed.here).map_err(unpreparable)?;
    if prepared.work.items.is_empty() {
        nothing(session, &compared)?;
        return Ok(Ready::Ended(Exit::Done));
    }
    let conn = session.executor.conn();
    let effects = RunImpact::of_plan(&plan, &prepared.hazards, dialect, conn).await;
    let obstacles = dialect.blockers(conn, &plan).await?;
    show(session, &prepared);
    if !dry_run && !obstacles.is_empty() {
        return Err(obstructed(obstacles));
    }
    if dry_run {
        foresee(session, &prepared, &compared)?;
        session.foretell(&effects, &args.run.allow);
        session.workspace.output.findings(&obstacles);
        if versioned {
            session.workspace.output.say(
                "Migrations were applied to this database: without --allow versioned this is refused.",
            );
        }
        return Ok(Ready::Ended(Exit::Pending));
    }
    session.workspace.output.say(&in_words(&effects));
    session.consent(&effects, &args.run.allow, Way::Up)?;
    if !session.target.confirm {
        confirm::agreed(&session.workspace.global, "Go on?")?;
    }
    session.listen();
    external::prepare(session).await?;
    Ok(Ready::Go(Box::new((prepared, compared))))
}

/// The arguments with the target that stands alone. The environment may name another one, a flag may not.
fn named(to: &str, global: &Global) -> Outcome<Global> {
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    let target = global.target.as_deref();
    let url = global.url.as_ref().map(Secret::expose);
    let by_flag = target.is_some_and(|target| !set("TABLEWRIGHT_TARGET", target))
        || url.is_some_and(|url| !set("TABLEWRIGHT_URL", url));
    if by_flag {
        return Err(Failure::usage(
            "the target is named twice: by itself, and by --target or --url",
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

/// What is managed in the target: by the record of earlier applies, and by its migrations.
struct Known {
    here: ManagedRecord,
    by_migrations: BTreeSet<ObjectId>,
}

impl Known {
    fn known(&self) -> BTreeSet<ObjectId> {
        let recorded = self.here.ids.iter().flatten();
        recorded.chain(&self.by_migrations).cloned().collect()
    }
}

async fn managed(session: &mut Session, versioned: bool) -> Outcome<Known> {
    let by_migrations = if versioned {
        by_migrations(session).await?
    } else {
        BTreeSet::new()
    };
    let table = session
        .workspace
        .settings
        .managed_table(session.target.dialect);
    let ids = session.executor.managed_objects(&table).await;
    let ids = ids.map_err(|error| run_failure(&error, &session.target))?;
    Ok(Known {
        here: ManagedRecord { table, ids },
        by_migrations,
    })
}

/// The tables of the specs as they were when the last applied migration was written.
async fn by_migrations(session: &mut Session) -> Outcome<BTreeSet<ObjectId>> {
    let rows = session.executor.history_rows().await;
    let rows = rows.map_err(|error| run_failure(&error, &session.target))?;
    let last = rows.iter().flatten().map(|row| row.version).max();
    let workspace = &session.workspace;
    let Ok(snapshots) = Snapshots::load(&workspace.snapshots()) else {
        // what can't be read says of nothing that it is managed
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
        format!("{count} were applied to this database: what changes it belongs into a migration"),
    )
    .next(format!(
        "tablewright migration new NAME, then tablewright migrate {flag}"
    ))
    .next("--allow versioned, where migrations are no longer meant to be used here")
}

fn unpreparable(error: PrepareError) -> Failure {
    match error {
        PrepareError::Unsupported(why) => Failure::usage(why.message).next(why.help),
        PrepareError::Write(_) | PrepareError::Read(_) => Failure::new(Exit::Failed, error),
    }
}

/// What the server would refuse, before any of it runs.
fn obstructed(obstacles: Vec<Diagnostic>) -> Failure {
    Failure::findings(Exit::Failed, obstacles, Sources::default()).next("nothing was run")
}

/// There is nothing to do.
fn nothing(session: &Session, compared: &SchemaChange) -> Outcome<()> {
    if session.workspace.output.is_table() {
        let output = session.workspace.output;
        return output.done("Nothing to do: the database is as the specs say.\n");
    }
    Output::json(&document(
        head(session),
        &PreparedRun::default(),
        compared,
        None,
    ))
}

/// The dry run: the exact SQL.
fn foresee(session: &Session, prepared: &PreparedRun, compared: &SchemaChange) -> Outcome<()> {
    if session.workspace.output.is_table() {
        return session.preview(&prepared.work).map(|_| ());
    }
    Output::json(&document(head(session), prepared, compared, None))
}

/// The plan as a person reads it.
fn show(session: &Session, prepared: &PreparedRun) {
    let output = session.workspace.output;
    let headers = [
        ("step", Align::Right),
        ("object", Align::Left),
        ("change", Align::Left),
        ("mind", Align::Left),
    ];
    let rows = prepared.steps.iter().map(|step| {
        let StatementLabel { object, what } = StatementLabel::of(&step.what);
        let mind = minds(step, &prepared.hazards);
        vec![step.id.to_string(), object, what, mind]
    });
    output.say(&format!("\n{}", table(&headers, rows, None).trim_end()));
    let statements = prepared.steps.iter().map(|step| step.statements.len());
    output.say(&format!(
        "\nPlan: {}, {}.",
        count(prepared.steps.len(), "step"),
        count(statements.sum(), "statement")
    ));
}

/// The names of a step's hazards.
fn minds(step: &StepText, hazards: &[(u32, Hazard)]) -> String {
    let mut names: Vec<&str> = (hazards.iter())
        .filter(|(id, _)| *id == step.id)
        .map(|(_, hazard)| hazard_name(hazard.kind))
        .collect();
    names.dedup();
    names.join(", ")
}

fn done(prepared: &PreparedRun, ran: &[CompletedUnit]) -> String {
    let took: Duration = ran.iter().map(|one| one.took).sum();
    let statements = ran.iter().map(|one| one.statements).sum();
    format!(
        "Done: {}, {} in {}.",
        count(prepared.steps.len(), "step"),
        count(statements, "statement"),
        elapsed(took)
    )
}

/// Database and target.
fn head(session: &Session) -> (String, String) {
    (
        session.workspace.database.clone(),
        session.target.name.clone(),
    )
}

/// Keys: `database`, `target`, `steps`: a list of `step`, `object`, `change`, `hazards` (names),
/// `statements`; `unmanaged`, `managed` (names of what stays), `not_compared` (`object`, `kind`, `reason`),
/// `applied`, and `seconds` where it ran.
fn document(
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
