//! Features that fewer tables have: keys over several columns, generated columns over several others, periods.

use super::super::recipe::Dice;
use super::{Columns, quoted};

/// As long as a name can be.
pub(super) const LONG: &str = "a_name_of_sixty_four_characters_ö_which_is_as_long_as_it_can_be_";

/// Some tables have their columns in another order.
pub(super) fn moved(columns: &mut Columns, word: u64) {
    let mut dice = Dice::new(word ^ 0x30e);
    let length = columns.len();
    if dice.chance(20) {
        columns.rotate_left(dice.below(length));
    }
    if dice.chance(15) {
        columns.swap(0, dice.below(length));
    }
}

pub(super) fn options(dice: &mut Dice, mariadb: bool) -> &'static str {
    if !dice.chance(12) {
        return "";
    }
    dice.pick(&[
        " STATS_AUTO_RECALC=1",
        " STATS_SAMPLE_PAGES=20",
        if mariadb {
            " PAGE_COMPRESSED=1"
        } else {
            " COMPRESSION='zlib'"
        },
    ])
}

pub(super) fn part(
    table: &str,
    columns: &Columns,
    dice: &mut Dice,
    tables: &[String],
    mariadb: bool,
) -> Vec<String> {
    let alter = format!("ALTER TABLE {}", quoted(table));
    let pick = |dice: &mut Dice| quoted(&columns[dice.below(columns.len())].0);
    let (one, other) = (pick(dice), pick(dice));
    let kind = dice.pick(&["STORED", "VIRTUAL"]);
    match dice.below(if mariadb { 7 } else { 9 }) {
        0 | 1 => {
            let target = quoted(&tables[dice.below(tables.len())]);
            let ty = dice.pick(&["int", "bigint", "varchar(20)"]);
            let action = dice.pick(&["", " ON DELETE CASCADE", " ON UPDATE SET NULL"]);
            vec![
                format!(
                    "ALTER TABLE {target} ADD COLUMN q1 {ty} NOT NULL, ADD COLUMN q2 int NOT NULL, ADD UNIQUE KEY qq (q1, q2)"
                ),
                format!("{alter} ADD COLUMN f1 {ty}, ADD COLUMN f2 int"),
                format!(
                    "{alter} ADD CONSTRAINT {} FOREIGN KEY (f1, f2) REFERENCES {target} (q1, q2){action}",
                    quoted(&format!("{table}_two"))
                ),
            ]
        }
        2 => vec![
            format!(
                "{alter} ADD COLUMN made varchar(90) GENERATED ALWAYS AS (concat(coalesce({one}, ''), coalesce({other}, 'x'))) {kind}"
            ),
            format!("{alter} ADD INDEX made (made)"),
        ],
        3 => vec![format!(
            "{alter} ADD CONSTRAINT {} CHECK ({one} is not null or {other} is null)",
            quoted(&format!("{table}_both"))
        )],
        4 => vec![format!(
            "{alter} ADD COLUMN place point NOT NULL{}, ADD SPATIAL INDEX place (place)",
            if mariadb { "" } else { " SRID 4326" }
        )],
        5 if mariadb => vec![format!(
            "{alter} ADD COLUMN begins date NOT NULL, ADD COLUMN ends date NOT NULL, ADD PERIOD FOR valid (begins, ends)"
        )],
        6 if mariadb => vec![format!(
            "{alter} ADD COLUMN loose int WITHOUT SYSTEM VERSIONING"
        )],
        5 => vec![format!(
            "{alter} ADD COLUMN tags json, ADD INDEX tags ((cast(tags->'$[*]' as unsigned array)))"
        )],
        6 => vec![format!(
            "{alter} ADD FULLTEXT INDEX {} ({one}) WITH PARSER ngram",
            quoted(&format!("{table}_words"))
        )],
        7 => vec![format!(
            "{alter} ADD COLUMN hidden bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY FIRST"
        )],
        _ => vec![format!(
            "{alter} ADD INDEX {} ((upper({one})), ({other} is null))",
            quoted(&format!("{table}_exprs"))
        )],
    }
}
