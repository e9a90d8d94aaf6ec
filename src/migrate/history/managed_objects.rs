//! What `apply` has made or taken charge of, as the database itself remembers it: a table of the
//! target, written in the same transaction as the change where there is one. Nothing else is ever
//! dropped because it left the specs.

use crate::db::{Conn, DbError};
use crate::model::{Ident, Namespace, ObjectId, ObjectKind};
use crate::server::execution_profile::ExecutionProfile;
use std::collections::BTreeSet;

/// The table's name; names that begin so are hidden from `inspect` and `verify`.
const NAME: &str = "tablewright_managed";

/// The table of managed objects, and whose objects are meant: several logical databases may live in
/// one database of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedTable {
    schema: Option<String>,
    /// As it is written in SQL.
    sql: String,
    /// The logical database.
    database: String,
}

impl ManagedTable {
    /// The table in a schema (PostgreSQL); `quote` quotes an identifier where that is needed.
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

    /// What is managed; `None` where there is no such table yet.
    ///
    /// # Errors
    /// What the server said.
    pub async fn read(
        &self,
        conn: &mut Conn,
        running: &ExecutionProfile,
    ) -> Result<Option<BTreeSet<ObjectId>>, DbError> {
        let there = conn
            .query(&(running.table_exists)(self.schema.as_deref(), NAME))
            .await?;
        if !there.first().is_some_and(|row| row.flag_at(0)) {
            return Ok(None);
        }
        let select = format!(
            "SELECT kind, ns, name FROM {} WHERE project = {}",
            self.sql,
            (running.journal.string_literal)(&self.database)
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

    /// Makes the table. Names are compared byte by byte, as their servers mean them.
    pub fn create_sql(&self, running: &ExecutionProfile) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (project VARCHAR(120) NOT NULL, kind VARCHAR(20) NOT NULL, \
             ns VARCHAR(64) NOT NULL, name VARCHAR(120) NOT NULL, \
             PRIMARY KEY (project, kind, ns, name)){}",
            self.sql, running.journal.table_options
        )
    }

    /// Records objects as managed.
    pub fn insert_sql<'a>(
        &self,
        running: &ExecutionProfile,
        ids: impl IntoIterator<Item = &'a ObjectId>,
    ) -> String {
        let text = running.journal.string_literal;
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

    /// Forgets objects.
    pub fn delete_sql<'a>(
        &self,
        running: &ExecutionProfile,
        ids: impl IntoIterator<Item = &'a ObjectId>,
    ) -> String {
        let text = running.journal.string_literal;
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

/// The kinds that can be managed: what stands on its own.
const KINDS: [ObjectKind; 7] = [
    ObjectKind::Namespace,
    ObjectKind::Extension,
    ObjectKind::Type,
    ObjectKind::Sequence,
    ObjectKind::Routine,
    ObjectKind::Table,
    ObjectKind::View,
];

/// Kind, namespace and name as they stand in the table.
fn cells(id: &ObjectId) -> (String, &str, &str) {
    let ns = match &id.ns {
        Namespace::Default => "",
        Namespace::Named(name) => name.as_str(),
    };
    (id.kind.to_string(), ns, id.name.as_str())
}
