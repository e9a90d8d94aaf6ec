//! What `migrate` and `rollback` share: opening, the plan, confirming, running, telling.

use crate::cli::exit_code::Exit;
use crate::cli::session::args::Global;
use crate::cli::session::consent::AllowArgs;
use crate::cli::session::failure::{Failure, Outcome, Why};
use crate::cli::session::locks::{LockArgs, time, waited};
use crate::cli::session::target::{Connected, Target, embedded_file};
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::confirm;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::Progress;
use crate::db::DbUrl;
use crate::diag::Sources;
use crate::migrate::{
    CompletedUnit, Directory, ExecError, ExecOptions, Executor, HistoryTable, LockError,
    PendingUnits, StatementState, Stop, StopCause, Stopped, StoppedState, Version,
};
use crate::report::{Align, count, table};
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

/// What every command takes that runs migrations.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Print the exact SQL and touch nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// How long to wait for another run to end, such as 30s or 5m
    #[arg(long, visible_alias = "lock-wait", value_name = "TIME", value_parser = time, default_value = "0s")]
    pub(crate) wait: Duration,

    #[command(flatten)]
    pub(crate) locks: LockArgs,

    /// Write to a server that is a replica or read-only
    #[arg(long)]
    pub(crate) on_replica: bool,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,
}

/// A target with its migrations, ready to run.
pub(crate) struct Session {
    /// What is worked on.
    pub(crate) workspace: Workspace,
    /// Where.
    pub(crate) target: Target,
    /// What runs.
    pub(crate) executor: Executor,
    /// The files.
    pub(crate) directory: Directory,
    /// Who is told of the run.
    pub(crate) progress: Progress,
    stop: Stop,
}

impl Session {
    /// Connects and reads the files. A command that only looks makes no file: an embedded database
    /// that isn't there is an empty one then.
    ///
    /// # Errors
    /// Usage, files that can't be understood, or no connection.
    pub(crate) async fn open(global: &Global, run: &RunArgs, writes: bool) -> Outcome<Self> {
        let workspace = Workspace::open(global)?;
        let target = workspace.target(writes && !run.dry_run)?;
        let folder = workspace.migrations(target.dialect);
        let directory = Directory::load(&folder)
            .map_err(|found| Failure::findings(Exit::Failed, found, Sources::default()))?;
        Self::over(workspace, target, directory, run, writes).await
    }

    /// The same over files that were read before, or over none.
    ///
    /// # Errors
    /// No connection, or a server that isn't to be written to.
    pub(crate) async fn over(
        workspace: Workspace,
        mut target: Target,
        directory: Directory,
        run: &RunArgs,
        writes: bool,
    ) -> Outcome<Self> {
        let writes = writes && !run.dry_run;
        if let Some(file) = embedded_file(&target).filter(|_| !writes)
            && !file.starts_with(":")
            && !file.exists()
        {
            workspace
                .output
                .say(&format!("{} is not there yet", file.display()));
            target.url = DbUrl::new("sqlite::memory:");
        }
        let connected = workspace.connect(&target, writes).await?;
        if writes {
            connected.writable(run.on_replica)?;
        }
        let mut options = options(&workspace, &target, run, &connected);
        let stop = Stop::default();
        options.stop = stop.clone();
        let executor = Executor::new(connected.conn, target.url.clone(), options)
            .await
            .map_err(|error| failure(&error, &target))?;
        Ok(Self {
            progress: Progress::new(workspace.output),
            workspace,
            target,
            executor,
            directory,
            stop,
        })
    }

    /// Prints exactly what would be sent.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn preview(&self, work: &PendingUnits) -> Outcome {
        if work.items.is_empty() {
            self.workspace.output.say("Nothing to do.");
            return Ok(Exit::Done);
        }
        let mut text = String::new();
        // writing to a String can't fail
        for (title, script) in self.executor.preview(work) {
            let _ = writeln!(text, "-- {title}");
            for part in script.messages.iter().flat_map(|message| &message.parts) {
                let _ = writeln!(text, "{};", part.sql.trim_end());
            }
            text.push('\n');
        }
        Output::result(&text)?;
        Ok(Exit::Pending)
    }

    /// Says what a run would do, and ends: the dry run.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) async fn foresee(mut self, work: &PendingUnits, allow: &AllowArgs) -> Outcome {
        let exit = self.preview(work)?;
        if !work.items.is_empty() {
            let effects = self.effects(work).await;
            self.foretell(&effects, allow);
        }
        self.executor.close().await;
        Ok(exit)
    }

    /// From here on Ctrl-C and SIGTERM stop at boundaries.
    pub(crate) fn listen(&self) {
        interrupt::listen(self.stop.clone(), self.progress.voice());
    }

    /// Takes the lock. From here on Ctrl-C and SIGTERM stop at boundaries.
    ///
    /// # Errors
    /// Another run holds it, the server isn't to be written to, or it was interrupted.
    pub(crate) async fn lock(&mut self) -> Outcome<()> {
        self.listen();
        self.hold().await
    }

    /// Takes the lock while nothing was sent yet, so that signals end the process as they always do.
    ///
    /// # Errors
    /// Another run holds it, or the server isn't to be written to.
    pub(crate) async fn hold(&mut self) -> Outcome<()> {
        let locked = self.executor.lock(&mut self.progress).await;
        locked.map_err(|error| failure(&error, &self.target))
    }

    /// Runs what was confirmed, with progress on stderr and a table of what was done on stdout.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub(crate) async fn run(mut self, work: &PendingUnits) -> Outcome {
        let result = self.executor.run(work, &mut self.progress).await;
        self.ended(result).await
    }

    /// Says how a run ended.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub(crate) async fn ended(self, result: Result<Vec<CompletedUnit>, ExecError>) -> Outcome {
        let output = self.workspace.output;
        let (database, target) = (self.workspace.database.clone(), self.target.name.clone());
        let ran = self.done(result).await?;
        if output.is_table() {
            output.say("");
            output.done(&ran_text(&ran))?;
        } else {
            Output::json(&ran_json(&ran, &database, &target))?;
        }
        Ok(Exit::Done)
    }

    /// Runs, and leaves it to the caller to say what was done.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub(crate) async fn send(mut self, work: &PendingUnits) -> Outcome<Vec<CompletedUnit>> {
        let result = self.executor.run(work, &mut self.progress).await;
        self.done(result).await
    }

    async fn done(
        self,
        result: Result<Vec<CompletedUnit>, ExecError>,
    ) -> Outcome<Vec<CompletedUnit>> {
        self.progress.finish();
        self.executor.close().await;
        result.map_err(|error| failure(&error, &self.target))
    }

    /// Has the target confirmed where it asks for that.
    ///
    /// # Errors
    /// Refused.
    pub(crate) fn confirm(&self, what_for: &str) -> Outcome<()> {
        if self.target.confirm {
            confirm::by_name(&self.workspace.global, &self.target.name, what_for)?;
        }
        Ok(())
    }
}

fn options(
    workspace: &Workspace,
    target: &Target,
    run: &RunArgs,
    connected: &Connected,
) -> ExecOptions {
    let dialect = target.dialect;
    let postgres = &workspace.config.postgres;
    let session = dialect.session_statements(
        connected.conn.server(),
        postgres.role.as_deref(),
        &postgres.search_path,
    );
    let schema = postgres.schema.as_deref().unwrap_or("public");
    let schema = dialect.caps().schemas.then_some(schema);
    let quote = |name: &str| dialect.quote(name);
    let history = HistoryTable::new(schema, workspace.history_table(), quote);
    let mut options = ExecOptions::new(dialect.lexis(), session, history);
    target.locks.set(&run.locks, &mut options);
    options.lock.wait = run.wait;
    options.on_replica = run.on_replica;
    options.database = Some(workspace.database.clone());
    options
}

/// `1 migration, 7 statements`
pub(crate) fn size(work: &PendingUnits) -> String {
    let statements = work.items.iter().map(|item| item.parsed.statements.len());
    format!(
        "{}, {}",
        count(work.items.len(), "migration"),
        count(statements.sum(), "statement")
    )
}

/// `0.04 s`, `6 m 12 s`
pub(crate) fn spent(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.2} s", took.as_secs_f64())
    } else {
        format!("{} m {} s", seconds / 60, seconds % 60)
    }
}

fn ran_text(ran: &[CompletedUnit]) -> String {
    let headers = [
        ("version", Align::Left),
        ("name", Align::Left),
        ("", Align::Left),
        ("statements", Align::Right),
        ("took", Align::Right),
    ];
    let rows = ran.iter().map(|one| {
        vec![
            one.version
                .map_or_else(String::new, |version| format!("V{version}")),
            one.name.clone(),
            done_word(one).to_owned(),
            one.statements.to_string(),
            spent(one.took),
        ]
    });
    let total: Duration = ran.iter().map(|one| one.took).sum();
    let mut out = table(&headers, rows, None);
    let _ = writeln!(
        out,
        "\n{} in {}.",
        count(ran.len(), "migration"),
        spent(total)
    );
    out
}

fn done_word(ran: &CompletedUnit) -> &'static str {
    match ran.direction {
        crate::migrate::Direction::Up => "applied",
        crate::migrate::Direction::Down => "undone",
    }
}

/// Keys: `database`, `target`, `ran`: a list of `version`, `name`, `direction` (`up`, `down`),
/// `statements` (count), `seconds`.
fn ran_json(ran: &[CompletedUnit], database: &str, target: &str) -> serde_json::Value {
    let list: Vec<_> = ran
        .iter()
        .map(|one| {
            json!({
                "version": one.version,
                "name": one.name,
                "direction": one.direction.to_string(),
                "statements": one.statements,
                "seconds": one.took.as_secs_f64(),
            })
        })
        .collect();
    json!({ "database": database, "target": target, "ran": list })
}

/// An error of the executor as a person reads it.
pub(crate) fn failure(error: &ExecError, target: &Target) -> Failure {
    let exit = match error.exit_code() {
        5 => Exit::Repair,
        6 => Exit::Locked,
        7 => Exit::Refused,
        130 => Exit::Interrupted,
        143 => Exit::Terminated,
        _ => Exit::Failed,
    };
    match error {
        ExecError::Files(found) => Failure::findings(exit, found.clone(), Sources::default()),
        ExecError::NotWritable(found) => {
            Failure::findings(exit, vec![(**found).clone()], Sources::default())
        }
        ExecError::Lock(LockError::Held { .. }) => {
            Failure::new(exit, error).next("try again, or wait for it with --wait 5m")
        }
        ExecError::Lock(LockError::Pooled(_)) => Failure::new(exit, error)
            .next("connect to the server itself, or to a pooler in session mode"),
        ExecError::Lock(LockError::Interrupted(_)) => {
            Failure::new(exit, format!("{error}; nothing was done"))
        }
        // PostgreSQL's insufficient_privilege; MySQL's ER_TABLEACCESS_DENIED_ERROR and its kin
        ExecError::Server { error: why, .. }
            if ["42501", "1044", "1142", "1227"].contains(&why.code.as_str()) =>
        {
            Failure::new(exit, error)
                .next("have the database's owner grant this user the right, or use another user")
        }
        ExecError::Lock(LockError::Server(_) | LockError::Lost(_) | LockError::File { .. })
        | ExecError::Server { .. } => Failure::new(exit, error),
        ExecError::Journal(_) => Failure::new(exit, error),
        ExecError::Unfinished(_) => Failure::new(exit, error)
            .next(format!(
                "tablewright repair --resume {}   goes on with it",
                target.flag
            ))
            .next(format!(
                "tablewright repair --undo {}   takes back what is in force",
                target.flag
            )),
        ExecError::StillAtWork { .. } => Failure::new(exit, error)
            .next("wait for it with --wait 10m; start nothing else")
            .next(format!(
                "tablewright repair --end-session {}   ends it",
                target.flag
            )),
        ExecError::Interrupted { signal, before } => between(exit, signal, before, target),
        ExecError::LockLost { before, .. } => between(exit, error, before, target),
        ExecError::Stopped(stopped) => {
            let mut failure = Failure::new(exit, "");
            failure.why = Why::Text(stopped_text(stopped));
            match stopped.outcome() {
                StoppedState::Unchanged => {
                    failure.next(format!("tablewright status {}", target.flag))
                }
                StoppedState::Unknown => failure.next(format!(
                    "tablewright repair --wait 10m {}   waits for that session, and looks",
                    target.flag
                )),
                StoppedState::PartiallyApplied => {
                    let flag = &target.flag;
                    failure
                        .next(format!("tablewright repair --resume {flag}   finishes it"))
                        .next(format!(
                            "tablewright repair --undo {flag}   takes back what is in force"
                        ))
                }
            }
        }
    }
}

/// A run that ended between two migrations.
fn between(
    exit: Exit,
    why: impl std::fmt::Display,
    before: &[Version],
    target: &Target,
) -> Failure {
    let done = if before.is_empty() {
        "nothing was done".to_owned()
    } else {
        format!("done: {}", versions(before))
    };
    Failure::new(exit, format!("{why} between two migrations; {done}"))
        .next(format!("tablewright status {}", target.flag).trim_end())
}

/// The screen of a migration that stopped.
fn stopped_text(stopped: &Stopped) -> String {
    let word = match stopped.cause {
        StopCause::Interrupted(signal) => format!("{signal} before its end, and stopped"),
        StopCause::Server { .. }
        | StopCause::Orphans(_)
        | StopCause::LockLost(_)
        | StopCause::LockTimeout { .. } => "stopped".to_owned(),
    };
    let mut out = format!("{} {word}", stopped.title());
    // writing to a String can't fail
    if let Some(number) = stopped.statement() {
        let _ = write!(out, " at statement {number} of {}", stopped.effects.len());
    }
    out.push_str("\n\n");
    let runs = effects(&stopped.effects);
    let width = runs.iter().map(|(range, _)| range.len()).max().unwrap_or(0);
    for (range, effect) in runs {
        let _ = writeln!(out, "  {range:width$}  {effect}");
    }
    out.push('\n');
    let interrupted = matches!(stopped.cause, StopCause::Interrupted(_));
    if let Some(at) = &stopped.at {
        let _ = writeln!(out, "  {}:{}", at.file, at.line);
    }
    for line in stopped.sql.lines() {
        let _ = writeln!(out, "    {line}");
    }
    if !interrupted {
        let mut cause = match &stopped.cause {
            StopCause::LockLost(_) => stopped.cause.to_string(),
            StopCause::Server { .. }
            | StopCause::Orphans(_)
            | StopCause::Interrupted(_)
            | StopCause::LockTimeout { .. } => {
                format!("{} {}", stopped.server.vendor, stopped.cause)
            }
        };
        if let StopCause::LockTimeout { wait, .. } = &stopped.cause {
            let _ = write!(cause, "\n{}", waited(wait));
        }
        let _ = writeln!(out, "  {}\n", cause.replace('\n', "\n  "));
    }
    if !stopped.before.is_empty() {
        let _ = writeln!(
            out,
            "Done before it, and in force: {}.",
            versions(&stopped.before)
        );
    }
    if !stopped.invalid_indexes.is_empty() {
        let _ = writeln!(out, "Left behind: {}.", stopped.invalid_indexes.join(", "));
    }
    out.push_str(match stopped.outcome() {
        StoppedState::Unchanged if stopped.effects.contains(&StatementState::RolledBack) => {
            "Nothing of this migration stays."
        }
        // an earlier run may have left something, where statements commit by themselves
        StoppedState::Unchanged => "This run has changed nothing of it.",
        StoppedState::PartiallyApplied => {
            "Each statement commits by itself here: the schema is within this migration. Nothing is in doubt."
        }
        StoppedState::Unknown => {
            "The connection was lost, and the outcome is not known. The server may still be at work: start nothing else."
        }
    });
    out
}

/// `V1, V2`
fn versions(list: &[Version]) -> String {
    let list: Vec<String> = list.iter().map(|version| format!("V{version}")).collect();
    list.join(", ")
}

/// Statements of one fate side by side: `1-3  in force`.
fn effects(effects: &[StatementState]) -> Vec<(String, StatementState)> {
    let mut out: Vec<(usize, usize, StatementState)> = Vec::new();
    for (n, effect) in effects.iter().enumerate() {
        match out.last_mut() {
            Some((_, last, same)) if same == effect => *last = n + 1,
            Some(_) | None => out.push((n + 1, n + 1, *effect)),
        }
    }
    out.into_iter()
        .map(|(first, last, effect)| {
            let range = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            (range, effect)
        })
        .collect()
}
