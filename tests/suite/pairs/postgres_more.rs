//! What schemas of PostgreSQL have that the first ideas of a table lack: further types, computed
//! columns, keys over several columns and tables, partitions of all kinds, other schemas.

use super::recipe::{Dice, Recipe, Table};

/// A second schema, in which some tables have the names of the first.
pub(crate) const SCHEMA: &str = "other";

/// The types that come and go, each by a word of its own. Where a spec could not speak of a comment
/// (of types, sequences, schemas), all have one: where one side has none, the other's stays.
pub(crate) fn types(recipe: &Recipe) -> Vec<String> {
    let word = |at: usize| recipe.types.get(at).copied().unwrap_or(0);
    let mut out = Vec::new();
    let mut dice = Dice::new(word(1) ^ 0x1e);
    if dice.chance(75) {
        let values = dice.pick(&["'low','high'", "'low','mid','high'", "'high','low'", "'x'"]);
        out.push(format!("CREATE TYPE level AS ENUM ({values})"));
        let text = dice.pick(&["levels", "it''s"]);
        out.push(format!("COMMENT ON TYPE level IS '{text}'"));
    }
    if dice.chance(75) {
        let subtype = dice.pick(&["integer", "float8, SUBTYPE_DIFF = float8mi", "date", "text"]);
        out.push(format!("CREATE TYPE span AS RANGE (SUBTYPE = {subtype})"));
    }
    let mut dice = Dice::new(word(2) ^ 0xc0de);
    if dice.chance(75) {
        let domain = dice.pick(&[
            "text CONSTRAINT code_form CHECK (VALUE ~ '^[a-z]+$') CONSTRAINT code_short CHECK (length(VALUE) < 9)",
            "text COLLATE \"C\" DEFAULT 'abc' CONSTRAINT code_form CHECK (VALUE ~ '^[a-z]+$')",
            "varchar(9) NOT NULL DEFAULT 'abc'",
            "varchar(20) DEFAULT 'xyz' CONSTRAINT code_form CHECK (VALUE <> '')",
        ]);
        out.push(format!("CREATE DOMAIN code AS {domain}"));
        out.push(format!(
            "COMMENT ON DOMAIN code IS 'about {}'",
            dice.below(3)
        ));
    }
    if dice.chance(75) {
        let fields = dice.pick(&[
            "one integer, two text",
            "one integer, two text, three level",
            "one bigint, two text",
            "two text COLLATE \"C\"",
        ]);
        out.push(format!("CREATE TYPE both_of AS ({fields})"));
    }
    out
}

/// A column of one of these types.
fn typed(table: &str, dice: &mut Dice) -> Vec<String> {
    let (ty, default) = [
        ("level", " DEFAULT 'low'"),
        ("level[]", " DEFAULT '{low,high}'"),
        ("level", ""),
        ("span", " DEFAULT 'empty'"),
        ("span[]", ""),
        ("code", " DEFAULT 'def'"),
        ("code", ""),
        ("code[]", ""),
        ("both_of", ""),
        ("both_of[]", ""),
        ("mood[]", " DEFAULT ARRAY['ok'::mood]"),
    ][dice.below(11)];
    let name = dice.pick(&["of_type", "of another"]);
    let not_null = dice.pick(&["", "", " NOT NULL"]);
    vec![format!(
        "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS \"{name}\" {ty}{default}{not_null}"
    )]
}

/// What is computed from a column.
fn computed(column: &str, ty: &str, dice: &mut Dice) -> (&'static str, String) {
    match ty {
        "integer" | "smallint" | "numeric" if dice.chance(70) => {
            ("numeric", format!("{column} * 2 + 1"))
        }
        "text" | "varchar" | "varchar(40)" if dice.chance(70) => {
            ("text", format!("lower({column} COLLATE \"C\") || '!'"))
        }
        "jsonb" if dice.chance(70) => ("text", format!("{column} ->> 'a'")),
        _ => ("boolean", format!("{column} IS NOT NULL")),
    }
}

/// Keys, checks, columns and options beside those of `postgres::part`.
pub(crate) fn part(
    table: &str,
    named: &str,
    columns: [(&str, &str); 2],
    dice: &mut Dice,
    tables: &[String],
) -> Vec<String> {
    let [(column, ty), (other, _)] = columns;
    let add = format!("ALTER TABLE {table} ADD CONSTRAINT {named}");
    let target = format!("\"{}\"", tables[dice.below(tables.len())]);
    match dice.below(15) {
        0 | 1 => {
            let (kind, expr) = computed(column, ty, dice);
            let stored = dice.pick(&["STORED", "STORED", "VIRTUAL"]);
            let calc = dice.pick(&["calc", "calc 2"]);
            let mut out = vec![format!(
                "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS \"{calc}\" {kind} GENERATED ALWAYS AS ({expr}) {stored}"
            )];
            if dice.chance(40) {
                out.push(format!("CREATE INDEX {named} ON {table} (\"{calc}\")"));
            }
            out
        }
        2 => vec![format!(
            "{add} CHECK ({})",
            match dice.below(3) {
                0 => format!("({column} IS NULL) = ({other} IS NULL)"),
                1 => format!("num_nonnulls({column}, {other}) > 0"),
                _ => format!("{column} IS NULL OR {other} IS NOT NULL AND true"),
            }
        )],
        3 | 4 => {
            let action = dice.pick(&["", " ON DELETE CASCADE", " MATCH FULL", " NOT VALID", " ON DELETE SET NULL (f1)"]);
            let mut out = vec![
                format!("ALTER TABLE {target} ADD COLUMN IF NOT EXISTS k1 integer, ADD COLUMN IF NOT EXISTS k2 bigint"),
                format!("ALTER TABLE {target} ADD CONSTRAINT {}_both UNIQUE (k1, k2)", target.trim_matches('"').replace(' ', "")),
                format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS f1 integer, ADD COLUMN IF NOT EXISTS f2 bigint"),
                format!("{add} FOREIGN KEY (f1, f2) REFERENCES {target} (k1, k2){action}"),
            ];
            if dice.chance(30) {
                out.push(format!("COMMENT ON CONSTRAINT {named} ON {table} IS 'refers'"));
            }
            out
        }
        5 => vec![
            format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS during tstzrange"),
            format!(
                "{add} EXCLUDE USING gist (during WITH {}) WHERE ({column} IS NOT NULL)",
                dice.pick(&["&&", "-|-"])
            ),
        ],
        6 => {
            let condition = match ty {
                "mood" => format!("{column} = 'ok'::mood"),
                "integer" | "bigint" => format!("{column}::text <> '7'"),
                _ => format!("{column} IS NOT NULL"),
            };
            vec![format!("CREATE INDEX {named} ON {table} (({condition}), {other}) WHERE {condition}")]
        }
        7 => vec![format!(
            "ALTER TABLE {table} ADD CONSTRAINT \"{} set\" NOT NULL {column}{}",
            column.trim_matches('"'),
            dice.pick(&["", " NO INHERIT", " NOT VALID"])
        )],
        8 => {
            let sequence = format!("\"{}_numbers\"", table.trim_matches('"'));
            let mut out = vec![
                format!("CREATE SEQUENCE {sequence} INCREMENT {}", 1 + dice.below(3)),
                format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS num bigint DEFAULT nextval('{sequence}')"),
            ];
            if dice.chance(60) {
                out.push(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.num"));
            }
            out.push(format!("COMMENT ON SEQUENCE {sequence} IS 'counts'"));
            out
        }
        9 => vec![match dice.below(3) {
            0 => format!("ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.2, parallel_workers = {})", dice.below(4)),
            1 => format!("CREATE INDEX {named} ON {table} ({column}) WITH (deduplicate_items = off, fillfactor = 80)"),
            _ => format!("CREATE INDEX {named} ON {table} USING gist ({column}) WITH (buffering = on)"),
        }],
        10 => vec![
            format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS room int4range, ADD COLUMN IF NOT EXISTS valid_at daterange"),
            format!("{add} {} (room, valid_at WITHOUT OVERLAPS)", dice.pick(&["UNIQUE", "PRIMARY KEY"])),
            format!("{add}_t FOREIGN KEY (room, PERIOD valid_at) REFERENCES {target} (room, PERIOD valid_at)")
                .replace("\"_t", "_t\""),
        ],
        11 => elsewhere(table, &target, dice),
        _ => typed(table, dice),
    }
}

/// A table of the other schema with this one's name, and what refers from one to the other.
fn elsewhere(table: &str, target: &str, dice: &mut Dice) -> Vec<String> {
    let mut out = vec![
        format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}"),
        format!("COMMENT ON SCHEMA {SCHEMA} IS 'beside'"),
        format!(
            "CREATE TABLE IF NOT EXISTS {SCHEMA}.{table} (pid integer PRIMARY KEY, {} text, m mood DEFAULT 'ok')",
            dice.pick(&["a", "\"order\""])
        ),
    ];
    match dice.below(4) {
        0 => out.extend([
            format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS there integer"),
            format!("ALTER TABLE {table} ADD CONSTRAINT there FOREIGN KEY (there) REFERENCES {SCHEMA}.{table}"),
        ]),
        1 => out.extend([
            format!("ALTER TABLE {target} ADD COLUMN IF NOT EXISTS pid integer UNIQUE"),
            format!("ALTER TABLE {SCHEMA}.{table} ADD CONSTRAINT back FOREIGN KEY (pid) REFERENCES {target} (pid)"),
        ]),
        2 => out.push(format!("CREATE INDEX \"t0_p0\" ON {SCHEMA}.{table} (m)")),
        _ => {}
    }
    out
}

/// How the rows of a partitioned table are spread: what follows its columns, and its partitions.
pub(crate) fn partitions(table: &str, word: u64) -> (String, Vec<String>) {
    let mut dice = Dice::new(word ^ 0x9a27);
    let on = format!("\"{table}\"");
    let part = |n: usize, bound: &str| {
        format!("CREATE TABLE \"{table}_part{n}\" PARTITION OF {on} {bound}")
    };
    let mut out = Vec::new();
    let by = match dice.below(4) {
        0 => {
            out.push(part(0, "FOR VALUES IN (1, 2)"));
            out.push(part(1, dice.pick(&["DEFAULT", "FOR VALUES IN (NULL, 7)"])));
            "LIST (pk)"
        }
        1 => {
            let many = 2 + dice.below(2);
            for n in 0..many {
                out.push(part(
                    n,
                    &format!("FOR VALUES WITH (MODULUS {many}, REMAINDER {n})"),
                ));
            }
            "HASH (pk)"
        }
        2 => {
            out.push(part(
                0,
                "FOR VALUES FROM (0) TO (10) PARTITION BY LIST (pk)",
            ));
            out.push(format!(
                "CREATE TABLE \"{table}_part00\" PARTITION OF \"{table}_part0\" FOR VALUES IN (1, 2)"
            ));
            out.push(part(1, "FOR VALUES FROM (10) TO (MAXVALUE)"));
            "RANGE (pk)"
        }
        _ => {
            let bounds = [
                format!("FOR VALUES FROM (0) TO ({})", 10 + dice.below(3)),
                String::from("FOR VALUES FROM (100) TO (200)"),
                String::from("DEFAULT"),
            ];
            let many = 1 + dice.below(3);
            out.extend((bounds.iter().take(many).enumerate()).map(|(n, bound)| part(n, bound)));
            "RANGE (pk)"
        }
    };
    if dice.chance(30) && !out.iter().any(|sql| sql.contains("_part00")) {
        // made one by one
        let many = out.len();
        out.push(format!("CREATE INDEX \"{table}_whole\" ON ONLY {on} (pk)"));
        for n in 0..many {
            out.extend([
                format!("CREATE INDEX \"{table}_no{n}\" ON \"{table}_part{n}\" (pk)"),
                format!("ALTER INDEX \"{table}_whole\" ATTACH PARTITION \"{table}_no{n}\""),
            ]);
        }
    }
    if dice.chance(30) {
        out.push(format!("ALTER TABLE {on} ADD PRIMARY KEY (pk)"));
    }
    if dice.chance(20) {
        out.push(format!(
            "CREATE INDEX \"{table}_own\" ON \"{table}_part0\" (pk DESC)"
        ));
    }
    (format!(" PARTITION BY {by}"), out)
}

/// A table that comes from two.
pub(crate) fn heirs(tables: &[(String, &Table)]) -> Vec<String> {
    let [(one, word), (two, _), ..] = tables else {
        return Vec::new();
    };
    let mut dice = Dice::new(word.options ^ 0x4e12);
    if !dice.chance(15) {
        return Vec::new();
    }
    let own = dice.pick(&[
        "",
        "extra text DEFAULT 'x'",
        "own integer NOT NULL CHECK (own > 0)",
    ]);
    let heir = format!("\"{one} and {two}\"");
    vec![
        format!("CREATE TABLE {heir} ({own}) INHERITS (\"{one}\", \"{two}\")"),
        format!("CREATE INDEX ON {heir} (own)"),
    ]
}
