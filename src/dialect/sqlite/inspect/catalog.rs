//! The three queries of an inspection, and their rows.

use crate::db::{Conn, DbError, Row};
use std::collections::BTreeMap;

/// All objects. The pragma has no index, so it is evaluated once instead of once per object.
const OBJECTS: &str = "WITH t AS MATERIALIZED \
    (SELECT name, type FROM pragma_table_list WHERE schema = 'main') \
    SELECT m.type AS kind, m.name AS name, m.tbl_name AS table_name, m.sql AS sql, t.type AS listed_as \
    FROM sqlite_schema m LEFT JOIN t ON t.name = m.name ORDER BY m.rowid";

/// The columns of all tables.
const COLUMNS: &str = "SELECT m.name AS table_name, x.name AS name, x.type AS type, x.\"notnull\" AS not_null, \
    x.dflt_value AS default_value, x.pk AS key_position, x.hidden AS hidden \
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x \
    WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.rowid, x.cid";

/// The parts of all indexes.
const INDEX_PARTS: &str = "SELECT m.name AS table_name, l.name AS name, l.\"unique\" AS is_unique, l.origin AS origin, \
    x.name AS column_name, x.\"desc\" AS descending, x.coll AS collation \
    FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_xinfo(l.name) x \
    WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND x.key = 1 \
    ORDER BY m.rowid, l.seq DESC, x.seqno";

/// A row of `sqlite_schema`.
pub(crate) struct CatalogObject {
    /// `table`, `index`, `view`, or `trigger`.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The table of an index or a trigger.
    pub(crate) table: String,
    /// The statement that created it; empty for an index of a constraint.
    pub(crate) sql: String,
    /// The kind of a table: `table`, `virtual`, `shadow`, or `view`; empty for other objects.
    pub(crate) listed_as: String,
}

/// A row of `pragma_table_xinfo`: <https://www.sqlite.org/pragma.html#pragma_table_xinfo>
pub(crate) struct CatalogColumn {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    /// The position in the primary key, from 1; 0 outside of it.
    pub(crate) key_position: u32,
    /// Whether it is a stored generated column.
    pub(crate) is_stored: bool,
}

/// A row of `pragma_index_list` and `pragma_index_xinfo`.
pub(crate) struct CatalogIndexPart {
    pub(crate) index: String,
    pub(crate) unique: bool,
    /// `c` for CREATE INDEX, `u` for a UNIQUE constraint, `pk` for the primary key.
    pub(crate) origin: String,
    /// The column; `None` for an expression.
    pub(crate) column: Option<String>,
    pub(crate) descending: bool,
    pub(crate) collation: String,
}

/// The rows of the three queries, all from one snapshot. Columns and index parts are grouped by table.
pub(crate) struct Catalog {
    pub(crate) objects: Vec<CatalogObject>,
    columns: BTreeMap<String, Vec<CatalogColumn>>,
    index_parts: BTreeMap<String, Vec<CatalogIndexPart>>,
}

impl Catalog {
    /// Reads the catalog in one transaction.
    pub(crate) async fn read(conn: &mut Conn) -> Result<Self, DbError> {
        conn.query("BEGIN").await?;
        let read = async {
            Ok::<_, DbError>([
                conn.query(OBJECTS).await?,
                conn.query(COLUMNS).await?,
                conn.query(INDEX_PARTS).await?,
            ])
        }
        .await;
        conn.query("ROLLBACK").await?;
        let [objects, columns, index_parts] = read?;
        Ok(Self {
            objects: objects.iter().map(object).collect::<Result<_, _>>()?,
            columns: by_table(&columns, column)?,
            index_parts: by_table(&index_parts, index_part)?,
        })
    }

    /// The columns of a table, in their order.
    pub(crate) fn columns(&self, table: &str) -> &[CatalogColumn] {
        self.columns.get(table).map_or(&[], Vec::as_slice)
    }

    /// The index parts of a table: in the order in which the indexes were created, then of the parts.
    pub(crate) fn index_parts(&self, table: &str) -> &[CatalogIndexPart] {
        self.index_parts.get(table).map_or(&[], Vec::as_slice)
    }
}

fn by_table<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, DbError>,
) -> Result<BTreeMap<String, Vec<T>>, DbError> {
    let mut groups: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for row in rows {
        let table = row.text("table_name")?.to_owned();
        groups.entry(table).or_default().push(read(row)?);
    }
    Ok(groups)
}

fn object(row: &Row) -> Result<CatalogObject, DbError> {
    Ok(CatalogObject {
        kind: row.text("kind")?.to_owned(),
        name: row.text("name")?.to_owned(),
        table: row.text("table_name")?.to_owned(),
        sql: row.text("sql")?.to_owned(),
        listed_as: row.text("listed_as")?.to_owned(),
    })
}

fn column(row: &Row) -> Result<CatalogColumn, DbError> {
    Ok(CatalogColumn {
        name: row.text("name")?.to_owned(),
        ty: row.text("type")?.to_owned(),
        not_null: row.flag("not_null")?,
        default: row.optional("default_value")?.map(str::to_owned),
        key_position: row.number("key_position")?.unwrap_or(0),
        is_stored: row.text("hidden")? == "3",
    })
}

fn index_part(row: &Row) -> Result<CatalogIndexPart, DbError> {
    Ok(CatalogIndexPart {
        index: row.text("name")?.to_owned(),
        unique: row.flag("is_unique")?,
        origin: row.text("origin")?.to_owned(),
        column: row.optional("column_name")?.map(str::to_owned),
        descending: row.flag("descending")?,
        collation: row.text("collation")?.to_owned(),
    })
}
