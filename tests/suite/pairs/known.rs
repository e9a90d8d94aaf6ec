//! Pairs that once failed, each with its subject.

use super::walk::Known;

pub(crate) const BOTH: &[Known] = &[
    Known {
        what: "a table goes whose foreign key holds a column that becomes another",
        from: &[
            "CREATE TABLE p (id varchar(48) PRIMARY KEY) DEFAULT CHARSET=latin1",
            "CREATE TABLE c (id varchar(48) PRIMARY KEY, q int, CONSTRAINT f FOREIGN KEY (id) REFERENCES p (id)) DEFAULT CHARSET=latin1",
        ],
        to: &["CREATE TABLE p (id varchar(40) PRIMARY KEY) DEFAULT CHARSET=utf8mb4"],
    },
    Known {
        what: "a table goes whose foreign key holds one that gets another engine",
        from: &[
            "CREATE TABLE p (id int PRIMARY KEY)",
            "CREATE TABLE c (id int PRIMARY KEY, p_id int, CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id))",
        ],
        to: &["CREATE TABLE p (id int PRIMARY KEY) ENGINE=MyISAM"],
    },
    Known {
        what: "a long column in the place of another, which no row has room for beside it",
        from: &["CREATE TABLE t (a varchar(12000), n int) DEFAULT CHARSET=utf8mb4"],
        to: &["CREATE TABLE t (n int, b varchar(12000), KEY i (n)) DEFAULT CHARSET=utf8mb4"],
    },
    Known {
        what: "a long column where another becomes shorter, which no row has room for before",
        from: &["CREATE TABLE t (a varchar(12000), n int) DEFAULT CHARSET=utf8mb4"],
        to: &["CREATE TABLE t (a text, b varchar(12000), n bigint) DEFAULT CHARSET=utf8mb4"],
    },
    Known {
        what: "columns in the place of others, which no page has room for beside them",
        from: &[
            "CREATE TABLE t (a0 varchar(255), a1 varchar(255), a2 varchar(255), a3 varchar(255), a4 varchar(255), a5 varchar(255), k0 varchar(255), k1 varchar(255)) DEFAULT CHARSET=utf8mb3 ROW_FORMAT=COMPACT",
        ],
        to: &[
            "CREATE TABLE t (b0 varchar(255), b1 varchar(255), b2 varchar(255), b3 varchar(255), b4 varchar(255), b5 varchar(255), k0 varchar(255), k1 varchar(255)) DEFAULT CHARSET=utf8mb3 ROW_FORMAT=COMPACT",
        ],
    },
    Known {
        what: "an engine whose keys are short enough in another charset alone",
        from: &[
            "CREATE TABLE t (id int PRIMARY KEY, u varchar(255) NOT NULL, UNIQUE KEY u (u)) DEFAULT CHARSET=utf8mb4",
        ],
        to: &[
            "CREATE TABLE t (id int PRIMARY KEY, u varchar(255) NOT NULL, UNIQUE KEY u (u)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb3",
        ],
    },
    Known {
        what: "a foreign key's column takes NULL no longer, while its table is copied",
        from: &[
            "CREATE TABLE p (id int PRIMARY KEY)",
            "CREATE TABLE t (f int, n int, s varchar(9), CONSTRAINT one FOREIGN KEY (f) REFERENCES p (id)) DEFAULT CHARSET=latin1",
        ],
        to: &[
            "CREATE TABLE p (id int PRIMARY KEY)",
            "CREATE TABLE t (f int NOT NULL DEFAULT 0, n bigint, s varchar(9), CONSTRAINT one FOREIGN KEY (f) REFERENCES p (id)) DEFAULT CHARSET=utf8mb4",
        ],
    },
    Known {
        what: "a column of numbers takes the primary key from columns that a new one joins in a unique key",
        from: &["CREATE TABLE t (a int NOT NULL, k int NOT NULL, PRIMARY KEY (a, k))"],
        to: &[
            "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int NOT NULL, v int NOT NULL DEFAULT 0, k int NOT NULL, UNIQUE KEY u (a, v, k), KEY v (v))",
        ],
    },
    Known {
        what: "a column of numbers comes beside a column that changes",
        from: &["CREATE TABLE t (d enum('a','b') NOT NULL, n int, KEY i (d))"],
        to: &[
            "CREATE TABLE t (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, c float, n int, d varchar(40), KEY i (n, c))",
        ],
    },
    Known {
        what: "another engine, and keys that only one of them has",
        from: &["CREATE TABLE t (a varchar(40), b time, KEY i (a, b)) ENGINE=MEMORY"],
        to: &[
            "CREATE TABLE t (a varchar(40), b year, c text, KEY i (b, a), FULLTEXT KEY w (c)) ENGINE=InnoDB",
        ],
    },
    Known {
        what: "columns that come ahead of another charset and partitions",
        from: &["CREATE TABLE t (n varchar(20)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"],
        to: &[
            "CREATE TABLE t (n varchar(20), a text, pk int NOT NULL, u binary(16) DEFAULT (unhex(replace(uuid(),'-','')))) DEFAULT CHARSET=latin1 PARTITION BY LIST (pk) (PARTITION l0 VALUES IN (0,1), PARTITION l1 VALUES IN (3))",
        ],
    },
    Known {
        what: "rows without a value, in a column of another type that wants one",
        from: &[
            "CREATE TABLE t (id int PRIMARY KEY, d int)",
            "INSERT INTO t (id) VALUES (1), (2)",
        ],
        to: &["CREATE TABLE t (id int PRIMARY KEY, d date NOT NULL DEFAULT '2020-01-31')"],
    },
    Known {
        what: "a default that varies, beside a new column",
        from: &["CREATE TABLE t (u binary(16), n int)"],
        to: &[
            "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, u binary(16) DEFAULT (unhex(replace(uuid(),'-',''))))",
        ],
    },
    Known {
        what: "two foreign keys over one column, one of which changes",
        from: &[
            "CREATE TABLE p (id int PRIMARY KEY, other int NOT NULL UNIQUE)",
            "CREATE TABLE t (f int)",
            "ALTER TABLE t ADD CONSTRAINT one FOREIGN KEY (f) REFERENCES p (id)",
            "ALTER TABLE t ADD CONSTRAINT two FOREIGN KEY (f) REFERENCES p (id)",
        ],
        to: &[
            "CREATE TABLE p (id int PRIMARY KEY, other int NOT NULL UNIQUE)",
            "CREATE TABLE t (f int)",
            "ALTER TABLE t ADD CONSTRAINT one FOREIGN KEY (f) REFERENCES p (other)",
            "ALTER TABLE t ADD CONSTRAINT two FOREIGN KEY (f) REFERENCES p (id)",
        ],
    },
    Known {
        what: "columns change places while others go",
        from: &["CREATE TABLE t (k time, c tinyint, o decimal(5), x int)"],
        to: &["CREATE TABLE t (o decimal(6), n int, c smallint)"],
    },
    Known {
        what: "a column's own charset is that of the table before",
        from: &["CREATE TABLE t (b varchar(9) COLLATE utf8mb4_bin) DEFAULT CHARSET=utf8mb4"],
        to: &[
            "CREATE TABLE t (b varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin) DEFAULT CHARSET=latin1",
        ],
    },
    Known {
        what: "a foreign key of two columns within its table, both ends of which change",
        from: &[
            "CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int, d int, UNIQUE KEY u (a, b), CONSTRAINT f FOREIGN KEY (c, d) REFERENCES t (a, b))",
        ],
        to: &[
            "CREATE TABLE t (a bigint NOT NULL, b int NOT NULL, c bigint, d int, UNIQUE KEY u (a, b), CONSTRAINT f FOREIGN KEY (c, d) REFERENCES t (a, b))",
        ],
    },
    Known {
        what: "a column that is computed and stored comes to hold values",
        from: &[
            "CREATE TABLE t (o varchar(9), p varchar(9) NOT NULL, d varchar(30) GENERATED ALWAYS AS (concat(o, '-x')) STORED, k varchar(30) GENERATED ALWAYS AS (concat(p, '-x')) STORED)",
            "INSERT INTO t (o, p) VALUES (NULL, 'a')",
        ],
        to: &[
            "CREATE TABLE t (o varchar(9), p varchar(9) NOT NULL, d varchar(30) NOT NULL, k varchar(30) NOT NULL PRIMARY KEY)",
        ],
    },
    Known {
        what: "an indexed column comes to be computed",
        from: &["CREATE TABLE t (d int, o varchar(9), KEY i (o) COMMENT 'x')"],
        to: &[
            "CREATE TABLE t (d int, o varchar(9) GENERATED ALWAYS AS (concat(d, '-x')) VIRTUAL, KEY i (o) COMMENT 'x')",
        ],
    },
    Known {
        what: "what is computed reads a default that is, and both change places",
        from: &[
            "CREATE TABLE t (d text NOT NULL DEFAULT ('x'), n varchar(40) GENERATED ALWAYS AS (concat(d, '-x')) STORED, c time)",
        ],
        to: &[
            "CREATE TABLE t (n varchar(40) GENERATED ALWAYS AS (concat(c, '-x')) STORED, c time, d datetime NOT NULL DEFAULT '2020-01-31')",
        ],
    },
    Known {
        what: "a column of numbers comes to several full-text indexes",
        from: &["CREATE TABLE t (k varchar(40), FULLTEXT KEY a (k), FULLTEXT KEY b (k))"],
        to: &[
            "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, k varchar(40), FULLTEXT KEY a (k), FULLTEXT KEY b (k))",
        ],
    },
    Known {
        what: "a collation that is the table's, written out or not",
        from: &[
            "CREATE TABLE t (c varchar(9) COLLATE utf8mb4_bin, d varchar(9)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        ],
        to: &[
            "CREATE TABLE t (c varchar(9), d varchar(9) COLLATE utf8mb4_bin) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        ],
    },
    Known {
        what: "a column that had the charset its table comes to have, of a type without one",
        from: &[
            "CREATE TABLE t (c varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin) DEFAULT CHARSET=latin1",
        ],
        to: &["CREATE TABLE t (c bigint) DEFAULT CHARSET=utf8mb4"],
    },
    Known {
        what: "a column that others are computed from is no longer computed itself",
        from: &[
            "CREATE TABLE t (k int, c int GENERATED ALWAYS AS (k + 1) VIRTUAL, m varchar(90) GENERATED ALWAYS AS (concat(c, k)) VIRTUAL, n varchar(90) GENERATED ALWAYS AS (concat(c, 'n')) VIRTUAL, KEY m (m), KEY n (n))",
        ],
        to: &[
            "CREATE TABLE t (c int, m varchar(90) GENERATED ALWAYS AS (concat(c, c)) VIRTUAL, n varchar(90) GENERATED ALWAYS AS (concat(c, 'n')) VIRTUAL, KEY m (m), KEY n (n))",
        ],
    },
    Known {
        what: "a column of numbers gives way to another, beside columns that come and go",
        from: &["CREATE TABLE t (h bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, g int, p int)"],
        to: &["CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int, o bit(8))"],
    },
    Known {
        what: "a text becomes a geometry with an index of its own",
        from: &["CREATE TABLE t (c mediumtext, KEY i (c(20)))"],
        to: &["CREATE TABLE t (c geometry NOT NULL, SPATIAL KEY i (c))"],
    },
    Known {
        what: "a column changes beneath the foreign key of a table that stays, and one begins to number rows",
        from: &[
            "CREATE TABLE p (n varchar(255) NOT NULL PRIMARY KEY)",
            "CREATE TABLE c (n varchar(100), FOREIGN KEY (n) REFERENCES p (n))",
            "CREATE TABLE q (id int NOT NULL PRIMARY KEY)",
            "CREATE TABLE d (id int, FOREIGN KEY (id) REFERENCES q (id))",
        ],
        to: &[
            "CREATE TABLE p (n varchar(100) NOT NULL PRIMARY KEY)",
            "CREATE TABLE c (n varchar(100), FOREIGN KEY (n) REFERENCES p (n))",
            "CREATE TABLE q (id int NOT NULL AUTO_INCREMENT PRIMARY KEY)",
            "CREATE TABLE d (id int, FOREIGN KEY (id) REFERENCES q (id))",
        ],
    },
    Known {
        what: "a foreign key and its index get another name, and a key takes the place of another's index",
        from: &[
            "CREATE TABLE p (id int PRIMARY KEY)",
            "CREATE TABLE t (a int, k int NOT NULL, CONSTRAINT old FOREIGN KEY (k) REFERENCES p (id))",
            "CREATE TABLE u (a int, k int NOT NULL, CONSTRAINT f FOREIGN KEY (k) REFERENCES p (id))",
        ],
        to: &[
            "CREATE TABLE p (id int PRIMARY KEY)",
            "CREATE TABLE t (a int, k int NOT NULL, CONSTRAINT new FOREIGN KEY (k) REFERENCES p (id))",
            "CREATE TABLE u (a int, k int NOT NULL, UNIQUE KEY w (k, a), CONSTRAINT f FOREIGN KEY (k) REFERENCES p (id))",
        ],
    },
    Known {
        what: "a column of numbers gets other keys",
        from: &[
            "CREATE TABLE t (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, s int NOT NULL)",
            "CREATE TABLE u (id int NOT NULL AUTO_INCREMENT, s int, KEY i (id, s))",
        ],
        to: &[
            "CREATE TABLE t (id bigint NOT NULL AUTO_INCREMENT UNIQUE, s int NOT NULL, PRIMARY KEY (s, id))",
            "CREATE TABLE u (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, s int)",
        ],
    },
    Known {
        what: "a key gets the name of an index that goes, and its column another type",
        from: &["CREATE TABLE t (n varchar(40) NOT NULL, KEY k (n), UNIQUE KEY n (n))"],
        to: &["CREATE TABLE t (n varchar(128) NOT NULL, UNIQUE KEY k (n))"],
    },
    Known {
        what: "an index gets the name of a key that goes",
        from: &[
            "CREATE TABLE t (h int NOT NULL, i int NOT NULL, UNIQUE KEY k (h, i), KEY k_2 (h))",
        ],
        to: &["CREATE TABLE t (h int NOT NULL, i int NOT NULL, PRIMARY KEY (h, i), KEY k (h))"],
    },
];

pub(crate) const MARIADB: &[Known] = &[
    Known {
        what: "a period of an application, and its key",
        from: &["CREATE TABLE t (id int NOT NULL)"],
        to: &[
            "CREATE TABLE t (id int NOT NULL, b date NOT NULL, e date NOT NULL, PERIOD FOR valid (b, e), UNIQUE KEY u (id, valid WITHOUT OVERLAPS))",
        ],
    },
    Known {
        what: "system versioning with columns of its own",
        from: &["CREATE TABLE t (id int NOT NULL)"],
        to: &[
            "CREATE TABLE t (id int NOT NULL, rs timestamp(6) GENERATED ALWAYS AS ROW START, re timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (rs, re)) WITH SYSTEM VERSIONING",
        ],
    },
    Known {
        what: "a column without a history comes with versioning and another engine",
        from: &["CREATE TABLE t (id int, b int) ENGINE=MyISAM"],
        to: &[
            "CREATE TABLE t (id int, b bigint WITHOUT SYSTEM VERSIONING, loose int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING",
        ],
    },
    Known {
        what: "a period of an application comes with another engine",
        from: &["CREATE TABLE t (id int NOT NULL, b date NOT NULL, e date NOT NULL) ENGINE=MyISAM"],
        to: &[
            "CREATE TABLE t (id int NOT NULL, b date NOT NULL, e date NOT NULL, PERIOD FOR valid (b, e), UNIQUE KEY u (id, valid WITHOUT OVERLAPS))",
        ],
    },
    Known {
        what: "a format that holds no keys so long",
        from: &[
            "CREATE TABLE t (id int PRIMARY KEY, c varchar(300), KEY c (c)) DEFAULT CHARSET=utf8mb4",
        ],
        to: &[
            "CREATE TABLE t (id int PRIMARY KEY, c varchar(300), KEY c (c(100))) DEFAULT CHARSET=utf8mb4 ROW_FORMAT=COMPACT",
        ],
    },
    Known {
        what: "a column without a history comes with versioning",
        from: &["CREATE TABLE t (id int)"],
        to: &[
            "CREATE TABLE t (id int, loose int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING",
        ],
    },
    Known {
        what: "an address becomes a number, and a geometry a string of bits",
        from: &["CREATE TABLE t (a inet6, g geometry, KEY i (a), KEY j (g(25)))"],
        to: &["CREATE TABLE t (a bigint NOT NULL, g bit(8) NOT NULL, KEY i (a), KEY j (g))"],
    },
];
