//! Tables of PostgreSQL written by hand, a database for them, and their comparison.

pub(crate) use crate::support::workbench::*;
pub(crate) use crate::support::{Engine, TestDb};
pub(crate) use tablewright::dialect::postgres::Postgres;

/// A database of its own, dropped at the end.
pub(crate) struct Scratch {
    pub(crate) conn: Conn,
    db: TestDb,
}

impl Scratch {
    /// A connection to it, its session pinned as for a migration; `None` where there is no server.
    pub(crate) async fn new() -> Option<Self> {
        let db = TestDb::create(Engine::Postgres)?;
        let conn = connect(&Postgres, db.url()).await;
        Some(Self { conn, db })
    }

    pub(crate) async fn run(&mut self, action: &Action) {
        perform(&mut self.conn, &Postgres, action).await;
    }

    pub(crate) async fn make(&mut self, schema: &Schema) {
        for (id, object) in &schema.objects {
            self.run(&creation(id, object)).await;
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

pub(crate) fn schema(tables: Vec<Table>) -> Schema {
    finished(&Postgres, tables)
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
    // schemas and functions that no spec declares may exist as well
    let counts = |id: &&ObjectId| {
        want.objects.contains_key(*id)
            || !matches!(id.kind, ObjectKind::Namespace | ObjectKind::Routine)
    };
    let names = |s: &Schema| s.objects.keys().filter(counts).cloned().collect::<Vec<_>>();
    assert_eq!(names(&have), names(&want), "{what}");
}

pub(crate) fn key(table: &str) -> Constraint {
    constraint(
        &format!("pk_{table}"),
        ConstraintKind::PrimaryKey(parts(&["id"])),
    )
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
    users.constraints = vec![key("users"), unique("uq_users_email", &["email"])];
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
                    on_update: ReferentialAction::Restrict,
                    matching: ForeignKeyMatch::Full,
                    ..reference(&["user_id"], "users", ReferentialAction::Cascade)
                }),
            )
        },
    ];
    let by_time = IndexPart {
        desc: true,
        ..IndexPart::on_column("updated_at")
    };
    let lower = IndexPart {
        key: PartKey::Expr(Expr::new("lower(title)")),
        ..IndexPart::on_column("x")
    };
    let odd = IndexPart {
        desc: true,
        nulls_first: Some(false),
        opclass: Some(String::from("varchar_pattern_ops")),
        ..IndexPart::on_column("title")
    };
    posts.indexes = vec![
        Index {
            comment: Some(String::from("by time")),
            ..index("idx_recent", vec![IndexPart::on_column("status"), by_time])
        },
        Index {
            unique: true,
            predicate: Some(Expr::new("status in ('draft','live')")),
            include: vec!["body".into()],
            ..index("idx_title", vec![lower])
        },
        Index {
            method: Some(String::from("gin")),
            ..index("idx_tags", vec![IndexPart::on_column("tags")])
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
