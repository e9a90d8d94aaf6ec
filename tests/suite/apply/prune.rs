//! Objects that `apply` drops, and objects that it never changes.

use super::project::{POSTS, USERS, applied, has, project, says};
use crate::support::{Engine, on_every_engine};

on_every_engine! {
    fn managed_tables_are_dropped_only_with_prune(db) {
        let program = project(db, &[("users", USERS), ("posts", POSTS)]);
        db.exec("create table stranger (id int)");
        applied(&program, db, &[]);
        db.exec("insert into users (email) values ('a')");
        db.exec("insert into posts (user_id, title) select id, 'x' from users");
        std::fs::remove_file(program.path("schemas/blog/posts.yaml")).unwrap();
        let said = says(&program, db, 0, &["apply", "db", "--yes"]);
        assert!(said.out.contains("Nothing to do"), "{}", said.all);
        assert!(said.all.contains("no longer in the specs: table posts"), "{}", said.all);
        assert!(said.all.contains("Unmanaged: 1 table"), "{}", said.all);
        let said = says(&program, db, 7, &["apply", "db", "--yes", "--prune"]);
        assert!(said.all.contains("posts"), "{}", said.all);
        assert!(has(db, "posts"));
        says(&program, db, 0, &["apply", "db", "--yes", "--prune", "--allow", "data-loss"]);
        assert!(!has(db, "posts"));
        assert!(has(db, "stranger"), "never touched");
        let rows = db.query("select name from tablewright_managed");
        assert_eq!(rows.len(), 1, "{rows:?}");
        let said = says(&program, db, 3, &["apply", "db", "--dry-run", "--prune=all"]);
        assert!(said.out.contains("DROP TABLE"), "{}", said.all);
        says(&program, db, 0, &["apply", "db", "--yes", "--prune=all", "--allow", "data-loss"]);
        assert!(!has(db, "stranger"));
        assert!(has(db, "users"));
        let said = says(&program, db, 0, &["apply", "db", "--yes", "--prune=all"]);
        assert!(said.out.contains("Nothing to do"), "{}", said.all);
    }

    fn tables_of_migrations_are_managed(db) {
        let program = project(db, &[("users", USERS), ("posts", POSTS)]);
        says(&program, db, 0, &["migration", "new", "first"]);
        says(&program, db, 0, &["migrate", "-t", "db"]);
        std::fs::remove_file(program.path("schemas/blog/posts.yaml")).unwrap();
        says(&program, db, 0, &["apply", "db", "--yes", "--allow", "versioned"]);
        assert!(has(db, "posts"));
        says(&program, db, 0, &["apply", "db", "--yes", "--allow", "versioned", "--prune"]);
        assert!(!has(db, "posts"), "what is empty loses nothing");
        assert!(has(db, "refinery_schema_history"));
    }

    fn ignored_objects_are_invisible(db) {
        let program = project(db, &[("users", USERS)]);
        let config = program.read("tablewright.yaml");
        program.file(
            "tablewright.yaml",
            &config.replace("    targets:", "    ignore: [\"gh_*\"]\n    targets:"),
        );
        db.exec("create table gh_x (id int)");
        let said = says(&program, db, 0, &["apply", "db", "--yes", "--prune=all"]);
        assert!(!said.all.contains("gh_x"), "{}", said.all);
        assert!(has(db, "gh_x"));
    }

    fn two_projects_in_one_database(db) {
        let blog = project(db, &[("users", USERS)]);
        applied(&blog, db, &[]);
        let shop = project(db, &[("things", "table: things\ncolumns: { id: int }\nprimary_key: [id]\n")]);
        let config = shop.read("tablewright.yaml");
        shop.file("tablewright.yaml", &config.replace("blog:", "shop:\n    schemas: schemas/blog"));
        says(&shop, db, 0, &["apply", "db", "--yes", "--prune"]);
        assert!(has(db, "users"), "managed by another database");
    }
}

#[test]
fn schemas_are_dropped_unless_they_hold_objects_that_are_not_compared() {
    Engine::Postgres.with(|db| {
        let program = project(db, &[("users", USERS)]);
        db.exec("create schema old; create table old.things (id serial primary key); create type old.kind as enum ('a')");
        db.exec("create schema kept; create table kept.things (id int); create function kept.one() returns int language sql as 'select 1'");
        let said = says(&program, db, 0, &["apply", "db", "--yes"]);
        assert!(!said.all.contains("old"), "{}", said.all);
        let prune = ["apply", "db", "--yes", "--prune=all"];
        let said = says(&program, db, 0, &prune);
        assert!(said.all.contains("function kept.one"), "{}", said.all);
        let left = db.query("select nspname from pg_namespace where nspname in ('old', 'kept')");
        assert_eq!(left, [[Some("kept".to_owned())]]);
        assert_eq!(db.query("select relname from pg_class where relname = 'things'").len(), 0);
        let said = says(&program, db, 0, &prune);
        assert!(said.out.contains("Nothing to do"), "{}", said.all);
    });
}

#[test]
fn one_of_two_runs_waits() {
    for engine in [Engine::Postgres, Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(db, &[("users", USERS), ("posts", POSTS)]);
            db.disconnect();
            let start = || {
                let mut command = program
                    .std_command(["apply", "db", "--yes", "--wait", "60s", "--format", "json"]);
                command.stdout(std::process::Stdio::piped());
                command.spawn().unwrap()
            };
            let mut applied = 0;
            for child in [start(), start()] {
                let output = child.wait_with_output().unwrap();
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                assert_eq!(output.status.code(), Some(0), "{text}");
                let json: serde_json::Value = serde_json::from_str(&text).unwrap();
                applied += i32::from(json["applied"] == true);
            }
            assert_eq!(applied, 1, "{engine}: the other finds nothing to do");
        });
    }
}
