//! Cases as data: `tests/specs/check/NAME.yaml`, checked for a test dialect.
#![allow(clippy::unwrap_used)]

use crate::change::{Action, Hazard, Step};
use crate::compile::check::check;
use crate::compile::lower;
use crate::db::{Conn, DbError, Server, Vendor};
use crate::diag::Diagnostic;
use crate::dialect::{
    Async, Capabilities, Ddl, Dialect, Floor, ForeignKeySupport, IndexSize, IndexSupport,
    InspectScope, KeySupport, LengthUnit, LiveServer, NameRules, NameScope, Naming, Normalize,
    ObjectSupport, PlanRules, SequenceSupport, TableChanges, TableSupport, TypeMapping, TypePlan,
    Unsupported,
};
use crate::model::{Expr, Identity, IndexPart, Schema, SqlType, Table};
use crate::spec::{DefaultSpec, Neutral, Spec, dedupe, parse_text};
use crate::sql::lexical_rules;

/// A dialect that supports little, with index names shared with tables and names that fold case.
#[derive(Debug)]
struct Fake;

static CAPABILITIES: Capabilities = Capabilities {
    names: NameRules {
        max_length: (63, LengthUnit::Bytes),
        case_insensitive: true,
        index_scope: NameScope::SchemaWithTables,
        unique_scope: NameScope::SchemaWithTables,
        foreign_key_scope: NameScope::Table,
        check_scope: NameScope::Table,
    },
    objects: ObjectSupport {
        schemas: true,
        types_and_functions: true,
        sequences: SequenceSupport {
            vendors: &[Vendor::Postgres],
            typed: true,
            cache: 1,
            reserved: 0,
        },
    },
    tables: TableSupport {
        empty: false,
        column_order: false,
        partitions_are_tables: true,
        identity_needs_index: true,
        identity_any_position: &[],
        keeps_redundant_clauses: false,
    },
    keys: KeySupport {
        same_as_indexes: false,
        nullable_primary_key: false,
        exclusions: true,
    },
    foreign_keys: ForeignKeySupport {
        forward_references: false,
        needs_own_index: true,
        set_null_on_not_null: false,
        non_unique_targets: &[],
    },
    indexes: IndexSupport {
        methods: &["btree", "hash"],
        partial: false,
        expressions: &[],
        prefixes: false,
        include_columns: false,
        altered_with_table: false,
        concurrent: None,
    },
    changes: TableChanges {
        alters_constraints: true,
        layout_attributes: &[],
    },
};

impl Dialect for Fake {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn override_keys(&self, _: Option<Vendor>) -> &'static [&'static str] {
        &["postgres"]
    }

    fn vendors(&self) -> &'static [Vendor] {
        &[Vendor::Postgres]
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules {
        unimplemented!()
    }

    fn default_floor(&self) -> Floor {
        Floor(Vec::new())
    }
}

impl Naming for Fake {
    fn quote(&self, ident: &str) -> String {
        ident.to_owned()
    }
}

impl TypeMapping for Fake {
    fn neutral_type(
        &self,
        ty: &Neutral,
        _: bool,
        _: &str,
        _: &str,
    ) -> Result<TypePlan, Unsupported> {
        let ty = SqlType::new(&ty.to_string());
        Ok(TypePlan {
            ty,
            check: None,
            native_enum: None,
        })
    }

    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported> {
        Ok(SqlType::new(text))
    }

    fn default_expr(
        &self,
        _: &DefaultSpec,
        _: Option<&Neutral>,
        _: &SqlType,
    ) -> Result<Option<Expr>, Unsupported> {
        Ok(None)
    }

    fn identity(&self, _how: crate::spec::IdentitySpec, _: &SqlType) -> Identity {
        Identity::ByDefault
    }

    fn type_sql(&self, ty: &SqlType) -> String {
        ty.base.clone()
    }

    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        from == to
    }

    fn index_size(&self, _: &Table, parts: &[IndexPart]) -> Option<IndexSize> {
        let bytes = u32::try_from(parts.len() * 4).ok()?;
        Some(IndexSize { bytes, limit: 8 })
    }
}

impl Normalize for Fake {
    fn complete(&self, _: &Spec, _: &Floor, _: &mut Schema, _: &mut Vec<Diagnostic>) {}
    fn normalize(&self, _: &mut Schema) {}
}

impl Ddl for Fake {
    fn statements(&self, _: &Action) -> Vec<String> {
        Vec::new()
    }
    fn impact(&self, _: &Step, _: Option<&Server>) -> Vec<Hazard> {
        Vec::new()
    }
}

impl LiveServer for Fake {
    fn session_statements(&self, _: &Server, _: Option<&str>, _: &[String]) -> Vec<String> {
        Vec::new()
    }

    fn inspect<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>> {
        unimplemented!()
    }

    fn reconcile<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a mut Schema,
        _: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        unimplemented!()
    }
}

impl PlanRules for Fake {}

fn findings(name: &str, text: &str) -> Vec<Diagnostic> {
    let (documents, mut found) = parse_text(name, text);
    let (spec, more) = documents.resolve(&["postgres"]);
    found.extend(more);
    let lowered = lower(&Fake, &spec, &Fake.default_floor());
    found.extend(lowered.diagnostics);
    found.extend(check(&Fake, &spec, &lowered.schema, &Fake.default_floor()));
    dedupe(found)
}

#[test]
fn invalid_specs_are_reported() {
    assert!(crate::spec::tests::cases("check", findings) >= 20);
}
