//! Tables that are created from specs and inspected.

use super::fixtures::*;

#[tokio::test]
async fn neutral_types_come_back() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let value = |v: &str| EnumValue {
        value: v.to_owned(),
        renamed_from: None,
    };
    let int = Neutral::Int { unsigned: false };
    let mut all = vec![
        Neutral::Bool,
        Neutral::Decimal {
            precision: 12,
            scale: 4,
        },
        Neutral::Float,
        Neutral::Double,
        Neutral::Char(3),
        Neutral::Varchar(40),
        Neutral::Text,
        Neutral::Uuid,
        Neutral::Date,
        Neutral::Time(None),
        Neutral::Time(Some(3)),
        Neutral::DateTime(None),
        Neutral::DateTime(Some(6)),
        Neutral::TimestampTz(None),
        Neutral::TimestampTz(Some(0)),
        Neutral::Json,
        Neutral::Binary(16),
        Neutral::Varbinary(20),
        Neutral::Blob,
        Neutral::Enum {
            values: vec![value("a"), value("it's")],
            native: false,
        },
        Neutral::Enum {
            values: vec![value("a"), value("b")],
            native: true,
        },
        Neutral::Array(Box::new(Neutral::Text)),
        Neutral::Array(Box::new(Neutral::Array(Box::new(int)))),
    ];
    for unsigned in [false, true] {
        all.push(Neutral::TinyInt { unsigned });
        all.push(Neutral::SmallInt { unsigned });
        all.push(Neutral::Int { unsigned });
        all.push(Neutral::BigInt { unsigned });
    }
    let mut want = Schema::default();
    let mut table = Table::new(ObjectId::table("t"));
    for (n, neutral) in all.iter().enumerate() {
        let name = format!("c{n}");
        let plan = Postgres.neutral_type(neutral, false, "t", &name).unwrap();
        if let Some(text) = plan.check {
            table.constraints.push(check(&format!("ck_{name}"), &text));
        }
        if let Some(values) = plan.native_enum {
            let id = ObjectId::new(ObjectKind::Type, plan.ty.base.as_str());
            want.objects
                .insert(id, Object::Type(UserType::Enum(values)));
        }
        table.columns.push(Column::new(name.as_str(), plan.ty));
    }
    want.objects
        .insert(table.id.clone(), Object::Table(Box::new(table)));
    Postgres.normalize(&mut want);
    db.make(&want).await;
    same(db.inspect().await, want, "types");
    db.end().await;
}

#[tokio::test]
async fn everything_of_a_table_comes_back() {
    let Some(mut db) = Scratch::new().await else {
        return;
    };
    let odd = "CREATE SCHEMA auth; CREATE TABLE hidden(a int); CREATE TABLE x_old(a int)";
    db.conn.query(odd).await.unwrap();
    let mut named = posts();
    named.id = ObjectId::table("order").within(Namespace::Named("auth".into()));
    named.constraints.remove(2);
    named.columns.push(Column {
        generated: Some(Generated {
            expr: Expr::new("lower(title) || 'x'"),
            stored: true,
        }),
        ..nullable("low", "text")
    });
    let want = schema(vec![users(), posts(), named]);
    for wanted in ["tablewright_touch_updated_at", "users", "order", "posts"] {
        for (id, object) in want
            .objects
            .iter()
            .filter(|(id, _)| id.name.as_str() == wanted)
        {
            db.run(&creation(id, object)).await;
        }
    }
    let have = db.inspect().await;
    assert!(have.not_compared.is_empty(), "{:?}", have.not_compared);
    assert_eq!(have.deps, want.deps);
    same(have, want, "whole");
    // the trigger: set where the row changes, left alone where it doesn't or where it is set
    let rows = db
        .conn
        .query(
            "INSERT INTO users (email) VALUES ('a');
             INSERT INTO posts (user_id, title, updated_at) VALUES (1, 't', '2000-01-01');
             UPDATE posts SET title = 't'; SELECT updated_at < '2001-01-01' FROM posts;
             UPDATE posts SET title = 'u'; SELECT updated_at < '2001-01-01' FROM posts;
             UPDATE posts SET title = 'v', updated_at = '1999-01-01'; SELECT updated_at < '2000-01-01' FROM posts",
        )
        .await
        .unwrap();
    let flags: Vec<bool> = rows.iter().map(|r| r.flag_at(0)).collect();
    assert_eq!(flags, [true, false, true]);
    db.end().await;
}
