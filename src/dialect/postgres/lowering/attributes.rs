//! The attributes of PostgreSQL, one row per attribute.

use crate::dialect::{Attribute, Place, Values};

const fn attribute(
    key: &'static str,
    places: &'static [Place],
    values: Values,
    about: &'static str,
) -> Attribute {
    Attribute {
        key,
        places,
        values,
        default: None,
        about,
    }
}

/// A storage parameter for values that are stored out of line.
const fn toast(key: &'static str, values: Values) -> Attribute {
    attribute(
        key,
        TABLE,
        values,
        "the same without `toast.`, for values stored out of line",
    )
}

const TABLE: &[Place] = &[Place::Table];
const COLUMN: &[Place] = &[Place::Column];
const INDEX: &[Place] = &[Place::Index, Place::Key];
const STORED: &[Place] = &[Place::Table, Place::Index, Place::Key];

/// The server stores flags in the spelling in which they were set.
const SWITCH: Values = Values::Words(&["true", "false", "on", "off", "yes", "no", "1", "0"]);

/// Attributes of tables, indexes, keys, checks and foreign keys. Storage parameters are those of
/// `CREATE TABLE` and `CREATE INDEX`; extensions add further ones.
pub(crate) static ATTRIBUTES: &[Attribute] = &[
    attribute(
        "unlogged",
        TABLE,
        Values::Flag,
        "rows are not written to the write-ahead log, and are lost after a crash",
    ),
    attribute(
        "tablespace",
        STORED,
        Values::Text,
        "the tablespace; default: that of the database",
    ),
    attribute(
        "access_method",
        TABLE,
        Values::Text,
        "the table access method; default: `heap`",
    ),
    attribute(
        "replica_identity",
        TABLE,
        Values::Index,
        "what logical replication sends of old rows: `full`, `nothing` or the name of a unique index",
    ),
    attribute(
        "row_security",
        TABLE,
        Values::Flag,
        "row security policies apply",
    ),
    attribute(
        "force_row_security",
        TABLE,
        Values::Flag,
        "row security policies apply to the table's owner, too",
    ),
    attribute(
        "cluster_on",
        TABLE,
        Values::Index,
        "the index that CLUSTER orders the rows by",
    ),
    attribute(
        "storage",
        COLUMN,
        Values::Words(&["plain", "external", "extended", "main"]),
        "whether long values are compressed or stored out of line; default: that of the type",
    ),
    attribute(
        "compression",
        COLUMN,
        Values::Words(&["pglz", "lz4"]),
        "the compression method; default: that of the server's configuration",
    ),
    attribute(
        "statistics",
        COLUMN,
        Values::Number,
        "the statistics target of ANALYZE: 0 to 10000",
    ),
    attribute(
        "n_distinct",
        COLUMN,
        Values::Real,
        "the number of distinct values; negative: their ratio to the number of rows",
    ),
    attribute(
        "n_distinct_inherited",
        COLUMN,
        Values::Real,
        "the same for the table with its child tables",
    ),
    attribute(
        "sequence",
        COLUMN,
        Values::Text,
        "the name of the sequence of an identity or serial column",
    ),
    attribute(
        "sequence_type",
        COLUMN,
        Values::Words(&["smallint", "integer", "bigint"]),
        "the type of a serial column's sequence; default: that of the column",
    ),
    attribute(
        "start",
        COLUMN,
        Values::Number,
        "the first value of the sequence",
    ),
    attribute(
        "increment",
        COLUMN,
        Values::Number,
        "the increment of the sequence",
    ),
    attribute("min", COLUMN, Values::Number, "the minimum of the sequence"),
    attribute("max", COLUMN, Values::Number, "the maximum of the sequence"),
    attribute(
        "cache",
        COLUMN,
        Values::Number,
        "the number of sequence values that a session caches",
    ),
    attribute(
        "cycle",
        COLUMN,
        Values::Flag,
        "the sequence restarts after its last value",
    ),
    attribute(
        "sequence_unlogged",
        COLUMN,
        Values::Flag,
        "the sequence is not written to the write-ahead log; default: like its table (15 and later)",
    ),
    attribute(
        "not_null",
        COLUMN,
        Values::Text,
        "the name of the NOT NULL constraint (18 and later)",
    ),
    attribute(
        "not_null_validated",
        COLUMN,
        Values::Flag,
        "`false`: existing rows are not checked for NOT NULL (18 and later)",
    ),
    attribute(
        "not_null_no_inherit",
        COLUMN,
        Values::Flag,
        "child tables do not inherit the NOT NULL (18 and later)",
    ),
    attribute(
        "not_null_inherited",
        COLUMN,
        Values::Flag,
        "the NOT NULL is only inherited, not declared by this table (18 and later)",
    ),
    attribute(
        "inherited",
        COLUMN,
        Values::Flag,
        "the column is inherited; this table overrides its default, NOT NULL or comment",
    ),
    attribute(
        "nulls_not_distinct",
        INDEX,
        Values::Flag,
        "NULLs are treated as equal (15 and later)",
    ),
    attribute(
        "statistics",
        INDEX,
        Values::Text,
        "the statistics targets of expressions, by position: `1=500, 2=100`",
    ),
    attribute(
        "index_comment",
        &[Place::Key],
        Values::Text,
        "the comment of the constraint's index",
    ),
    attribute(
        "without_overlaps",
        &[Place::Key],
        Values::Flag,
        "the ranges in the last column must not overlap (18 and later)",
    ),
    attribute(
        "no_inherit",
        &[Place::Check],
        Values::Flag,
        "the check does not apply to child tables",
    ),
    attribute(
        "enforced",
        &[Place::Check, Place::ForeignKey],
        Values::Flag,
        "`false`: the constraint is never checked (18 and later)",
    ),
    attribute(
        "on_delete_columns",
        &[Place::ForeignKey],
        Values::Text,
        "the columns that ON DELETE SET NULL or SET DEFAULT sets; default: all (15 and later)",
    ),
    attribute(
        "period",
        &[Place::ForeignKey],
        Values::Flag,
        "the last column is a period that the referenced period must contain (18 and later)",
    ),
    attribute(
        "fillfactor",
        STORED,
        Values::Number,
        "the percentage to which pages are filled",
    ),
    attribute(
        "deduplicate_items",
        INDEX,
        SWITCH,
        "B-tree: duplicate keys are stored once",
    ),
    attribute(
        "buffering",
        INDEX,
        Values::Words(&["on", "off", "auto"]),
        "GiST: whether the index is built with buffering",
    ),
    attribute(
        "fastupdate",
        INDEX,
        SWITCH,
        "GIN: new entries are collected in a pending list first",
    ),
    attribute(
        "gin_pending_list_limit",
        INDEX,
        Values::Number,
        "GIN: the maximum size of the pending list in kB",
    ),
    attribute(
        "pages_per_range",
        INDEX,
        Values::Number,
        "BRIN: the number of pages per summary",
    ),
    attribute(
        "autosummarize",
        INDEX,
        SWITCH,
        "BRIN: new page ranges are summarized automatically",
    ),
    attribute(
        "length",
        INDEX,
        Values::Number,
        "bloom: the length of a signature in bits",
    ),
    attribute(
        "m",
        INDEX,
        Values::Number,
        "hnsw: the maximum number of connections per layer",
    ),
    attribute(
        "ef_construction",
        INDEX,
        Values::Number,
        "hnsw: the size of the candidate list during construction",
    ),
    attribute(
        "lists",
        INDEX,
        Values::Number,
        "ivfflat: the number of inverted lists",
    ),
    attribute(
        "parallel_workers",
        TABLE,
        Values::Number,
        "the number of workers of a parallel scan",
    ),
    attribute(
        "toast_tuple_target",
        TABLE,
        Values::Number,
        "the row size in bytes above which columns are stored out of line",
    ),
    attribute(
        "user_catalog_table",
        TABLE,
        SWITCH,
        "logical decoding may read the table",
    ),
    attribute(
        "vacuum_index_cleanup",
        TABLE,
        Values::Words(&["auto", "on", "off", "true", "false"]),
        "whether VACUUM cleans indexes",
    ),
    attribute(
        "vacuum_truncate",
        TABLE,
        SWITCH,
        "whether VACUUM truncates empty pages at the end of the table",
    ),
    attribute(
        "vacuum_max_eager_freeze_failure_rate",
        TABLE,
        Values::Real,
        "the fraction of pages that VACUUM may fail to freeze eagerly (18 and later)",
    ),
    attribute(
        "autovacuum_enabled",
        TABLE,
        SWITCH,
        "whether autovacuum processes the table",
    ),
    attribute(
        "autovacuum_vacuum_threshold",
        TABLE,
        Values::Number,
        "the number of changed rows that triggers a vacuum",
    ),
    attribute(
        "autovacuum_vacuum_max_threshold",
        TABLE,
        Values::Number,
        "the number of changed rows that always triggers a vacuum (18 and later)",
    ),
    attribute(
        "autovacuum_vacuum_scale_factor",
        TABLE,
        Values::Real,
        "the fraction of changed rows that triggers a vacuum",
    ),
    attribute(
        "autovacuum_vacuum_insert_threshold",
        TABLE,
        Values::Number,
        "the number of inserted rows that triggers a vacuum",
    ),
    attribute(
        "autovacuum_vacuum_insert_scale_factor",
        TABLE,
        Values::Real,
        "the fraction of inserted rows that triggers a vacuum",
    ),
    attribute(
        "autovacuum_analyze_threshold",
        TABLE,
        Values::Number,
        "the number of changed rows that triggers ANALYZE",
    ),
    attribute(
        "autovacuum_analyze_scale_factor",
        TABLE,
        Values::Real,
        "the fraction of changed rows that triggers ANALYZE",
    ),
    attribute(
        "autovacuum_vacuum_cost_delay",
        TABLE,
        Values::Real,
        "the cost delay of autovacuum, in milliseconds",
    ),
    attribute(
        "autovacuum_vacuum_cost_limit",
        TABLE,
        Values::Number,
        "the cost limit of autovacuum",
    ),
    attribute(
        "autovacuum_freeze_min_age",
        TABLE,
        Values::Number,
        "the transaction age at which VACUUM freezes rows",
    ),
    attribute(
        "autovacuum_freeze_max_age",
        TABLE,
        Values::Number,
        "the transaction age at which a vacuum is forced",
    ),
    attribute(
        "autovacuum_freeze_table_age",
        TABLE,
        Values::Number,
        "the transaction age at which VACUUM reads the whole table",
    ),
    attribute(
        "autovacuum_multixact_freeze_min_age",
        TABLE,
        Values::Number,
        "the same for multixacts",
    ),
    attribute(
        "autovacuum_multixact_freeze_max_age",
        TABLE,
        Values::Number,
        "the same for multixacts",
    ),
    attribute(
        "autovacuum_multixact_freeze_table_age",
        TABLE,
        Values::Number,
        "the same for multixacts",
    ),
    attribute(
        "log_autovacuum_min_duration",
        TABLE,
        Values::Number,
        "the duration in milliseconds from which autovacuum is logged",
    ),
    attribute(
        "toast.autovacuum_enabled",
        TABLE,
        SWITCH,
        "the same without `toast.`, for values stored out of line",
    ),
    toast("toast.autovacuum_vacuum_threshold", Values::Number),
    toast("toast.autovacuum_vacuum_max_threshold", Values::Number),
    toast("toast.autovacuum_vacuum_scale_factor", Values::Real),
    toast("toast.autovacuum_vacuum_insert_threshold", Values::Number),
    toast("toast.autovacuum_vacuum_insert_scale_factor", Values::Real),
    toast("toast.autovacuum_vacuum_cost_delay", Values::Real),
    toast("toast.autovacuum_vacuum_cost_limit", Values::Number),
    toast("toast.autovacuum_freeze_min_age", Values::Number),
    toast("toast.autovacuum_freeze_max_age", Values::Number),
    toast("toast.autovacuum_freeze_table_age", Values::Number),
    toast("toast.autovacuum_multixact_freeze_min_age", Values::Number),
    toast("toast.autovacuum_multixact_freeze_max_age", Values::Number),
    toast(
        "toast.autovacuum_multixact_freeze_table_age",
        Values::Number,
    ),
    toast("toast.log_autovacuum_min_duration", Values::Number),
    toast(
        "toast.vacuum_index_cleanup",
        Values::Words(&["auto", "on", "off", "true", "false"]),
    ),
    toast("toast.vacuum_truncate", SWITCH),
];
