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
    Async, Attribute, Capabilities, Ddl, Dialect, Floor, ForeignKeySupport, IndexSize,
    IndexSupport, InspectScope, KeySupport, LengthUnit, LiveServer, NameRules, NameScope, Naming,
    Normalize, ObjectSupport, PlanRules, SequenceSupport, TableChanges, TableSupport, TypeMapping,
    TypePlan, Unsupported,
};
use crate::model::{Column, Expr, Identity, IndexPart, Pair, Schema, SqlType, Table};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::splitter;

/// The dialect of MySQL and MariaDB.
#[derive(Debug)]
pub struct MySql;

/// The options of a table on which it hangs which columns and keys it can have.
const LAYOUT: &[&str] = &[
    "row_format",
    "key_block_size",
    "system_versioning",
    "system_period",
    "period",
    "period_columns",
];

static CAPS: Capabilities = Capabilities {
    names: NameRules {
        max_length: (64, LengthUnit::Chars),
        case_insensitive: true,
        index_scope: NameScope::Table,
        unique_scope: NameScope::Table,
        foreign_key_scope: NameScope::Schema,
        // per table on MariaDB, per schema on MySQL
        check_scope: NameScope::Schema,
    },
    objects: ObjectSupport {
        schemas: false,
        types_and_functions: false,
        // MariaDB reserves the least and the greatest number ("CREATE SEQUENCE")
        sequences: SequenceSupport {
            vendors: &[Vendor::MariaDb],
            typed: false,
            cache: 1000,
            reserved: 1,
        },
    },
    tables: TableSupport {
        empty: false,
        column_order: true,
        partitions_are_tables: false,
        identity_needs_index: true,
        // "Using AUTO_INCREMENT"
        identity_any_position: &["MyISAM", "Aria", "MRG_MyISAM"],
        keeps_redundant_clauses: true,
    },
    keys: KeySupport {
        same_as_indexes: true,
        nullable_primary_key: false,
        exclusions: false,
    },
    foreign_keys: ForeignKeySupport {
        forward_references: false,
        needs_own_index: true,
        set_null_on_not_null: false,
        // restrict_fk_on_non_standard_key, which not every session may turn off (6125)
        non_unique_targets: &[
            (Vendor::MariaDb, None),
            (Vendor::MySql, Some(Version(8, 4, 0))),
        ],
    },
    indexes: IndexSupport {
        methods: &["btree", "hash", "fulltext", "spatial"],
        partial: false,
        // MySQL 8.0.13 has them, MariaDB has no syntax for them: a generated column serves both
        expressions: &[Vendor::MySql],
        prefixes: true,
        include_columns: false,
        altered_with_table: true,
        concurrent: None,
    },
    changes: TableChanges {
        alters_constraints: true,
        layout_attributes: LAYOUT,
        expressions_pin_types: false,
        // 1832; in place it is taken
        copies_pin_foreign_keys: true,
        repartitions: true,
    },
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

    fn capabilities(&self) -> &'static Capabilities {
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
