//! MySQL 8.0.19 to 9 and MariaDB 10.6 to 11: one dialect, two vendors. Generated SQL has the same meaning on
//! both; `normalize` and `inspect` remove the differences between what they print.

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

use crate::dialect::mysql::ddl::vendor_statements;
use crate::dialect::mysql::expr::normal_form;
use crate::dialect::mysql::impact::blockers;
use crate::dialect::mysql::lowering::attributes;
use crate::dialect::mysql::lowering::candidates;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::family::can_reference;
use crate::dialect::mysql::types::native::parse_type;
use crate::dialect::mysql::types::native::type_sql;
use crate::dialect::mysql::types::neutral::lower_neutral;
use crate::dialect::mysql::types::sizes;

use crate::change::{Action, Hazard, Plan, Step};
use crate::db::{Conn, DbError, Server, Vendor, Version};
use crate::diag::Diagnostic;
use crate::dialect::{
    Async, Attribute, Capabilities, Ddl, Dialect, Floor, IndexSize, InspectScope, LiveServer,
    Naming, Normalize, TypeMapping, TypePlan, Unsupported, is_for_vendors_only,
};
use crate::model::{Column, Expr, Identity, IndexPart, Schema, SqlType, Table};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::lexical_rules;

/// The dialect of MySQL and MariaDB.
#[derive(Debug)]
pub struct MySql;

impl Dialect for MySql {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn override_keys(&self, vendor: Option<Vendor>) -> &'static [&'static str] {
        match vendor {
            Some(Vendor::MariaDb) => &["mysql", "mariadb"],
            Some(Vendor::MySql | Vendor::Postgres | Vendor::Sqlite) | None => &["mysql"],
        }
    }

    fn vendors(&self) -> &'static [Vendor] {
        &[Vendor::MySql, Vendor::MariaDb]
    }

    fn capabilities(&self) -> &'static Capabilities {
        &capabilities::CAPABILITIES
    }

    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules {
        &lexical_rules::MYSQL
    }

    fn default_floor(&self) -> Floor {
        Floor(vec![
            // earlier versions lack DROP CONSTRAINT, the only spelling that MariaDB has, too
            (Vendor::MySql, Version(8, 0, 19)),
            (Vendor::MariaDb, Version(10, 6, 0)),
        ])
    }

    fn attributes(&self) -> &'static [Attribute] {
        attributes::ATTRIBUTES
    }
}

impl Naming for MySql {
    fn quote(&self, ident: &str) -> String {
        naming::quote(ident)
    }
}

impl TypeMapping for MySql {
    fn neutral_type(
        &self,
        ty: &Neutral,
        _identity: bool,
        _table: &str,
        _column: &str,
    ) -> Result<TypePlan, Unsupported> {
        lower_neutral(ty)
    }

    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported> {
        parse_type(text)
    }

    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported> {
        defaults::lower_default(default, neutral, ty)
    }

    fn identity(&self, _how: IdentitySpec, _ty: &SqlType) -> Identity {
        Identity::AutoIncrement
    }

    fn type_sql(&self, ty: &SqlType) -> String {
        type_sql(ty)
    }

    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        can_reference(from, to)
    }

    fn index_size(&self, table: &Table, parts: &[IndexPart]) -> Option<IndexSize> {
        let bytes = sizes::index_bytes(table, parts)?;
        Some(IndexSize {
            bytes,
            limit: sizes::INDEX_BYTES_MAX,
        })
    }

    fn neutral_candidates(&self, _table: &Table, column: &Column) -> Vec<Neutral> {
        candidates::neutral_candidates(column)
    }

    fn default_candidate(&self, _table: &Table, column: &Column) -> Option<String> {
        candidates::default_candidate(column)
    }
}

impl Normalize for MySql {
    fn complete(
        &self,
        spec: &Spec,
        _floor: &Floor,
        schema: &mut Schema,
        found: &mut Vec<Diagnostic>,
    ) {
        let mariadb = is_for_vendors_only(self, spec, &[Vendor::MariaDb]);
        lowering::finish(spec, mariadb, schema, found);
    }

    fn normalize(&self, schema: &mut Schema) {
        normal_form::normalize_schema(schema);
    }

    fn counters(&self) -> &'static [&'static str] {
        &["auto_increment"]
    }
}

impl Ddl for MySql {
    fn statements(&self, action: &Action) -> Vec<String> {
        ddl::action_statements(action)
    }

    fn combine_vendors(&self, sides: &[Option<&str>]) -> Result<String, Unsupported> {
        vendor_statements::combine(sides)
    }

    fn impact(&self, step: &Step, server: Option<&Server>) -> Vec<Hazard> {
        impact::of(step, server)
    }
}

impl LiveServer for MySql {
    fn session_statements(
        &self,
        server: &Server,
        role: Option<&str>,
        _search_path: &[String],
    ) -> Vec<String> {
        session::pin(server, role)
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
        Box::pin(blockers::find(conn, plan))
    }
}
