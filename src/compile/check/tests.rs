//! Cases as data: `tests/specs/check/NAME.yaml`, checked for a made-up dialect.
#![allow(clippy::unwrap_used)]

use crate::change::{Action, Hazard, Step};
use crate::compile::check::check;
use crate::compile::lower;
use crate::db::{Conn, DbError, Server, Vendor};
use crate::diag::Diagnostic;
use crate::dialect::{
    Async, Caps, Ddl, Dialect, Floor, InspectScope, LiveServer, Naming, Normalize, PlanRules,
    Scope, Sequences, TypeMapping, TypePlan, Unit, Unsupported,
};
use crate::model::{Expr, Identity, IndexPart, Schema, SqlType, Table};
use crate::spec::{DefaultSpec, Neutral, Spec, dedupe, parse_text};
use crate::sql::splitter;

/// A dialect that can do little, with index names shared with tables and names that fold case.
#[derive(Debug)]
struct Fake;

static CAPS: Caps = Caps {
    later_index_attributes: &[],
    layout_attributes: &[],
    ddl_tx: true,
    alters_constraints: true,
    index_scope: Scope::SchemaWithTables,
    foreign_key_scope: Scope::Table,
    check_scope: Scope::Table,
    unique_scope: Scope::SchemaWithTables,
    ident_max: (63, Unit::Bytes),
    names_fold_case: true,
    column_order: false,
    concurrent_indexes: false,
    forward_references: false,
    index_methods: &["btree", "hash"],
    partial_indexes: false,
    expression_indexes: &[],
    keys_like_indexes: false,
    empty_tables: false,
    nullable_keys: false,
    identity_leads_index: true,
    identity_follows_in: &[],
    prefix_indexes: false,
    include_columns: false,
    index_bytes_max: Some(8),
    schemas: true,
    sequences: Sequences {
        vendors: &[Vendor::Postgres],
        typed: true,
        cache: 1,
        spare: 0,
    },
    expressions_pin_types: false,
    copies_pin_foreign_keys: false,
    repartitions: false,
    partitions_are_tables: true,
    exclusions: true,
    foreign_keys_to_any: &[],
    keeps_spelling: false,
    sets_null_anywhere: false,
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

    fn caps(&self) -> &'static Caps {
        &CAPS
    }

    fn lexis(&self) -> &'static splitter::Lexis {
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

    fn max_index_bytes(&self, _: &Table, parts: &[IndexPart]) -> Option<u32> {
        u32::try_from(parts.len() * 4).ok()
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
fn specs_that_contradict_themselves_are_told_so() {
    assert!(crate::spec::tests::cases("check", findings) >= 20);
}
