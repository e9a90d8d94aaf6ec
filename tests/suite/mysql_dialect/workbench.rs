//! A database for each test on each server, hand-made schemas, and their comparison.

pub(crate) use crate::support::Engine;
pub(crate) use tablewright::change::{Action, Change, Delta, TableOp};
pub(crate) use tablewright::db::{Conn, DbUrl, Vendor};
pub(crate) use tablewright::diag::Location;

pub(crate) use tablewright::dialect::mysql::MySql;
pub(crate) use tablewright::dialect::{Dialect, InspectScope};
pub(crate) use tablewright::model::{
    Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, Generated, Given, Ident, Identity,
    Index, IndexPart, Match, Object, ObjectId, Options, Pair, ReferentialAction, Schema, Table,
};
pub(crate) use tablewright::spec::{
    ColumnSpec, ColumnType, DefaultSpec, EnumValue, Neutral, OptionsSpec, Sp, Spec, TableSpec,
    parse_text,
};

/// Runs a test in a new database of each server that is there.
pub(crate) fn on_each(body: &impl AsyncFn(&mut Conn)) {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut conn = Conn::open(&DbUrl::new(db.url()), false).await.unwrap();
                for pin in MySql.session(&conn.server().clone(), None, &[]) {
                    conn.run(&pin).await.unwrap();
                }
                body(&mut conn).await;
                conn.close().await;
            });
        });
    }
}

pub(crate) async fn apply(conn: &mut Conn, action: &Action) {
    for sql in MySql.render(action) {
        if let Err(failed) = conn.run(&sql).await {
            panic!("{}: {failed}\n{sql}", conn.server());
        }
    }
}

pub(crate) async fn create(conn: &mut Conn, table: &Table) {
    let object = Object::Table(Box::new(table.clone()));
    apply(
        conn,
        &Action::Change(Change::Create(table.id.clone(), object)),
    )
    .await;
}

pub(crate) async fn inspect(conn: &mut Conn) -> Schema {
    MySql.inspect(conn, &InspectScope::default()).await.unwrap()
}

pub(crate) fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    MySql.canon(&mut schema);
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

pub(crate) fn sp<T>(value: T) -> Sp<T> {
    Sp { value, at: at() }
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
        options: OptionsSpec::default(),
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
    table.options = Options {
        engine: Some(Given::Derived(String::from("InnoDB"))),
        charset: Some(Given::Derived(String::from("utf8mb4"))),
        collation: Some(Given::Derived(String::from("utf8mb4_unicode_ci"))),
        ..Options::default()
    };
    table
}

pub(crate) fn named(name: &str) -> Given<Ident> {
    Given::Given(name.into())
}

pub(crate) fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint::new(named(name), kind)
}

pub(crate) fn primary(columns: &[&str]) -> Constraint {
    let parts = columns.iter().map(|c| IndexPart::column(*c)).collect();
    constraint("PRIMARY", ConstraintKind::PrimaryKey(parts))
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> Constraint {
    let parts = columns.iter().map(|c| IndexPart::column(*c)).collect();
    constraint(name, ConstraintKind::Unique(parts))
}

pub(crate) fn check(name: &str, expr: &str) -> Constraint {
    let expr = Expr::new(expr);
    constraint(
        name,
        ConstraintKind::Check(Check {
            expr,
            of_type: None,
            validated: true,
        }),
    )
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
            columns: vec![column.into()],
            target: ObjectId::table(target),
            target_columns: vec!["id".into()],
            on_delete,
            on_update: ReferentialAction::Restrict,
            matching: Match::Simple,
            validated: true,
        }),
    )
}

pub(crate) fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index::new(named(name), parts)
}
