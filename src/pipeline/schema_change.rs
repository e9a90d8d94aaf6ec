//! Changes from one schema to another: offline, or from a live database.

use crate::change::Change;
use crate::db::Conn;
use crate::diag::{Diagnostic, Severity};
use crate::dialect::Dialect;
use crate::diff;
use crate::diff::{KeptObjects, OpenChoices, Prune, Renames};
use crate::model::{ObjectId, ObjectKind, Pair, Schema};
use crate::pipeline::error::{Error, Problems};
use crate::pipeline::settings::Settings;
use std::collections::BTreeSet;

/// Options of a comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ComparisonOptions {
    /// The objects that may be dropped because no spec declares them.
    pub(crate) prune: Prune,
    /// Whether the order of columns is ignored.
    pub(crate) any_column_order: bool,
}

/// The changes from one schema to another.
#[derive(Clone, Debug, Default)]
pub(crate) struct SchemaChange {
    /// The changes, in no particular order.
    pub(crate) changes: Vec<Change>,
    /// Objects that no spec declares and that are kept.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "read by the command line")
    )]
    pub(crate) kept: KeptObjects,
    /// Objects that can't be compared, with the reason.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "read by the command line")
    )]
    pub(crate) not_compared: Vec<(ObjectId, &'static str)>,
    /// Expressions whose equality is undecided, and renames that have already been applied.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "read by the command line")
    )]
    pub(crate) notes: Vec<Diagnostic>,
    /// The schema before and after.
    pub(crate) sides: Pair<Schema>,
}

/// Inspects a live database and computes the changes to the declared schema. Choices that are unset in
/// the specs are filled from the database.
///
/// # Errors
/// The server returned an error, or a `renamed_from` names an object that does not exist.
pub(crate) async fn changes_from_server(
    settings: &Settings,
    dialect: &dyn Dialect,
    conn: &mut Conn,
    (mut declared, renames): (Schema, &mut Renames),
    managed: &BTreeSet<ObjectId>,
    options: ComparisonOptions,
) -> Result<SchemaChange, Error> {
    let mut scope = settings.scope(&declared);
    // objects in PostgreSQL schemas that the specs no longer declare must be inspected to be dropped
    match options.prune {
        Prune::All => scope = scope.everywhere(),
        Prune::Nothing | Prune::Managed => {
            let schemas = managed.iter().filter(|id| id.kind == ObjectKind::Namespace);
            scope.schemas.extend(schemas.map(|id| id.name.to_string()));
            scope.schemas.sort_unstable();
            scope.schemas.dedup();
        }
    }
    let live = dialect.inspect(conn, &scope).await?;
    let mut notes = dialect.reconcile(conn, &mut declared, &live).await?;
    let settled = diff::settle_renames(&live, &declared, renames);
    if settled.iter().any(|d| d.severity == Severity::Error) {
        return Err(Error::Specs(Problems::from(settled)));
    }
    notes.extend(settled);
    let adopted = OpenChoices {
        counters: dialect.counters(),
        column_order: options.any_column_order || !dialect.capabilities().tables.column_order,
    };
    diff::fill_open_choices(&mut declared, &live, renames, adopted);
    let changes = diff::diff(&live, &declared, renames);
    let (changes, kept) = diff::prune(changes, &live, managed, options.prune);
    let mut not_compared = declared.not_compared.clone();
    for entry in &live.not_compared {
        if !not_compared.contains(entry) {
            not_compared.push(entry.clone());
        }
    }
    Ok(SchemaChange {
        changes,
        kept,
        not_compared,
        notes,
        sides: Pair::new(live, declared),
    })
}

/// Computes the changes between two schemas without a server.
#[cfg_attr(
    not(feature = "cli"),
    expect(dead_code, reason = "called by the command line")
)]
pub(crate) fn changes_offline(
    dialect: &dyn Dialect,
    from: Schema,
    mut to: Schema,
    renames: &Renames,
    options: ComparisonOptions,
) -> SchemaChange {
    if options.any_column_order || !dialect.capabilities().tables.column_order {
        diff::adopt_column_order(&mut to, &from, renames);
    }
    let mut not_compared = from.not_compared.clone();
    not_compared.extend(to.not_compared.iter().cloned());
    not_compared.dedup();
    SchemaChange {
        changes: diff::diff(&from, &to, renames),
        not_compared,
        sides: Pair::new(from, to),
        ..SchemaChange::default()
    }
}
