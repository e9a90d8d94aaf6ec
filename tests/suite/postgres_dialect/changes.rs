//! Changes of tables, in both directions.

use super::fixtures::*;

/// Ops of `posts`, and the table after them.
fn changes() -> Vec<(&'static str, Vec<TableOp>, Table)> {
    let mut out = Vec::new();
    type Case = (&'static str, &'static str, fn(&mut Column));
    let cases: &[Case] = &[
        ("widen", "title", |c| c.ty = ty("varchar(200)")),
        ("set not null", "body", |c| c.nullable = false),
        ("set not null with default", "updated_at", |c| {
            c.nullable = false
        }),
        ("comment", "body", |c| c.comment = None),
        ("default", "status", |c| {
            c.default = Some(Expr::new("'live'"))
        }),
        ("no default", "status", |c| c.default = None),
        ("no touch", "updated_at", |c| c.on_update_now = false),
        ("touched type", "updated_at", |c| {
            c.ty = ty("timestamptz(3)")
        }),
        ("serial to identity", "id", |c| {
            c.identity = Some(Identity::Always)
        }),
        ("serial to nothing", "id", |c| {
            (c.identity, c.ty) = (None, ty("bigint"))
        }),
        ("to another family", "user_id", |c| c.ty = ty("int")),
        ("collation", "body", |c| {
            c.collation = Some(String::from("C"))
        }),
    ];
    for (what, name, change) in cases {
        let from = schema(vec![posts()]);
        let from = from
            .tables()
            .next()
            .unwrap()
            .1
            .column(name)
            .unwrap()
            .clone();
        let mut to = posts();
        let column = to
            .columns
            .iter_mut()
            .find(|c| c.name.as_str() == *name)
            .unwrap();
        *column = from.clone();
        change(column);
        let pair = Pair::new(from, column.clone());
        out.push((*what, vec![TableOp::Column(Delta::Alter(pair))], to));
    }
    let computed = Generated {
        expr: Expr::new("length(title)"),
        stored: true,
    };
    for (what, column) in [
        ("add not null", column("x", "int")),
        ("add uuid", column("x", "uuid")),
        (
            "add identity",
            Column {
                identity: Some(Identity::ByDefault),
                ..column("x", "int")
            },
        ),
        (
            "add serial",
            Column {
                identity: Some(Identity::Serial),
                ..column("x", "int")
            },
        ),
        (
            "add touched",
            Column {
                on_update_now: true,
                ..with_default("changed", "timestamp", "now()")
            },
        ),
        (
            "add generated",
            Column {
                generated: Some(computed),
                ..nullable("x", "int")
            },
        ),
        (
            "add with comment",
            Column {
                comment: Some(String::from("c")),
                ..nullable("x", "int")
            },
        ),
        (
            "add with default",
            Column {
                nullable: false,
                ..with_default("x", "numeric(10,2)", "0.5")
            },
        ),
    ] {
        let mut to = posts();
        to.columns.push(column.clone());
        out.push((what, vec![TableOp::Column(Delta::Add(column))], to));
    }

    let mut to = posts();
    let gone = to.constraints.remove(2);
    let new = check("ck_len", "length(title) > 0");
    to.constraints.push(new.clone());
    let ops = [Delta::Drop(gone), Delta::Add(new)].map(TableOp::Constraint);
    out.push(("constraints", ops.to_vec(), to));

    let mut to = posts();
    to.constraints[1].name = given("ck_other");
    to.constraints[1].comment = Some(String::from("why"));
    let pair = Pair::new(posts().constraints[1].clone(), to.constraints[1].clone());
    out.push((
        "rename constraint",
        vec![TableOp::Constraint(Delta::Alter(pair))],
        to,
    ));

    let mut to = posts();
    to.indexes[0].name = given("idx_other");
    to.indexes[0].comment = None;
    let pair = Pair::new(posts().indexes[0].clone(), to.indexes[0].clone());
    let new = index("idx_new", vec![IndexPart::on_column("user_id")]);
    to.indexes.push(new.clone());
    let gone = to.indexes.remove(1);
    let ops = [Delta::Alter(pair), Delta::Drop(gone), Delta::Add(new)].map(TableOp::Index);
    out.push(("indexes", ops.to_vec(), to));

    let mut to = posts();
    to.options.comment = None;
    let pair = Pair::new(posts().options, to.options.clone());
    out.push(("table comment", vec![TableOp::Options(pair)], to));

    let mut to = posts();
    to.constraints[1] = check("ck_status", "status in ('draft', 'public')");
    let rename = Pair::new(String::from("live"), String::from("public"));
    let ops = vec![
        TableOp::Constraint(Delta::Drop(posts().constraints[1].clone())),
        TableOp::Value {
            column: "status".into(),
            rename,
        },
        TableOp::Constraint(Delta::Add(to.constraints[1].clone())),
    ];
    out.push(("enum value", ops, to));

    let mut to = posts();
    to.columns[5].name = "changed_at".into();
    to.indexes[0].parts[1].key = PartKey::Column("changed_at".into());
    let pair = Pair::new(posts().columns[5].clone(), to.columns[5].clone());
    out.push((
        "rename column",
        vec![TableOp::Column(Delta::Alter(pair))],
        to,
    ));

    let mut to = posts();
    to.id = ObjectId::table("articles");
    let rename = TableOp::Rename(Pair::new("posts".into(), "articles".into()));
    let column = nullable("x", "int");
    to.columns.push(column.clone());
    out.push((
        "rename table",
        vec![rename, TableOp::Column(Delta::Add(column))],
        to,
    ));
    out
}

#[tokio::test]
async fn every_change_works_forwards_and_back() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    for (what, ops, to) in changes() {
        let (from, to) = (schema(vec![users(), posts()]), schema(vec![users(), to]));
        // functions are objects of their own: all are there while a step runs
        for (id, object) in from.objects.iter().chain(&to.objects) {
            if id.kind == ObjectKind::Routine {
                db.run(&creation(id, object)).await;
            }
        }
        for id in [ObjectId::table("users"), ObjectId::table("posts")] {
            db.run(&creation(&id, &from.objects[&id])).await;
        }
        let rows = "INSERT INTO users (email) VALUES ('a'); \
            INSERT INTO posts (user_id, title, status) VALUES (1, 't', 'live'), (1, 'u', 'draft')";
        db.conn.query(rows).await.unwrap();
        let side = |s: &Schema| {
            let mut tables = s.tables().filter(|(id, _)| id.name.as_str() != "users");
            Box::new(tables.next().unwrap().1.clone())
        };
        let change = Change::Table {
            sides: Pair::new(side(&from), side(&to)),
            ops,
        };
        let tables_only = |mut s: Schema| {
            s.objects.retain(|id, _| id.kind == ObjectKind::Table);
            s
        };
        db.run(&Action::Change(change.clone())).await;
        same(tables_only(db.inspect().await), tables_only(to), what);
        db.run(&Action::Change(change.invert())).await;
        let back = format!("{what}, back");
        same(tables_only(db.inspect().await), tables_only(from), &back);
        let clean = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        db.conn.query(clean).await.unwrap();
    }
    db.end().await;
}

#[tokio::test]
async fn enum_types_change_with_their_columns() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let id = ObjectId::new(ObjectKind::Type, "mood");
    let of = |values: &[&str]| {
        Object::Type(UserType::Enum(
            values.iter().map(|v| (*v).to_owned()).collect(),
        ))
    };
    let mut table = Table::new(ObjectId::table("t"));
    table.columns = vec![
        with_default("m", "mood", "'b'"),
        nullable("many", "mood[]"),
        column("plain", "mood"),
    ];
    let with = |values: &[&str]| {
        let mut s = Schema::default();
        s.objects
            .insert(table.id.clone(), Object::Table(Box::new(table.clone())));
        s.objects.insert(id.clone(), of(values));
        // a type is one of the schema's own where it is there
        Postgres.normalize(&mut s);
        s
    };
    db.make(&with(&["a", "b"])).await;
    db.conn
        .query("INSERT INTO t VALUES ('a', '{a,b}', 'b')")
        .await
        .unwrap();
    let mut before: &[&str] = &["a", "b"];
    let steps: [&[&str]; 3] = [
        &["z", "y", "a", "m", "b", "c"],
        &["b", "a", "q"],
        &["a", "b"],
    ];
    for after in steps {
        let replace = Change::Replace(id.clone(), Pair::new(of(before), of(after)));
        db.run(&Action::Change(replace)).await;
        same(db.inspect().await, with(after), &format!("{after:?}"));
        before = after;
    }
    db.end().await;
}

#[tokio::test]
async fn indexes_are_built_concurrently() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let want = schema(vec![users()]);
    db.make(&want).await;
    let side = Box::new(want.tables().next().unwrap().1.clone());
    let add = Delta::Add(index("i", vec![IndexPart::on_column("email")]));
    let change = Change::Table {
        sides: Pair::new(side.clone(), side),
        ops: vec![TableOp::Index(add)],
    };
    db.run(&Action::Concurrently(change.clone())).await;
    assert_eq!(
        db.inspect().await.tables().next().unwrap().1.indexes.len(),
        1
    );
    db.run(&Action::Concurrently(change.invert())).await;
    same(db.inspect().await, want, "dropped again");
    db.end().await;
}
