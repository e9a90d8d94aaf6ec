//! The table of managed objects: those that `apply` created or took over. It is in the target database and is
//! written in the same transaction as the change, where there is one. Only managed objects are dropped when
//! they are removed from the specs.

use crate::db::{Conn, DbError};
use crate::model::{Ident, Namespace, ObjectId, ObjectKind};
use crate::server::execution_profile::ExecutionProfile;
use std::collections::BTreeSet;

/// The table's name. `inspect` and `verify` ignore names with the prefix `tablewright_`.
const NAME: &str = "tablewright_managed";

/// The table of managed objects, and the logical database: several may share one database of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedTable {
    schema: Option<String>,
    /// The qualified name as written in SQL.
    sql: String,
    /// The logical database.
    database: String,
}

impl ManagedTable {
    /// The table in a schema (PostgreSQL). `quote` quotes an identifier where needed.
    pub fn new(schema: Option<&str>, database: &str, quote: impl Fn(&str) -> String) -> Self {
        let sql = match schema {
            Some(schema) => format!("{}.{NAME}", quote(schema)),
            None => NAME.to_owned(),
        };
        Self {
            schema: schema.map(str::to_owned),
            sql,
            database: database.to_owned(),
        }
    }

    /// Reads the managed objects. `None` if the table does not exist.
    ///
    /// # Errors
    /// Errors of the server.
    pub async fn read(
        &self,
        conn: &mut Conn,
        profile: &ExecutionProfile,
    ) -> Result<Option<BTreeSet<ObjectId>>, DbError> {
        let exists = conn
            .query(&(profile.table_exists)(self.schema.as_deref(), NAME))
            .await?;
        if !exists.first().is_some_and(|row| row.flag_at(0)) {
            return Ok(None);
        }
        let select = format!(
            "SELECT kind, ns, name FROM {} WHERE project = {}",
            self.sql,
            (profile.journal.string_literal)(&self.database)
        );
        let rows = conn.query(&select).await?;
        let ids = rows.iter().filter_map(|row| {
            let kind = KINDS
                .iter()
                .find(|kind| kind.to_string() == row.text_at(0))?;
            let ns = match row.text_at(1) {
                "" => Namespace::Default,
                name => Namespace::Named(name.into()),
            };
            Some(ObjectId::new(*kind, Ident::from(row.text_at(2))).within(ns))
        });
        Ok(Some(ids.collect()))
    }

    /// The statement that creates the table if it does not exist. Its collation compares names byte by byte.
    pub fn create_sql(&self, profile: &ExecutionProfile) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (project VARCHAR(120) NOT NULL, kind VARCHAR(20) NOT NULL, \
             ns VARCHAR(64) NOT NULL, name VARCHAR(120) NOT NULL, \
             PRIMARY KEY (project, kind, ns, name)){}",
            self.sql, profile.journal.table_options
        )
    }

    /// The statement that records objects as managed.
    pub fn insert_sql<'a>(
        &self,
        profile: &ExecutionProfile,
        ids: impl IntoIterator<Item = &'a ObjectId>,
    ) -> String {
        let text = profile.journal.string_literal;
        let rows: Vec<String> = ids
            .into_iter()
            .map(|id| {
                let (kind, ns, name) = cells(id);
                let cells = [self.database.as_str(), &kind, ns, name].map(text);
                format!("({})", cells.join(", "))
            })
            .collect();
        format!(
            "INSERT INTO {} (project, kind, ns, name) VALUES {}",
            self.sql,
            rows.join(", ")
        )
    }

    /// The statement that deletes the rows of objects.
    pub fn delete_sql<'a>(
        &self,
        profile: &ExecutionProfile,
        ids: impl IntoIterator<Item = &'a ObjectId>,
    ) -> String {
        let text = profile.journal.string_literal;
        let rows: Vec<String> = ids
            .into_iter()
            .map(|id| {
                let (kind, ns, name) = cells(id);
                format!(
                    "(kind = {} AND ns = {} AND name = {})",
                    text(&kind),
                    text(ns),
                    text(name)
                )
            })
            .collect();
        format!(
            "DELETE FROM {} WHERE project = {} AND ({})",
            self.sql,
            text(&self.database),
            rows.join(" OR ")
        )
    }
}

/// The kinds of objects that can be managed.
const KINDS: [ObjectKind; 7] = [
    ObjectKind::Namespace,
    ObjectKind::Extension,
    ObjectKind::Type,
    ObjectKind::Sequence,
    ObjectKind::Routine,
    ObjectKind::Table,
    ObjectKind::View,
];

/// Kind, namespace and name as stored in the table.
fn cells(id: &ObjectId) -> (String, &str, &str) {
    let ns = match &id.ns {
        Namespace::Default => "",
        Namespace::Named(name) => name.as_str(),
    };
    (id.kind.to_string(), ns, id.name.as_str())
}
