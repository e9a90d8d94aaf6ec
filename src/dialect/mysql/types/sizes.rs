//! Sizes in bytes of index keys and rows, as far as the types determine them.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::types::family::GEOMETRIES;
use crate::model::{Column, IndexPart, Pair, PartKey, Table};

/// The limit of an InnoDB index key in bytes, with pages of 16 KiB.
pub(crate) const INDEX_BYTES_MAX: u32 = 3072;

/// The size of an index key as InnoDB compares it with its limit, without the NULL flags and length bytes of the row
/// format. `None` where a part's type does not determine its size.
pub(crate) fn index_bytes(table: &Table, parts: &[IndexPart]) -> Option<u32> {
    parts.iter().try_fold(0_u32, |sum, part| {
        let PartKey::Column(name) = &part.key else {
            return None;
        };
        let bytes = column_bytes(table, table.column(name.as_str())?, part.prefix)?;
        Some(sum.saturating_add(bytes))
    })
}

/// Whether adding the new columns before dropping the old ones could exceed a row-size limit (MySQL manual, "Limits on
/// Table Column Count and Row Size"). The servers count the largest value that each column can hold.
pub(crate) fn exceeds_row_size_in_between(sides: &Pair<Box<Table>>) -> bool {
    let mut before = RowSize::default();
    let mut after = RowSize::default();
    let mut between = RowSize::default();
    for old in &sides.from.columns {
        let size = RowSize::of_column(&sides.from, old);
        before = before.plus(size);
        if sides.to.column(old.name.as_str()).is_none() {
            between = between.plus(size);
        }
    }
    for new in &sides.to.columns {
        let size = RowSize::of_column(&sides.to, new);
        after = after.plus(size);
        let old = sides.from.column(new.name.as_str());
        let old = old.map_or(RowSize::default(), |old| {
            RowSize::of_column(&sides.from, old)
        });
        between = between.plus(size.max(old));
    }
    !between.is_within_limits() && ![before, after].contains(&between)
}

/// The size of a row, or of one column in it, in bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct RowSize {
    /// As the server counts it: texts and blobs are only a pointer.
    server: u32,
    /// The part that InnoDB must store on the row's own page.
    on_page: u32,
}

impl RowSize {
    fn of_column(table: &Table, column: &Column) -> Self {
        let format = table.options.attrs.get(keys::ROW_FORMAT);
        let compact = format.is_some_and(|format| matches!(format, "compact" | "redundant"));
        let known = column_bytes(table, column, None);
        let bytes = known.unwrap_or(u32::MAX);
        Self {
            server: known.map_or(12, |bytes| bytes.saturating_add(2)),
            on_page: if compact {
                // a prefix and the pointer to the rest
                bytes.min(768 + 20)
            } else if bytes < 256 {
                bytes
            } else {
                40
            },
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            server: self.server.saturating_add(other.server),
            on_page: self.on_page.saturating_add(other.on_page),
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            server: self.server.max(other.server),
            on_page: self.on_page.max(other.on_page),
        }
    }

    /// The server's limit, and about half of InnoDB's page of 16 KiB.
    fn is_within_limits(self) -> bool {
        self.server <= 65_535 && self.on_page <= 8_000
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

/// The storage size of decimal digits on one side of the point (MySQL manual, "DECIMAL Data Type Characteristics").
fn decimal_bytes(digits: u32) -> u32 {
    const REST: [u32; 9] = [0, 1, 1, 2, 2, 3, 3, 4, 4];
    digits / 9 * 4 + REST.get((digits % 9) as usize).copied().unwrap_or(0)
}

/// The maximum size of one character.
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
    use crate::dialect::mysql::types::native::parse_type;
    use crate::model::{Given, ObjectId};

    #[test]
    fn key_sizes_follow_types_charsets_and_prefixes() {
        let mut table = Table::new(ObjectId::table("t"));
        table.options.charset = Some(Given::Given(String::from("utf8mb4")));
        for (name, ty) in [
            ("a", "varchar(768)"),
            ("b", "int"),
            ("c", "decimal(12,4)"),
            ("d", "text"),
            ("e", "timestamp(3)"),
        ] {
            table
                .columns
                .push(Column::new(name, parse_type(ty).unwrap()));
        }
        let mut latin = Column::new("f", parse_type("char(10)").unwrap());
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
