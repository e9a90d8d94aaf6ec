//! Objects that are visible in a database, and the connection itself.

use super::fixtures::*;

#[test]
fn objects_outside_the_model_are_reported_and_hidden_ones_ignored() {
    on_each(&async |conn| {
        conn.run(
            "CREATE TABLE seen (id int primary key); CREATE TABLE hidden (id int); \
             CREATE TABLE gh_ost_1 (id int); CREATE VIEW v AS SELECT 1 AS one; \
             CREATE TRIGGER tr BEFORE INSERT ON seen FOR EACH ROW SET NEW.id = 1; \
             CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1; \
             CREATE TABLE parts (id int) PARTITION BY HASH (id) PARTITIONS 2",
        )
        .await
        .unwrap();
        let scope = InspectScope {
            hidden: vec![String::from("hidden")],
            ignore: vec![String::from("gh_ost_*")],
            ..InspectScope::default()
        };
        let have = MySql.inspect(conn, &scope).await.unwrap();
        let names: Vec<String> = have.objects.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["parts", "seen"]);
        let mut left: Vec<String> = have
            .not_compared
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        left.sort();
        assert_eq!(left, ["f", "tr", "v"]);
    });
}

#[test]
fn a_connection_counts_statements_and_reads_text() {
    on_each(&async |conn| {
        let done = conn
            .run("CREATE TABLE n (id int, v varbinary(10), t varchar(20)) CHARSET utf8mb4; INSERT INTO n VALUES (1, x'ff', 'grün 🐟'); UPDATE n SET id = 2")
            .await
            .unwrap();
        assert_eq!(done, 3);
        let failed = conn
            .run("INSERT INTO n VALUES (3, NULL, NULL); SELECT * FROM nowhere; INSERT INTO n VALUES (4, NULL, NULL)")
            .await
            .unwrap_err();
        assert_eq!(failed.completed, 1);
        assert_eq!(failed.error.code, "1146");
        let rows = conn
            .query(
                "SELECT id, t, 1.50, now() IS NOT NULL, NULL, date '2020-01-31' FROM n ORDER BY id",
            )
            .await
            .unwrap();
        let cells: Vec<Option<&str>> = (0..6).map(|at| rows[0].get_at(at)).collect();
        assert_eq!(
            cells,
            [
                Some("2"),
                Some("grün 🐟"),
                Some("1.50"),
                Some("1"),
                None,
                Some("2020-01-31")
            ]
        );
        assert_eq!(rows.len(), 2, "the server stops at the first that fails");
        let mode = conn
            .query("SELECT @@sql_mode, @@time_zone, @@explicit_defaults_for_timestamp")
            .await
            .unwrap();
        let modes: Vec<&str> = mode[0].text_at(0).split(',').collect();
        assert!(modes.contains(&"STRICT_TRANS_TABLES"), "{modes:?}");
        for not in [
            "ANSI_QUOTES",
            "PIPES_AS_CONCAT",
            "IGNORE_SPACE",
            "NO_BACKSLASH_ESCAPES",
            "",
        ] {
            assert!(!modes.contains(&not), "{modes:?}");
        }
        assert_eq!(mode[0].text_at(1), "+00:00");
        assert_eq!(mode[0].text_at(2), "1");
        assert!(matches!(
            conn.server().vendor,
            Vendor::MySql | Vendor::MariaDb
        ));
    });
}
