//! The dialect of SQLite 3.35 and later.

pub(crate) mod attribute_keys;
pub(crate) mod capabilities;
pub(crate) mod compare;
pub(crate) mod ddl;
pub(crate) mod expr;
pub(crate) mod impact;
pub(crate) mod inspect;
pub(crate) mod lowering;
pub(crate) mod naming;
pub(crate) mod planning;
pub(crate) mod session;
pub(crate) mod types;

use crate::change::{Action, Change, Hazard, Plan, Step};
use crate::db::{Conn, DbError, Server, Vendor, Version};
use crate::diag::Diagnostic;
use crate::dialect::sqlite::ddl::rebuild;
use crate::dialect::sqlite::expr::normal_form;
use crate::dialect::sqlite::impact::rebuild_losses;
use crate::dialect::sqlite::lowering::attributes;
use crate::dialect::sqlite::lowering::candidates;
use crate::dialect::sqlite::types::affinity;
use crate::dialect::{
    Async, Attribute, Capabilities, Ddl, Dialect, Floor, InspectScope, LiveServer, Naming,
    Normalize, TypeMapping, TypePlan, Unsupported,
};
use crate::model::{Column, Expr, Identity, Schema, SqlType, Table};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::lexical_rules;

/// The dialect.
#[derive(Debug)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn override_keys(&self, _vendor: Option<Vendor>) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn vendors(&self) -> &'static [Vendor] {
        &[Vendor::Sqlite]
    }

    fn capabilities(&self) -> &'static Capabilities {
        &capabilities::CAPABILITIES
    }

    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules {
        &lexical_rules::SQLITE
    }

    fn default_floor(&self) -> Floor {
        Floor(vec![(Vendor::Sqlite, Version(3, 35, 0))])
    }

    fn attributes(&self) -> &'static [Attribute] {
        attributes::ATTRIBUTES
    }
}

impl Naming for Sqlite {
    fn quote(&self, ident: &str) -> String {
        naming::quote(ident)
    }
}

impl TypeMapping for Sqlite {
    fn neutral_type(
        &self,
        ty: &Neutral,
        _identity: bool,
        _table: &str,
        column: &str,
    ) -> Result<TypePlan, Unsupported> {
        Ok(types::lower_neutral(ty, &naming::quote(column)))
    }

    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported> {
        types::parse_native(text)
    }

    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported> {
        types::default_expr(default, neutral, ty)
    }

    /// The rowid, without AUTOINCREMENT: that costs an additional table and a write to it at each insert, only to never
    /// reuse the number of a deleted last row.
    fn identity(&self, _how: IdentitySpec, _ty: &SqlType) -> Identity {
        Identity::Rowid
    }

    fn type_sql(&self, ty: &SqlType) -> String {
        types::type_sql(ty)
    }

    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        affinity(from) == affinity(to)
    }

    fn neutral_candidates(&self, table: &Table, column: &Column) -> Vec<Neutral> {
        candidates::neutral_types(table, column)
    }

    fn default_candidate(&self, table: &Table, column: &Column) -> Option<String> {
        candidates::spec_default(table, column)
    }
}

impl Normalize for Sqlite {
    fn complete(
        &self,
        spec: &Spec,
        _floor: &Floor,
        schema: &mut Schema,
        found: &mut Vec<Diagnostic>,
    ) {
        lowering::complete(spec, schema, found);
    }

    fn normalize(&self, schema: &mut Schema) {
        normal_form::normalize_schema(schema);
    }
}

impl Ddl for Sqlite {
    fn statements(&self, action: &Action) -> Vec<String> {
        ddl::action_statements(action)
    }

    fn rebuilds_table(&self, action: &Action) -> bool {
        match action {
            Action::Change(Change::Table { sides, ops })
            | Action::Concurrently(Change::Table { sides, ops }) => {
                rebuild::needed(&sides.from, &sides.to, ops)
            }
            Action::Change(
                Change::Create(..)
                | Change::Drop(..)
                | Change::Replace(..)
                | Change::Comment(..)
                | Change::Value(..),
            )
            | Action::Concurrently(
                Change::Create(..)
                | Change::Drop(..)
                | Change::Replace(..)
                | Change::Comment(..)
                | Change::Value(..),
            ) => false,
        }
    }

    fn impact(&self, step: &Step, _server: Option<&Server>) -> Vec<Hazard> {
        impact::step_impact(step)
    }
}

impl LiveServer for Sqlite {
    fn session_statements(
        &self,
        _server: &Server,
        _role: Option<&str>,
        _search_path: &[String],
    ) -> Vec<String> {
        session::session_statements()
    }

    fn inspect<'a>(
        &'a self,
        conn: &'a mut Conn,
        scope: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>> {
        Box::pin(inspect::inspect_schema(conn, scope))
    }

    fn reconcile<'a>(
        &'a self,
        conn: &'a mut Conn,
        want: &'a mut Schema,
        have: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(compare::reconcile_schemas(conn, want, have))
    }

    fn blockers<'a>(
        &'a self,
        conn: &'a mut Conn,
        plan: &'a Plan,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(rebuild_losses::undeclared_in_plan(conn, plan))
    }

    fn undeclared_losses<'a>(
        &'a self,
        conn: &'a mut Conn,
        statements: &'a [&'a str],
        before: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(rebuild_losses::undeclared_in_statements(
            conn, statements, before,
        ))
    }
}
