//! Settings of one logical database that apply to all of its servers.

use crate::db::{Server, Vendor, Version};
use crate::dialect::{Dialect, Floor, InspectScope};
use crate::migrate::HistoryTable;
use crate::migrate::history::managed_objects::ManagedTable;
use crate::model::{Namespace, ObjectKind, Schema};
use crate::spec::Documents;
use std::collections::BTreeSet;

/// The default name of the history table, which is that of refinery.
const HISTORY_TABLE: &str = "refinery_schema_history";
/// A pattern of this library's own tables.
const OWN_TABLES: &str = "tablewright_*";
/// Settings of one logical database: its name, the schema and role on PostgreSQL, the history table, the
/// oldest servers that SQL is written for, and tables that are ignored.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The logical database's name.
    pub(crate) database: String,
    /// The oldest server of each vendor, where one is declared.
    pub(crate) servers: Vec<(Vendor, Version)>,
    /// PostgreSQL: the schema of tables without one.
    pub(crate) schema: Option<String>,
    /// PostgreSQL: the role of `SET ROLE`.
    pub(crate) role: Option<String>,
    /// PostgreSQL: the search path of migrations.
    pub(crate) search_path: Vec<String>,
    /// The history table's name.
    pub(crate) history_table: String,
    /// Patterns of tables that are ignored.
    pub(crate) ignore: Vec<String>,
}

impl Settings {
    /// The default settings of a logical database.
    pub fn new(database: impl Into<String>) -> Self {
        Self {
            database: database.into(),
            servers: Vec::new(),
            schema: None,
            role: None,
            search_path: Vec::new(),
            history_table: HISTORY_TABLE.to_owned(),
            ignore: Vec::new(),
        }
    }

    /// The oldest server of a vendor that SQL is written for. Default: the connected server's version.
    #[must_use]
    pub fn oldest_server(mut self, vendor: Vendor, version: Version) -> Self {
        self.servers.push((vendor, version));
        self
    }

    /// PostgreSQL: the schema of tables that name none. Default: `public`.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = Some(name.into());
        self
    }

    /// PostgreSQL: the role that `SET ROLE` changes to on each connection. Default: none.
    #[must_use]
    pub fn role(mut self, name: impl Into<String>) -> Self {
        self.role = Some(name.into());
        self
    }

    /// PostgreSQL: the search path that migrations run with. Default: the server's.
    #[must_use]
    pub fn search_path(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.search_path = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// The table of applied migrations. Default: `refinery_schema_history`.
    #[must_use]
    pub fn history_table(mut self, name: impl Into<String>) -> Self {
        self.history_table = name.into();
        self
    }

    /// Ignores the tables that match one of these patterns, in which `*` matches any characters.
    #[must_use]
    pub fn ignore(mut self, patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.ignore.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// The statements that set up a session, with the search path of migrations if `migrates` is set.
    pub(crate) fn session(
        &self,
        dialect: &dyn Dialect,
        server: &Server,
        migrates: bool,
    ) -> Vec<String> {
        let path: &[String] = if migrates { &self.search_path } else { &[] };
        dialect.session_statements(server, self.role.as_deref(), path)
    }

    /// The schema of this library's own tables, on servers with schemas.
    fn own_schema(&self, dialect: &dyn Dialect) -> Option<&str> {
        let default = dialect.default_schema()?;
        Some(self.schema.as_deref().unwrap_or(default))
    }

    /// The history table.
    pub(crate) fn history(&self, dialect: &dyn Dialect) -> HistoryTable {
        let quote = |name: &str| dialect.quote(name);
        HistoryTable::new(self.own_schema(dialect), &self.history_table, quote)
    }

    /// The record of managed objects.
    pub(crate) fn managed_table(&self, dialect: &dyn Dialect) -> ManagedTable {
        let quote = |name: &str| dialect.quote(name);
        ManagedTable::new(self.own_schema(dialect), &self.database, quote)
    }

    /// The vendors of a dialect that specs are checked for: the declared ones, or all.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "called by the command line")
    )]
    pub(crate) fn vendors(&self, dialect: &dyn Dialect) -> Vec<Vendor> {
        let all = dialect.vendors();
        let declared = all
            .iter()
            .filter(|vendor| self.servers.iter().any(|(declared, _)| declared == *vendor));
        let declared: Vec<Vendor> = declared.copied().collect();
        if declared.is_empty() {
            all.to_vec()
        } else {
            declared
        }
    }

    /// The oldest servers that SQL is written for: the declared ones, else the connected one, else the
    /// oldest that the dialect supports.
    pub(crate) fn floor(&self, dialect: &dyn Dialect, server: Option<&Server>) -> Floor {
        let mut floor = dialect.default_floor();
        if let Some(server) = server {
            let own = floor.0.iter_mut();
            own.filter(|(vendor, _)| *vendor == server.vendor)
                .for_each(|(_, version)| *version = server.version.max(*version));
        }
        for (vendor, version) in &self.servers {
            if let Some(own) = floor.0.iter_mut().find(|(own, _)| own == vendor) {
                own.1 = *version;
            }
        }
        floor
    }

    /// The servers that are known: the declared ones and the connected one.
    pub(crate) fn known_servers(&self, server: Option<&Server>) -> Floor {
        let mut known = self.servers.clone();
        known.extend(server.map(|server| (server.vendor, server.version)));
        Floor(known)
    }

    /// The scope of an inspection for a schema: its PostgreSQL schemas.
    pub(crate) fn scope(&self, schema: &Schema) -> InspectScope {
        let names = schema
            .objects
            .keys()
            .filter_map(|id| match (&id.ns, id.kind) {
                (Namespace::Named(name), _) => Some(name.as_str()),
                // a schema without objects
                (Namespace::Default, ObjectKind::Namespace) => Some(id.name.as_str()),
                (Namespace::Default, _) => None,
            });
        self.scope_of_schemas(names)
    }

    /// The scope of an inspection for specs that are not lowered yet.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "called by the command line")
    )]
    pub(crate) fn scope_of_documents(&self, documents: &Documents) -> InspectScope {
        let names = documents
            .docs
            .iter()
            .filter_map(|doc| doc.schema.as_deref());
        self.scope_of_schemas(names)
    }

    fn scope_of_schemas<'a>(&self, schemas: impl Iterator<Item = &'a str>) -> InspectScope {
        let schemas: BTreeSet<String> = schemas.map(str::to_owned).collect();
        let mut ignore = self.ignore.clone();
        ignore.push(OWN_TABLES.to_owned());
        InspectScope {
            default_schema: self.schema.clone(),
            schemas: schemas.into_iter().collect(),
            hidden: vec![self.history_table.clone()],
            ignore,
        }
    }
}
