//! MySQL 8.0.19 to 9 and MariaDB 10.6 to 11: one dialect, two vendors. What is rendered here means
//! the same on both; where they show it differently, `canon` and `inspect` undo that.

pub(crate) mod attribute_keys;
pub(crate) mod compare;
pub(crate) mod ddl;
pub(crate) mod expr;
pub(crate) mod impact;
pub(crate) mod inspect;
pub(crate) mod lowering;
pub(crate) mod naming;
pub(crate) mod session;
pub(crate) mod types;

use crate::dialect::mysql::ddl::vendor_statements;
use crate::dialect::mysql::expr::normal_form;
pub(crate) use crate::dialect::mysql::expr::text::{string, string_in_any_mode};
use crate::dialect::mysql::impact::blockers;
use crate::dialect::mysql::lowering::attributes;
use crate::dialect::mysql::lowering::candidates;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::sizes;

use crate::change::{Action, Hazard, Plan, Step};
use crate::db::{Conn, DbError, Server, Vendor, Version};
use crate::diag::Diagnostic;
use crate::dialect::{
    Async, Attribute, Caps, Ddl, Dialect, Floor, InspectScope, LiveServer, Naming, Normalize,
    PlanRules, Scope, Sequences, TypeMapping, TypePlan, Unit, Unsupported,
};
use crate::model::{Column, Expr, Identity, IndexPart, Pair, Schema, SqlType, Table};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::splitter;

/// The dialect of MySQL and MariaDB.
#[derive(Debug)]
pub struct MySql;

/// What InnoDB holds of a row in one index, with pages of 16 KiB.
const INDEX_BYTES_MAX: u32 = 3072;

/// The options of a table on which it hangs which columns and keys it can have.
const LAYOUT: &[&str] = &[
    "row_format",
    "key_block_size",
    "system_versioning",
    "system_period",
    "period",
    "period_columns",
];

static CAPS: Caps = Caps {
    ddl_tx: false,
    alters_constraints: true,
    index_scope: Scope::Table,
    foreign_key_scope: Scope::Schema,
    // per table on MariaDB, per schema on MySQL
    check_scope: Scope::Schema,
    unique_scope: Scope::Table,
    ident_max: (64, Unit::Chars),
    names_fold_case: true,
    column_order: true,
    concurrent_indexes: false,
    later_index_attributes: &[],
    layout_attributes: LAYOUT,
    forward_references: false,
    index_methods: &["btree", "hash", "fulltext", "spatial"],
    partial_indexes: false,
    // MySQL 8.0.13 has them, MariaDB has no syntax for them: a generated column serves both
    expression_indexes: &[Vendor::MySql],
    keys_like_indexes: true,
    empty_tables: false,
    nullable_keys: false,
    identity_leads_index: true,
    // "Using AUTO_INCREMENT"
    identity_follows_in: &["MyISAM", "Aria", "MRG_MyISAM"],
    prefix_indexes: true,
    include_columns: false,
    index_bytes_max: Some(INDEX_BYTES_MAX),
    schemas: false,
    // MariaDB gives out neither the least nor the greatest number ("CREATE SEQUENCE")
    sequences: Sequences {
        vendors: &[Vendor::MariaDb],
        typed: false,
        cache: 1000,
        spare: 1,
    },
    expressions_pin_types: false,
    // 1832; in place it is taken
    copies_pin_foreign_keys: true,
    repartitions: true,
    partitions_are_tables: false,
    exclusions: false,
    // restrict_fk_on_non_standard_key, which not every session may turn off (6125)
    foreign_keys_to_any: &[
        (Vendor::MariaDb, None),
        (Vendor::MySql, Some(Version(8, 4, 0))),
    ],
    keeps_spelling: true,
    sets_null_anywhere: false,
};

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

    fn caps(&self) -> &'static Caps {
        &CAPS
    }

    fn lexis(&self) -> &'static splitter::Lexis {
        &splitter::MYSQL
    }

    fn default_floor(&self) -> Floor {
        Floor(vec![
            // before that there is no DROP CONSTRAINT, the one spelling that MariaDB knows too
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
        types::neutral(ty)
    }

    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported> {
        types::parse(text)
    }

    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported> {
        defaults::of_spec(default, neutral, ty)
    }

    fn identity(&self, _how: IdentitySpec, _ty: &SqlType) -> Identity {
        Identity::AutoIncrement
    }

    fn type_sql(&self, ty: &SqlType) -> String {
        types::sql(ty)
    }

    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        types::comparable(from, to)
    }

    fn max_index_bytes(&self, table: &Table, parts: &[IndexPart]) -> Option<u32> {
        sizes::index_bytes(table, parts)
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
        lowering::finish(spec, schema, found);
    }

    fn normalize(&self, schema: &mut Schema) {
        normal_form::schema(schema);
    }

    fn counters(&self) -> &'static [&'static str] {
        &["auto_increment"]
    }
}

impl Ddl for MySql {
    fn statements(&self, action: &Action) -> Vec<String> {
        ddl::action(action)
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

impl PlanRules for MySql {
    fn exceeds_row_size(&self, sides: &Pair<Box<Table>>) -> bool {
        sizes::crowded(sides)
    }

    fn inherits_collation(&self, ty: &SqlType) -> bool {
        types::has_charset(ty)
    }
}
