//! `tablewright status`

use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::args::{Global, ReportArgs};
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::LockArgs;
use crate::cli::session::migration_run::{RunArgs, Session};
use crate::cli::session::run_failure::run_failure;
use crate::cli::terminal::output::{Output, reports};
use crate::diag::Diagnostic;
use crate::migrate::journal::entry::JournalEntry;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::{Directory, Status, VersionState, history};
use crate::report::{Align, count, elapsed, table, to_the_minute};
use crate::sql::lexical_rules::LexicalRules;
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

/// Show applied and pending migrations
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright status -d ai_agent -t production")]
pub(crate) struct Args {
    /// Exit with 3 if migrations are pending
    #[arg(long)]
    pub(crate) exit_code: bool,

    /// Show the journal: each statement with its time, duration, user and outcome
    #[arg(long, conflicts_with = "report")]
    pub(crate) history: bool,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// Shows the state of each migration.
///
/// # Errors
/// Usage, invalid migration files, or no connection.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let read_only = RunArgs {
        dry_run: true,
        wait: Duration::ZERO,
        locks: LockArgs::default(),
        on_replica: true,
        allow: AllowArgs::default(),
    };
    let mut session = Session::open(global, &read_only, false).await?;
    let refused = |error| run_failure(&error, &session.target);
    if args.history {
        let entries = session.executor.journal_entries().await.map_err(refused)?;
        session.executor.close().await;
        return show_journal(session.workspace.output, &entries.unwrap_or_default());
    }
    let rows = session.executor.history_rows().await.map_err(refused)?;
    let refused = |error| run_failure(&error, &session.target);
    let unfinished = session.executor.unfinished().await.map_err(refused)?;
    let running = match &unfinished {
        Some(unfinished) => {
            session
                .executor
                .is_previous_session_active(unfinished)
                .await
        }
        None => false,
    };
    session.executor.close().await;
    let list = history::compare(&session.directory, rows.as_deref().unwrap_or_default());
    let (workspace, target) = (&session.workspace, &session.target);
    let output = workspace.output;
    let mut found: Vec<Diagnostic> = session.directory.warnings.clone();
    found.extend(list.iter().filter_map(|one| one.finding.clone()));
    if output.is_table() {
        output.message("");
        let effect =
            |one: &Status| effect_text(&session.directory, target.dialect.lexical_rules(), one);
        Output::result(&status_text(&list, effect))?;
        output.findings(&found);
    } else {
        let list: Vec<_> = list.iter().map(status_json).collect();
        Output::json(&json!({
            "database": workspace.database,
            "target": target.name,
            "migrations": list,
            "unfinished": unfinished.as_ref().map(ToString::to_string),
        }))?;
    }
    let title = format!("status {} on {}", workspace.database, target.name);
    reports(&args.report, &title, &found)?;
    if let Some(unfinished) = &unfinished {
        return show_unfinished(output, unfinished, running, &target.flag);
    }
    let pending = list.iter().any(|one| !one.is_applied());
    let wrong = list.iter().any(Status::is_error);
    if pending && !wrong && output.is_table() {
        let next = format!("Next: tablewright migrate {} --dry-run", target.flag);
        output.message(&next.replace("  ", " "));
    }
    Ok(if wrong {
        Exit::Failed
    } else if pending && args.exit_code {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// Reports a migration that is running or partially applied.
fn show_unfinished(
    output: Output,
    unfinished: &UnfinishedMigration,
    running: bool,
    flag: &str,
) -> Outcome {
    if running {
        let (title, session) = (unfinished.title(), unfinished.head.session);
        let session = session.map_or_else(String::new, |id| format!(" in session {id}"));
        output.message(&format!(
            "{title} is running{session}, since {} UTC.",
            to_the_minute(&unfinished.head.started_at)
        ));
        return Ok(Exit::Done);
    }
    let failure = Failure::new(Exit::Repair, format!("{unfinished}"));
    Err(failure.next(
        format!("tablewright repair {flag}"),
        "shows the state of each statement, and how to finish or revert it",
    ))
}

/// The journal as a table, or as a list of all its columns.
fn show_journal(output: Output, entries: &[JournalEntry]) -> Outcome {
    if !output.is_table() {
        let list: Vec<_> = entries.iter().map(entry_json).collect();
        Output::json(&json!({ "journal": list }))?;
        return Ok(Exit::Done);
    }
    if entries.is_empty() {
        output.message("The journal is empty.");
        return Ok(Exit::Done);
    }
    let headers = [
        "started (UTC)",
        "migration",
        "direction",
        "statement",
        "outcome",
        "took",
        "by",
        "tool",
    ]
    .map(|name| {
        (
            name,
            if name == "took" {
                Align::Right
            } else {
                Align::Left
            },
        )
    });
    let rows = entries.iter().map(|entry| {
        let user_and_host = [entry.db_user.as_deref(), entry.client_host.as_deref()];
        let user_and_host: Vec<&str> = user_and_host.into_iter().flatten().collect();
        vec![
            entry
                .started_at
                .chars()
                .take(19)
                .collect::<String>()
                .replace('T', " "),
            entry.title(),
            entry.direction.to_string(),
            match entry.statement {
                0 => format!("all {}", entry.statements),
                number => format!("{number} of {}", entry.statements),
            },
            entry.outcome.to_string(),
            entry.took().map(elapsed).unwrap_or_default(),
            user_and_host.join("@"),
            format!("{} {}", entry.command, entry.tool),
        ]
    });
    output.message("");
    Output::result(&table(&headers, rows, Output::width()))?;
    Ok(Exit::Done)
}

/// Keys are the journal's columns; `outcome` is `running`, `done`, `failed`, `undone` or `marked`.
fn entry_json(entry: &JournalEntry) -> serde_json::Value {
    json!({
        "id": entry.id,
        "unit": entry.unit_id,
        "command": entry.command,
        "version": entry.version,
        "name": entry.name,
        "direction": entry.direction.to_string(),
        "statement": entry.statement,
        "statements": entry.statements,
        "step": entry.step,
        "hash": entry.hash,
        "before_hash": entry.before_hash,
        "started_at": entry.started_at,
        "finished_at": entry.finished_at,
        "outcome": entry.outcome.to_string(),
        "message": entry.message,
        "db_user": entry.db_user,
        "client_host": entry.client_host,
        "tool": entry.tool,
        "session_id": entry.session,
        "server_id": entry.server,
        "database_name": entry.database,
    })
}

/// The name of a state.
fn state_name(state: VersionState) -> &'static str {
    match state {
        VersionState::Applied => "applied",
        VersionState::Pending => "pending",
        VersionState::Changed => "changed",
        VersionState::Renamed => "renamed",
        VersionState::Missing => "missing",
        VersionState::OutOfOrder => "out of order",
    }
}

/// The number of statements of a pending migration.
fn effect_text(directory: &Directory, lexical_rules: &LexicalRules, one: &Status) -> String {
    let file = directory.files.get(&one.version);
    let parsed = file
        .filter(|_| !one.is_applied())
        .and_then(|file| file.up.parse(lexical_rules).ok());
    parsed.map_or_else(String::new, |parsed| {
        count(parsed.statements.len(), "statement")
    })
}

fn status_text(list: &[Status], effect: impl Fn(&Status) -> String) -> String {
    let mut out = String::new();
    if list.is_empty() {
        return String::from("No migrations.\n");
    }
    let headers =
        ["version", "name", "state", "applied (UTC)", "effect"].map(|name| (name, Align::Left));
    let rows = list.iter().map(|one| {
        vec![
            format!("V{}", one.version),
            one.name.clone(),
            state_name(one.state).to_owned(),
            one.applied_on
                .as_deref()
                .map(to_the_minute)
                .unwrap_or_default(),
            effect(one),
        ]
    });
    out.push_str(&table(&headers, rows, None));
    let applied = list.iter().filter(|one| one.is_applied()).count();
    let wrong = list.iter().filter(|one| one.is_error()).count();
    let files = if wrong == 0 {
        String::from("Applied files unchanged.")
    } else {
        format!("{} with problems.", count(wrong, "file"))
    };
    // writing to a String can't fail
    let _ = writeln!(
        out,
        "\n{applied} applied, {} pending. {files}",
        list.len() - applied
    );
    out
}

/// Keys: `version`, `name`, `state`, `applied_on` (RFC 3339 or null), `finding` (text or null).
fn status_json(one: &Status) -> serde_json::Value {
    json!({
        "version": one.version,
        "name": one.name,
        "state": state_name(one.state),
        "applied_on": one.applied_on,
        "finding": one.finding.as_ref().map(|finding| &finding.message),
    })
}
