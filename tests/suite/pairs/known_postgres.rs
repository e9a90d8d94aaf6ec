//! Pairs that once failed on PostgreSQL, each with its subject.

use super::walk::Known;

pub(crate) const ALL: &[Known] = &[
    Known {
        what: "sequences that stay logged while their table doesn't, and the other way round",
        from: &[
            "CREATE TABLE t (n bigint)",
            "CREATE SEQUENCE a OWNED BY t.n",
            "CREATE UNLOGGED TABLE u (n bigint)",
            "CREATE SEQUENCE b OWNED BY u.n",
        ],
        to: &[
            "CREATE UNLOGGED TABLE t (n bigint)",
            "CREATE SEQUENCE a OWNED BY t.n",
            "CREATE TABLE u (n bigint)",
            "CREATE SEQUENCE b OWNED BY u.n",
        ],
    },
    Known {
        what: "a check of another column that comes with it",
        from: &[
            "CREATE TABLE t (a bool, b int, CONSTRAINT sane CHECK (a IS NULL AND b IS NOT NULL OR a))",
        ],
        to: &[
            "CREATE TABLE t (a bool, b int, c int, CONSTRAINT sane CHECK (a IS NULL AND b IS NOT NULL AND c IS NULL OR a))",
        ],
    },
    Known {
        what: "a condition on a value of an enum that only comes",
        from: &[
            "CREATE TYPE e AS ENUM ('a')",
            "CREATE TABLE t (x e CHECK (x <> 'a'))",
            "CREATE INDEX i ON t (x) WHERE x = 'a'",
        ],
        to: &[
            "CREATE TYPE e AS ENUM ('a', 'b')",
            "CREATE TABLE t (x e CHECK (x <> 'b'))",
            "CREATE INDEX i ON t (x) WHERE x = 'b'",
        ],
    },
    Known {
        what: "a default by a function of one's own, and a built-in one",
        from: &[
            "CREATE FUNCTION f() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'",
            "CREATE TABLE t (a timestamptz DEFAULT f(), b timestamptz DEFAULT now())",
        ],
        to: &[
            "CREATE FUNCTION f() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'",
            "CREATE TABLE t (a timestamptz DEFAULT now(), b timestamptz DEFAULT f())",
        ],
    },
    Known {
        what: "a function that a built-in one hides",
        from: &[
            "CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT pg_catalog.gen_random_uuid()'",
            "CREATE TABLE t (a uuid DEFAULT gen_random_uuid(), b uuid DEFAULT public.gen_random_uuid())",
        ],
        to: &[
            "CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT pg_catalog.gen_random_uuid()'",
            "CREATE TABLE t (a uuid DEFAULT public.gen_random_uuid(), b uuid DEFAULT gen_random_uuid())",
        ],
    },
    Known {
        what: "a column takes the NOT NULL name of one that goes",
        from: &["CREATE TABLE t (user_id int NOT NULL, n int)"],
        to: &[
            "CREATE TABLE t (user_id int NOT NULL, n int)",
            "ALTER TABLE t RENAME user_id TO person_id",
        ],
    },
    Known {
        what: "a column takes the NOT NULL name of one that goes, and its unique constraint's",
        from: &["CREATE TABLE t (a int NOT NULL CONSTRAINT u UNIQUE, n int NOT NULL)"],
        to: &[
            "CREATE TABLE t (a int NOT NULL CONSTRAINT u UNIQUE, n int NOT NULL)",
            "ALTER TABLE t RENAME a TO b",
            "ALTER TABLE t RENAME n TO m",
            "ALTER TABLE t ADD n int NOT NULL",
        ],
    },
    Known {
        what: "a column takes the NOT NULL name of one that gets another, and another type",
        from: &[
            "CREATE TABLE t (a timestamp NOT NULL)",
            "CREATE INDEX i ON t (a) WHERE a > '2020-01-01'",
        ],
        to: &[
            "CREATE TABLE t (a timestamptz NOT NULL)",
            "CREATE INDEX i ON t (a) WHERE a > '2020-01-01'",
            "ALTER TABLE t RENAME a TO b",
            "ALTER TABLE t ADD a timestamptz NOT NULL",
        ],
    },
    Known {
        what: "a unique column becomes nullable and loses its key, in a table that others come to refer to",
        from: &[
            "CREATE TABLE a (id int PRIMARY KEY)",
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE)",
        ],
        to: &[
            "CREATE TABLE users (id int PRIMARY KEY, email text, v bool, body int, fb int UNIQUE)",
            "CREATE UNIQUE INDEX e ON users (email) WHERE v",
            "CREATE TABLE body (id int PRIMARY KEY, u int REFERENCES users (id))",
            "ALTER TABLE users ADD FOREIGN KEY (body) REFERENCES body (id)",
            "CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES body (id))",
        ],
    },
    Known {
        what: "a type that a replica identity and a clustered index are on is recreated",
        from: &[
            "CREATE TYPE e AS ENUM ('a', 'b')",
            "CREATE TABLE t (x e NOT NULL, c e GENERATED ALWAYS AS (x) STORED NOT NULL)",
            "CREATE UNIQUE INDEX i ON t (c)",
            "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
            "ALTER TABLE t CLUSTER ON i",
        ],
        to: &[
            "CREATE TYPE e AS ENUM ('b', 'c')",
            "CREATE TABLE t (x e NOT NULL, c e GENERATED ALWAYS AS (x) STORED NOT NULL)",
            "CREATE UNIQUE INDEX i ON t (c)",
            "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
            "ALTER TABLE t CLUSTER ON i",
        ],
    },
    Known {
        what: "a range type goes with the functions that make its values",
        from: &[
            "CREATE TYPE r AS RANGE (subtype = text)",
            "CREATE TABLE t (a r)",
        ],
        to: &["CREATE TABLE t (a int)"],
    },
    Known {
        what: "a sequence that stands alone becomes a column's own, and the other way round",
        from: &[
            "CREATE SEQUENCE r_id_seq",
            "CREATE TABLE r (id int PRIMARY KEY DEFAULT nextval('r_id_seq'))",
            "INSERT INTO r DEFAULT VALUES",
            "CREATE TABLE s (id serial PRIMARY KEY)",
            "INSERT INTO s DEFAULT VALUES",
        ],
        to: &[
            "CREATE TABLE r (id serial PRIMARY KEY)",
            "CREATE SEQUENCE s_id_seq",
            "CREATE TABLE s (id int PRIMARY KEY DEFAULT nextval('s_id_seq'))",
        ],
    },
    Known {
        what: "sequences go from a table to another, to a column that comes, and to several",
        from: &[
            "CREATE TABLE gone (id serial PRIMARY KEY)",
            "CREATE TABLE t (id serial PRIMARY KEY, n int)",
            "CREATE SEQUENCE q",
            "CREATE TABLE u (n bigint DEFAULT nextval('q'))",
        ],
        to: &[
            "CREATE SEQUENCE gone_id_seq AS int",
            "CREATE TABLE one (id int DEFAULT nextval('gone_id_seq'))",
            "CREATE TABLE two (id int DEFAULT nextval('gone_id_seq'))",
            "CREATE TABLE t (n int, other int)",
            "CREATE SEQUENCE t_id_seq AS int OWNED BY t.other",
            "ALTER TABLE t ALTER other SET DEFAULT nextval('t_id_seq')",
            "CREATE TABLE v (id bigint)",
            "CREATE SEQUENCE q OWNED BY v.id",
            "ALTER TABLE v ALTER id SET DEFAULT nextval('q')",
        ],
    },
    Known {
        what: "bounds of a sequence that leave out the number it has come to",
        from: &[
            "CREATE SEQUENCE up",
            "CREATE SEQUENCE down INCREMENT -1",
            "CREATE SEQUENCE beyond MAXVALUE 10",
        ],
        to: &[
            "CREATE SEQUENCE up MINVALUE 3",
            "CREATE SEQUENCE down INCREMENT -1 MAXVALUE -7",
            "CREATE SEQUENCE beyond MINVALUE 20 MAXVALUE 30",
        ],
    },
    Known {
        what: "a base type and what it is made of stay, whatever goes beside them",
        from: &[
            "CREATE TYPE w",
            "CREATE FUNCTION w_in(cstring) RETURNS w LANGUAGE internal IMMUTABLE STRICT AS 'int4in'",
            "CREATE FUNCTION w_out(w) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out'",
            "CREATE TYPE w (INPUT = w_in, OUTPUT = w_out, LIKE = int4)",
            "CREATE TABLE t (a int)",
        ],
        to: &["CREATE TABLE u (a int)"],
    },
    Known {
        what: "types over the rows of a table, and types over those, come and go with it",
        from: &["CREATE TABLE x (id int)"],
        to: &[
            "CREATE TABLE rows (id int PRIMARY KEY, name text NOT NULL)",
            "CREATE DOMAIN one AS rows CHECK ((VALUE).id > 0)",
            "CREATE DOMAIN many AS rows[]",
            "CREATE TYPE pack AS (label text, item rows)",
            "CREATE TYPE above AS (packs pack[], one one)",
            "CREATE TABLE a (id int, p pack, d one, ds many, r rows, rs rows[])",
        ],
    },
    Known {
        what: "sequences take names that others have, in a row and in a circle",
        from: &[
            "CREATE TABLE v (id serial)",
            "CREATE TABLE w (id serial)",
            "ALTER SEQUENCE v_id_seq RENAME TO x",
            "ALTER SEQUENCE w_id_seq RENAME TO v_id_seq",
            "ALTER SEQUENCE x RENAME TO w_id_seq",
            "CREATE TABLE gone (id serial)",
            "ALTER SEQUENCE gone_id_seq RENAME TO here_id_seq",
            "CREATE TABLE here (id serial)",
            "CREATE TABLE s (a serial, b serial, c int GENERATED BY DEFAULT AS IDENTITY, d serial)",
            "ALTER SEQUENCE s_a_seq RENAME TO x",
            "ALTER SEQUENCE s_b_seq RENAME TO s_a_seq",
            "ALTER SEQUENCE s_c_seq RENAME TO s_b_seq",
            "ALTER SEQUENCE x RENAME TO s_c_seq",
            "ALTER SEQUENCE s_d_seq RENAME TO fresh_id_seq",
        ],
        to: &[
            "CREATE TABLE v (id serial)",
            "CREATE TABLE w (id serial)",
            "CREATE TABLE here (id serial)",
            "CREATE TABLE s (a serial, b serial, c int GENERATED BY DEFAULT AS IDENTITY, d serial)",
            "CREATE TABLE fresh (id serial)",
        ],
    },
    Known {
        what: "a value of an enum goes that a computed column, a check, defaults and an index speak of",
        from: &[
            "CREATE TYPE e AS ENUM ('a', 'b', 'c')",
            "CREATE TABLE t (id int, x e DEFAULT 'c', y e CHECK (y <> 'c'), xs e[] DEFAULT '{c}', g boolean GENERATED ALWAYS AS (y = 'c') STORED)",
            "CREATE INDEX i ON t (id) WHERE x = 'c'",
        ],
        to: &[
            "CREATE TYPE e AS ENUM ('a', 'b')",
            "CREATE TABLE t (id int, x e DEFAULT 'a', y e CHECK (y <> 'b'), xs e[] DEFAULT '{a}', g boolean GENERATED ALWAYS AS (y = 'b') STORED)",
            "CREATE INDEX i ON t (id) WHERE x = 'a'",
        ],
    },
    Known {
        what: "attached indexes of a partition take each other's names",
        from: &[
            "CREATE TABLE t (id int, a int, b int, UNIQUE (id, a), UNIQUE (id, b)) PARTITION BY RANGE (id)",
            "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10)",
            "CREATE INDEX x ON t (a)",
            "CREATE INDEX y ON t (b)",
        ],
        to: &[
            "CREATE TABLE t (id int, a int, b int, UNIQUE (id, a), UNIQUE (id, b)) PARTITION BY RANGE (id)",
            "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10)",
            "CREATE INDEX x ON t (a)",
            "CREATE INDEX y ON t (b)",
            "ALTER INDEX t1_a_idx RENAME TO z",
            "ALTER INDEX t1_b_idx RENAME TO t1_a_idx",
            "ALTER INDEX z RENAME TO t1_b_idx",
            "ALTER INDEX t1_id_a_key RENAME TO z",
            "ALTER INDEX t1_id_b_key RENAME TO t1_id_a_key",
            "ALTER INDEX z RENAME TO t1_id_b_key",
        ],
    },
];
