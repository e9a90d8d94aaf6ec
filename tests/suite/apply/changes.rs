//! `apply`: an empty database, changes, renames, consent.

use super::project::{POSTS, USERS, applied, has, project, says};
use crate::support::{Engine, Server, TestDb, on_every_engine};

on_every_engine! {
    fn an_empty_database_then_no_changes(db) {
        let program = project(db, &[("users", USERS), ("posts", POSTS)]);
        let dry = says(&program, db, 3, &["apply", "db", "--dry-run"]);
        assert!(dry.out.contains("CREATE TABLE"), "{}", dry.all);
        assert!(!dry.out.contains("CONCURRENTLY"), "{}", dry.all);
        assert!(!has(db, "users"), "a dry run touches nothing");
        let asked = says(&program, db, 7, &["apply", "db"]);
        assert!(asked.all.contains("--yes"), "{}", asked.all);
        assert!(!has(db, "users"), "without confirmation");
        let said = applied(&program, db, &[]);
        assert!(said.out.contains("Done: "), "{}", said.all);
        let rows = db.query("select name from tablewright_managed order by name");
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(!has(db, "refinery_schema_history"), "no history is written");
    }

    fn changes_and_data_loss(db) {
        let program = project(db, &[("users", USERS), ("posts", POSTS)]);
        applied(&program, db, &[]);
        db.exec("insert into users (email) values ('a'), ('b')");
        let more = POSTS.replace("  title: varchar(100)\n", "  title: varchar(120)\n  body: text null\n");
        program.file("schemas/blog/posts.yaml", &more);
        let said = applied(&program, db, &[]);
        assert!(said.all.contains("add column body"), "{}", said.all);
        let fewer = USERS.replace("  email: varchar(200)\n", "").replace("unique:\n  - [email]\n", "");
        program.file("schemas/blog/users.yaml", &fewer);
        for args in [
            &["apply", "db"][..],
            &["apply", "db", "--yes"],
            &["apply", "guarded", "--yes", "--confirm", "guarded"],
        ] {
            let said = says(&program, db, 7, args);
            assert!(said.all.contains("users.email"), "{}", said.all);
            assert!(said.all.contains("--allow data-loss"), "{}", said.all);
        }
        let said = says(&program, db, 3, &["apply", "db", "--dry-run"]);
        assert!(said.all.contains("needs --allow data-loss"), "{}", said.all);
        assert!(db.try_query("select email from users").is_ok(), "refused before anything ran");
        says(&program, db, 7, &["apply", "guarded", "--yes", "--allow", "data-loss"]);
        applied(&program, db, &["--allow", "data-loss"]);
        assert!(db.try_query("select email from users").is_err());
    }

    fn derived_names(db) {
        let sql = match db.engine() {
            Engine::Postgres => "create table t (a integer not null constraint odd primary key, b varchar(10) not null, \
                c integer not null constraint odd_check check (c > 0)); create unique index odd_index on t (b); \
                create index odd_too on t (c)",
            Engine::MySql | Engine::MariaDb => "create table t (a int not null primary key, b varchar(10) not null, \
                c int not null, constraint odd_check check (c > 0), key odd_too (c))",
            Engine::Sqlite => "create table t (a int not null, b varchar(10) not null, \
                c integer not null constraint odd_check check (c > 0), constraint odd primary key (a)); \
                create index odd_too on t (c)",
        };
        for statement in sql.split("; ") {
            db.exec(statement);
        }
        let unique = if db.engine() == Engine::Postgres {
            "  - { columns: [b], unique: true }\n"
        } else {
            ""
        };
        let spec = format!(
            "table: t\ncolumns:\n  a: int\n  b: varchar(10)\n  c: int\nprimary_key: [a]\nindexes:\n  - [c]\n{unique}checks:\n  - c > 0\n"
        );
        let program = project(db, &[("t", &spec)]);
        let said = says(&program, db, 0, &["apply", "db", "--yes"]);
        assert!(said.out.contains("Nothing to do"), "{}", said.all);
        assert!(!has(db, "tablewright_managed"), "nothing to do writes nothing");
    }

    fn renames(db) {
        let program = project(db, &[("users", USERS)]);
        // where nothing is there yet, nothing can be renamed
        let renamed = USERS
            .replace("table: users\n", "table: people\nrenamed_from: users\n")
            .replace("  email: varchar(200)\n", "  mail: { type: varchar(200), renamed_from: email }\n")
            .replace("[email]", "[mail]");
        applied(&program, db, &[]);
        db.exec("insert into users (email) values ('a')");
        program.file("schemas/blog/users.yaml", &renamed);
        let said = says(&program, db, 0, &["apply", "db", "--yes"]);
        assert!(said.all.contains("rename from users"), "{}", said.all);
        assert_eq!(db.query("select mail from people").len(), 1, "the row came along");
        let again = says(&program, db, 0, &["apply", "db", "--yes"]);
        assert!(again.out.contains("Nothing to do"), "{}", again.all);
        assert!(again.all.contains("table people has been renamed from"), "{}", again.all);
        let rows = db.query("select name from tablewright_managed");
        assert_eq!(rows.len(), 1, "{rows:?}");
        // both there
        db.exec("create table users (id int)");
        let both = says(&program, db, 2, &["apply", "db", "--yes"]);
        assert!(both.all.contains("both exist"), "{}", both.all);
        db.exec("drop table users");
        // neither
        program.file("schemas/blog/more.yaml", "table: b\nrenamed_from: a\ncolumns: { id: int }\n");
        let neither = says(&program, db, 2, &["apply", "db", "--yes"]);
        assert!(neither.all.contains("neither existed before"), "{}", neither.all);
    }

    fn renames_on_an_empty_database(db) {
        let spec = "table: b\nrenamed_from: a\ncolumns:\n  y: { type: int, renamed_from: x }\nprimary_key: [y]\n";
        let program = project(db, &[("b", spec)]);
        says(&program, db, 0, &["apply", "db", "--yes"]);
        assert!(has(db, "b"));
    }

    fn a_database_with_a_history(db) {
        let program = project(db, &[("users", USERS)]);
        says(&program, db, 0, &["migration", "new", "first"]);
        says(&program, db, 0, &["migrate", "-t", "db"]);
        says(&program, db, 7, &["apply", "db", "--yes"]);
        program.file("schemas/blog/posts.yaml", POSTS);
        let said = says(&program, db, 7, &["apply", "db", "--yes"]);
        assert!(said.all.contains("migration new NAME"), "{}", said.all);
        let said = says(&program, db, 3, &["apply", "db", "--dry-run"]);
        assert!(said.all.contains("--allow versioned"), "{}", said.all);
        assert!(!has(db, "posts"));
        says(&program, db, 0, &["apply", "db", "--yes", "--allow", "versioned"]);
        assert!(has(db, "posts"));
    }

    fn missing_and_invalid_specs(db) {
        let program = project(db, &[]);
        says(&program, db, 2, &["apply", "db", "--yes", "--prune=all", "--allow", "data-loss"]);
        program.file("schemas/blog/x.yaml", "");
        says(&program, db, 2, &["apply", "db", "--yes", "--prune=all", "--allow", "data-loss"]);
        program.file("schemas/blog/x.yaml", "table: t\ncolumns: { id: intt }\n");
        says(&program, db, 2, &["apply", "db", "--yes"]);
        says(&program, db, 2, &["apply", "nowhere", "--yes"]);
        program.file("schemas/blog/x.yaml", USERS);
        says(&program, db, 2, &["apply", "db", "--format", "sql"]);
    }

    fn json_output_matches_the_text(db) {
        let program = project(db, &[("users", USERS)]);
        let dry = says(&program, db, 3, &["apply", "db", "--dry-run", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&dry.out).unwrap();
        assert_eq!(json["steps"][0]["object"], "users", "{json}");
        assert_eq!(json["applied"], false);
        let ran = says(&program, db, 0, &["apply", "db", "--yes", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(json["applied"], true);
        assert!(json["seconds"].is_number(), "{json}");
        let again = says(&program, db, 0, &["apply", "db", "--yes", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&again.out).unwrap();
        assert_eq!(json["steps"], serde_json::json!([]));
    }

    fn external_tables_are_not_changed(db) {
        let spec = "table: users\nexternal: true\ncolumns: { id: int }\nprimary_key: [id]\n";
        let program = project(db, &[("users", spec), ("posts", POSTS)]);
        if db.engine() == Engine::Sqlite {
            let said = says(&program, db, 0, &["apply", "db", "--yes"]);
            assert!(said.all.contains("created a stand-in"), "{}", said.all);
        } else {
            let said = says(&program, db, 1, &["apply", "db", "--yes"]);
            assert!(said.all.contains("does not exist; another program must create it first"), "{}", said.all);
            assert!(!has(db, "posts"));
            db.exec("create table users (id int primary key, more int)");
            says(&program, db, 0, &["apply", "db", "--yes"]);
        }
        let rows = db.query("select name from tablewright_managed");
        assert_eq!(rows.len(), 1, "{rows:?}");
        // neither changed nor dropped
        let said = says(&program, db, 0, &["apply", "db", "--yes", "--prune=all", "--allow", "data-loss"]);
        assert!(said.out.contains("Nothing to do"), "{}", said.all);
    }

    fn the_order_of_columns(db) {
        db.exec("create table t (b integer, a integer)");
        let program = project(db, &[("t", "table: t\ncolumns:\n  a: int null\n  b: int null\n")]);
        let ordered = matches!(db.engine(), Engine::MySql | Engine::MariaDb);
        let code = |differs: i32| if ordered { differs } else { 0 };
        says(&program, db, code(4), &["verify", "-t", "db"]);
        says(&program, db, 0, &["verify", "-t", "db", "--ignore", "column-order"]);
        says(&program, db, code(3), &["diff", "target:db", "specs"]);
        says(&program, db, 0, &["diff", "target:db", "specs", "--ignore", "column-order"]);
        says(&program, db, code(3), &["apply", "db", "--dry-run"]);
        let said = says(&program, db, 0, &["apply", "db", "--yes", "--ignore", "column-order"]);
        assert!(said.out.contains("Nothing to do"), "{}", said.all);
        let config = program.read("tablewright.yaml");
        program.file(
            "tablewright.yaml",
            &config.replace("    targets:", "    ignore_differences: [column-order]\n    targets:"),
        );
        says(&program, db, 0, &["verify", "-t", "db"]);
        program.file("tablewright.yaml", &config);
        applied(&program, db, &[]);
    }
}

#[test]
fn an_index_of_an_existing_table_is_built_concurrently() {
    Engine::Postgres.with(|db| {
        let program = project(db, &[("users", USERS)]);
        applied(&program, db, &[]);
        program.file(
            "schemas/blog/users.yaml",
            &format!("{USERS}indexes:\n  - [status]\n"),
        );
        let dry = says(&program, db, 3, &["apply", "db", "--dry-run"]);
        assert!(dry.out.contains("CONCURRENTLY"), "{}", dry.all);
        applied(&program, db, &[]);
    });
}

/// A backslash is an escape in MySQL's strings, so a name that ends a string must not end it for good.
#[test]
fn a_name_with_a_backslash_runs_no_sql() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let name = r"x\'); drop table victim; -- x";
            db.exec("create table victim (id int primary key)");
            db.exec(&format!(
                "create table `{name}` (id int primary key, n int)"
            ));
            let spec = format!(
                "table: \"{}\"\ncolumns: {{ id: int, n: bigint null }}\nprimary_key: [id]\n",
                name.replace('\\', r"\\")
            );
            let program = project(db, &[("x", &spec)]);
            says(&program, db, 3, &["apply", "db", "--dry-run"]);
            assert!(has(db, "victim"), "after a dry run");
            says(&program, db, 0, &["apply", "db", "--yes"]);
            assert!(has(db, "victim"), "after a run");
            let rows = db.query(&format!("show columns from `{name}` like 'n'"));
            assert_eq!(rows[0][1].as_deref().map(|ty| &ty[..6]), Some("bigint"));
        });
    }
}

#[test]
fn an_identity_counter_keeps_its_value() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(db, &[("users", USERS)]);
            applied(&program, db, &[]);
            db.exec("insert into users (id, email) values (700, 'a')");
            let said = says(&program, db, 0, &["apply", "db", "--yes"]);
            assert!(said.out.contains("Nothing to do"), "{}", said.all);
        });
    }
}

/// Unset options are not compared, but `inspect` writes what it reads, defaults included.
#[test]
fn inspected_objects_are_created_again() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(db, &[]);
            db.exec(
                "create table t (a varchar(9) collate utf8mb4_unicode_ci, b varbinary(9), c int) \
                 engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci",
            );
            says(&program, db, 0, &["inspect", "--url", db.url(), "--out", "schemas/blog"]);
            db.exec("drop table t");
            db.exec(
                "create table t (a varchar(9), b varchar(9) character set latin1 collate latin1_bin, c int) \
                 engine=MyISAM default charset=latin1 collate=latin1_bin",
            );
            applied(&program, db, &["--allow", "data-loss"]);
            let made = db.query("show create table t")[0][1].clone().unwrap();
            assert!(made.contains("ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"), "{made}");
        });
    }
}

#[test]
fn inspected_names_are_preserved() {
    for engine in [Engine::Postgres, Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(db, &[]);
            let child = |name: &str| {
                format!(
                    "create table c (p_id int, constraint {name} foreign key (p_id) references p (id))"
                )
            };
            db.exec("create table p (id int primary key)");
            db.exec(&child("fk_c_p_id"));
            says(&program, db, 0, &["inspect", "--url", db.url(), "--out", "schemas/blog"]);
            // what the name would be derived to be is left out
            let written = program.read("schemas/blog/c.yaml");
            assert!(written.contains("references: p.id"), "{written}");
            db.exec("drop table c");
            db.exec(&child("another"));
            applied(&program, db, &[]);
            let own = match engine {
                Engine::Postgres | Engine::Sqlite => "current_schema()",
                Engine::MySql | Engine::MariaDb => "database()",
            };
            let names = format!(
                "select constraint_name from information_schema.table_constraints \
                 where table_schema = {own} and table_name = 'c' and constraint_type = 'FOREIGN KEY'"
            );
            assert_eq!(db.query(&names), [[Some("fk_c_p_id".to_owned())]]);
        });
    }
}

#[test]
fn a_foreign_key_without_a_target_is_reported_and_kept() {
    for engine in [Engine::Sqlite, Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(db, &[]);
            if engine != Engine::Sqlite {
                db.exec("set foreign_key_checks = 0");
            }
            db.exec("create table c (id int primary key, p_id int, constraint fk_gone foreign key (p_id) references p (id))");
            says(&program, db, 0, &["inspect", "--url", db.url(), "--out", "schemas/blog"]);
            let said = applied(&program, db, &[]);
            assert!(said.all.contains("fk_gone"), "{}", said.all);
            assert!(said.all.contains("does not exist"), "{}", said.all);
            // its table comes, and it is one like any other
            db.exec("create table p (id int primary key)");
            says(&program, db, 0, &["inspect", "--url", db.url(), "--force", "--out", "schemas/blog"]);
            assert!(program.read("schemas/blog/c.yaml").contains("references: p.id"));
            applied(&program, db, &[]);
        });
    }
}

#[test]
fn a_foreign_key_to_a_new_table_is_dropped_before_that_table_is_created() {
    for engine in [Engine::MySql, Engine::MariaDb] {
        engine.with(|db| {
            let program = project(
                db,
                &[(
                    "p",
                    "table: p\ncolumns:\n  id: varchar(9)\nprimary_key: [id]\n",
                )],
            );
            db.exec("set foreign_key_checks = 0");
            db.exec(
                "create table c (p_id int, constraint gone foreign key (p_id) references p (id))",
            );
            applied(&program, db, &["--prune=all", "--allow", "data-loss"]);
            assert!(!has(db, "c"));
        });
    }
}

#[test]
fn a_foreign_key_to_a_schema_out_of_scope_is_kept() {
    Engine::Postgres.with(|db| {
        let program = project(db, &[]);
        db.exec("create schema other");
        db.exec("create table other.p (id int primary key)");
        db.exec("create table public.c (id int primary key, p_id int references other.p)");
        says(
            &program,
            db,
            0,
            &[
                "inspect",
                "--url",
                db.url(),
                "--schema",
                "public",
                "--out",
                "schemas/blog",
            ],
        );
        let said = applied(&program, db, &[]);
        assert!(said.all.contains("c_p_id_fkey"), "{}", said.all);
    });
}

#[test]
fn inspected_defaults_keep_their_spelling() {
    Engine::Postgres.with(|db| {
        let program = project(db, &[]);
        let defaults = "select column_name || ' ' || coalesce(column_default, 'none') \
            from information_schema.columns where table_name = 't' order by 1";
        let one = "create table t (a numeric(8,2) default 0.0, b timestamp default current_timestamp,
            c varchar(9) default null, d varchar(9), e bigint default -1, f boolean default 't')";
        let other = "create table t (a numeric(8,2) default 0, b timestamp default now(),
            c varchar(9), d varchar(9) default null, e bigint default '-1', f boolean default true)";
        db.exec(one);
        let wanted = db.query(defaults);
        says(&program, db, 0, &["inspect", "--url", db.url(), "--out", "schemas/blog"]);
        let database = program.read("schemas/blog/database.yaml");
        assert!(database.contains("spelling: exact"), "{database}");
        // without it they are the same
        program.file("schemas/blog/database.yaml", &database.replace("spelling: exact", "spelling: any"));
        db.exec("drop table t");
        db.exec(other);
        let live = db.query(defaults);
        assert_ne!(live, wanted);
        applied(&program, db, &[]);
        assert_eq!(db.query(defaults), live);
        program.file("schemas/blog/database.yaml", &database);
        says(&program, db, 4, &["verify", "-t", "db"]);
        applied(&program, db, &[]);
        assert_eq!(db.query(defaults), wanted);
    });
}

#[test]
fn inspected_sequences_and_not_nulls_keep_their_names() {
    const NAMES: &str = "select relname from pg_class where relkind = 'S' and relname not like 'tablewright%' \
        union all select conname from pg_constraint where contype = 'n' and conrelid::regclass::text in ('t', 'u') order by 1";
    let body = |db: &TestDb| {
        let program = project(db, &[]);
        db.exec("create table t (id serial, n int not null); create table u (id int generated always as identity)");
        let read = db.query(NAMES);
        says(
            &program,
            db,
            0,
            &["inspect", "--url", db.url(), "--out", "schemas/blog"],
        );
        // as tables have them that once were called otherwise; one has the name that the other wants
        db.exec(
            "drop table t, u; create table old (id serial, n int not null); alter table old rename to t; \
             create table u (id int generated always as identity); alter sequence u_id_seq rename to x; \
             alter sequence old_id_seq rename to u_id_seq; alter sequence x rename to t_id_seq",
        );
        applied(&program, db, &[]);
        assert_eq!(db.query(NAMES), read);
        says(
            &program,
            db,
            0,
            &[
                "apply",
                "--yes",
                "--url",
                db.url(),
                "--schemas",
                "schemas/blog",
            ],
        );
    };
    Engine::Postgres.with(body);
    Server::POSTGRES_18.with(body);
}

/// Before PostgreSQL 18 a NOT NULL has no name: that is no difference.
#[test]
fn specs_from_one_version_apply_to_another() {
    const SQL: &str = "create table old (id serial, n int not null); alter table old rename to t; \
        create table p (a int not null, b int not null); create table own (a int not null) inherits (p); \
        create table kid (a int default 1, c int) inherits (p)";
    let servers = [Server::from(Engine::Postgres), Server::POSTGRES_18];
    let [Some(one), Some(two)] = servers.map(TestDb::create) else {
        return;
    };
    for (from, to) in [(&one, &two), (&two, &one)] {
        from.exec(&format!(
            "drop table if exists t, p, own, kid cascade; {SQL}"
        ));
        to.exec(&format!(
            "drop table if exists t, p, own, kid cascade; {SQL}"
        ));
        let program = project(from, &[]);
        says(
            &program,
            from,
            0,
            &["inspect", "--url", from.url(), "--out", "schemas/blog"],
        );
        let args = [
            "apply",
            "--yes",
            "--url",
            to.url(),
            "--schemas",
            "schemas/blog",
        ];
        says(&program, to, 0, &args);
        let again = says(&program, to, 0, &args);
        assert!(again.all.contains("Nothing to do"), "{}", again.all);
    }
}

#[test]
fn carriage_returns_are_kept_in_function_bodies() {
    Engine::Postgres.with(|db| {
        let program = project(db, &[]);
        db.exec(
            "create function f(a int) returns int language plpgsql immutable as \
             $$begin\r\n perform 'a\\b', $q$x\r\n$q$; return a; -- c\r\nend$$; create table t (a int default f(1))",
        );
        let body = "select md5(prosrc) from pg_proc where proname = 'f'";
        let read = db.query(body);
        says(&program, db, 0, &["inspect", "--url", db.url(), "--out", "schemas/blog"]);
        db.exec("drop table t; drop function f");
        applied(&program, db, &[]);
        assert_eq!(db.query(body), read);
    });
}

#[test]
fn a_virtual_column_is_virtual_where_the_server_supports_it() {
    Server::POSTGRES_18.with(|db| {
        let specs = "table: t\ncolumns:\n  a: int null\n  twice: { type: int null, generated: { sql: a * 2, stored: false } }\n";
        let program = project(db, &[("t", specs)]);
        let kind = "select attgenerated from pg_attribute where attname = 'twice' and attrelid = 't'::regclass";
        applied(&program, db, &[]);
        assert_eq!(db.query(kind), [[Some("v".to_owned())]]);
        // as a migration for older servers makes it
        db.exec("drop table t; create table t (a int, twice int generated always as (a * 2) stored)");
        applied(&program, db, &[]);
        assert_eq!(db.query(kind), [[Some("s".to_owned())]]);
    });
}
