//! `tablewright verify`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, ReportArgs};
use crate::cli::session::compare::IgnoreArgs;
use crate::cli::session::failure::Outcome;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::{Output, reports};
use crate::diag::Sources;
use crate::diff::adopt_order;
use crate::report;
use crate::report::{comparison_json, comparison_text, drift};
use crate::verify::compare;
use tokio::task::spawn_blocking;

/// Compare a live database with the specs
///
/// Reads tables, columns, keys, indexes, checks and comments, and names each difference. It writes
/// nothing and holds no locks. Tables that the specs don't know are counted, and no failure.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tablewright verify -d ai_agent -t staging --report junit=verify.xml"
)]
pub(crate) struct Args {
    #[command(flatten)]
    ignore: IgnoreArgs,

    #[command(flatten)]
    report: ReportArgs,
}

/// Compares, prints, and says 0 or 4.
///
/// # Errors
/// Usage, specs with errors, or no connection.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let workspace = Workspace::open(global)?;
    let target = workspace.target(false)?;
    let dialect = target.dialect;
    let (documents, wrong) = workspace.documents()?;
    let mut connected = workspace.connect(&target, false).await?;
    let server = connected.conn.server().clone();
    for statement in workspace.settings.session(dialect, &server, false) {
        connected.conn.query(&statement).await?;
    }
    let scope = workspace.settings.scope_of_documents(&documents);
    // the processor is at the specs while the server is at its catalogue
    let lowering = {
        let (workspace, server) = (workspace.clone(), server.clone());
        spawn_blocking(move || workspace.accept(&documents, wrong, dialect, &server))
    };
    let have = dialect.inspect(&mut connected.conn, &scope).await;
    let mut loaded = lowering.await.map_err(anyhow::Error::from)??;
    let have = have?;
    let undecided = dialect
        .reconcile(&mut connected.conn, &mut loaded.schema, &have)
        .await?;
    connected.conn.close().await;
    if args.ignore.column_order(&workspace) {
        adopt_order(&mut loaded.schema, &have, &loaded.renames);
    }
    let found = compare(dialect, &loaded.schema, &have);

    let output = workspace.output;
    if !undecided.is_empty() {
        let style = output.err_style();
        output.say(&report::findings(&undecided, &Sources::default(), style));
    }
    if output.is_table() {
        output.say("");
        let text = comparison_text(&found, Output::width());
        if found.is_clean() {
            output.done(&text)?;
        } else {
            Output::result(&text)?;
            let flag = &target.flag;
            output.say(&format!(
                "Next: tablewright status {flag}   (a migration that is pending may explain it)"
            ));
        }
    } else {
        let server = server.to_string();
        let json = comparison_json(&found, &workspace.database, &target.name, &server);
        Output::json(&json)?;
    }
    let title = format!("verify {} on {}", workspace.database, target.name);
    let mut list = drift(&found, &loaded.spec);
    list.extend(undecided);
    reports(&args.report, &title, &list)?;
    Ok(if found.is_clean() {
        Exit::Done
    } else {
        Exit::Wrong
    })
}
