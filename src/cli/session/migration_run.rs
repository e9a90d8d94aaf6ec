//! What `migrate` and `rollback` share: opening, the plan, confirming, running, telling.

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

/// What every command takes that runs migrations.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Print the exact SQL and touch nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// How long to wait for another run to end, such as 30s or 5m
    #[arg(long, visible_alias = "lock-wait", value_name = "TIME", value_parser = parse_time, default_value = "0s")]
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
        locked.map_err(|error| run_failure(&error, &self.target))
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
        result.map_err(|error| run_failure(&error, &self.target))
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
    let settings = &workspace.settings;
    let session = settings.session(dialect, connected.conn.server(), true);
    let history = settings.history(dialect);
    let mut options = ExecOptions::new(dialect.lexical_rules(), session, history);
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
