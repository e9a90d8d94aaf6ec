//! `tablewright verify`

use crate::cli::exit_code::Exit;
use crate::cli::session::args::{Global, ReportArgs};
use crate::cli::session::compare::IgnoreArgs;
use crate::cli::session::failure::Outcome;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::{Output, reports};
use crate::diag::Sources;
use crate::diff::adopt_column_order;
use crate::report;
use crate::report::{comparison_json, comparison_text, drift};
use crate::verify::compare;
use tokio::task::spawn_blocking;

/// Verify that a live database matches its specs
///
/// Compares tables, columns, keys, indexes, checks and comments, and lists each difference. Read-only,
/// takes no locks. Unmanaged tables are counted and are not differences.
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

/// Compares the database with its specs; exits with 0 or 4.
///
/// # Errors
/// Usage, specs with errors, or no connection.
pub(crate) async fn run(args: &Args, global: &Global) -> Outcome {
    let workspace = Workspace::open(global)?;
    let target = workspace.target(false)?;
    let dialect = target.dialect;
    let (documents, findings) = workspace.documents()?;
    let mut connected = workspace.connect(&target, false).await?;
    let server = connected.conn.server().clone();
    for statement in workspace.settings.session(dialect, &server, false) {
        connected.conn.query(&statement).await?;
    }
    let scope = workspace.settings.scope_of_documents(&documents);
    // lower the specs while the server reads its catalog
    let lowering = {
        let (workspace, server) = (workspace.clone(), server.clone());
        spawn_blocking(move || workspace.lower(&documents, findings, dialect, &server))
    };
    let have = dialect.inspect(&mut connected.conn, &scope).await;
    let mut loaded = lowering.await.map_err(anyhow::Error::from)??;
    let have = have?;
    let undecided = dialect
        .reconcile(&mut connected.conn, &mut loaded.schema, &have)
        .await?;
    connected.conn.close().await;
    if args.ignore.column_order(&workspace) {
        adopt_column_order(&mut loaded.schema, &have, &loaded.renames);
    }
    let found = compare(dialect, &loaded.schema, &have);

    let output = workspace.output;
    if !undecided.is_empty() {
        let style = output.err_style();
        output.message(&report::findings(&undecided, &Sources::default(), style));
    }
    if output.is_table() {
        output.message("");
        let text = comparison_text(&found, Output::width());
        if found.is_clean() {
            output.done(&text)?;
        } else {
            Output::result(&text)?;
            let flag = &target.flag;
            output.message(&format!(
                "Next: tablewright status {flag}   shows pending migrations, which may explain differences"
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
