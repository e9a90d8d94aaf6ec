//! The comparison of a live database with a declared schema, shared by `apply` and `diff`.

use crate::cli::session::config::Ignore;
use crate::cli::session::workspace::Workspace;
use crate::cli::terminal::output::Output;
use crate::diff::Prune;
use crate::model::ObjectId;
use crate::pipeline::schema_change::{ComparisonOptions, SchemaChange};
use crate::report::count;
use serde_json::{Value, json};

/// `--ignore`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct IgnoreArgs {
    /// Differences to ignore (comma-separated, repeatable)
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) ignore: Vec<Ignore>,
}

impl IgnoreArgs {
    /// Whether the order of columns is ignored, by the arguments or the configuration.
    pub(crate) fn column_order(&self, workspace: &Workspace) -> bool {
        let config = &workspace.config.ignore_differences;
        self.ignore.iter().chain(config).any(|one| match one {
            Ignore::ColumnOrder => true,
        })
    }
}

/// The value of `--prune`: the objects that are dropped if the specs no longer declare them.
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

/// The options of a comparison, from arguments and configuration.
pub(crate) fn comparison_options(
    prune: PruneArgs,
    ignore: &IgnoreArgs,
    workspace: &Workspace,
) -> ComparisonOptions {
    ComparisonOptions {
        prune: prune.what(),
        any_column_order: ignore.column_order(workspace),
    }
}

impl SchemaChange {
    /// Adds the objects that are kept or not compared to a JSON document: `unmanaged`, `managed` (names),
    /// and `uncompared` (`object`, `kind`, `reason`).
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
        value["uncompared"] = json!(not_compared);
    }

    /// Prints the notes, and the objects that are kept or not compared, to stderr.
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
