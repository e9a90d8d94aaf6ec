//! Attributes of tables, columns, keys, checks and partitions that only MySQL and MariaDB have.
//! MySQL manual, "CREATE TABLE Statement"; MariaDB's knowledge base, "CREATE TABLE".

use crate::dialect::{Attribute, Place, Values};

const fn row(
    key: &'static str,
    places: &'static [Place],
    values: Values,
    default: Option<&'static str>,
    about: &'static str,
) -> Attribute {
    Attribute {
        key,
        places,
        values,
        default,
        about,
    }
}

const TABLE: &[Place] = &[Place::Table];
const COLUMN: &[Place] = &[Place::Column];
const KEYS: &[Place] = &[Place::Key, Place::Index];
const NO_ACTIONS: &[&str] = &["no action", "restrict", "set default"];
const FORMATS: &[&str] = &[
    "default",
    "dynamic",
    "fixed",
    "compressed",
    "redundant",
    "compact",
    "page",
    "tokudb_default",
];

/// All attributes.
#[rustfmt::skip] // one row per line
pub(crate) static ATTRIBUTES: &[Attribute] = &[
    row("auto_increment", TABLE, Values::Number, None, "the next number of a table without rows"),
    row("row_format", TABLE, Values::Words(FORMATS), None, "how rows are stored"),
    row("key_block_size", &[Place::Table, Place::Key, Place::Index], Values::Number, Some("0"), "size of pages or of blocks, in KiB"),
    row("compression", TABLE, Values::Text, None, "page compression: zlib, lz4 or none (MySQL)"),
    row("encryption", TABLE, Values::Text, None, "Y or N (MySQL)"),
    row("encrypted", TABLE, Values::Text, None, "yes or no (MariaDB)"),
    row("encryption_key_id", TABLE, Values::Number, None, "the encryption key (MariaDB)"),
    row("stats_persistent", TABLE, Values::Number, None, "1 keeps statistics over a restart"),
    row("stats_auto_recalc", TABLE, Values::Number, None, "1 recalculates statistics after many changes"),
    row("stats_sample_pages", TABLE, Values::Number, None, "index pages read for statistics"),
    row("min_rows", &[Place::Table, Place::Partition], Values::Number, Some("0"), "the fewest rows expected"),
    row("max_rows", &[Place::Table, Place::Partition], Values::Number, Some("0"), "the most rows expected"),
    row("avg_row_length", TABLE, Values::Number, Some("0"), "approximate bytes per row"),
    row("checksum", TABLE, Values::Number, Some("0"), "1 keeps a checksum of all rows"),
    row("delay_key_write", TABLE, Values::Number, Some("0"), "1 writes keys when the table is closed (MyISAM)"),
    row("pack_keys", TABLE, Values::Number, None, "1 packs keys (MyISAM)"),
    row("insert_method", TABLE, Values::Text, None, "the table that a merge table inserts into: first or last"),
    row("union", TABLE, Values::Text, None, "the tables of a merge table"),
    row("data_directory", &[Place::Table, Place::Partition], Values::Text, None, "the folder of the data, at creation"),
    row("index_directory", &[Place::Table, Place::Partition], Values::Text, None, "the folder of the indexes, at creation"),
    row("tablespace", &[Place::Table, Place::Partition], Values::Text, None, "the tablespace"),
    row("connection", TABLE, Values::Text, None, "the connection of a federated table"),
    row("autoextend_size", TABLE, Values::Number, Some("0"), "bytes by which the file grows (MySQL)"),
    row("engine_attribute", &[Place::Table, Place::Column, Place::Key, Place::Index], Values::Text, None, "a JSON text for the engine (MySQL)"),
    row("secondary_engine_attribute", &[Place::Table, Place::Column, Place::Key, Place::Index], Values::Text, None, "a JSON text for the second engine (MySQL)"),
    row("secondary_engine", TABLE, Values::Text, None, "the second engine (MySQL)"),
    row("page_compressed", TABLE, Values::Text, None, "1 compresses pages (MariaDB)"),
    row("page_compression_level", TABLE, Values::Number, None, "1 to 9 (MariaDB)"),
    row("page_checksum", TABLE, Values::Number, None, "1 keeps checksums of pages (Aria)"),
    row("transactional", TABLE, Values::Number, None, "1 makes the table crash-safe (Aria)"),
    row("system_versioning", TABLE, Values::Flag, Some("false"), "keeps the history of rows (MariaDB)"),
    row("system_period", TABLE, Values::Text, None, "the two columns of the system period, if they are declared (MariaDB)"),
    row("period", TABLE, Values::Text, None, "the name of the application-time period (MariaDB)"),
    row("period_columns", TABLE, Values::Text, None, "the two columns of that period (MariaDB)"),
    row("invisible", &[Place::Column, Place::Key, Place::Index], Values::Flag, Some("false"), "not in `select *`; of an index: not used by the optimizer"),
    row("srid", COLUMN, Values::Number, None, "the spatial reference system (MySQL)"),
    row("column_format", COLUMN, Values::Words(&["fixed", "dynamic"]), None, "how the column is stored (NDB)"),
    row("storage", COLUMN, Values::Words(&["disk", "memory"]), None, "where the column is stored (NDB)"),
    row("compressed", COLUMN, Values::Flag, Some("false"), "its values are compressed (MariaDB)"),
    row("without_system_versioning", COLUMN, Values::Flag, Some("false"), "no history of this column (MariaDB)"),
    row("row_period", COLUMN, Values::Words(&["start", "end"]), None, "the start or end of the system period (MariaDB)"),
    row("not_null", COLUMN, Values::Flag, Some("false"), "a generated column that rejects NULL (MySQL)"),
    row("not_secondary", COLUMN, Values::Flag, Some("false"), "not in the second engine (MySQL)"),
    row("check", COLUMN, Values::Text, None, "a condition that is part of the column (MariaDB)"),
    row("explicit_collation", COLUMN, Values::Flag, Some("false"), "its collation is written although it is the table's (MySQL)"),
    row("display_width", COLUMN, Values::Number, None, "the display width of an integer (MariaDB)"),
    row("using", KEYS, Values::Words(&["btree", "hash"]), None, "the index type, if it is written"),
    row("parser", &[Place::Index], Values::Text, None, "the parser of a full-text index: ngram"),
    row("distance", &[Place::Index], Values::Text, None, "the distance function of a vector index (MariaDB)"),
    row("m", &[Place::Index], Values::Number, None, "neighbours in a vector index (MariaDB)"),
    row("clustering", KEYS, Values::Text, None, "a key that stores the rows (MariaDB)"),
    row("without_overlaps", &[Place::Key], Values::Text, None, "the period in which the key is unique (MariaDB)"),
    row("delete_rule", &[Place::ForeignKey], Values::Words(NO_ACTIONS), None, "the keyword of an action without effect, if it is written"),
    row("update_rule", &[Place::ForeignKey], Values::Words(NO_ACTIONS), None, "the keyword of an action without effect, if it is written"),
    row("enforced", &[Place::Check], Values::Flag, Some("true"), "whether the check is enforced (MySQL)"),
    row("comment", &[Place::Partition], Values::Text, None, "the partition's comment"),
    row("engine", &[Place::Partition], Values::Text, None, "the partition's engine, where it is not the table's"),
    row("nodegroup", &[Place::Partition], Values::Number, None, "the node group of the partition (NDB)"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::mysql::ddl::table_options::OPTIONS;

    #[test]
    fn every_option_is_an_attribute_of_tables() {
        for option in OPTIONS {
            let known = ATTRIBUTES
                .iter()
                .any(|row| row.key == option.key && row.places.contains(&Place::Table));
            assert!(known, "{}", option.key);
        }
    }
}
