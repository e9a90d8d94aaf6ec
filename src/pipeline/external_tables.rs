//! External tables: tables that specs refer to and another program creates.

use crate::change::{Action, Change};
use crate::db::{Conn, DbError};
use crate::dialect::Dialect;
use crate::model::{
    Constraint, ConstraintKind, Given, IndexPart, Object, ObjectId, ObjectKind, Schema, Table,
    TableOptions,
};
use crate::pipeline::error::Error;
use crate::pipeline::settings::Settings;
use std::collections::BTreeMap;

/// Checks that the external tables of the specs exist. In an embedded database (`embedded`), where no other
/// program creates them, stand-ins with the declared columns are created instead. Returns the tables that
/// were created.
///
/// # Errors
/// [`Error::ExternalTable`], or the server returned an error.
pub(crate) async fn prepare_external_tables(
    settings: &Settings,
    dialect: &dyn Dialect,
    conn: &mut Conn,
    declared: &Schema,
    embedded: bool,
) -> Result<Vec<ObjectId>, Error> {
    if !declared.tables().any(|(_, table)| table.external) {
        return Ok(Vec::new());
    }
    let scope = settings.scope(declared);
    let live = dialect.inspect(conn, &scope).await?;
    let mut created = Vec::new();
    for table in stand_ins(declared, &live) {
        if !embedded {
            return Err(Error::ExternalTable(table.id));
        }
        created.push(table.id.clone());
        create(dialect, conn, table).await?;
    }
    Ok(created)
}

async fn create(dialect: &dyn Dialect, conn: &mut Conn, table: Table) -> Result<(), DbError> {
    let create = Change::Create(table.id.clone(), Object::Table(Box::new(table)));
    for statement in dialect.statements(&Action::Change(create)) {
        conn.query(&statement).await?;
    }
    Ok(())
}

/// The external tables that a live database lacks, with a unique key where a foreign key refers to one.
fn stand_ins(declared: &Schema, live: &Schema) -> Vec<Table> {
    let mut keys: BTreeMap<&ObjectId, Vec<Vec<IndexPart>>> = BTreeMap::new();
    for (_, fk) in declared
        .tables()
        .flat_map(|(_, table)| table.foreign_keys())
    {
        let key: Vec<IndexPart> = fk
            .target_columns
            .iter()
            .map(|name| IndexPart::on_column(name.clone()))
            .collect();
        let own = keys.entry(&fk.target).or_default();
        if !own.contains(&key) {
            own.push(key);
        }
    }
    declared
        .tables()
        .filter(|(id, table)| {
            table.external && id.kind == ObjectKind::Table && live.table(id).is_none()
        })
        .map(|(id, table)| {
            let mut stand_in = Table::new(id.clone());
            stand_in.columns.clone_from(&table.columns);
            stand_in.options = TableOptions::default();
            let primary = table.primary_key().cloned();
            let primary_parts = primary.as_ref().map(|key| key.kind.clone());
            stand_in.constraints.extend(primary);
            for (number, parts) in keys.remove(id).unwrap_or_default().into_iter().enumerate() {
                if primary_parts == Some(ConstraintKind::PrimaryKey(parts.clone())) {
                    continue;
                }
                stand_in.constraints.push(Constraint::new(
                    Given::Derived(format!("uq_{}_{}", id.name, number + 1).into()),
                    ConstraintKind::Unique(parts),
                ));
            }
            stand_in
        })
        .collect()
}
