//! What only PostgreSQL can say of a table and its parts: one row an attribute.

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

/// A parameter of a table, for its values that are stored out of line.
const fn toast(key: &'static str, values: Values) -> Attribute {
    attribute(key, TABLE, values, "as without `toast.`")
}

const TABLE: &[Place] = &[Place::Table];
const COLUMN: &[Place] = &[Place::Column];
const INDEX: &[Place] = &[Place::Index, Place::Key];
const STORED: &[Place] = &[Place::Table, Place::Index, Place::Key];

/// The server keeps a flag in the words in which it was given.
const SWITCH: Values = Values::Words(&["true", "false", "on", "off", "yes", "no", "1", "0"]);

/// Attributes of tables, indexes, keys, checks and foreign keys. Storage parameters are those of
/// `CREATE TABLE` and `CREATE INDEX`; extensions bring their own.
pub(crate) static ATTRIBUTES: &[Attribute] = &[
    attribute(
        "unlogged",
        TABLE,
        Values::Flag,
        "rows are not in the write-ahead log: lost after a crash",
    ),
    attribute(
        "tablespace",
        STORED,
        Values::Text,
        "where it is stored, if not in the database's own tablespace",
    ),
    attribute(
        "access_method",
        TABLE,
        Values::Text,
        "what stores the rows, if not `heap`",
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
        "policies say which rows a user sees",
    ),
    attribute(
        "force_row_security",
        TABLE,
        Values::Flag,
        "policies hold for the table's owner too",
    ),
    attribute(
        "cluster_on",
        TABLE,
        Values::Index,
        "the index that CLUSTER sorts by",
    ),
    attribute(
        "storage",
        COLUMN,
        Values::Words(&["plain", "external", "extended", "main"]),
        "whether long values are compressed and kept apart, if not in the type's own way",
    ),
    attribute(
        "compression",
        COLUMN,
        Values::Words(&["pglz", "lz4"]),
        "how long values are compressed, if not as the server is configured",
    ),
    attribute(
        "statistics",
        COLUMN,
        Values::Number,
        "how much ANALYZE learns of the values: 0 to 10000",
    ),
    attribute(
        "n_distinct",
        COLUMN,
        Values::Real,
        "how many different values there are, negative for a share of the rows",
    ),
    attribute(
        "n_distinct_inherited",
        COLUMN,
        Values::Real,
        "the same, for the table with its heirs",
    ),
    attribute(
        "sequence",
        COLUMN,
        Values::Text,
        "the name of the sequence behind an identity or a serial",
    ),
    attribute(
        "sequence_type",
        COLUMN,
        Values::Words(&["smallint", "integer", "bigint"]),
        "the type of a serial's sequence, if not the column's",
    ),
    attribute(
        "start",
        COLUMN,
        Values::Number,
        "the sequence's first value",
    ),
    attribute(
        "increment",
        COLUMN,
        Values::Number,
        "what the sequence adds each time",
    ),
    attribute("min", COLUMN, Values::Number, "the sequence's least value"),
    attribute(
        "max",
        COLUMN,
        Values::Number,
        "the sequence's greatest value",
    ),
    attribute(
        "cache",
        COLUMN,
        Values::Number,
        "how many values a session takes at once",
    ),
    attribute(
        "cycle",
        COLUMN,
        Values::Flag,
        "the sequence begins anew at its end",
    ),
    attribute(
        "sequence_unlogged",
        COLUMN,
        Values::Flag,
        "whether the sequence is not in the write-ahead log, where it isn't as its table is (15 and later)",
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
        "false for a NOT NULL that rows which are there need not meet (18 and later)",
    ),
    attribute(
        "not_null_no_inherit",
        COLUMN,
        Values::Flag,
        "the NOT NULL isn't for heirs (18 and later)",
    ),
    attribute(
        "not_null_inherited",
        COLUMN,
        Values::Flag,
        "the NOT NULL is the parent's alone (18 and later)",
    ),
    attribute(
        "inherited",
        COLUMN,
        Values::Flag,
        "the column is the parent's; this table says something else of it",
    ),
    attribute(
        "nulls_not_distinct",
        INDEX,
        Values::Flag,
        "NULLs count as equal (15 and later)",
    ),
    attribute(
        "statistics",
        INDEX,
        Values::Text,
        "statistics targets of expressions, by their place: `1=500, 2=100`",
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
        "the last column is a range that may not overlap (18 and later)",
    ),
    attribute(
        "no_inherit",
        &[Place::Check],
        Values::Flag,
        "it does not hold for tables that inherit",
    ),
    attribute(
        "enforced",
        &[Place::Check, Place::ForeignKey],
        Values::Flag,
        "`false`: documented, never checked (18 and later)",
    ),
    attribute(
        "on_delete_columns",
        &[Place::ForeignKey],
        Values::Text,
        "the columns that ON DELETE SET NULL or SET DEFAULT sets, if not all (15 and later)",
    ),
    attribute(
        "period",
        &[Place::ForeignKey],
        Values::Flag,
        "the last column is a period that the other's has to contain (18 and later)",
    ),
    attribute(
        "fillfactor",
        STORED,
        Values::Number,
        "how full pages are made, in percent",
    ),
    attribute(
        "deduplicate_items",
        INDEX,
        SWITCH,
        "B-tree: equal keys are stored once",
    ),
    attribute(
        "buffering",
        INDEX,
        Values::Words(&["on", "off", "auto"]),
        "GiST: how the index is built",
    ),
    attribute(
        "fastupdate",
        INDEX,
        SWITCH,
        "GIN: new entries wait in a list",
    ),
    attribute(
        "gin_pending_list_limit",
        INDEX,
        Values::Number,
        "GIN: the size of that list in kB",
    ),
    attribute(
        "pages_per_range",
        INDEX,
        Values::Number,
        "BRIN: pages a summary",
    ),
    attribute(
        "autosummarize",
        INDEX,
        SWITCH,
        "BRIN: a new range is summarised by itself",
    ),
    attribute(
        "length",
        INDEX,
        Values::Number,
        "bloom: bits of a signature",
    ),
    attribute("m", INDEX, Values::Number, "hnsw: connections a layer"),
    attribute(
        "ef_construction",
        INDEX,
        Values::Number,
        "hnsw: candidates while it is built",
    ),
    attribute("lists", INDEX, Values::Number, "ivfflat: inverted lists"),
    attribute(
        "parallel_workers",
        TABLE,
        Values::Number,
        "workers of a parallel scan",
    ),
    attribute(
        "toast_tuple_target",
        TABLE,
        Values::Number,
        "bytes a row may have before columns are moved out",
    ),
    attribute(
        "user_catalog_table",
        TABLE,
        SWITCH,
        "logical decoding may read it",
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
        "whether VACUUM gives empty pages back",
    ),
    attribute(
        "vacuum_max_eager_freeze_failure_rate",
        TABLE,
        Values::Real,
        "how much of eager freezing may fail (18 and later)",
    ),
    attribute(
        "autovacuum_enabled",
        TABLE,
        SWITCH,
        "whether the table is vacuumed by itself",
    ),
    attribute(
        "autovacuum_vacuum_threshold",
        TABLE,
        Values::Number,
        "changed rows before it is vacuumed",
    ),
    attribute(
        "autovacuum_vacuum_max_threshold",
        TABLE,
        Values::Number,
        "changed rows after which it is vacuumed in any case (18 and later)",
    ),
    attribute(
        "autovacuum_vacuum_scale_factor",
        TABLE,
        Values::Real,
        "changed share of rows before it is vacuumed",
    ),
    attribute(
        "autovacuum_vacuum_insert_threshold",
        TABLE,
        Values::Number,
        "new rows before it is vacuumed",
    ),
    attribute(
        "autovacuum_vacuum_insert_scale_factor",
        TABLE,
        Values::Real,
        "new share of rows before it is vacuumed",
    ),
    attribute(
        "autovacuum_analyze_threshold",
        TABLE,
        Values::Number,
        "changed rows before it is analysed",
    ),
    attribute(
        "autovacuum_analyze_scale_factor",
        TABLE,
        Values::Real,
        "changed share of rows before it is analysed",
    ),
    attribute(
        "autovacuum_vacuum_cost_delay",
        TABLE,
        Values::Real,
        "how long autovacuum rests, in milliseconds",
    ),
    attribute(
        "autovacuum_vacuum_cost_limit",
        TABLE,
        Values::Number,
        "how much it does between rests",
    ),
    attribute(
        "autovacuum_freeze_min_age",
        TABLE,
        Values::Number,
        "age at which VACUUM freezes rows",
    ),
    attribute(
        "autovacuum_freeze_max_age",
        TABLE,
        Values::Number,
        "age at which it must",
    ),
    attribute(
        "autovacuum_freeze_table_age",
        TABLE,
        Values::Number,
        "age at which it reads the whole table",
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
        "milliseconds from which autovacuum is logged",
    ),
    attribute(
        "toast.autovacuum_enabled",
        TABLE,
        SWITCH,
        "as without `toast.`, for values stored out of line",
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
