//! Options of tables (`ENGINE=…`, `ROW_FORMAT=…`) and MariaDB's periods, as clauses of CREATE TABLE and ALTER TABLE.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::naming::{quote, quoted_list};
use crate::dialect::mysql::types::literals;
use crate::model::{Attributes, TableOptions};

/// How an attribute of a table is written as a table option.
pub(crate) struct OptionSyntax {
    pub(crate) key: &'static str,
    keyword: &'static str,
    /// Whether the value is a string literal.
    is_text: bool,
    /// The value that resets the option; `None` if it can't be changed after creation.
    reset: Option<&'static str>,
}

const fn number(
    key: &'static str,
    keyword: &'static str,
    reset: Option<&'static str>,
) -> OptionSyntax {
    OptionSyntax {
        key,
        keyword,
        is_text: false,
        reset,
    }
}

const fn text(
    key: &'static str,
    keyword: &'static str,
    reset: Option<&'static str>,
) -> OptionSyntax {
    OptionSyntax {
        key,
        keyword,
        is_text: true,
        reset,
    }
}

#[rustfmt::skip] // one option per line
pub(crate) static OPTIONS: &[OptionSyntax] = &[
    number("tablespace", "TABLESPACE", Some("innodb_file_per_table")),
    number("auto_increment", "AUTO_INCREMENT", Some("1")),
    number("row_format", "ROW_FORMAT", Some("DEFAULT")),
    number("key_block_size", "KEY_BLOCK_SIZE", Some("0")),
    text("compression", "COMPRESSION", Some("''")),
    text("encryption", "ENCRYPTION", Some("'N'")),
    number("encrypted", "ENCRYPTED", Some("DEFAULT")),
    number("encryption_key_id", "ENCRYPTION_KEY_ID", Some("DEFAULT")),
    number("stats_persistent", "STATS_PERSISTENT", Some("DEFAULT")),
    number("stats_auto_recalc", "STATS_AUTO_RECALC", Some("DEFAULT")),
    number("stats_sample_pages", "STATS_SAMPLE_PAGES", Some("DEFAULT")),
    number("min_rows", "MIN_ROWS", Some("0")),
    number("max_rows", "MAX_ROWS", Some("0")),
    number("avg_row_length", "AVG_ROW_LENGTH", Some("0")),
    number("checksum", "CHECKSUM", Some("0")),
    number("delay_key_write", "DELAY_KEY_WRITE", Some("0")),
    number("pack_keys", "PACK_KEYS", Some("DEFAULT")),
    number("insert_method", "INSERT_METHOD", Some("NO")),
    text("data_directory", "DATA DIRECTORY", None),
    text("index_directory", "INDEX DIRECTORY", None),
    text("connection", "CONNECTION", Some("''")),
    number("autoextend_size", "AUTOEXTEND_SIZE", Some("0")),
    text("engine_attribute", "ENGINE_ATTRIBUTE", Some("''")),
    text("secondary_engine_attribute", "SECONDARY_ENGINE_ATTRIBUTE", Some("''")),
    number("secondary_engine", "SECONDARY_ENGINE", Some("NULL")),
    number("page_compressed", "PAGE_COMPRESSED", Some("DEFAULT")),
    number("page_compression_level", "PAGE_COMPRESSION_LEVEL", Some("DEFAULT")),
    number("page_checksum", "PAGE_CHECKSUM", Some("DEFAULT")),
    number("transactional", "TRANSACTIONAL", Some("DEFAULT")),
];

impl OptionSyntax {
    fn clause(&self, value: &str) -> String {
        if self.is_text {
            format!("{}={}", self.keyword, literals::string_literal(value))
        } else {
            format!("{}={value}", self.keyword)
        }
    }
}

/// The options of a new table that are attributes.
fn option_clauses(attrs: &Attributes) -> Vec<String> {
    let mut parts: Vec<String> = (OPTIONS.iter())
        .filter_map(|option| attrs.get(option.key).map(|value| option.clause(value)))
        .collect();
    if let Some(tables) = attrs.get(keys::UNION) {
        parts.push(format!("UNION=({tables})"));
    }
    if attrs.get(keys::SYSTEM_VERSIONING) {
        parts.push(String::from("WITH SYSTEM VERSIONING"));
    }
    parts
}

/// The ALTER TABLE clauses that change one table's attributes into another's.
pub(crate) fn option_changes(from: &Attributes, to: &Attributes) -> Vec<String> {
    let mut clauses: Vec<String> = (OPTIONS.iter())
        .filter(|option| from.get(option.key) != to.get(option.key))
        .filter_map(|option| match to.get(option.key) {
            Some(value) => Some(option.clause(value)),
            None => option
                .reset
                .map(|reset| format!("{}={reset}", option.keyword)),
        })
        .collect();
    if from.get(keys::UNION) != to.get(keys::UNION) {
        clauses.push(format!("UNION=({})", to.get(keys::UNION).unwrap_or("")));
    }
    clauses
}

/// All options of a new table.
pub(crate) fn options_clause(options: &TableOptions) -> String {
    let mut parts = Vec::new();
    if let Some(engine) = &options.engine {
        parts.push(format!("ENGINE={}", engine.get()));
    }
    if let Some(charset) = &options.charset {
        parts.push(format!("DEFAULT CHARSET={}", charset.get()));
    }
    if let Some(collation) = &options.collation {
        parts.push(format!("COLLATE={}", collation.get()));
    }
    if let Some(comment) = &options.comment {
        parts.push(format!("COMMENT={}", literals::string_literal(comment)));
    }
    parts.extend(option_clauses(&options.attrs));
    parts.join(" ")
}

/// The period of MariaDB's system versioning, where the table declares its columns.
pub(crate) fn system_period(attrs: &Attributes) -> Option<String> {
    let columns = period_columns(attrs.get(keys::SYSTEM_PERIOD)?);
    Some(format!("PERIOD FOR SYSTEM_TIME ({columns})"))
}

/// The application-time period of a table (MariaDB).
pub(crate) fn application_period(attrs: &Attributes) -> Option<String> {
    let (name, columns) = attrs
        .get(keys::PERIOD)
        .zip(attrs.get(keys::PERIOD_COLUMNS))?;
    let columns = period_columns(columns);
    Some(format!("PERIOD FOR {} ({columns})", quote(name)))
}

fn period_columns(list: &str) -> String {
    quoted_list(list.split(',').map(str::trim))
}
