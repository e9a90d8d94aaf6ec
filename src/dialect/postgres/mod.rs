//! PostgreSQL 14 to 18.

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

use crate::change::{Action, Hazard, Plan, Step};
use crate::db::{Conn, DbError, Server, Vendor, Version};
use crate::diag::Diagnostic;
use crate::dialect::postgres::ddl::column_sequence;
use crate::dialect::postgres::expr::normal_form;
use crate::dialect::postgres::impact::blockers;
use crate::dialect::postgres::lowering::attributes;
use crate::dialect::postgres::lowering::candidates;
use crate::dialect::postgres::naming::generated_names;
use crate::dialect::postgres::types::defaults;
use crate::dialect::postgres::types::neutral;
use crate::dialect::{
    Async, Attribute, Capabilities, Ddl, Dialect, Floor, InspectScope, LiveServer, Naming,
    Normalize, TypeMapping, TypePlan, Unsupported,
};
use crate::model::{
    Column, Constraint, Expr, Ident, Identity, Index, ObjectId, Schema, SqlType, Table,
};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::lexical_rules;

/// The dialect.
#[derive(Debug)]
pub struct Postgres;

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn override_keys(&self, _vendor: Option<Vendor>) -> &'static [&'static str] {
        &["postgres"]
    }

    fn vendors(&self) -> &'static [Vendor] {
        &[Vendor::Postgres]
    }

    fn capabilities(&self) -> &'static Capabilities {
        &capabilities::CAPABILITIES
    }

    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules {
        &lexical_rules::POSTGRES
    }

    fn default_floor(&self) -> Floor {
        Floor(vec![(Vendor::Postgres, Version(14, 0, 0))])
    }

    fn attributes(&self) -> &'static [Attribute] {
        attributes::ATTRIBUTES
    }
}

impl Naming for Postgres {
    fn quote(&self, ident: &str) -> String {
        naming::bare_or_quoted(ident)
    }

    fn partition_index_name(&self, partition: &Table, index: &Index) -> Option<Ident> {
        Some(generated_names::index_name(partition, index))
    }

    fn partition_constraint_name(
        &self,
        partition: &Table,
        constraint: &Constraint,
    ) -> Option<Ident> {
        generated_names::constraint_name(partition, constraint)
    }

    fn column_sequence_name(&self, table: &ObjectId, column: &Column) -> Option<Ident> {
        (column.identity.is_some()).then(|| column_sequence::column_sequence(table, column).0)
    }
}

impl TypeMapping for Postgres {
    fn neutral_type(
        &self,
        ty: &Neutral,
        identity: bool,
        table: &str,
        column: &str,
    ) -> Result<TypePlan, Unsupported> {
        neutral::map_neutral_type(ty, identity, table, column)
    }

    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported> {
        types::native(text)
    }

    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported> {
        defaults::default_expression(default, neutral, ty)
    }

    fn identity(&self, how: IdentitySpec, ty: &SqlType) -> Identity {
        match (how, ty.base.as_str()) {
            (IdentitySpec::Always, _) => Identity::Always,
            (IdentitySpec::Serial, _) | (_, "smallserial" | "serial" | "bigserial") => {
                Identity::Serial
            }
            (IdentitySpec::Default, _) => Identity::ByDefault,
        }
    }

    fn type_sql(&self, ty: &SqlType) -> String {
        types::sql(ty)
    }

    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        types::comparable(from, to)
    }

    fn neutral_candidates(&self, table: &Table, column: &Column) -> Vec<Neutral> {
        candidates::neutral_candidates(table, column)
    }

    fn default_candidate(&self, _table: &Table, column: &Column) -> Option<String> {
        candidates::default_candidate(column)
    }
}

impl Normalize for Postgres {
    fn complete(
        &self,
        _spec: &Spec,
        floor: &Floor,
        schema: &mut Schema,
        _found: &mut Vec<Diagnostic>,
    ) {
        lowering::complete_schema(schema, floor);
    }

    fn normalize(&self, schema: &mut Schema) {
        normal_form::normalize_schema(schema);
    }
}

impl Ddl for Postgres {
    fn statements(&self, action: &Action) -> Vec<String> {
        ddl::statements(action)
    }

    fn impact(&self, step: &Step, _server: Option<&Server>) -> Vec<Hazard> {
        impact::step_impact(step)
    }
}

impl LiveServer for Postgres {
    fn session_statements(
        &self,
        _server: &Server,
        role: Option<&str>,
        search_path: &[String],
    ) -> Vec<String> {
        session::statements(role, search_path)
    }

    fn inspect<'a>(
        &'a self,
        conn: &'a mut Conn,
        scope: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>> {
        Box::pin(inspect::inspect(conn, scope))
    }

    fn reconcile<'a>(
        &'a self,
        conn: &'a mut Conn,
        want: &'a mut Schema,
        have: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(compare::reconcile(conn, want, have))
    }

    fn blockers<'a>(
        &'a self,
        conn: &'a mut Conn,
        plan: &'a Plan,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(blockers::find_blockers(conn, plan))
    }
}
