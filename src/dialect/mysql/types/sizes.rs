//! How many bytes keys and rows have, as far as the types tell.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::types::GEOMETRIES;
use crate::model::{Column, IndexPart, Pair, PartKey, Table};

/// The bytes of an index key, where the types tell: what InnoDB's limit of 3072 counts. The NULL
/// flags and length bytes of the row format are not part of it.
pub(crate) fn index_bytes(table: &Table, parts: &[IndexPart]) -> Option<u32> {
    parts.iter().try_fold(0_u32, |sum, part| {
        let PartKey::Column(name) = &part.key else {
            return None;
        };
        let bytes = column_bytes(table, table.column(name.as_str())?, part.prefix)?;
        Some(sum.saturating_add(bytes))
    })
}

/// Whether a row may have room for the columns of either side and not for what comes beside what goes: within
/// the server's 65,535 bytes, and half of InnoDB's page of 16 KB (MySQL manual, "Limits on Table Column Count and
/// Row Size"). What a column can hold counts, not what it holds: all of it for the server, for InnoDB what can't
/// lie on pages of its own. Texts and blobs are a few bytes to the server.
pub(crate) fn crowded(sides: &Pair<Box<Table>>) -> bool {
    let (mut before, mut after, mut between) = (Row::default(), Row::default(), Row::default());
    for old in &sides.from.columns {
        let row = Row::of(&sides.from, old);
        before = before.and(row);
        if sides.to.column(old.name.as_str()).is_none() {
            between = between.and(row);
        }
    }
    for new in &sides.to.columns {
        let row = Row::of(&sides.to, new);
        after = after.and(row);
        let old = sides.from.column(new.name.as_str());
        let old = old.map_or(Row::default(), |old| Row::of(&sides.from, old));
        between = between.and(row.or(old));
    }
    !between.fits() && ![before, after].contains(&between)
}

/// The bytes of a row, or of a column's share.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Row {
    /// To the server.
    all: u32,
    /// On the page itself.
    local: u32,
}

impl Row {
    fn of(table: &Table, column: &Column) -> Self {
        let format = table.options.attrs.get(keys::ROW_FORMAT);
        let compact = format.is_some_and(|format| matches!(format, "compact" | "redundant"));
        let known = column_bytes(table, column, None);
        let bytes = known.unwrap_or(u32::MAX);
        Self {
            all: known.map_or(12, |bytes| bytes.saturating_add(2)),
            local: if compact {
                // the beginning, and where the rest is
                bytes.min(768 + 20)
            } else if bytes < 256 {
                bytes
            } else {
                40
            },
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            all: self.all.saturating_add(other.all),
            local: self.local.saturating_add(other.local),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            all: self.all.max(other.all),
            local: self.local.max(other.local),
        }
    }

    fn fits(self) -> bool {
        self.all <= 65_535 && self.local <= 8_000
    }
}

fn column_bytes(table: &Table, column: &Column, prefix: Option<u32>) -> Option<u32> {
    let ty = &column.ty;
    let arg = |at: usize| ty.args.get(at).copied().unwrap_or(0);
    let fraction = arg(0).div_ceil(2);
    let own = column.charset.as_deref();
    let shared = table.options.charset.as_ref().map(|c| c.get().as_str());
    let width = char_bytes(own.or(shared).unwrap_or("utf8mb4"));
    Some(match ty.base.as_str() {
        "tinyint" | "year" => 1,
        "smallint" => 2,
        "mediumint" | "date" => 3,
        "int" | "float" => 4,
        "bigint" | "double" => 8,
        "time" => 3 + fraction,
        "timestamp" => 4 + fraction,
        "datetime" => 5 + fraction,
        "decimal" => decimal_bytes(arg(0).saturating_sub(arg(1))) + decimal_bytes(arg(1)),
        "bit" => arg(0).div_ceil(8),
        "enum" => 1 + u32::from(ty.values.len() > 255),
        "set" => match ty.values.len() {
            0..=8 => 1,
            9..=16 => 2,
            17..=24 => 3,
            25..=32 => 4,
            _ => 8,
        },
        "char" | "varchar" => prefix.unwrap_or(arg(0)).min(arg(0)).saturating_mul(width),
        "binary" | "varbinary" => prefix.unwrap_or(arg(0)).min(arg(0)),
        "tinytext" | "text" | "mediumtext" | "longtext" => prefix?.saturating_mul(width),
        "tinyblob" | "blob" | "mediumblob" | "longblob" => prefix?,
        spatial if GEOMETRIES.contains(&spatial) => prefix?,
        "uuid" | "inet6" => 16,
        "inet4" => 4,
        _ => return None,
    })
}

/// Bytes of so many decimal digits (MySQL manual, "DECIMAL Data Type Characteristics").
fn decimal_bytes(digits: u32) -> u32 {
    const REST: [u32; 9] = [0, 1, 1, 2, 2, 3, 3, 4, 4];
    digits / 9 * 4 + REST.get((digits % 9) as usize).copied().unwrap_or(0)
}

/// The most bytes of one character.
fn char_bytes(charset: &str) -> u32 {
    match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "utf8" | "ujis" | "eucjpms" => 3,
        "ucs2" | "big5" | "cp932" | "sjis" | "euckr" | "gb2312" | "gbk" => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dialect::mysql::types::parse;
    use crate::model::{Given, ObjectId};

    #[test]
    fn keys_weigh_what_their_types_and_charsets_say() {
        let mut table = Table::new(ObjectId::table("t"));
        table.options.charset = Some(Given::Given(String::from("utf8mb4")));
        for (name, ty) in [
            ("a", "varchar(768)"),
            ("b", "int"),
            ("c", "decimal(12,4)"),
            ("d", "text"),
            ("e", "timestamp(3)"),
        ] {
            table.columns.push(Column::new(name, parse(ty).unwrap()));
        }
        let mut latin = Column::new("f", parse("char(10)").unwrap());
        latin.charset = Some(String::from("latin1"));
        table.columns.push(latin);
        let prefixed = |name: &str, prefix| IndexPart {
            prefix: Some(prefix),
            ..IndexPart::on_column(name)
        };
        for (parts, bytes) in [
            (vec![IndexPart::on_column("a")], Some(3072)),
            (
                vec![IndexPart::on_column("a"), IndexPart::on_column("b")],
                Some(3076),
            ),
            (
                vec![IndexPart::on_column("c"), IndexPart::on_column("e")],
                Some(12),
            ),
            (vec![IndexPart::on_column("d")], None),
            (vec![prefixed("d", 10), prefixed("f", 5)], Some(45)),
        ] {
            assert_eq!(index_bytes(&table, &parts), bytes, "{parts:?}");
        }
    }
}
