//! Tables of MySQL and MariaDB written by hand, databases for them, and their comparison.

pub(crate) use crate::support::Engine;
pub(crate) use crate::support::workbench::*;
pub(crate) use tablewright::dialect::mysql::MySql;

/// Runs a test in a new database of each server that is there.
pub(crate) fn on_each(body: &impl AsyncFn(&mut Conn)) {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            block_on(async {
                let mut conn = connect(&MySql, db.url()).await;
                body(&mut conn).await;
                conn.close().await;
            });
        });
    }
}

pub(crate) async fn apply(conn: &mut Conn, action: &Action) {
    perform(conn, &MySql, action).await;
}

pub(crate) async fn create(conn: &mut Conn, table: &Table) {
    apply(conn, &table_creation(table)).await;
}

pub(crate) async fn inspect(conn: &mut Conn) -> Schema {
    MySql.inspect(conn, &InspectScope::default()).await.unwrap()
}

pub(crate) fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = schema_of(tables);
    MySql.normalize(&mut schema);
    schema
}

/// What `diff` compares: no order of constraints and indexes, no derived names.
pub(crate) fn comparable(table: &Table) -> Table {
    let mut table = table.clone();
    table.constraints.sort_by_key(|c| format!("{:?}", c.kind));
    table.indexes.sort_by_key(|i| format!("{:?}", i.parts));
    table
}

#[track_caller]
pub(crate) fn assert_same(what: &str, want: &Table, have: &Table) {
    let (want, have) = (comparable(want), comparable(have));
    assert_eq!(want.columns, have.columns, "{what}");
    assert_eq!(
        want.constraints.len(),
        have.constraints.len(),
        "{what}: {want:#?}\n{have:#?}"
    );
    for (one, other) in want.constraints.iter().zip(&have.constraints) {
        assert_eq!(one.kind, other.kind, "{what}");
        assert!(one.name.agrees(&other.name), "{what}: {one:?} {other:?}");
    }
    assert_eq!(
        want.indexes.len(),
        have.indexes.len(),
        "{what}: {want:#?}\n{have:#?}"
    );
    for (one, other) in want.indexes.iter().zip(&have.indexes) {
        assert!(one.name.agrees(&other.name), "{what}: {one:?} {other:?}");
        let unnamed = Index {
            name: other.name.clone(),
            ..one.clone()
        };
        assert_eq!(unnamed, *other, "{what}");
    }
    let (wanted, found) = (&want.options, &have.options);
    let agrees = |a: &Option<Given<String>>, b: &Option<Given<String>>| {
        (a.as_ref().zip(b.as_ref())).is_none_or(|(a, b)| a.agrees(b))
    };
    assert!(
        wanted.comment == found.comment
            && agrees(&wanted.engine, &found.engine)
            && agrees(&wanted.charset, &found.charset)
            && agrees(&wanted.collation, &found.collation),
        "{what}: {want:#?}\n{have:#?}"
    );
}

pub(crate) async fn assert_live(conn: &mut Conn, what: &str, want: &Schema) {
    let have = inspect(conn).await;
    let server = conn.server().clone();
    assert_eq!(
        want.objects.keys().collect::<Vec<_>>(),
        have.objects.keys().collect::<Vec<_>>(),
        "{server}: {what}"
    );
    for (id, table) in want.tables() {
        assert_same(&format!("{server}: {what}"), table, have.table(id).unwrap());
    }
}

pub(crate) fn at() -> Location {
    Location {
        file: "t.yaml".into(),
        line: 1,
        column: 1,
        width: 1,
    }
}

pub(crate) fn sp<T>(value: T) -> Spanned<T> {
    Spanned { value, at: at() }
}

pub(crate) fn column_spec(name: &str, ty: ColumnType) -> ColumnSpec {
    ColumnSpec {
        name: sp(name.into()),
        ty: sp(ty),
        nullable: false,
        default: None,
        identity: None,
        generated: None,
        on_update_now: None,
        comment: None,
        renamed_from: None,
        charset: None,
        collation: None,
        native: Vec::new(),
    }
}

pub(crate) fn table_spec(name: &str, columns: Vec<ColumnSpec>) -> TableSpec {
    TableSpec {
        name: sp(name.into()),
        schema: None,
        comment: None,
        external: false,
        renamed_from: None,
        columns,
        primary_key: None,
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        options: StorageOptionsSpec::default(),
        exclusions: Vec::new(),
        native: Vec::new(),
        partitioning: None,
        partition_of: None,
        inherits: Vec::new(),
    }
}

pub(crate) fn lowered(tables: Vec<TableSpec>) -> Schema {
    let spec = Spec {
        tables,
        ..Spec::default()
    };
    let lowered = tablewright::compile::lower(&MySql, &spec, &MySql.default_floor());
    assert_eq!(lowered.diagnostics, []);
    lowered.schema
}

/// The same from a spec's text.
pub(crate) fn lowered_text(text: &str) -> Schema {
    let (documents, found) = parse_text("t.yaml", text);
    assert_eq!(found, []);
    let (spec, found) = documents.resolve(&["mysql"]);
    assert_eq!(found, []);
    let lowered = tablewright::compile::lower(&MySql, &spec, &MySql.default_floor());
    assert_eq!(lowered.diagnostics, []);
    lowered.schema
}

pub(crate) fn native(ty: &str) -> tablewright::model::SqlType {
    MySql.native_type(ty).unwrap()
}

pub(crate) fn column(name: &str, ty: &str, default: Option<&str>) -> Column {
    Column {
        default: default.map(Expr::new),
        ..Column::new(name, native(ty))
    }
}

pub(crate) fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut table = Table::new(ObjectId::table(name));
    table.columns = columns;
    table.options = TableOptions {
        engine: Some(Given::Derived(String::from("InnoDB"))),
        charset: Some(Given::Derived(String::from("utf8mb4"))),
        collation: Some(Given::Derived(String::from("utf8mb4_unicode_ci"))),
        ..TableOptions::default()
    };
    table
}

pub(crate) fn primary(columns: &[&str]) -> Constraint {
    constraint("PRIMARY", ConstraintKind::PrimaryKey(parts(columns)))
}

pub(crate) fn foreign_key(
    name: &str,
    column: &str,
    target: &str,
    on_delete: ReferentialAction,
) -> Constraint {
    constraint(
        name,
        ConstraintKind::ForeignKey(ForeignKey {
            on_update: ReferentialAction::Restrict,
            ..reference(&[column], target, on_delete)
        }),
    )
}
