//! A session on a target: connect, lock, run, report.

use crate::cli::exit_code::Exit;
use crate::cli::session::allow::AllowArgs;
use crate::cli::session::args::Global;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::locks::{LockArgs, parse_time};
use crate::cli::session::run_failure::run_failure;
use crate::cli::session::target::{Connected, Target, embedded_file};
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::confirm;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::Progress;
use crate::db::DbUrl;
use crate::diag::Sources;
use crate::migrate::{
    CompletedUnit, Directory, ExecError, ExecOptions, Executor, PendingUnits, Stop,
};
use crate::report::{Align, count, elapsed, table};
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

/// The options of the commands that run migrations.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Print the SQL and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Time to wait for another run to end, such as 30s or 5m
    #[arg(long, visible_alias = "lock-wait", value_name = "TIME", value_parser = parse_time, default_value = "0s")]
    pub(crate) wait: Duration,

    #[command(flatten)]
    pub(crate) locks: LockArgs,

    /// Write even if the server is a replica or read-only
    #[arg(long)]
    pub(crate) on_replica: bool,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,
}

/// A target with its migrations, ready to run.
pub(crate) struct Session {
    /// The logical database.
    pub(crate) workspace: Workspace,
    /// The target.
    pub(crate) target: Target,
    /// The executor.
    pub(crate) executor: Executor,
    /// The migration files.
    pub(crate) directory: Directory,
    /// The progress of the run.
    pub(crate) progress: Progress,
    stop: Stop,
}

impl Session {
    /// Reads the migration files and connects. A command that only reads creates no file: a missing
    /// embedded database is treated as an empty one.
    ///
    /// # Errors
    /// Usage, invalid migration files, or no connection.
    pub(crate) async fn open(global: &Global, run: &RunArgs, writes: bool) -> Outcome<Self> {
        let workspace = Workspace::open(global)?;
        let target = workspace.target(writes && !run.dry_run)?;
        let folder = workspace.migrations(target.dialect);
        let directory = Directory::load(&folder)
            .map_err(|found| Failure::findings(Exit::Failed, found, Sources::default()))?;
        Self::with_files(workspace, target, directory, run, writes).await
    }

    /// Connects, with migration files that are already read, or without any.
    ///
    /// # Errors
    /// No connection, or a server that must not be written to.
    pub(crate) async fn with_files(
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
                .message(&format!("{} does not exist yet", file.display()));
            target.url = DbUrl::new("sqlite::memory:");
        }
        let connected = workspace.connect(&target, writes).await?;
        if writes {
            connected.require_writable(run.on_replica)?;
        }
        let mut options = exec_options(&workspace, &target, run, &connected);
        let stop = Stop::default();
        options.stop = stop.clone();
        let executor = Executor::new(connected.conn, target.url.clone(), options)
            .await
            .map_err(|error| run_failure(&error, &target))?;
        Ok(Self {
            progress: Progress::new(workspace.output),
            workspace,
            target,
            executor,
            directory,
            stop,
        })
    }

    /// Prints the statements that would be sent.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub(crate) fn print_statements(&self, work: &PendingUnits) -> Outcome {
        if work.items.is_empty() {
            self.workspace.output.message("Nothing to do.");
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

    /// Handles Ctrl-C and SIGTERM from now on: they stop the run.
    pub(crate) fn handle_signals(&self) {
        interrupt::handle_signals(self.stop.clone(), self.progress.messages());
    }

    /// Takes the lock, and handles Ctrl-C and SIGTERM from now on.
    ///
    /// # Errors
    /// Another run holds the lock, the server must not be written to, or a signal arrived.
    pub(crate) async fn lock(&mut self) -> Outcome<()> {
        self.handle_signals();
        self.lock_before_signals().await
    }

    /// Takes the lock without handling signals: a signal ends the process, as nothing was sent yet.
    ///
    /// # Errors
    /// Another run holds the lock, or the server must not be written to.
    pub(crate) async fn lock_before_signals(&mut self) -> Outcome<()> {
        let locked = self.executor.lock(&mut self.progress).await;
        locked.map_err(|error| run_failure(&error, &self.target))
    }

    /// Runs confirmed work, with progress on stderr and the completed migrations on stdout.
    ///
    /// # Errors
    /// The failure that stopped the run.
    pub(crate) async fn run(mut self, work: &PendingUnits) -> Outcome {
        let result = self.executor.run(work, &mut self.progress).await;
        self.report_result(result).await
    }

    /// Reports the result of a run.
    ///
    /// # Errors
    /// The failure that stopped the run.
    pub(crate) async fn report_result(
        self,
        result: Result<Vec<CompletedUnit>, ExecError>,
    ) -> Outcome {
        let output = self.workspace.output;
        let (database, target) = (self.workspace.database.clone(), self.target.name.clone());
        let ran = self.close(result).await?;
        if output.is_table() {
            output.message("");
            output.done(&completed_text(&ran))?;
        } else {
            Output::json(&completed_json(&ran, &database, &target))?;
        }
        Ok(Exit::Done)
    }

    /// Runs confirmed work; the caller reports the result.
    ///
    /// # Errors
    /// The failure that stopped the run.
    pub(crate) async fn run_quietly(mut self, work: &PendingUnits) -> Outcome<Vec<CompletedUnit>> {
        let result = self.executor.run(work, &mut self.progress).await;
        self.close(result).await
    }

    async fn close(
        self,
        result: Result<Vec<CompletedUnit>, ExecError>,
    ) -> Outcome<Vec<CompletedUnit>> {
        self.progress.finish();
        self.executor.close().await;
        result.map_err(|error| run_failure(&error, &self.target))
    }

    /// Confirms the target by its name, if its configuration demands it. `purpose` completes the prompt
    /// "Type the target's name to …".
    ///
    /// # Errors
    /// Refused.
    pub(crate) fn confirm_target(&self, purpose: &str) -> Outcome<()> {
        if self.target.confirm {
            confirm::confirm_target(&self.workspace.global, &self.target.name, purpose)?;
        }
        Ok(())
    }
}

fn exec_options(
    workspace: &Workspace,
    target: &Target,
    run: &RunArgs,
    connected: &Connected,
) -> ExecOptions {
    let dialect = target.dialect;
    let settings = &workspace.settings;
    let session = settings.session(dialect, connected.conn.server(), true);
    let history = settings.history(dialect);
    let mut options = ExecOptions::new(dialect.lexical_rules(), session, history);
    target.locks.apply_to(&run.locks, &mut options);
    options.lock.wait = run.wait;
    options.on_replica = run.on_replica;
    options.database = Some(workspace.database.clone());
    options
}

/// `1 migration, 7 statements`
pub(crate) fn size_text(work: &PendingUnits) -> String {
    let statements = work.items.iter().map(|item| item.parsed.statements.len());
    format!(
        "{}, {}",
        count(work.items.len(), "migration"),
        count(statements.sum(), "statement")
    )
}

fn completed_text(ran: &[CompletedUnit]) -> String {
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
            direction_text(one).to_owned(),
            one.statements.to_string(),
            elapsed(one.took),
        ]
    });
    let total: Duration = ran.iter().map(|one| one.took).sum();
    let mut out = table(&headers, rows, None);
    let _ = writeln!(
        out,
        "\n{} in {}.",
        count(ran.len(), "migration"),
        elapsed(total)
    );
    out
}

fn direction_text(unit: &CompletedUnit) -> &'static str {
    match unit.direction {
        crate::migrate::Direction::Up => "applied",
        crate::migrate::Direction::Down => "reverted",
    }
}

/// Keys: `database`, `target`, `ran`: a list of `version`, `name`, `direction` (`up`, `down`),
/// `statements` (count), `seconds`.
fn completed_json(ran: &[CompletedUnit], database: &str, target: &str) -> serde_json::Value {
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
