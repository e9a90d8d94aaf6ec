//! A database in memory, hand-made tables, and their comparison.

pub(crate) use std::future::Future;
pub(crate) use tablewright::change::{Action, Change, Delta, TableOp};
pub(crate) use tablewright::db::{Conn, DbUrl};
pub(crate) use tablewright::diag::Severity;
pub(crate) use tablewright::dialect::sqlite::Sqlite;
pub(crate) use tablewright::dialect::{Dialect, InspectScope};
pub(crate) use tablewright::model::{
    Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, Generated, Given, Ident, Identity,
    Index, IndexPart, Match, Object, ObjectId, Pair, PartKey, ReferentialAction, Schema, SqlType,
    Table,
};
pub(crate) use tablewright::spec::{DefaultSpec, Neutral, Sp, Spec};

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

pub(crate) async fn open() -> Conn {
    Conn::open(&DbUrl::new("sqlite::memory:"), true)
        .await
        .unwrap()
}

pub(crate) async fn send(conn: &mut Conn, sql: &str) {
    if let Err(failed) = conn.run(sql).await {
        panic!("{failed} in\n{sql}");
    }
}

pub(crate) async fn number(conn: &mut Conn, sql: &str) -> i64 {
    conn.query(sql).await.unwrap()[0].number(0).unwrap()
}

/// The schema as it is wanted: through `finish` and `canon`, as lowering does it.
pub(crate) fn wanted(tables: &[&Table]) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        let object = Object::Table(Box::new((*table).clone()));
        schema.objects.insert(table.id.clone(), object);
    }
    Sqlite.finish(
        &Spec::default(),
        &Sqlite.default_floor(),
        &mut schema,
        &mut Vec::new(),
    );
    Sqlite.canon(&mut schema);
    schema
}

/// A table without what a comparison leaves out: who chose a name, and the order of the parts.
pub(crate) fn bare(table: &Table) -> Table {
    let mut table = table.clone();
    for constraint in &mut table.constraints {
        constraint.name = Given::Given(constraint.name.get().clone());
    }
    for index in &mut table.indexes {
        index.name = Given::Given(index.name.get().clone());
    }
    table.constraints.sort_by_key(|c| c.name.get().clone());
    table.indexes.sort_by_key(|i| i.name.get().clone());
    table
}

pub(crate) async fn inspect(conn: &mut Conn) -> Schema {
    Sqlite
        .inspect(conn, &InspectScope::default())
        .await
        .unwrap()
}

pub(crate) async fn assert_live(conn: &mut Conn, want: &Table, what: &str) {
    let live = inspect(conn).await;
    let live = live
        .table(&want.id)
        .unwrap_or_else(|| panic!("{what}: {} is missing", want.id));
    assert_eq!(bare(live), bare(want), "{what}");
}

pub(crate) fn column(name: &str, ty: SqlType) -> Column {
    Column::new(name, ty)
}

pub(crate) fn nullable(name: &str, ty: SqlType) -> Column {
    Column {
        nullable: true,
        ..Column::new(name, ty)
    }
}

pub(crate) fn text() -> SqlType {
    SqlType::new("text")
}

pub(crate) fn check(name: &str, sql: &str, of_type: Option<&str>) -> Constraint {
    Constraint::new(
        Given::Given(name.into()),
        ConstraintKind::Check(Check {
            expr: Expr::new(sql),
            of_type: of_type.map(Ident::from),
            validated: true,
        }),
    )
}

pub(crate) fn primary(table: &str, columns: &[&str]) -> Constraint {
    Constraint::new(
        Given::Derived(format!("pk_{table}").into()),
        ConstraintKind::PrimaryKey(columns.iter().map(|c| IndexPart::column(*c)).collect()),
    )
}

pub(crate) fn foreign(
    name: &str,
    columns: &[&str],
    target: &str,
    on_delete: ReferentialAction,
) -> Constraint {
    Constraint::new(
        Given::Given(name.into()),
        ConstraintKind::ForeignKey(ForeignKey {
            columns: columns.iter().map(|c| Ident::from(*c)).collect(),
            target: ObjectId::table(target),
            target_columns: vec!["id".into()],
            on_delete,
            on_update: ReferentialAction::NoAction,
            matching: Match::Simple,
            validated: true,
        }),
    )
}

pub(crate) fn index(name: &str, parts: Vec<IndexPart>, unique: bool) -> Index {
    Index {
        unique,
        ..Index::new(Given::Given(name.into()), parts)
    }
}

/// A table of which much can be changed.
pub(crate) fn tasks() -> Table {
    let mut table = Table::new(ObjectId::table("tasks"));
    let mut id = column("id", SqlType::new("integer"));
    id.identity = Some(Identity::Rowid);
    let mut status = column("status", text());
    status.default = Some(Expr::new("'open'"));
    table.columns = vec![
        id,
        column("title", SqlType::with_args("varchar", &[200])),
        status,
        nullable("parent_id", SqlType::new("integer")),
        nullable("note", text()),
        nullable("spare", SqlType::new("integer")),
    ];
    table.constraints = vec![
        primary("tasks", &["id"]),
        check(
            "ck_tasks_status",
            "status IN ('open', 'done')",
            Some("status"),
        ),
        foreign(
            "fk_tasks_parent_id",
            &["parent_id"],
            "tasks",
            ReferentialAction::SetNull,
        ),
    ];
    table.indexes = vec![index("idx_title", vec![IndexPart::column("title")], false)];
    let mut schema = wanted(&[&table]);
    take(&mut schema, "tasks")
}

pub(crate) fn take(schema: &mut Schema, name: &str) -> Table {
    match schema.objects.remove(&ObjectId::table(name)) {
        Some(Object::Table(table)) => *table,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn canonical(table: &Table) -> Table {
    let mut schema = Schema::default();
    let object = Object::Table(Box::new(table.clone()));
    schema.objects.insert(table.id.clone(), object);
    Sqlite.canon(&mut schema);
    let name = table.id.name.as_str().to_owned();
    take(&mut schema, &name)
}

pub(crate) async fn create(conn: &mut Conn, table: &Table) {
    let create = Change::Create(table.id.clone(), Object::Table(Box::new(table.clone())));
    for statement in Sqlite.render(&Action::Change(create)) {
        send(conn, &statement).await;
    }
}

/// What the executor does with one migration.
pub(crate) async fn execute(conn: &mut Conn, action: &Action) {
    if Sqlite.rebuilds(action) {
        send(conn, "PRAGMA foreign_keys = OFF").await;
    }
    send(conn, "BEGIN IMMEDIATE").await;
    for statement in Sqlite.render(action) {
        send(conn, &statement).await;
    }
    let orphans = conn.query("PRAGMA foreign_key_check").await.unwrap();
    assert!(orphans.is_empty(), "{orphans:?}");
    send(conn, "COMMIT; PRAGMA foreign_keys = ON").await;
}
