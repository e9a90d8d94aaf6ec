//! A database to work in, hand-made schemas, and their comparison.

pub(crate) use crate::support::{Engine, TestDb};
pub(crate) use tablewright::change::{Action, Change, Delta, TableOp};
pub(crate) use tablewright::db::{Conn, DbUrl};
pub(crate) use tablewright::dialect::postgres::Postgres;
pub(crate) use tablewright::dialect::{Dialect, InspectScope};
pub(crate) use tablewright::model::*;
pub(crate) use tablewright::spec::{EnumValue, Neutral, Spec};

/// A database of its own, dropped at the end.
pub(crate) struct Scratch {
    pub(crate) conn: Conn,
    db: TestDb,
}

impl Scratch {
    /// A connection to it, its session pinned as for a migration; `None` where there is no server.
    pub(crate) async fn new() -> Option<Self> {
        let db = TestDb::create(Engine::Postgres)?;
        let mut conn = Conn::open(&DbUrl::new(db.url()), false).await.unwrap();
        for sql in Postgres.session(&conn.server().clone(), None, &[]) {
            conn.query(&sql).await.unwrap();
        }
        Some(Self { conn, db })
    }

    pub(crate) async fn run(&mut self, action: &Action) {
        for sql in Postgres.render(action) {
            if let Err(error) = self.conn.query(&sql).await {
                panic!("{error}\n{sql}");
            }
        }
    }

    pub(crate) async fn make(&mut self, schema: &Schema) {
        for (id, object) in &schema.objects {
            self.run(&create(id, object)).await;
        }
    }

    pub(crate) async fn inspect(&mut self) -> Schema {
        let scope = InspectScope {
            schemas: vec![String::from("auth")],
            hidden: vec![String::from("hidden")],
            ignore: vec![String::from("*_old")],
            ..InspectScope::default()
        };
        Postgres.inspect(&mut self.conn, &scope).await.unwrap()
    }

    pub(crate) async fn end(self) {
        self.conn.close().await;
        drop(self.db);
    }
}

pub(crate) fn create(id: &ObjectId, object: &Object) -> Action {
    Action::Change(Change::Create(id.clone(), object.clone()))
}

pub(crate) fn ty(text: &str) -> SqlType {
    Postgres.native_type(text).unwrap()
}

pub(crate) fn column(name: &str, text: &str) -> Column {
    Column::new(name, ty(text))
}

pub(crate) fn nullable(name: &str, text: &str) -> Column {
    Column {
        nullable: true,
        ..column(name, text)
    }
}

pub(crate) fn with_default(name: &str, text: &str, default: &str) -> Column {
    Column {
        default: Some(Expr::new(default)),
        ..nullable(name, text)
    }
}

pub(crate) fn given(name: &str) -> Name {
    Given::Given(name.into())
}

pub(crate) fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint::new(given(name), kind)
}

pub(crate) fn check(name: &str, text: &str) -> Constraint {
    let expr = Expr::new(text);
    constraint(
        name,
        ConstraintKind::Check(Check {
            expr,
            of_type: None,
            validated: true,
        }),
    )
}

/// A schema in normal form, with what `finish` adds.
pub(crate) fn schema(tables: Vec<Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    Postgres.finish(
        &Spec::default(),
        &Postgres.default_floor(),
        &mut schema,
        &mut Vec::new(),
    );
    Postgres.canon(&mut schema);
    schema
}

/// The same order on both sides: the server gives parts by kind and name, new columns last.
pub(crate) fn sorted(mut schema: Schema) -> Schema {
    for (_, table) in schema.tables_mut() {
        table.columns.sort_by_key(|c| c.name.clone());
        table.constraints.sort_by_key(|c| c.name.get().clone());
        table.indexes.sort_by_key(|i| i.name.get().clone());
    }
    schema
}

pub(crate) fn same(have: Schema, want: Schema, what: &str) {
    let (have, want) = (sorted(have), sorted(want));
    for (id, object) in &want.objects {
        if let (Some(have), Some(want)) = (have.table(id), object.as_table()) {
            // part by part: a whole table is too much to read
            for (have, want) in have.columns.iter().zip(&want.columns) {
                assert_eq!(have, want, "{what}: {id}");
            }
            for (have, want) in have.constraints.iter().zip(&want.constraints) {
                assert_eq!(have, want, "{what}: {id}");
            }
            for (have, want) in have.indexes.iter().zip(&want.indexes) {
                assert_eq!(have, want, "{what}: {id}");
            }
        }
        assert_eq!(have.objects.get(id), Some(object), "{what}: {id}");
    }
    // schemas and functions that nobody spoke of may be there as well
    let counts = |id: &&ObjectId| {
        want.objects.contains_key(*id) || !matches!(id.kind, Kind::Namespace | Kind::Routine)
    };
    let names = |s: &Schema| s.objects.keys().filter(counts).cloned().collect::<Vec<_>>();
    assert_eq!(names(&have), names(&want), "{what}");
}

pub(crate) fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index::new(given(name), parts)
}

pub(crate) fn key(table: &str) -> Constraint {
    let parts = vec![IndexPart::column("id")];
    constraint(&format!("pk_{table}"), ConstraintKind::PrimaryKey(parts))
}

pub(crate) fn users() -> Table {
    let mut users = Table::new(ObjectId::table("users"));
    users.columns = vec![
        Column {
            identity: Some(Identity::ByDefault),
            ..column("id", "bigint")
        },
        column("email", "varchar(255)"),
    ];
    let unique = ConstraintKind::Unique(vec![IndexPart::column("email")]);
    users.constraints = vec![key("users"), constraint("uq_users_email", unique)];
    users
}

pub(crate) fn posts() -> Table {
    let mut posts = Table::new(ObjectId::table("posts"));
    posts.columns = vec![
        column("id", "bigserial"),
        nullable("user_id", "bigint"),
        column("title", "varchar(100)"),
        Column {
            comment: Some(String::from("It's Markdown")),
            ..nullable("body", "text")
        },
        with_default("status", "text", "'draft'"),
        Column {
            on_update_now: true,
            ..with_default("updated_at", "timestamptz", "now()")
        },
        nullable("tags", "text[]"),
    ];
    posts.constraints = vec![
        key("posts"),
        check("ck_status", "status in ('draft', 'live')"),
        Constraint {
            timing: Timing::Deferred,
            ..constraint(
                "fk_user",
                ConstraintKind::ForeignKey(ForeignKey {
                    columns: vec!["user_id".into()],
                    target: ObjectId::table("users"),
                    target_columns: vec!["id".into()],
                    on_delete: ReferentialAction::Cascade,
                    on_update: ReferentialAction::Restrict,
                    matching: Match::Full,
                    validated: true,
                }),
            )
        },
    ];
    let by_time = IndexPart {
        desc: true,
        ..IndexPart::column("updated_at")
    };
    let lower = IndexPart {
        key: PartKey::Expr(Expr::new("lower(title)")),
        ..IndexPart::column("x")
    };
    let odd = IndexPart {
        desc: true,
        nulls_first: Some(false),
        opclass: Some(String::from("varchar_pattern_ops")),
        ..IndexPart::column("title")
    };
    posts.indexes = vec![
        Index {
            comment: Some(String::from("by time")),
            ..index("idx_recent", vec![IndexPart::column("status"), by_time])
        },
        Index {
            unique: true,
            predicate: Some(Expr::new("status in ('draft','live')")),
            include: vec!["body".into()],
            ..index("idx_title", vec![lower])
        },
        Index {
            method: Some(String::from("gin")),
            ..index("idx_tags", vec![IndexPart::column("tags")])
        },
        index("idx_odd", vec![odd]),
    ];
    posts.options.comment = Some(String::from("What people wrote"));
    posts
}

/// Every column that the expression cases speak of.
pub(crate) fn wide() -> Table {
    let mut table = Table::new(ObjectId::table("wide"));
    table.columns = vec![column("id", "bigint"), column("role", "varchar(20)")];
    for (name, text) in [
        ("status", "text"),
        ("i", "int"),
        ("bg", "bigint"),
        ("n", "numeric(30,4)"),
        ("f", "float8"),
        ("b", "bool"),
        ("ts", "timestamptz"),
        ("tl", "timestamp"),
        ("d", "date"),
        ("j", "jsonb"),
        ("arr", "text[]"),
        ("u", "uuid"),
        ("c3", "char(3)"),
        ("order", "int"),
        ("raw", "bytea"),
    ] {
        table.columns.push(nullable(name, text));
    }
    table
}
