//! A live database against a schema that was asked for: the same way for `apply` and `diff`.

use crate::change::Change;
use crate::cli::exit_code::Exit;
use crate::cli::session::config::Ignore;
use crate::cli::session::failure::{Failure, Outcome};
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::Output;
use crate::db::Conn;
use crate::diag::{Diagnostic, Severity, Sources};
use crate::dialect::Dialect;
use crate::diff;
use crate::diff::{Adopt, Kept, Prune, Renames};
use crate::model::{ObjectId, ObjectKind, Pair, Schema};
use crate::report::count;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What isn't to count as a difference.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct IgnoreArgs {
    /// Differences to ignore (comma-separated, repeatable)
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) ignore: Vec<Ignore>,
}

impl IgnoreArgs {
    /// Whether columns may stand in any order, by the arguments or the configuration.
    pub(crate) fn column_order(&self, workspace: &Workspace) -> bool {
        let config = &workspace.config.ignore_differences;
        self.ignore.iter().chain(config).any(|one| match one {
            Ignore::ColumnOrder => true,
        })
    }
}

/// Which objects that left the specs may be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PruneWhat {
    /// Managed objects
    Managed,
    /// All tables in all schemas of the database, and their types and sequences
    All,
}

/// `--prune`, `--prune=all`
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct PruneArgs {
    /// Drop objects that are no longer in the specs: managed ones, or all with `--prune=all`
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "managed"
    )]
    pub(crate) prune: Option<PruneWhat>,
}

impl PruneArgs {
    pub(crate) fn what(self) -> Prune {
        match self.prune {
            None => Prune::Nothing,
            Some(PruneWhat::Managed) => Prune::Managed,
            Some(PruneWhat::All) => Prune::All,
        }
    }
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways {
    /// What may go.
    pub(crate) prune: Prune,
    /// Whether columns may stand in any order.
    pub(crate) any_order: bool,
}

/// What a comparison found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compared {
    /// From the live database to what was asked for.
    pub(crate) changes: Vec<Change>,
    /// What stays although nobody asked for it.
    pub(crate) kept: Kept,
    /// What can't be compared, and why.
    pub(crate) not_compared: Vec<(ObjectId, &'static str)>,
    /// Undecided expressions, and renames that were done before.
    pub(crate) notes: Vec<Diagnostic>,
    /// What is there, and what was asked for.
    pub(crate) ends: Pair<Schema>,
}

/// Reads a live database and compares it with `want`, which takes over what its specs leave open.
///
/// # Errors
/// The server failed, or a `renamed_from` fits nothing.
pub(crate) async fn with_live(
    workspace: &Workspace,
    dialect: &dyn Dialect,
    conn: &mut Conn,
    mut want: Schema,
    renames: &mut Renames,
    managed: &BTreeSet<ObjectId>,
    ways: Ways,
) -> Outcome<Compared> {
    let mut scope = workspace.settings.scope(&want);
    // what left the specs with its schema is looked at as well, or it could never go
    match ways.prune {
        Prune::All => scope = scope.everywhere(),
        Prune::Nothing | Prune::Managed => {
            let managed = managed.iter().filter(|id| id.kind == ObjectKind::Namespace);
            scope.schemas.extend(managed.map(|id| id.name.to_string()));
            scope.schemas.sort_unstable();
            scope.schemas.dedup();
        }
    }
    let have = dialect.inspect(conn, &scope).await?;
    let mut notes = dialect.reconcile(conn, &mut want, &have).await?;
    let settled = diff::settle(&have, &want, renames);
    if settled.iter().any(|d| d.severity == Severity::Error) {
        return Err(Failure::findings(Exit::Usage, settled, Sources::default()));
    }
    notes.extend(settled);
    let how = Adopt {
        counters: dialect.counters(),
        column_order: ways.any_order || !dialect.capabilities().tables.column_order,
    };
    diff::adopt(&mut want, &have, renames, how);
    let changes = diff::diff(&have, &want, renames);
    let (changes, kept) = diff::prune(changes, &have, managed, ways.prune);
    let mut not_compared = want.not_compared.clone();
    for entry in &have.not_compared {
        if !not_compared.contains(entry) {
            not_compared.push(entry.clone());
        }
    }
    Ok(Compared {
        changes,
        kept,
        not_compared,
        notes,
        ends: Pair::new(have, want),
    })
}

/// Compares two states whose names are all known.
pub(crate) fn offline(
    dialect: &dyn Dialect,
    from: Schema,
    mut to: Schema,
    renames: &Renames,
    ways: Ways,
) -> Compared {
    if ways.any_order || !dialect.capabilities().tables.column_order {
        diff::adopt_order(&mut to, &from, renames);
    }
    let mut not_compared = from.not_compared.clone();
    not_compared.extend(to.not_compared.iter().cloned());
    not_compared.dedup();
    Compared {
        changes: diff::diff(&from, &to, renames),
        not_compared,
        ends: Pair::new(from, to),
        ..Compared::default()
    }
}

impl Compared {
    /// Puts what stays and what isn't compared into a JSON document: `unmanaged`, `managed` (names), and
    /// `not_compared` (`object`, `kind`, `reason`).
    pub(crate) fn add_to(&self, value: &mut Value) {
        let names =
            |ids: &[ObjectId]| -> Vec<String> { ids.iter().map(ToString::to_string).collect() };
        let not_compared: Vec<Value> = (self.not_compared.iter())
            .map(|(id, why)| {
                json!({ "object": id.to_string(), "kind": id.kind.to_string(), "reason": why })
            })
            .collect();
        value["unmanaged"] = json!(names(&self.kept.unmanaged));
        value["managed"] = json!(names(&self.kept.managed));
        value["not_compared"] = json!(not_compared);
    }

    /// Says on the side what stays, what isn't compared, and what should be known.
    pub(crate) fn show(&self, output: Output) {
        output.findings(&self.notes);
        for (id, why) in &self.not_compared {
            output.message(&format!("Not compared: {} {id} ({why}).", id.kind));
        }
        if !self.kept.managed.is_empty() {
            let names: Vec<String> = (self.kept.managed.iter())
                .map(|id| format!("{} {id}", id.kind))
                .collect();
            let names = names.join(", ");
            output.message(&format!(
                "Managed, but no longer in the specs: {names}. Pass --prune to drop them."
            ));
        }
        if !self.kept.unmanaged.is_empty() {
            let tables = count(self.kept.unmanaged.len(), "table");
            output.message(&format!("Unmanaged: {tables}, not changed."));
        }
    }
}
