//! Tables of SQLite written by hand, a database in memory for them, and their comparison.

pub(crate) use crate::support::workbench::*;
pub(crate) use tablewright::dialect::sqlite::Sqlite;

pub(crate) async fn open() -> Conn {
    Conn::open(&DbUrl::new("sqlite::memory:"), true)
        .await
        .unwrap()
}

pub(crate) async fn number(conn: &mut Conn, sql: &str) -> i64 {
    conn.query(sql).await.unwrap()[0].number_at(0).unwrap()
}

/// The schema as it is wanted: through `finish` and `normalize`, as lowering does it.
pub(crate) fn wanted(tables: &[&Table]) -> Schema {
    finished(&Sqlite, tables.iter().map(|table| (*table).clone()))
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

pub(crate) fn primary(table: &str, columns: &[&str]) -> Constraint {
    Constraint::new(
        Given::Derived(format!("pk_{table}").into()),
        ConstraintKind::PrimaryKey(parts(columns)),
    )
}

pub(crate) fn foreign(
    name: &str,
    columns: &[&str],
    target: &str,
    on_delete: ReferentialAction,
) -> Constraint {
    constraint(
        name,
        ConstraintKind::ForeignKey(reference(columns, target, on_delete)),
    )
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
        check_of_type(
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
    table.indexes = vec![index("idx_title", parts(&["title"]))];
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
    let mut schema = schema_of([table.clone()]);
    Sqlite.normalize(&mut schema);
    let name = table.id.name.as_str().to_owned();
    take(&mut schema, &name)
}

pub(crate) async fn create(conn: &mut Conn, table: &Table) {
    perform(conn, &Sqlite, &table_creation(table)).await;
}

/// What the executor does with one migration.
pub(crate) async fn execute(conn: &mut Conn, action: &Action) {
    if Sqlite.rebuilds_table(action) {
        send(conn, "PRAGMA foreign_keys = OFF").await;
    }
    send(conn, "BEGIN IMMEDIATE").await;
    perform(conn, &Sqlite, action).await;
    let orphans = conn.query("PRAGMA foreign_key_check").await.unwrap();
    assert!(orphans.is_empty(), "{orphans:?}");
    send(conn, "COMMIT; PRAGMA foreign_keys = ON").await;
}
