//! Every operation of a table, in both directions.

use super::fixtures::*;

struct Case {
    what: &'static str,
    from: Table,
    to: Table,
    ops: Vec<TableOp>,
    rows: &'static str,
}

fn base() -> Table {
    let mut base = table(
        "t",
        vec![
            column("id", "int unsigned", None),
            column("name", "varchar(50)", None),
            Column {
                nullable: true,
                ..column("state", "enum('open','done')", Some("'open'"))
            },
            Column {
                nullable: true,
                ..column("at", "timestamp", None)
            },
            Column {
                nullable: true,
                ..column("parent", "int unsigned", None)
            },
        ],
    );
    base.constraints.push(primary(&["id"]));
    base
}

fn case(what: &'static str, change: impl Fn(&mut Table) -> Vec<TableOp>) -> Case {
    let from = base();
    let mut to = from.clone();
    let ops = change(&mut to);
    Case {
        what,
        from,
        to,
        ops,
        rows: "INSERT INTO t (id, name, state) VALUES (1, 'a', 'done'), (2, 'b', NULL)",
    }
}

fn altered(table: &mut Table, name: &str, change: impl Fn(&mut Column)) -> TableOp {
    let place = table
        .columns
        .iter()
        .position(|c| c.name.as_str() == name)
        .unwrap();
    let from = table.columns[place].clone();
    change(&mut table.columns[place]);
    TableOp::Column(Delta::Alter(Pair::new(from, table.columns[place].clone())))
}

fn cases() -> Vec<Case> {
    let add = |table: &mut Table, at: usize, column: Column| {
        table.columns.insert(at, column.clone());
        TableOp::Column(Delta::Add(column))
    };
    let mut list = vec![
        case("columns of all kinds, anywhere", |t| {
            vec![
                add(t, 0, column("first", "int", None)),
                add(t, 2, column("when", "datetime", None)),
                add(t, 3, column("doc", "json", None)),
                add(t, 8, column("last", "varchar(20)", Some("'it''s'"))),
                add(
                    t,
                    9,
                    Column {
                        nullable: true,
                        ..column("note", "text", Some("('n')"))
                    },
                ),
                add(
                    t,
                    10,
                    column("uid", "binary(16)", Some("(unhex(replace(uuid(),'-','')))")),
                ),
                add(
                    t,
                    11,
                    Column {
                        nullable: true,
                        generated: Some(Generated {
                            expr: Expr::new("id + 1"),
                            stored: false,
                        }),
                        ..column("next", "bigint", None)
                    },
                ),
            ]
        }),
        case(
            "a column's type, nullability, default, comment, on update",
            |t| {
                vec![
                    altered(t, "name", |c| {
                        c.ty = native("varchar(300)");
                        c.nullable = true;
                        c.comment = Some(String::from("it's"));
                    }),
                    altered(t, "at", |c| {
                        c.default = Some(Expr::new("CURRENT_TIMESTAMP"));
                        c.on_update_now = true;
                    }),
                ]
            },
        ),
        case("NOT NULL", |t| {
            vec![altered(t, "state", |c| c.nullable = false)]
        }),
        case("NOT NULL of a time and a new name", |t| {
            vec![altered(t, "at", |c| {
                c.name = "moment".into();
                c.nullable = false;
            })]
        }),
        case("a column's name", |t| {
            vec![altered(t, "name", |c| c.name = "order".into())]
        }),
        case("an enum's new value", |t| {
            vec![altered(t, "state", |c| {
                c.ty = native("enum('new','open','done','gone')");
            })]
        }),
        case("an enum's value under another name", |t| {
            let column = altered(t, "state", |c| {
                c.ty = native("enum('open','closed')");
                c.default = Some(Expr::new("'closed'"));
            });
            let rename = Pair::new(String::from("done"), String::from("closed"));
            vec![
                TableOp::Value {
                    column: "state".into(),
                    rename,
                },
                column,
            ]
        }),
        case("the table's name", |t| {
            t.id = ObjectId::table("key");
            vec![TableOp::Rename(Pair::new("t".into(), "key".into()))]
        }),
        case("order", |t| {
            let names = |t: &Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
            let before = names(t);
            t.columns.rotate_left(2);
            t.columns.swap(0, 1);
            vec![TableOp::Order(Pair::new(before, names(t)))]
        }),
        case("comment and collation", |t| {
            let before = t.options.clone();
            t.options = TableOptions {
                comment: Some(String::from("it's")),
                engine: Some(Given::Given(String::from("InnoDB"))),
                charset: Some(Given::Given(String::from("latin1"))),
                collation: Some(Given::Given(String::from("latin1_bin"))),
                ..TableOptions::default()
            };
            vec![TableOp::Options(Pair::new(before, t.options.clone()))]
        }),
        case("another primary key", |t| {
            let old = t.constraints.remove(0);
            t.constraints.push(primary(&["name", "id"]));
            vec![
                TableOp::Constraint(Delta::Drop(old)),
                TableOp::Constraint(Delta::Add(primary(&["name", "id"]))),
            ]
        }),
        case("auto_increment", |t| {
            vec![altered(t, "id", |c| {
                c.identity = Some(Identity::AutoIncrement);
            })]
        }),
        case("unique, check, foreign key with its index", |t| {
            let parts = vec![unique("u", &["name"]), check("c", "id > 0 and name <> ''")];
            t.constraints.extend(parts.clone());
            let fk = foreign_key("f", "parent", "t", ReferentialAction::SetNull);
            t.constraints.push(fk.clone());
            let index = index("f", vec![IndexPart::on_column("parent")]);
            t.indexes.push(index.clone());
            let mut ops: Vec<TableOp> = parts
                .into_iter()
                .map(|c| TableOp::Constraint(Delta::Add(c)))
                .collect();
            ops.push(TableOp::Index(Delta::Add(index)));
            ops.push(TableOp::Constraint(Delta::Add(fk)));
            ops
        }),
        case("indexes", |t| {
            let prefix = IndexPart {
                prefix: Some(5),
                desc: true,
                ..IndexPart::on_column("name")
            };
            let text = Index {
                method: Some(String::from("fulltext")),
                ..index("words", vec![IndexPart::on_column("name")])
            };
            let list = vec![index("i", vec![prefix, IndexPart::on_column("at")]), text];
            t.indexes.extend(list.clone());
            list.into_iter()
                .map(|i| TableOp::Index(Delta::Add(i)))
                .collect()
        }),
    ];
    let mut key = case("a key comes with its auto_increment", |t| {
        let id = altered(t, "id", |c| c.identity = Some(Identity::AutoIncrement));
        vec![TableOp::Constraint(Delta::Add(primary(&["id"]))), id]
    });
    key.from.constraints.clear();
    list.push(key);
    let mut names = case("names of keys", |_| Vec::new());
    for (side, suffix) in [(&mut names.from, "1"), (&mut names.to, "2")] {
        side.constraints
            .push(unique(&format!("u{suffix}"), &["name"]));
        side.constraints
            .push(check(&format!("c{suffix}"), "id > 0"));
        let mut index = index(&format!("i{suffix}"), vec![IndexPart::on_column("parent")]);
        if suffix == "2" {
            index.comment = Some(String::from("why"));
        }
        side.indexes.push(index);
        side.constraints.push(foreign_key(
            &format!("f{suffix}"),
            "parent",
            "t",
            ReferentialAction::Cascade,
        ));
    }
    let pairs = names
        .from
        .constraints
        .iter()
        .zip(&names.to.constraints)
        .skip(1);
    names.ops = pairs
        .map(|(a, b)| TableOp::Constraint(Delta::Alter(Pair::new(a.clone(), b.clone()))))
        .collect();
    names.ops.push(TableOp::Index(Delta::Alter(Pair::new(
        names.from.indexes[0].clone(),
        names.to.indexes[0].clone(),
    ))));
    list.push(names);
    let mut generated = case("generated comes, changes and goes", |t| {
        let g = |expr: &str, stored| {
            Some(Generated {
                expr: Expr::new(expr),
                stored,
            })
        };
        t.columns.push(Column {
            nullable: true,
            generated: g("id * 2", true),
            ..column("v", "bigint", None)
        });
        vec![altered(t, "v", |c| c.generated = g("id * 3", false))]
    });
    generated.from.columns.push(Column {
        nullable: true,
        generated: Some(Generated {
            expr: Expr::new("id * 2"),
            stored: true,
        }),
        ..column("v", "bigint", None)
    });
    list.push(generated);
    let mut gone = case("columns go and come back where they were", |t| {
        let all = std::mem::take(&mut t.columns);
        let (kept, gone): (Vec<Column>, Vec<Column>) = all
            .into_iter()
            .partition(|c| !["name", "state", "at"].contains(&c.name.as_str()));
        t.columns = kept;
        // the last one first, so that in the down direction each finds the one before it
        gone.into_iter()
            .rev()
            .map(|c| TableOp::Column(Delta::Drop(c)))
            .collect()
    });
    gone.from.columns[1].ty = native("datetime(3)");
    gone.ops[2] = TableOp::Column(Delta::Drop(gone.from.columns[1].clone()));
    gone.rows = "INSERT INTO t (id, name) VALUES (1, '2020-01-01'), (2, '2020-01-01')";
    list.push(gone);
    list
}

#[test]
fn every_operation_works_in_both_directions() {
    for case in cases() {
        on_each(&async |conn| {
            create(conn, &case.from).await;
            conn.run(case.rows).await.unwrap();
            let sides = Pair::new(Box::new(case.from.clone()), Box::new(case.to.clone()));
            let change = Change::Table {
                sides,
                ops: case.ops.clone(),
            };
            let (from, to) = (schema([case.from.clone()]), schema([case.to.clone()]));
            apply(conn, &Action::Change(change.clone())).await;
            assert_live(conn, &format!("{}, up", case.what), &to).await;
            apply(conn, &Action::Change(change.invert())).await;
            assert_live(conn, &format!("{}, down", case.what), &from).await;
            let rows = conn.query("SELECT count(*) FROM t").await.unwrap();
            assert_eq!(rows[0].text_at(0), "2", "{}", case.what);
        });
    }
}

/// As a plan has it: each operation a step of its own.
#[test]
fn operations_go_one_by_one() {
    let together = |case: &Case| {
        case.ops.iter().any(|op| match op {
            TableOp::Value { .. } => true,
            TableOp::Constraint(delta) => matches!(
                delta.after().or(delta.before()).map(|c| &c.kind),
                Some(ConstraintKind::PrimaryKey(_))
            ),
            _ => false,
        })
    };
    for case in cases().into_iter().filter(|case| !together(case)) {
        on_each(&async |conn| {
            create(conn, &case.from).await;
            conn.run(case.rows).await.unwrap();
            let steps = |sides: Pair<&Table>, ops: Vec<TableOp>| -> Vec<Action> {
                ops.into_iter()
                    .map(|op| {
                        Action::Change(Change::Table {
                            sides: Pair::new(
                                Box::new(sides.from.clone()),
                                Box::new(sides.to.clone()),
                            ),
                            ops: vec![op],
                        })
                    })
                    .collect()
            };
            for step in steps(Pair::new(&case.from, &case.to), case.ops.clone()) {
                apply(conn, &step).await;
            }
            assert_live(conn, case.what, &schema([case.to.clone()])).await;
            let back = case.ops.iter().rev().cloned().map(TableOp::invert);
            for step in steps(Pair::new(&case.to, &case.from), back.collect()) {
                apply(conn, &step).await;
            }
            assert_live(conn, case.what, &schema([case.from.clone()])).await;
        });
    }
}

#[test]
fn renamed_enum_values_are_renamed_in_rows() {
    on_each(&async |conn| {
        let case = cases()
            .into_iter()
            .find(|c| c.what.contains("another name"))
            .unwrap();
        create(conn, &case.from).await;
        conn.run(case.rows).await.unwrap();
        let sides = Pair::new(Box::new(case.from.clone()), Box::new(case.to.clone()));
        apply(
            conn,
            &Action::Change(Change::Table {
                sides,
                ops: case.ops.clone(),
            }),
        )
        .await;
        let rows = conn.query("SELECT state FROM t ORDER BY id").await.unwrap();
        assert_eq!(rows[0].get_at(0), Some("closed"));
        assert_eq!(rows[1].get_at(0), None);
    });
}
