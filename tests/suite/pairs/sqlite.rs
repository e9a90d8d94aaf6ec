//! Random schemas of SQLite.

use super::recipe::{Dice, Recipe, Table};

const TYPES: &[&str] = &[
    "integer",
    "INT",
    "text",
    "varchar(40)",
    "real",
    "blob",
    "numeric",
    "decimal(12,4)",
    "boolean",
    "datetime",
    "timestamp",
    "json",
    "uuid",
    "date",
    "bigint",
];

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn columns(table: &Table) -> Vec<(String, &'static str, u64)> {
    let mut out: Vec<(String, &'static str, u64)> = Vec::new();
    for word in &table.columns {
        let mut dice = Dice::new(*word);
        let name = ["a", "b", "c", "d", "Name", "order", "k k", "größe"][dice.below(8)];
        let ty = TYPES[dice.below(TYPES.len())];
        if out
            .iter()
            .all(|(other, _, _)| other.to_lowercase() != name.to_lowercase())
        {
            out.push((name.to_owned(), ty, *word));
        }
    }
    out
}

fn column(name: &str, ty: &str, word: u64) -> String {
    let mut dice = Dice::new(word ^ 0xc01);
    let mut sql = format!("{} {ty}", quoted(name));
    if dice.chance(40) {
        sql += " NOT NULL";
    }
    if dice.chance(35) {
        sql += dice.pick(&[
            " DEFAULT 5",
            " DEFAULT 'it''s'",
            " DEFAULT ''",
            " DEFAULT CURRENT_TIMESTAMP",
            " DEFAULT (1 + 2)",
            " DEFAULT (lower('X'))",
            " DEFAULT -1.5",
            " DEFAULT NULL",
            " DEFAULT x'00ff'",
        ]);
    }
    if dice.chance(12) {
        sql += " COLLATE NOCASE";
    }
    if dice.chance(10) {
        sql += &format!(" CHECK ({} <> 7)", quoted(name));
    }
    sql
}

pub(crate) fn statements(recipe: &Recipe) -> Vec<String> {
    let mut out = Vec::new();
    let names: Vec<String> = ["t0", "T 1", "t2", "select"].map(String::from).to_vec();
    let tables: Vec<(String, &Table)> = (names.iter().cloned().zip(&recipe.tables))
        .filter_map(|(name, table)| table.as_ref().map(|table| (name, table)))
        .collect();
    for (name, table) in &tables {
        let columns = columns(table);
        let mut lines: Vec<String> = columns
            .iter()
            .map(|(name, ty, word)| column(name, ty, *word))
            .collect();
        let mut indexes = Vec::new();
        let mut key = false;
        for word in &table.parts {
            let mut dice = Dice::new(word ^ 0x9a7);
            let first = quoted(&columns[dice.below(columns.len())].0);
            let second = quoted(&columns[dice.below(columns.len())].0);
            let both = if first == second {
                first.clone()
            } else {
                format!("{first}, {second}")
            };
            let named = quoted(&format!("{name}_p{}", dice.below(4)));
            match dice.below(9) {
                0 if !key => {
                    key = true;
                    lines.push(format!("PRIMARY KEY ({both})"));
                }
                1 if !key => {
                    key = true;
                    let grows = dice.pick(&["", " AUTOINCREMENT"]);
                    lines.insert(0, format!("\"id\" INTEGER PRIMARY KEY{grows}"));
                }
                2 => lines.push(format!("UNIQUE ({both})")),
                3 => lines.push(format!(
                    "CONSTRAINT {named} CHECK ({first} > 0 OR {second} IS NULL)"
                )),
                4 => {
                    let (target, _) = &tables[dice.below(tables.len())];
                    let action = dice.pick(&[
                        "",
                        " ON DELETE CASCADE",
                        " ON DELETE SET NULL",
                        " DEFERRABLE INITIALLY DEFERRED",
                    ]);
                    lines.push(format!(
                        "FOREIGN KEY ({first}) REFERENCES {} ({first}){action}",
                        quoted(target)
                    ));
                }
                5 => indexes.push(format!(
                    "CREATE INDEX {named} ON {} ({first} DESC)",
                    quoted(name)
                )),
                6 => indexes.push(format!(
                    "CREATE UNIQUE INDEX {named} ON {} ({both}) WHERE {first} IS NOT NULL",
                    quoted(name)
                )),
                7 => indexes.push(format!(
                    "CREATE INDEX {named} ON {} (lower({first}), {second} COLLATE NOCASE)",
                    quoted(name)
                )),
                _ => lines.push(format!("CHECK (length({first}) < 99)")),
            }
        }
        // table constraints stand behind all columns
        let (constraints, mut all): (Vec<String>, Vec<String>) =
            lines.into_iter().partition(|line| !line.starts_with('"'));
        let mut dice = Dice::new(table.options);
        if dice.chance(15) {
            let kind = dice.pick(&["VIRTUAL", "STORED"]);
            all.push(format!(
                "\"made\" text GENERATED ALWAYS AS ('x' || {}) {kind}",
                quoted(&columns[0].0)
            ));
        }
        all.extend(constraints);
        let tail = match dice.below(12) {
            0 if key => " WITHOUT ROWID",
            _ => "",
        };
        out.push(format!(
            "CREATE TABLE {} ({}){tail}",
            quoted(name),
            all.join(", ")
        ));
        out.extend(indexes);
    }
    out
}
