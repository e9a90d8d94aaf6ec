//! Generated SQL, run on the bundled SQLite, inspected and compared with the schema.
#![allow(clippy::unwrap_used)]

mod changes;
mod fixtures;

use fixtures::*;

#[test]
fn cells_are_text() {
    block_on(async {
        let mut conn = open().await;
        let rows = conn
            .query("SELECT NULL, '', 1, -9223372036854775808, 1.5, 2.0, 'ü', X'61', 1 = 1; SELECT 'second'")
            .await
            .unwrap();
        assert_eq!(rows[0].get_at(0), None);
        assert_eq!(rows[0].get_at(1), Some(""));
        let texts: Vec<&str> = (2..9).map(|at| rows[0].text_at(at)).collect();
        assert_eq!(
            texts,
            ["1", "-9223372036854775808", "1.5", "2", "ü", "a", "1"]
        );
        assert_eq!(rows[1].text_at(0), "second");
        let typed = conn
            .query("CREATE TABLE t (a BOOLEAN, b DATETIME, c INTEGER, d REAL); INSERT INTO t VALUES ('x', '2020-01-01', 'y', 3), (NULL, 5, 6, 7); SELECT * FROM t")
            .await
            .unwrap();
        assert_eq!(typed[0].text_at(0), "x");
        assert_eq!(typed[0].text_at(1), "2020-01-01");
        assert_eq!(typed[0].text_at(2), "y");
        assert_eq!(typed[1].get_at(0), None);
        assert_eq!(typed[1].text_at(1), "5");
    });
}

#[test]
fn statements_of_a_message_are_counted() {
    block_on(async {
        let mut conn = open().await;
        let sql =
            "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT * FROM t; DROP TABLE t";
        assert_eq!(conn.run(sql).await.unwrap(), 4);
        let failed = conn
            .run("CREATE TABLE t (a); INSERT INTO t VALUES (1); SELECT nothing; SELECT 1")
            .await
            .unwrap_err();
        assert_eq!(failed.completed, 2);
        assert!(failed.error.message.contains("nothing"), "{failed}");
    });
}

#[test]
fn created_tables_are_inspected_unchanged() {
    block_on(async {
        let mut conn = open().await;
        let mut table = Table::new(ObjectId::table("order"));
        let mut touched = nullable("updated at", text());
        touched.default = Some(Expr::new("current_timestamp"));
        touched.on_update_now = true;
        let mut sum = nullable("sum", SqlType::new("integer"));
        sum.generated = Some(Generated {
            expr: Expr::new("a + b"),
            stored: true,
        });
        let mut code = column("code", SqlType::with_args("varchar", &[20]));
        code.collation = Some("NOCASE".into());
        code.default = Some(Expr::new("(lower(hex(randomblob(4))) || 'x')"));
        let mut flag = column("flag", SqlType::new("integer"));
        flag.default = Some(Expr::new("true"));
        table.columns = vec![
            column("a", SqlType::new("integer")),
            column("b", SqlType::with_args("numeric", &[12, 4])),
            touched,
            sum,
            code,
            flag,
        ];
        let mut fk = foreign("fk it", &["a"], "tasks", ReferentialAction::Cascade);
        if let ConstraintKind::ForeignKey(fk) = &mut fk.kind {
            fk.on_update = ReferentialAction::Restrict;
        }
        fk.timing = tablewright::model::Timing::Deferred;
        table.constraints = vec![
            primary("order", &["a", "b"]),
            check_of_type("ck_order_flag", "flag IN (0, 1)", Some("flag")),
            check("positive", "a > 0 and (b > 0 or \"code\" = 'a''b,(')"),
            fk,
            Constraint::new(
                Given::Given("uq_order_code".into()),
                ConstraintKind::Unique(vec![IndexPart::on_column("code")]),
            ),
        ];
        let mut lower = IndexPart::on_column("x");
        lower.key = PartKey::Expr(Expr::new("lower(code)"));
        let mut desc = IndexPart::on_column("b");
        desc.desc = true;
        let mut partial = index("idx_order", vec![desc, lower]);
        partial.predicate = Some(Expr::new("flag = 1 AND code IS NOT NULL"));
        table.indexes = vec![partial];
        table.options.comment = Some("gone".into());
        let mut want = wanted(&[&table, &tasks()]);
        for (_, table) in want.tables() {
            create(&mut conn, table).await;
        }
        let have = inspect(&mut conn).await;
        assert_eq!(have.not_compared, []);
        for (id, table) in want.tables() {
            assert_eq!(bare(have.table(id).unwrap()), bare(table));
        }
        // other spellings of the same expressions are still the same
        let again = want
            .tables_mut()
            .find(|(id, _)| id.name.as_str() == "order");
        let (_, again) = again.unwrap();
        for constraint in &mut again.constraints {
            if let ConstraintKind::Check(check) = &mut constraint.kind {
                let text = check.expr.text.to_ascii_uppercase().replace("A''B", "a''b");
                check.expr = Expr::new(format!("( {text})"));
            }
        }
        Sqlite.normalize(&mut want);
        let notes = Sqlite.reconcile(&mut conn, &mut want, &have).await.unwrap();
        assert_eq!(notes, []);
        let id = ObjectId::table("order");
        assert_eq!(
            bare(have.table(&id).unwrap()),
            bare(want.table(&id).unwrap())
        );
    });
}

#[test]
fn a_uuid_default_is_a_version_4_uuid() {
    block_on(async {
        let mut conn = open().await;
        let at = tablewright::diag::Location {
            file: "t.yaml".into(),
            line: 1,
            column: 1,
            width: 1,
        };
        let value = "uuid".to_owned();
        let default = DefaultSpec::Value(Spanned { value, at });
        let expr = Sqlite.default_expr(&default, Some(&Neutral::Uuid), &text());
        let mut id = column("id", text());
        id.default = expr.unwrap();
        let mut table = Table::new(ObjectId::table("t"));
        table.columns = vec![id, nullable("a", text())];
        let table = canonical(&table);
        create(&mut conn, &table).await;
        assert_live(&mut conn, &table, "uuid").await;
        for _ in 0..50 {
            send(&mut conn, "INSERT INTO t (a) VALUES (1)").await;
        }
        let hex = |n| "[0-9a-f]".repeat(n);
        let form = format!(
            "{}-{}-4{}-[89ab]{}-{}",
            hex(8),
            hex(4),
            hex(3),
            hex(3),
            hex(12)
        );
        let fit = format!("SELECT count(DISTINCT id) FROM t WHERE id GLOB '{form}'");
        assert_eq!(number(&mut conn, &fit).await, 50);
    });
}

#[test]
fn on_update_sets_the_column() {
    block_on(async {
        let mut conn = open().await;
        let mut table = tasks();
        let mut touched = nullable("at", text());
        touched.on_update_now = true;
        table.columns.push(touched);
        create(&mut conn, &table).await;
        send(
            &mut conn,
            "PRAGMA recursive_triggers = ON; INSERT INTO tasks (title, at) VALUES ('a', 'old'), ('b', 'old'); \
             UPDATE tasks SET title = 'c' WHERE id = 1; UPDATE tasks SET at = 'mine' WHERE id = 2",
        )
        .await;
        let fresh = "SELECT count(*) FROM tasks WHERE id = 1 AND at LIKE '2%' OR at = 'mine'";
        assert_eq!(number(&mut conn, fresh).await, 2);
    });
}

/// An order is the one operation that always takes a rebuild.
fn rebuild(from: Table, to: Table) -> Action {
    let names = |table: &Table| table.columns.iter().map(|c| c.name.clone()).collect();
    let order = TableOp::Order(Pair::new(names(&from), names(&to)));
    Action::Change(Change::Table {
        sides: Pair::new(Box::new(from), Box::new(to)),
        ops: vec![order],
    })
}

#[test]
fn a_rebuild_refuses_to_drop_a_trigger() {
    block_on(async {
        let mut conn = open().await;
        let table = tasks();
        create(&mut conn, &table).await;
        send(
            &mut conn,
            "PRAGMA foreign_keys = OFF; CREATE TRIGGER mine AFTER DELETE ON tasks BEGIN SELECT 1; END",
        )
        .await;
        let statements = Sqlite.statements(&rebuild(table.clone(), table));
        let failed = conn.run(&statements.join(";\n")).await.unwrap_err();
        assert!(failed.error.message.contains("would be lost"), "{failed}");
        assert!(failed.error.message.contains("mine"), "{failed}");
        send(&mut conn, "DROP TRIGGER mine").await;
        send(&mut conn, &statements.join(";\n")).await;
    });
}

#[test]
fn a_rebuild_refuses_while_foreign_keys_are_on() {
    block_on(async {
        let mut conn = open().await;
        let table = tasks();
        create(&mut conn, &table).await;
        let statements = Sqlite.statements(&rebuild(table.clone(), table));
        send(&mut conn, "PRAGMA foreign_keys = ON; BEGIN").await;
        let failed = conn.run(&statements.join(";\n")).await.unwrap_err();
        assert_eq!(failed.completed, 0);
        assert!(
            failed.error.message.contains("foreign keys must be off"),
            "{failed}"
        );
    });
}

#[test]
fn statements_are_formatted() {
    let table = tasks();
    let mut to = table.clone();
    to.columns[4].nullable = false;
    to.columns[4].on_update_now = true;
    // the first two are guards
    let statements = Sqlite.statements(&rebuild(table, to)).split_off(2);
    let want = "\
CREATE TABLE tablewright_new_tasks (
  id INTEGER PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  status TEXT NOT NULL DEFAULT 'open',
  parent_id INTEGER,
  note TEXT NOT NULL,
  spare INTEGER,
  CONSTRAINT ck_tasks_status CHECK (status IN ('open', 'done')),
  CONSTRAINT fk_tasks_parent_id FOREIGN KEY (parent_id) REFERENCES tasks (id) ON DELETE SET NULL
);
INSERT INTO tablewright_new_tasks (id, title, status, parent_id, note, spare)
SELECT id, title, status, parent_id, coalesce(note, ''), spare
FROM tasks;
DROP TABLE tasks;
PRAGMA legacy_alter_table = ON;
ALTER TABLE tablewright_new_tasks RENAME TO tasks;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX idx_title ON tasks (title);
CREATE TRIGGER tr_tasks_note_on_update AFTER UPDATE ON tasks FOR EACH ROW
WHEN NEW.note IS OLD.note AND NEW.note IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE tasks SET note = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END";
    assert_eq!(statements.join(";\n"), want);
}

#[test]
fn an_identity_outside_the_primary_key_is_refused() {
    let mut table = tasks();
    table.constraints[0] = primary("tasks", &["id", "title"]);
    table.options.comment = Some("c".into());
    table.columns[1].comment = Some("c".into());
    let mut schema = Schema::default();
    let object = Object::Table(Box::new(table.clone()));
    schema.objects.insert(table.id.clone(), object);
    let mut found = Vec::new();
    Sqlite.complete(
        &Spec::default(),
        &Sqlite.default_floor(),
        &mut schema,
        &mut found,
    );
    let codes: Vec<_> = found
        .iter()
        .map(|d| (d.code.as_str(), d.severity))
        .collect();
    let want = [
        ("unsupported", Severity::Error),
        ("comment-not-stored", Severity::Warning),
    ];
    assert_eq!(codes, want);
}

#[test]
fn objects_outside_the_model_are_reported() {
    block_on(async {
        let mut conn = open().await;
        send(
            &mut conn,
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE ON CONFLICT IGNORE); \
             CREATE TABLE gone_old (a); CREATE VIEW v AS SELECT * FROM t; \
             CREATE VIRTUAL TABLE f USING fts5(x); \
             CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 1; END",
        )
        .await;
        let scope = InspectScope {
            ignore: vec!["*_old".into()],
            ..InspectScope::default()
        };
        let schema = Sqlite.inspect(&mut conn, &scope).await.unwrap();
        let tables: Vec<_> = schema.tables().map(|(id, _)| id.to_string()).collect();
        assert_eq!(tables, ["t"]);
        let named: Vec<_> = schema
            .not_compared
            .iter()
            .map(|(id, why)| format!("{id}: {why}"))
            .collect();
        assert_eq!(
            named,
            [
                "t: ON CONFLICT is not compared",
                "v: a view",
                "f: a virtual table",
                "tr: a trigger"
            ]
        );
        let table = schema.table(&ObjectId::table("t")).unwrap();
        assert!(table.indexes[0].unique && !table.indexes[0].name.is_given());
    });
}
