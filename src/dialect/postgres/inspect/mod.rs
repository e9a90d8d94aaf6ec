//! Reads a live database from `pg_catalog`, which privileges don't hide.

pub(crate) mod catalog;
pub(crate) mod columns;
pub(crate) mod keys;
pub(crate) mod objects;
pub(crate) mod tables;

use crate::db::{Conn, DbError, Row};
use crate::dialect::InspectScope;
use crate::dialect::postgres::ddl::on_update_trigger;
use crate::dialect::postgres::ddl::sequences::Owned;
use crate::dialect::postgres::expr::normal_form;
use crate::dialect::postgres::expr::server_text::{unqualified_but, unwrapped, with_lists};
use crate::dialect::postgres::inspect::catalog::{constraint_queries, object_queries};
use crate::model::{ConstraintKind, Expr, Namespace, Object, ObjectId, ObjectKind, Schema, Table};
use crate::sql::literal;
use std::collections::{BTreeMap, BTreeSet};

/// One snapshot. With an empty path the server qualifies every name that isn't built in. The queries
/// name what they join in an order that serves: to look for a better one, or to compile them, takes the
/// server longer than to run them.
const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL search_path TO ''; SET LOCAL join_collapse_limit TO 1; SET LOCAL jit TO off";

/// Reads all tables of the schemas in scope, in one snapshot.
pub(crate) async fn inspect(conn: &mut Conn, scope: &InspectScope) -> Result<Schema, DbError> {
    conn.query(BEGIN).await?;
    let read = Reading::new(scope).read(conn).await;
    let closed = conn.query("ROLLBACK").await;
    let mut schema = read?;
    closed?;
    normal_form::schema(&mut schema);
    Ok(schema)
}

/// A schema that is being read.
pub(crate) struct Reading<'a> {
    scope: &'a InspectScope,
    pub(crate) default: &'a str,
    schemas: String,
    pub(crate) schema: Schema,
    /// The sequences of columns, by schema, table and column, until the column is read.
    pub(crate) owned: BTreeMap<[String; 3], Owned>,
    /// Functions of the default schema that a bare name never finds: a built-in one has it too.
    hidden_functions: BTreeSet<String>,
}

impl<'a> Reading<'a> {
    fn new(scope: &'a InspectScope) -> Self {
        let default = scope
            .default_schema
            .as_deref()
            .filter(|name| !name.is_empty())
            .unwrap_or("public");
        Self {
            scope,
            default,
            schemas: schemas(default, scope),
            schema: Schema::default(),
            owned: BTreeMap::new(),
            hidden_functions: BTreeSet::new(),
        }
    }

    async fn rows(&self, conn: &mut Conn, query: &str) -> Result<Vec<Row>, DbError> {
        let version = conn.server().version;
        let query = constraint_queries::versioned(query, version);
        let query = object_queries::versioned(&query, version);
        conn.query(&query.replace("{schemas}", &self.schemas)).await
    }

    async fn read(mut self, conn: &mut Conn) -> Result<Schema, DbError> {
        for row in self.rows(conn, object_queries::NAMESPACES).await? {
            self.namespace(&row);
        }
        let hidden = catalog::HIDDEN_FUNCTIONS.replace("{default}", &literal::string(self.default));
        let hidden = self.rows(conn, &hidden).await?;
        self.hidden_functions = hidden.iter().map(|row| row.text_at(0).to_owned()).collect();
        for row in self.rows(conn, object_queries::EXTENSIONS).await? {
            self.extension(&row);
        }
        for row in self.rows(conn, catalog::RELATIONS).await? {
            self.relation(&row);
        }
        for row in self.rows(conn, constraint_queries::TABLES).await? {
            self.storage(&row);
        }
        for row in self.rows(conn, constraint_queries::PARTITION_KEYS).await? {
            self.partition_key(&row);
        }
        for row in self.rows(conn, object_queries::TYPES).await? {
            self.user_type(&row);
        }
        for row in self.rows(conn, object_queries::SEQUENCES).await? {
            self.sequence(&row);
        }
        for row in self.rows(conn, object_queries::COLUMNS).await? {
            self.column(&row);
        }
        self.free_sequences();
        for row in self.rows(conn, constraint_queries::CONSTRAINTS).await? {
            self.constraint(&row);
        }
        for row in self.rows(conn, constraint_queries::INDEXES).await? {
            self.index_part(&row);
        }
        for row in self.rows(conn, object_queries::ROUTINES).await? {
            self.routine(&row);
        }
        for row in self.rows(conn, catalog::TRIGGERS).await? {
            self.trigger(&row);
        }
        for row in self.rows(conn, catalog::POLICIES).await? {
            if !self.is_hidden(row.text_at(1)) {
                let mut id = self.id(ObjectKind::Policy, row.text_at(0), row.text_at(2));
                id.parent = Some(row.text_at(1).into());
                self.not_compared(id, "policies are not compared");
            }
        }
        for row in self.rows(conn, object_queries::OTHERS).await? {
            self.other(&row);
        }
        for row in self.rows(conn, object_queries::DEPENDENCIES).await? {
            self.dependency(&row);
        }
        let gone = self.rows(conn, catalog::GONE).await?;
        self.leave_out(&gone);
        crate::dialect::postgres::inspect::columns::say_shared_names(&mut self.schema);
        Ok(self.schema)
    }

    /// Takes out what went while it was read, and what referred to it.
    fn leave_out(&mut self, gone: &[Row]) {
        if gone.is_empty() {
            return;
        }
        let id = |row: &Row| {
            let kind = match row.text_at(2) {
                "S" => ObjectKind::Sequence,
                _ => ObjectKind::Table,
            };
            self.id(kind, row.text_at(0), row.text_at(1))
        };
        let gone: BTreeSet<ObjectId> = gone.iter().map(id).collect();
        let schema = &mut self.schema;
        schema.objects.retain(|id, _| !gone.contains(id));
        (schema.deps).retain(|(user, used)| !gone.contains(user) && !gone.contains(used));
        schema.comments.retain(|id, _| !gone.contains(id));
        schema.not_compared.retain(|(id, _)| {
            let table = id.parent.clone().map(|name| ObjectId {
                ns: id.ns.clone(),
                ..ObjectId::table(name)
            });
            !table.is_some_and(|table| gone.contains(&table))
        });
        for (_, table) in schema.tables_mut() {
            table
                .constraints
                .retain(|constraint| match &constraint.kind {
                    ConstraintKind::ForeignKey(key) => !gone.contains(&key.target),
                    ConstraintKind::PrimaryKey(_)
                    | ConstraintKind::Unique(_)
                    | ConstraintKind::Check(_)
                    | ConstraintKind::Exclusion(_) => true,
                });
        }
    }

    pub(crate) fn ns(&self, schema: &str) -> Namespace {
        if schema == self.default {
            Namespace::Default
        } else {
            Namespace::Named(schema.into())
        }
    }

    pub(crate) fn id(&self, kind: ObjectKind, schema: &str, name: &str) -> ObjectId {
        ObjectId::new(kind, name).within(self.ns(schema))
    }

    pub(crate) fn not_compared(&mut self, id: ObjectId, why: &'static str) {
        self.schema.not_compared.push((id, why));
    }

    pub(crate) fn is_hidden(&self, table: &str) -> bool {
        self.scope.hidden.iter().any(|name| name == table) || self.scope.ignores(table)
    }

    pub(crate) fn table(&mut self, row: &Row) -> Option<&mut Table> {
        let id = self.id(ObjectKind::Table, row.text_at(0), row.text_at(1));
        match self.schema.objects.get_mut(&id) {
            Some(Object::Table(table)) => Some(table),
            Some(
                Object::Type(_)
                | Object::Extension(_)
                | Object::Routine(_)
                | Object::Sequence(_)
                | Object::Namespace,
            )
            | None => None,
        }
    }

    pub(crate) fn expr(&self, text: &str) -> Expr {
        let text = unqualified_but(text, self.default, &self.hidden_functions);
        Expr::new(with_lists(unwrapped(&text)))
    }

    fn relation(&mut self, row: &Row) {
        let name = row.text_at(1);
        if self.is_hidden(name) {
            return;
        }
        let id = self.id(ObjectKind::Table, row.text_at(0), name);
        let of = |kind| self.id(kind, row.text_at(0), name);
        match (row.text_at(2), row.flag_at(4)) {
            ("r" | "p", _) => {
                let mut table = Table::new(id.clone());
                table.options.comment = some(row.get_at(3));
                self.schema
                    .objects
                    .insert(id, Object::Table(Box::new(table)));
            }
            ("v", _) => self.not_compared(of(ObjectKind::View), "views are not compared"),
            ("m", _) => {
                self.not_compared(of(ObjectKind::View), "materialized views are not compared")
            }
            // read on its own
            ("S", _) => {}
            _ => self.not_compared(id, "foreign tables are not compared"),
        }
    }

    fn trigger(&mut self, row: &Row) {
        // BEFORE UPDATE, FOR EACH ROW (catalog/pg_trigger.h: 1, 2 and 16)
        const BEFORE_UPDATE_ROW: &str = "19";
        let routine = self.id(ObjectKind::Routine, row.text_at(3), row.text_at(4));
        let plain = row.text_at(5) == BEFORE_UPDATE_ROW && row.text_at(6) == "O" && row.flag_at(7);
        let known = self.schema.objects.contains_key(&routine);
        if let Some(table) = self.table(row) {
            let ours = table.columns.iter_mut().find(|column| {
                plain
                    && known
                    && on_update_trigger::name(&column.name).as_str() == row.text_at(2)
                    && on_update_trigger::routine_id(&table.id.ns, &column.name) == routine
                    && on_update_trigger::is_ours(row.text_at(8), &column.name)
            });
            if let Some(column) = ours {
                column.on_update_now = true;
                let id = table.id.clone();
                self.schema.deps.insert((id, routine));
                return;
            }
        }
        if !self.is_hidden(row.text_at(1)) {
            let mut id = self.id(ObjectKind::Trigger, row.text_at(0), row.text_at(2));
            id.parent = Some(row.text_at(1).into());
            self.not_compared(id, "triggers are not compared");
        }
    }
}

/// The schemas in scope, as what stands within `IN (…)`.
fn schemas(default: &str, scope: &InspectScope) -> String {
    if scope.all_schemas() {
        // names that begin with pg_ are the server's own
        return String::from(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
        );
    }
    let all = std::iter::once(default).chain(scope.schemas.iter().map(String::as_str));
    literal::list(all.map(literal::string))
}

pub(crate) fn some(text: Option<&str>) -> Option<String> {
    text.filter(|t| !t.is_empty()).map(str::to_owned)
}

pub(crate) fn strings(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}
