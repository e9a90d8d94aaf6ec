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
use crate::migrate::journal::JournalEntry;
use crate::migrate::journal::unfinished::UnfinishedMigration;
use crate::migrate::{Directory, Status, VersionState, history};
use crate::report::{Align, count, elapsed, table, to_the_minute};
use crate::sql::lexical_rules::LexicalRules;
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

/// Show what is applied and what is pending
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tablewright status -d ai_agent -t production")]
pub(crate) struct Args {
    /// Exit with 3 where something is pending
    #[arg(long)]
    pub(crate) exit_code: bool,

    /// Show the journal: each statement that was run, when, how long, by whom, and what became of it
    #[arg(long, conflicts_with = "report")]
    pub(crate) history: bool,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// Shows files and history side by side.
///
/// # Errors
/// Usage, files that can't be understood, or no connection.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let look = RunArgs {
        dry_run: true,
        wait: Duration::ZERO,
        locks: LockArgs::default(),
        on_replica: true,
        allow: AllowArgs::default(),
    };
    let mut session = Session::open(global, &look, false).await?;
    let refused = |error| run_failure(&error, &session.target);
    if args.history {
        let entries = session.executor.journal_entries().await.map_err(refused)?;
        session.executor.close().await;
        return journal(session.workspace.output, &entries.unwrap_or_default());
    }
    let rows = session.executor.history_rows().await.map_err(refused)?;
    let refused = |error| run_failure(&error, &session.target);
    let unfinished = session.executor.unfinished().await.map_err(refused)?;
    let at_work = match &unfinished {
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
        output.say("");
        let effect = |one: &Status| effect(&session.directory, target.dialect.lexical_rules(), one);
        Output::result(&text(&list, effect))?;
        output.findings(&found);
    } else {
        let list: Vec<_> = list.iter().map(json).collect();
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
        return stopped(output, unfinished, at_work, &target.flag);
    }
    let pending = list.iter().any(|one| !one.is_applied());
    let wrong = list.iter().any(Status::is_error);
    if pending && !wrong && output.is_table() {
        let next = format!("Next: tablewright migrate {} --dry-run", target.flag);
        output.say(&next.replace("  ", " "));
    }
    Ok(if wrong {
        Exit::Failed
    } else if pending && args.exit_code {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// A migration that is partly in force, or at work.
fn stopped(output: Output, unfinished: &UnfinishedMigration, at_work: bool, flag: &str) -> Outcome {
    if at_work {
        let (title, session) = (unfinished.title(), unfinished.head.session);
        let session = session.map_or_else(String::new, |id| format!(" in session {id}"));
        output.say(&format!(
            "{title} is at work{session}, since {} UTC.",
            to_the_minute(&unfinished.head.started_at)
        ));
        return Ok(Exit::Done);
    }
    let failure = Failure::new(Exit::Repair, format!("{unfinished}"));
    Err(failure.next(format!(
        "tablewright repair {flag}   looks at it, and says what can be done"
    )))
}

/// The journal as a table, or as a list of all its columns.
fn journal(output: Output, entries: &[JournalEntry]) -> Outcome {
    if !output.is_table() {
        let list: Vec<_> = entries.iter().map(entry_json).collect();
        Output::json(&json!({ "journal": list }))?;
        return Ok(Exit::Done);
    }
    if entries.is_empty() {
        output.say("The journal is empty.");
        return Ok(Exit::Done);
    }
    let headers = [
        "started (UTC)",
        "migration",
        "way",
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
        let who = [entry.db_user.as_deref(), entry.client_host.as_deref()];
        let who: Vec<&str> = who.into_iter().flatten().collect();
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
            who.join("@"),
            format!("{} {}", entry.command, entry.tool),
        ]
    });
    output.say("");
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

/// The word for a state.
fn word(state: VersionState) -> &'static str {
    match state {
        VersionState::Applied => "applied",
        VersionState::Pending => "pending",
        VersionState::Changed => "changed",
        VersionState::Renamed => "renamed",
        VersionState::Missing => "missing",
        VersionState::OutOfOrder => "out of order",
    }
}

/// What a pending migration would do, as far as its file tells.
fn effect(directory: &Directory, lexical_rules: &LexicalRules, one: &Status) -> String {
    let file = directory.files.get(&one.version);
    let parsed = file
        .filter(|_| !one.is_applied())
        .and_then(|file| file.up.parse(lexical_rules).ok());
    parsed.map_or_else(String::new, |parsed| {
        count(parsed.statements.len(), "statement")
    })
}

fn text(list: &[Status], effect: impl Fn(&Status) -> String) -> String {
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
            word(one.state).to_owned(),
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
        format!("{} to look at.", count(wrong, "file"))
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
fn json(one: &Status) -> serde_json::Value {
    json!({
        "version": one.version,
        "name": one.name,
        "state": word(one.state),
        "applied_on": one.applied_on,
        "finding": one.finding.as_ref().map(|finding| &finding.message),
    })
}
