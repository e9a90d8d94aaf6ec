//! Random schemas of MySQL and MariaDB.

mod more;

use super::recipe::{Dice, Recipe, Table};

const TYPES: &[&str] = &[
    "int",
    "int unsigned",
    "bigint",
    "bigint unsigned",
    "smallint",
    "tinyint",
    "tinyint(1)",
    "mediumint unsigned",
    "int(5) unsigned zerofill",
    "decimal(12,4)",
    "decimal(5)",
    "decimal(8,2) unsigned",
    "float",
    "double",
    "varchar(40)",
    "varchar(90)",
    "varchar(300)",
    "char(3)",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "tinyblob",
    "blob",
    "longblob",
    "binary(16)",
    "varbinary(20)",
    "date",
    "time",
    "time(3)",
    "datetime",
    "datetime(6)",
    "datetime(3)",
    "timestamp(6) NULL",
    "timestamp NULL",
    "year",
    "json",
    "enum('a','b','it''s')",
    "enum('a','b')",
    "enum('x,y','z')",
    "set('r','w','x')",
    "set('r','w')",
    "bit(8)",
    "bit",
    "point",
    "geometry",
];

const MYSQL_ONLY: &[&str] = &["point NOT NULL SRID 4326", "vector(3)"];
const MARIADB_ONLY: &[&str] = &["uuid", "inet6"];

fn literal(ty: &str, dice: &mut Dice) -> Option<&'static str> {
    let base = ty.split(['(', ' ']).next().unwrap();
    let options: &[&'static str] = match base {
        "int" | "bigint" | "smallint" | "mediumint" | "tinyint" => {
            &["5", "0", "1", "(1 + 2)", "'7'"]
        }
        "decimal" | "float" | "double" => &["0.10", "3", "1.50"],
        "varchar" | "char" => &[
            "'a'",
            "'it'",
            "''",
            "'NULL'",
            "'q\\\\'",
            "(upper('q'))",
            "'é'",
        ],
        "date" => &["'2020-01-31'", "(curdate())"],
        "datetime" => &[
            "'2020-01-31 10:00:00'",
            "CURRENT_TIMESTAMP",
            "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
        ],
        "timestamp" => &[
            "CURRENT_TIMESTAMP",
            "NULL ON UPDATE CURRENT_TIMESTAMP",
            "'2020-01-31 10:00:00'",
        ],
        "time" => &["'10:00:00'"],
        "year" => &["'2020'"],
        "json" => &["(json_object())", "('[]')"],
        "enum" => &["'a'", "'b'"],
        "set" => &["'r'", "'r,w'", "''"],
        "bit" => &["b'1'"],
        "text" | "mediumtext" => &["('x')", "(concat('a', 'b'))"],
        "binary" => &["(unhex(replace(uuid(),'-','')))"],
        "blob" => &["('y')"],
        _ => return None,
    };
    Some(options[dice.below(options.len())])
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

type Columns = Vec<(String, &'static str, u64)>;

fn columns(table: &Table, mariadb: bool) -> Columns {
    let mut out: Columns = Vec::new();
    for word in &table.columns {
        let mut dice = Dice::new(*word);
        let names = [
            "a",
            "b",
            "c",
            "d",
            "Name",
            "order",
            "k k",
            "größe",
            "`a",
            "名前",
            more::LONG,
        ];
        let name = names[dice.below(names.len())];
        let own = if mariadb { MARIADB_ONLY } else { MYSQL_ONLY };
        let at = dice.below(TYPES.len() + own.len());
        let ty = TYPES.get(at).unwrap_or_else(|| &own[at - TYPES.len()]);
        if out.iter().all(|(other, _, _)| *other != name) {
            out.push((name.to_owned(), ty, *word));
        }
    }
    more::moved(&mut out, table.options);
    out
}

fn column(
    name: &str,
    ty: &str,
    word: u64,
    mariadb: bool,
    before: Option<&(String, &'static str, u64)>,
) -> String {
    let mut dice = Dice::new(word ^ 0xc01);
    let mut sql = format!("{} {ty}", quoted(name));
    let text = [
        "varchar",
        "char(",
        "tinytext",
        "text",
        "mediumtext",
        "longtext",
        "enum",
        "set",
    ];
    if text.iter().any(|start| ty.starts_with(start)) && dice.chance(25) {
        sql += dice.pick(&[
            " COLLATE utf8mb4_bin",
            " CHARACTER SET latin1",
            " CHARACTER SET ascii COLLATE ascii_bin",
            " CHARACTER SET utf8mb3",
            " COLLATE utf8mb4_general_ci",
        ]);
    }
    let plain = !ty.contains("NULL");
    if dice.chance(8)
        && let Some((other, _, _)) = before.filter(|_| ty.starts_with("varchar") || ty == "int")
    {
        let kind = dice.pick(&["STORED", "VIRTUAL"]);
        let expression = if ty == "int" {
            format!("char_length({})", quoted(other))
        } else {
            format!("concat({}, '-x')", quoted(other))
        };
        sql += &format!(" GENERATED ALWAYS AS ({expression}) {kind}");
    } else {
        if plain && dice.chance(40) {
            sql += " NOT NULL";
        }
        if dice.chance(40)
            && !ty.contains("SRID")
            && let Some(value) = literal(ty, &mut dice)
        {
            let digits = ["(3)", "(6)"].into_iter().find(|d| ty.contains(d));
            let now = format!("CURRENT_TIMESTAMP{}", digits.unwrap_or_default());
            let value = value.replace("CURRENT_TIMESTAMP", &now);
            sql += &format!(" DEFAULT {value}");
        }
    }
    if dice.chance(6) {
        sql += " INVISIBLE";
    }
    if mariadb && dice.chance(4) && (ty == "text" || ty == "varchar(300)") {
        sql += " COMPRESSED";
    }
    if dice.chance(15) {
        sql += &format!(" COMMENT 'it''s {} \\\\'", dice.below(4));
    }
    sql
}

fn part(
    table: &str,
    columns: &Columns,
    word: u64,
    tables: &[String],
    mariadb: bool,
    partitioned: bool,
) -> Vec<String> {
    let mut dice = Dice::new(word ^ 0x9a7);
    let (name, ty, _) = &columns[dice.below(columns.len())];
    let (other, other_ty, _) = &columns[dice.below(columns.len())];
    let long = |ty: &str| {
        [
            "text",
            "mediumtext",
            "longtext",
            "blob",
            "longblob",
            "varchar(300)",
        ]
        .contains(&ty)
    };
    let key = |name: &str, ty: &str| {
        if long(ty) {
            format!("{}(20)", quoted(name))
        } else {
            quoted(name)
        }
    };
    let (column, second) = (key(name, ty), key(other, other_ty));
    let both = if name == other {
        column.clone()
    } else {
        format!("{column}, {second}")
    };
    let given = ["p0", "p1", "Odd name", "p2"][dice.below(4)];
    let named = quoted(&format!("{table}_{given}"));
    let alter = format!("ALTER TABLE {}", quoted(table));
    if dice.chance(30) {
        return more::part(table, columns, &mut dice, tables, mariadb);
    }
    match dice.below(13) {
        0 => vec![format!("{alter} ADD PRIMARY KEY ({both})")],
        1 => vec![format!(
            "{alter} ADD COLUMN id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST"
        )],
        2 => vec![format!("{alter} ADD UNIQUE KEY {named} ({both})")],
        3 => {
            let condition = match *ty {
                "int" | "bigint" | "smallint" | "decimal(12,4)" => format!(
                    "{} {}",
                    quoted(name),
                    dice.pick(&[
                        "> 0",
                        "between 1 and 9",
                        "in (1, 2, 3)",
                        "is not null and 1 < 2",
                        "% 2 = 0"
                    ])
                ),
                "varchar(40)" | "varchar(90)" => format!(
                    "{} {}",
                    quoted(name),
                    dice.pick(&[
                        "<> ''",
                        "in ('a', 'b')",
                        "like 'a%'",
                        "regexp '^x'",
                        "is null"
                    ])
                ),
                _ => format!("{} is not null", quoted(name)),
            };
            let enforced = if !mariadb && dice.chance(20) {
                " NOT ENFORCED"
            } else {
                ""
            };
            vec![format!(
                "{alter} ADD CONSTRAINT {named} CHECK ({condition}){enforced}"
            )]
        }
        4 => {
            let target = &tables[dice.below(tables.len())];
            let action = dice.pick(&[
                "",
                " ON DELETE CASCADE",
                " ON DELETE SET NULL",
                " ON UPDATE CASCADE ON DELETE RESTRICT",
            ]);
            vec![
                format!(
                    "ALTER TABLE {} ADD COLUMN pid int NOT NULL, ADD UNIQUE KEY (pid)",
                    quoted(target)
                ),
                format!("{alter} ADD COLUMN fid int"),
                format!(
                    "{alter} ADD CONSTRAINT {named} FOREIGN KEY (fid) REFERENCES {} (pid){action}",
                    quoted(target)
                ),
            ]
        }
        5 | 6 => vec![format!("{alter} ADD INDEX {named} ({both} DESC)")],
        7 => vec![format!(
            "{alter} ADD INDEX {named} ({column}) COMMENT 'an index'"
        )],
        8 => vec![format!(
            "{alter} ADD FULLTEXT INDEX {named} ({})",
            quoted(name)
        )],
        9 => vec![format!(
            "{alter} ADD SPATIAL INDEX {named} ({})",
            quoted(name)
        )],
        10 => vec![format!(
            "{alter} ADD INDEX {named} ({column}) {}",
            if mariadb { "IGNORED" } else { "INVISIBLE" }
        )],
        11 if !mariadb => vec![format!(
            "{alter} ADD INDEX {named} ((lower({})), {second})",
            quoted(name)
        )],
        // what MariaDB hashes though it needn't is a tree once the table is rebuilt; with partitions
        // it takes such a key without their columns, and then no further ALTER
        11 => vec![
            format!(
                "{alter} ADD UNIQUE INDEX {named} ({}) USING HASH",
                if partitioned {
                    format!("{}, pk", quoted(name))
                } else {
                    quoted(name)
                }
            ),
            format!("{alter} FORCE"),
        ],
        _ => vec![format!(
            // InnoDB keeps a KEY_BLOCK_SIZE of a key or not, as it likes
            "{alter} ADD INDEX {named} ({column}) USING BTREE"
        )],
    }
}

fn options(word: u64, mariadb: bool) -> String {
    let mut dice = Dice::new(word ^ 0x0b7);
    let mut sql = String::new();
    if dice.chance(25) {
        sql += dice.pick(&[
            " DEFAULT CHARSET=latin1",
            " DEFAULT CHARSET=utf8mb3",
            " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
            " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
        ]);
    }
    if dice.chance(15) {
        sql += &format!(" COMMENT='about {} it''s'", dice.below(5));
    }
    if dice.chance(12) {
        sql += dice.pick(&[
            " ROW_FORMAT=DYNAMIC",
            " ROW_FORMAT=COMPRESSED",
            " ROW_FORMAT=COMPACT",
        ]);
    }
    sql += more::options(&mut dice, mariadb);
    if dice.chance(6) {
        sql += " STATS_PERSISTENT=0";
    }
    if mariadb && dice.chance(5) {
        // another engine takes no history along
        sql += " WITH SYSTEM VERSIONING";
    } else if dice.chance(6) {
        sql += dice.pick(&[" ENGINE=MyISAM", " ENGINE=MEMORY"]);
    }
    if dice.chance(12) {
        sql += dice.pick(&[
            " PARTITION BY RANGE (pk) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
            " PARTITION BY RANGE (pk) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20) COMMENT = 'second')",
            " PARTITION BY LIST (pk) (PARTITION l0 VALUES IN (1,2), PARTITION l1 VALUES IN (3))",
            " PARTITION BY HASH (pk) PARTITIONS 3",
            " PARTITION BY KEY (pk) PARTITIONS 2",
            " PARTITION BY LINEAR KEY (pk) PARTITIONS 3",
            " PARTITION BY LIST COLUMNS (pk) (PARTITION l0 VALUES IN (1,2) COMMENT = 'it''s', PARTITION l1 VALUES IN (3))",
            " PARTITION BY LIST COLUMNS (pk) (PARTITION l0 VALUES IN (1,2), PARTITION l1 VALUES IN (3), PARTITION l2 VALUES IN (4))",
            " PARTITION BY LINEAR HASH (pk) PARTITIONS 4",
            " PARTITION BY RANGE COLUMNS (pk) (PARTITION c0 VALUES LESS THAN (5), PARTITION c1 VALUES LESS THAN (MAXVALUE))",
            " PARTITION BY RANGE (pk) SUBPARTITION BY HASH (pk) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        ]);
    }
    sql
}

pub(crate) fn mysql(recipe: &Recipe) -> Vec<String> {
    statements(recipe, false)
}

pub(crate) fn mariadb(recipe: &Recipe) -> Vec<String> {
    statements(recipe, true)
}

fn statements(recipe: &Recipe, mariadb: bool) -> Vec<String> {
    let mut out = Vec::new();
    let names: Vec<String> = ["t0", "T 1", "t2", "select"].map(String::from).to_vec();
    let tables: Vec<(String, &Table)> = (names.iter().cloned().zip(&recipe.tables))
        .filter_map(|(name, table)| table.as_ref().map(|table| (name, table)))
        .collect();
    let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
    for (name, table) in &tables {
        let columns = columns(table, mariadb);
        let mut lines: Vec<String> = Vec::new();
        for (at, (column_name, ty, word)) in columns.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| columns.get(at));
            lines.push(column(column_name, ty, *word, mariadb, before));
        }
        let tail = options(table.options, mariadb);
        if tail.contains("PARTITION") {
            lines.push(String::from("pk int NOT NULL"));
        }
        out.push(format!(
            "CREATE TABLE {} ({}){tail}",
            quoted(name),
            lines.join(", ")
        ));
    }
    for (name, table) in &tables {
        let columns = columns(table, mariadb);
        let partitioned = options(table.options, mariadb).contains("PARTITION");
        for word in &table.parts {
            out.extend(part(name, &columns, *word, &names, mariadb, partitioned));
        }
    }
    out
}
