//! Every operation of a table, in both directions, with rows and with another table that refers to them.

use super::fixtures::*;

/// Forwards and back again, with rows and with another table that refers to them.
async fn in_both_directions(what: &str, ops: Vec<TableOp>, change: impl Fn(&mut Table)) {
    let from = tasks();
    let mut to = from.clone();
    change(&mut to);
    let to = canonical(&to);
    let mut conn = open().await;
    create(&mut conn, &from).await;
    send(
        &mut conn,
        "CREATE TABLE child (id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE); \
         CREATE VIEW titles AS SELECT id, title FROM tasks; \
         INSERT INTO tasks (id, title, status, parent_id, note) VALUES (7, 'a', 'open', NULL, NULL), (9, 'b', 'done', 7, 'n'); \
         INSERT INTO child VALUES (1, 7), (2, 9)",
    )
    .await;
    let sides = Pair::new(Box::new(from.clone()), Box::new(to.clone()));
    let up = Change::Table { sides, ops };
    let down = up.clone().invert();
    for (change, after, way) in [
        (up.clone(), &to, "up"),
        (down, &from, "down"),
        (up, &to, "again"),
    ] {
        execute(&mut conn, &Action::Change(change)).await;
        assert_live(&mut conn, after, &format!("{what} {way}")).await;
        let name = after.name();
        let rows = format!("SELECT count(*) FROM child JOIN {name} t ON t.id = child.task_id");
        assert_eq!(number(&mut conn, &rows).await, 2, "{what} {way}");
        let rows = format!("SELECT sum(id) FROM {name} WHERE parent_id IS NULL OR parent_id = 7");
        assert_eq!(number(&mut conn, &rows).await, 16, "{what} {way}");
    }
}

fn alter(from: Column, to: Column) -> TableOp {
    TableOp::Column(Delta::Alter(Pair::new(from, to)))
}

fn set(table: &mut Table, column: &Column) {
    let found = table.columns.iter_mut().find(|c| c.name == column.name);
    *found.unwrap() = column.clone();
}

#[test]
fn columns_in_both_directions() {
    block_on(async {
        let plain = nullable("plain", text());
        in_both_directions(
            "add a plain column",
            vec![TableOp::Column(Delta::Add(plain.clone()))],
            |t| t.columns.push(plain.clone()),
        )
        .await;
        let zero = column("zero", SqlType::new("integer"));
        in_both_directions(
            "add a column without default",
            vec![TableOp::Column(Delta::Add(zero.clone()))],
            |t| t.columns.push(zero.clone()),
        )
        .await;
        let mut now = column("now", text());
        now.default = Some(Expr::new("CURRENT_TIMESTAMP"));
        now.on_update_now = true;
        let now = canonical_column(now);
        in_both_directions(
            "add a column that is touched",
            vec![TableOp::Column(Delta::Add(now.clone()))],
            |t| t.columns.push(now.clone()),
        )
        .await;
        let mut kind = column("kind", text());
        kind.default = Some(Expr::new("'x'"));
        let kind = canonical_column(kind);
        let of_kind = canonical_check(check_of_type(
            "ck_tasks_kind",
            "kind IN ('x', 'y')",
            Some("kind"),
        ));
        in_both_directions(
            "add an enum",
            vec![
                TableOp::Column(Delta::Add(kind.clone())),
                TableOp::Constraint(Delta::Add(of_kind.clone())),
            ],
            |t| {
                t.columns.push(kind.clone());
                t.constraints.push(of_kind.clone());
            },
        )
        .await;
        let kind = column("kind", text());
        in_both_directions(
            "add an enum without default",
            vec![
                TableOp::Column(Delta::Add(kind.clone())),
                TableOp::Constraint(Delta::Add(of_kind.clone())),
            ],
            |t| {
                t.columns.push(kind.clone());
                t.constraints.push(of_kind.clone());
            },
        )
        .await;
        let owner = nullable("owner_id", SqlType::new("integer"));
        let refers = foreign(
            "fk_owner",
            &["owner_id"],
            "tasks",
            ReferentialAction::Cascade,
        );
        in_both_directions(
            "add a reference",
            vec![
                TableOp::Column(Delta::Add(owner.clone())),
                TableOp::Constraint(Delta::Add(refers.clone())),
            ],
            |t| {
                t.columns.push(owner.clone());
                t.constraints.push(refers.clone());
            },
        )
        .await;
        let before = tasks();
        let spare = before.column("spare").unwrap().clone();
        in_both_directions(
            "drop a column",
            vec![TableOp::Column(Delta::Drop(spare.clone()))],
            |t| t.columns.retain(|c| c.name != spare.name),
        )
        .await;
        let mut renamed = spare.clone();
        renamed.name = "other".into();
        in_both_directions(
            "rename a column",
            vec![alter(spare.clone(), renamed.clone())],
            |t| {
                t.columns[5] = renamed.clone();
            },
        )
        .await;
        let mut retyped = spare.clone();
        retyped.ty = text();
        retyped.nullable = false;
        in_both_directions(
            "change type and null",
            vec![alter(spare.clone(), retyped.clone())],
            |t| {
                set(t, &retyped);
            },
        )
        .await;
        let mut touched = before.column("note").unwrap().clone();
        touched.on_update_now = true;
        let note = before.column("note").unwrap().clone();
        in_both_directions(
            "switch on_update on",
            vec![alter(note, touched.clone())],
            |t| {
                set(t, &touched);
            },
        )
        .await;
        let order = |t: &Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
        let mut turned = before.clone();
        turned.columns.swap(1, 4);
        let pair = Pair::new(order(&before), order(&turned));
        in_both_directions("order the columns", vec![TableOp::Order(pair)], |t| {
            t.columns.swap(1, 4);
        })
        .await;
    });
}

fn canonical_column(column: Column) -> Column {
    let mut table = Table::new(ObjectId::table("t"));
    table.columns.push(column);
    canonical(&table).columns.remove(0)
}

fn canonical_check(constraint: Constraint) -> Constraint {
    let mut table = Table::new(ObjectId::table("t"));
    table.constraints.push(constraint);
    canonical(&table).constraints.remove(0)
}

#[test]
fn constraints_indexes_names_and_values_in_both_directions() {
    block_on(async {
        let named = canonical_check(check("named", "length(title) > 0"));
        in_both_directions(
            "add a check",
            vec![TableOp::Constraint(Delta::Add(named.clone()))],
            |t| t.constraints.push(named.clone()),
        )
        .await;
        let key = foreign("fk_spare", &["spare"], "tasks", ReferentialAction::NoAction);
        in_both_directions(
            "add a foreign key",
            vec![TableOp::Constraint(Delta::Add(key.clone()))],
            |t| t.constraints.push(key.clone()),
        )
        .await;
        let unique = Index {
            unique: true,
            ..index("uq_title", parts(&["title"]))
        };
        in_both_directions(
            "add an index",
            vec![TableOp::Index(Delta::Add(unique.clone()))],
            |t| {
                t.indexes.push(unique.clone());
            },
        )
        .await;
        let old = tasks().indexes.remove(0);
        let mut new = old.clone();
        new.name = Given::Given("idx_other".into());
        let rename = TableOp::Index(Delta::Alter(Pair::new(old, new.clone())));
        in_both_directions("rename an index", vec![rename], |t| {
            t.indexes = vec![new.clone()];
        })
        .await;
        let pair = Pair::new(Ident::from("tasks"), Ident::from("jobs"));
        in_both_directions(
            "rename the table",
            vec![TableOp::Rename(pair)],
            rename_to_jobs,
        )
        .await;
        let pair = Pair::new(Ident::from("tasks"), Ident::from("jobs"));
        let zero = column("zero", SqlType::new("real"));
        in_both_directions(
            "rename the table and rebuild it",
            vec![
                TableOp::Rename(pair),
                TableOp::Column(Delta::Add(zero.clone())),
            ],
            |t| {
                rename_to_jobs(t);
                t.columns.push(zero.clone());
            },
        )
        .await;
        let old = tasks().constraints.remove(1);
        let new = canonical_check(check_of_type(
            "ck_tasks_status",
            "status IN ('open', 'closed')",
            Some("status"),
        ));
        in_both_directions(
            "rename a value",
            vec![
                TableOp::Constraint(Delta::Drop(old)),
                TableOp::Value {
                    column: "status".into(),
                    rename: Pair::new("done".into(), "closed".into()),
                },
                TableOp::Constraint(Delta::Add(new.clone())),
            ],
            |t| t.constraints[1] = new.clone(),
        )
        .await;
    });
}

/// The self-reference follows; names of parts stay.
fn rename_to_jobs(table: &mut Table) {
    table.id = ObjectId::table("jobs");
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::ForeignKey(fk) => fk.target = ObjectId::table("jobs"),
            ConstraintKind::PrimaryKey(_) => constraint.name = Given::Derived("pk_jobs".into()),
            ConstraintKind::Check(check) => check.of_type = None,
            ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_) => {}
        }
    }
}
