//! SQLite 3.35 and later: the embedded default.

pub(crate) mod compare;
pub(crate) mod ddl;
pub(crate) mod expr;
pub(crate) mod impact;
pub(crate) mod inspect;
pub(crate) mod lowering;
pub(crate) mod naming;
pub(crate) mod rebuild_losses;
pub(crate) mod types;

use crate::change::{Action, Change, Hazard, Plan, Step};
use crate::db::{Conn, DbError, Server, Vendor, Version};
use crate::diag::Diagnostic;
use crate::dialect::sqlite::ddl::rebuild;
use crate::dialect::sqlite::expr::normal_form;
use crate::dialect::sqlite::lowering::attributes;
use crate::dialect::sqlite::lowering::candidates;
use crate::dialect::sqlite::types::affinity;
use crate::dialect::{
    Async, Attribute, Caps, Dialect, Floor, InspectScope, Scope, Sequences, TypePlan, Unit,
    Unsupported,
};
use crate::model::{
    Column, Constraint, ConstraintKind, Expr, Identity, Index, Options, Schema, SqlType, Table,
};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::lexical_rules;

/// The dialect.
#[derive(Debug)]
pub struct Sqlite;

/// `DROP COLUMN` is not among these because it depends on what else speaks of the column:
/// [`Dialect::rebuilds`] says for a change whether ALTER is enough.
const CAPS: Caps = Caps {
    ddl_tx: true,
    alters_constraints: false,
    index_scope: Scope::SchemaWithTables,
    foreign_key_scope: Scope::Table,
    check_scope: Scope::Table,
    // a unique constraint is a unique index here
    unique_scope: Scope::SchemaWithTables,
    // SQLite itself has no limit; this is the shortest one of all dialects
    ident_max: (63, Unit::Bytes),
    names_fold_case: true,
    column_order: false,
    concurrent_indexes: false,
    later_index_attributes: &[],
    layout_attributes: &[],
    forward_references: true,
    index_methods: &["btree"],
    partial_indexes: true,
    expression_indexes: &[Vendor::Sqlite],
    keys_like_indexes: false,
    empty_tables: false,
    nullable_keys: true,
    identity_leads_index: true,
    identity_follows_in: &[],
    prefix_indexes: false,
    include_columns: false,
    index_bytes_max: None,
    schemas: false,
    sequences: Sequences {
        vendors: &[],
        typed: false,
        cache: 1,
        spare: 0,
    },
    expressions_pin_types: false,
    copies_pin_foreign_keys: false,
    repartitions: false,
    partitions_are_tables: false,
    exclusions: false,
    foreign_keys_to_any: &[],
    keeps_spelling: false,
    sets_null_anywhere: true,
};

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

    fn caps(&self) -> &'static Caps {
        &CAPS
    }

    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules {
        &lexical_rules::SQLITE
    }

    fn default_floor(&self) -> Floor {
        Floor(vec![(Vendor::Sqlite, Version(3, 35, 0))])
    }

    fn quote(&self, ident: &str) -> String {
        naming::quote(ident)
    }

    fn neutral_type(
        &self,
        ty: &Neutral,
        _identity: bool,
        _table: &str,
        column: &str,
    ) -> Result<TypePlan, Unsupported> {
        Ok(types::neutral(ty, &naming::quote(column)))
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
        types::default_expr(default, neutral, ty)
    }

    /// The rowid. Without AUTOINCREMENT, which costs a table of its own and a write to it at each
    /// insert, only to never hand out the number of a deleted last row again.
    fn identity(&self, _how: IdentitySpec, _ty: &SqlType) -> Identity {
        Identity::Rowid
    }

    fn type_sql(&self, ty: &SqlType) -> String {
        types::type_sql(ty)
    }

    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        affinity(from) == affinity(to)
    }

    fn attributes(&self) -> &'static [Attribute] {
        attributes::ATTRIBUTES
    }

    fn neutral_candidates(&self, table: &Table, column: &Column) -> Vec<Neutral> {
        candidates::neutral(table, column)
    }

    fn default_candidate(&self, table: &Table, column: &Column) -> Option<String> {
        candidates::default(table, column)
    }

    fn finish(
        &self,
        spec: &Spec,
        _floor: &Floor,
        schema: &mut Schema,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut comments = 0_usize;
        for (_, table) in schema.tables_mut() {
            found.extend(misplaced_identity(spec, table));
            comments += finish_table(table);
        }
        if comments > 0 {
            found.push(
                Diagnostic::warning(
                    "comment-not-stored",
                    format!(
                        "SQLite stores no comments: {comments} {} left out",
                        if comments == 1 { "is" } else { "are" }
                    ),
                )
                .help("they stay in the specs; nothing else is lost"),
            );
        }
    }

    fn canon(&self, schema: &mut Schema) {
        normal_form::schema(schema);
    }

    fn render(&self, action: &Action) -> Vec<String> {
        ddl::action(action)
    }

    fn rebuilds(&self, action: &Action) -> bool {
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

    fn hazards(&self, step: &Step, _server: Option<&Server>) -> Vec<Hazard> {
        impact::of(step)
    }

    fn session(
        &self,
        _server: &Server,
        _role: Option<&str>,
        _search_path: &[String],
    ) -> Vec<String> {
        [
            "PRAGMA foreign_keys = ON",
            "PRAGMA legacy_alter_table = OFF",
            "PRAGMA ignore_check_constraints = OFF",
            "PRAGMA recursive_triggers = OFF",
        ]
        .map(String::from)
        .to_vec()
    }

    fn inspect<'a>(
        &'a self,
        conn: &'a mut Conn,
        scope: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>> {
        Box::pin(inspect::schema(conn, scope))
    }

    fn reconcile<'a>(
        &'a self,
        conn: &'a mut Conn,
        want: &'a mut Schema,
        have: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(compare::schema(conn, want, have))
    }

    fn obstacles<'a>(
        &'a self,
        conn: &'a mut Conn,
        plan: &'a Plan,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(rebuild_losses::of_plan(conn, plan))
    }

    fn undeclared_losses<'a>(
        &'a self,
        conn: &'a mut Conn,
        statements: &'a [&'a str],
        before: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        Box::pin(rebuild_losses::of_statements(conn, statements, before))
    }
}

/// An identity that isn't the whole primary key: the rowid can be nothing else.
fn misplaced_identity(spec: &Spec, table: &Table) -> Option<Diagnostic> {
    let column = table.columns.iter().find(|c| c.identity.is_some())?;
    let key = table.primary_key().map(Constraint::columns);
    if key.is_some_and(|key| key == [&column.name]) {
        return None;
    }
    let name = &column.name;
    let error = Diagnostic::error(
        "unsupported",
        format!("on SQLite the identity `{name}` must be the primary key by itself"),
    )
    .help(format!(
        "write `primary_key: [{name}]`, and make another key a `unique`"
    ));
    let at = spec
        .tables
        .iter()
        .filter(|other| other.name.value == table.id.name)
        .flat_map(|other| &other.columns)
        .find(|other| other.name.value == *name)
        .and_then(|other| other.identity.as_ref().map(|identity| &identity.at));
    Some(match at {
        Some(at) => error.at(at),
        None => error,
    })
}

/// Says in SQLite's terms what the spec says, and counts the comments that have no place.
fn finish_table(table: &mut Table) -> usize {
    let mut comments = usize::from(table.options.comment.is_some());
    table.options = Options {
        attrs: std::mem::take(&mut table.options.attrs),
        ..Options::default()
    };
    let without_rowid = table.options.attrs.has("without_rowid");
    let key: Vec<_> = table
        .primary_key()
        .map(|key| key.columns().into_iter().cloned().collect())
        .unwrap_or_default();
    for column in &mut table.columns {
        comments += usize::from(column.comment.take().is_some());
        column.charset = None;
        // `integer` as the only key would be the rowid, which makes up what an INSERT leaves out;
        // `int` has the same affinity and stays an ordinary column
        let only_key = key.len() == 1 && key.contains(&column.name);
        if only_key
            && !without_rowid
            && column.identity.is_none()
            && column.ty == SqlType::new("integer")
        {
            column.ty = SqlType::new("int");
        }
    }
    // as indexes, uniques come and go without the table being made anew
    let constraints = std::mem::take(&mut table.constraints);
    for constraint in constraints {
        match constraint.kind {
            ConstraintKind::Unique(parts) => table.indexes.push(unique(constraint.name, parts)),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => table.constraints.push(Constraint {
                comment: None,
                ..constraint
            }),
        }
    }
    for index in &mut table.indexes {
        comments += usize::from(index.comment.take().is_some());
        index.method = None;
    }
    comments
}

fn unique(name: crate::model::Name, parts: Vec<crate::model::IndexPart>) -> Index {
    Index {
        unique: true,
        ..Index::new(name, parts)
    }
}
