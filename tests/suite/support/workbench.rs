//! Shared by the tests of the three dialects: hand-written objects, and statements that are generated and run.

pub(crate) use tablewright::change::{Action, Change, Delta, TableOp};
pub(crate) use tablewright::db::{Conn, DbUrl, Vendor};
pub(crate) use tablewright::diag::{Location, Severity};
pub(crate) use tablewright::dialect::{
    Ddl, Dialect, InspectScope, LiveServer, Normalize, TypeMapping,
};
pub(crate) use tablewright::model::*;
pub(crate) use tablewright::spec::{
    ColumnSpec, ColumnType, DefaultSpec, EnumValue, Neutral, Spanned, Spec, StorageOptionsSpec,
    TableSpec, parse_text,
};

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// A connection whose session is set up as for a migration.
pub(crate) async fn connect(dialect: &dyn Dialect, url: &str) -> Conn {
    let mut conn = Conn::open(&DbUrl::new(url), false).await.unwrap();
    for sql in dialect.session_statements(&conn.server().clone(), None, &[]) {
        conn.run(&sql).await.unwrap();
    }
    conn
}

/// Runs a message, and panics with its text where it fails.
pub(crate) async fn send(conn: &mut Conn, sql: &str) {
    if let Err(failed) = conn.run(sql).await {
        panic!("{}: {failed} in\n{sql}", conn.server());
    }
}

/// Renders an action and runs its statements.
pub(crate) async fn perform(conn: &mut Conn, dialect: &dyn Dialect, action: &Action) {
    for sql in dialect.statements(action) {
        send(conn, &sql).await;
    }
}

/// The action that creates an object.
pub(crate) fn creation(id: &ObjectId, object: &Object) -> Action {
    Action::Change(Change::Create(id.clone(), object.clone()))
}

/// The action that creates a table.
pub(crate) fn table_creation(table: &Table) -> Action {
    creation(&table.id, &Object::Table(Box::new(table.clone())))
}

/// A schema of these tables as they are, not in normal form.
pub(crate) fn schema_of(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        let id = table.id.clone();
        schema.objects.insert(id, Object::Table(Box::new(table)));
    }
    schema
}

/// A schema of these tables in normal form, completed as lowering does it.
pub(crate) fn finished(dialect: &dyn Dialect, tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = schema_of(tables);
    let floor = dialect.default_floor();
    dialect.complete(&Spec::default(), &floor, &mut schema, &mut Vec::new());
    dialect.normalize(&mut schema);
    schema
}

pub(crate) fn given(name: &str) -> Given<Ident> {
    Given::Given(name.into())
}

pub(crate) fn parts(columns: &[&str]) -> Vec<IndexPart> {
    columns.iter().map(|c| IndexPart::on_column(*c)).collect()
}

pub(crate) fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint::new(given(name), kind)
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> Constraint {
    constraint(name, ConstraintKind::Unique(parts(columns)))
}

pub(crate) fn check(name: &str, sql: &str) -> Constraint {
    check_of_type(name, sql, None)
}

/// A check that is part of a column's type.
pub(crate) fn check_of_type(name: &str, sql: &str, column: Option<&str>) -> Constraint {
    constraint(
        name,
        ConstraintKind::Check(Check {
            expr: Expr::new(sql),
            of_type: column.map(Ident::from),
            validated: true,
        }),
    )
}

/// A reference to the column `id` of a table.
pub(crate) fn reference(
    columns: &[&str],
    target: &str,
    on_delete: ReferentialAction,
) -> ForeignKey {
    ForeignKey {
        columns: columns.iter().map(|c| Ident::from(*c)).collect(),
        target: ObjectId::table(target),
        target_columns: vec!["id".into()],
        on_delete,
        on_update: ReferentialAction::NoAction,
        matching: ForeignKeyMatch::Simple,
        validated: true,
    }
}

pub(crate) fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index::new(given(name), parts)
}
