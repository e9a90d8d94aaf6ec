//! Reads a live database from the system catalogue `pg_catalog`, whose rows privileges don't hide.
//!
//! Each module contains the queries of one kind of object and the code that reads their rows. The number
//! of queries doesn't depend on the number of objects. `{schemas}` is replaced by the schemas in scope;
//! objects that belong to an extension are not read.

pub(crate) mod catalog_reader;
pub(crate) mod catalog_sequence;
pub(crate) mod columns;
pub(crate) mod constraints;
pub(crate) mod dependencies;
pub(crate) mod dropped_meanwhile;
pub(crate) mod indexes;
pub(crate) mod other_objects;
pub(crate) mod routines;
pub(crate) mod sequences;
pub(crate) mod tables;
pub(crate) mod triggers;
pub(crate) mod user_types;

use crate::db::{Conn, DbError};
use crate::dialect::InspectScope;
use crate::dialect::postgres::expr::normal_form;
use crate::dialect::postgres::inspect::catalog_reader::CatalogReader;
use crate::model::Schema;

/// Starts the one snapshot that all queries read from. With an empty search path the server qualifies
/// every name that isn't built in. The queries join their tables in an order that performs well:
/// searching for a better order, or compiling the queries, takes the server longer than running them.
const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL search_path TO ''; SET LOCAL join_collapse_limit TO 1; SET LOCAL jit TO off";

/// Reads all objects of the schemas in scope, in one snapshot and in normal form.
pub(crate) async fn inspect(conn: &mut Conn, scope: &InspectScope) -> Result<Schema, DbError> {
    conn.query(BEGIN).await?;
    let read = read_catalog(CatalogReader::new(scope), conn).await;
    let closed = conn.query("ROLLBACK").await;
    let mut schema = read?;
    closed?;
    normal_form::normalize_schema(&mut schema);
    Ok(schema)
}

/// Tables are read before their columns and sequences before the columns that own them; columns
/// before constraints, constraints before the indexes that back them; routines before triggers.
async fn read_catalog(mut reader: CatalogReader<'_>, conn: &mut Conn) -> Result<Schema, DbError> {
    for row in reader.rows(conn, other_objects::NAMESPACES).await? {
        reader.read_namespace(&row)?;
    }
    let hidden = routines::hidden_functions_query(reader.default_schema);
    for row in reader.rows(conn, &hidden).await? {
        reader.read_hidden_function(&row)?;
    }
    for row in reader.rows(conn, other_objects::EXTENSIONS).await? {
        reader.read_extension(&row)?;
    }
    for row in reader.rows(conn, tables::RELATIONS).await? {
        reader.read_relation(&row)?;
    }
    for row in reader.rows(conn, tables::TABLE_OPTIONS).await? {
        reader.read_table_options(&row)?;
    }
    for row in reader.rows(conn, tables::PARTITION_KEYS).await? {
        reader.read_partition_key_part(&row)?;
    }
    for row in reader.rows(conn, user_types::USER_TYPES).await? {
        reader.read_user_type(&row)?;
    }
    for row in reader.rows(conn, catalog_sequence::SEQUENCES).await? {
        reader.read_sequence(&row)?;
    }
    for row in reader.rows(conn, columns::COLUMNS).await? {
        reader.read_column(&row)?;
    }
    reader.add_remaining_sequences();
    for row in reader.rows(conn, constraints::CONSTRAINTS).await? {
        reader.read_constraint(&row)?;
    }
    for row in reader.rows(conn, indexes::INDEX_PARTS).await? {
        reader.read_index_part(&row)?;
    }
    for row in reader.rows(conn, routines::ROUTINES).await? {
        reader.read_routine(&row)?;
    }
    for row in reader.rows(conn, triggers::TRIGGERS).await? {
        reader.read_trigger(&row)?;
    }
    for row in reader.rows(conn, other_objects::POLICIES).await? {
        reader.read_policy(&row)?;
    }
    for row in reader.rows(conn, other_objects::NOT_COMPARED).await? {
        reader.read_not_compared(&row)?;
    }
    for row in reader.rows(conn, dependencies::DEPENDENCIES).await? {
        reader.read_dependency(&row)?;
    }
    let dropped = reader.rows(conn, dropped_meanwhile::DROPPED).await?;
    reader.remove_dropped(&dropped)?;
    let mut schema = reader.schema;
    columns::name_shared_not_nulls(&mut schema);
    Ok(schema)
}
