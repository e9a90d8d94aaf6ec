//! Quoting of identifiers.

/// Reserved words of MySQL 8.0, 8.4 and 9, and of MariaDB 10.6 to 11, sorted.
/// MySQL: `information_schema.keywords where reserved = 1`; MariaDB: those of its keywords that
/// it rejects as a column name; and two that only MySQL 8.0 reserves.
#[rustfmt::skip] // one word per line would be long
const RESERVED: &[&str] = &[
    "accessible", "add", "all", "alter", "analyze", "and", "as", "asc", "asensitive", "before",
    "between", "bigint", "binary", "blob", "both", "by", "call", "cascade", "case", "change",
    "char", "character", "check", "collate", "column", "condition", "constraint", "continue",
    "convert", "create", "cross", "cube", "cume_dist", "current_date", "current_role",
    "current_time", "current_timestamp", "current_user", "cursor", "database", "databases",
    "day_hour", "day_microsecond", "day_minute", "day_second", "dec", "decimal", "declare",
    "default", "delayed", "delete", "delete_domain_id", "dense_rank", "desc", "describe",
    "deterministic", "distinct", "distinctrow", "div", "do_domain_ids", "double", "drop", "dual",
    "each", "else", "elseif", "empty", "enclosed", "escaped", "except", "exists", "exit",
    "explain", "external", "false", "fetch", "first_value", "float", "float4", "float8", "for",
    "force", "foreign", "from", "fulltext", "function", "generated", "get", "grant", "group",
    "grouping", "groups", "having", "high_priority", "hour_microsecond", "hour_minute",
    "hour_second", "if", "ignore", "ignore_domain_ids", "in", "index", "infile", "inner", "inout",
    "insensitive", "insert", "int", "int1", "int2", "int3", "int4", "int8", "integer",
    "intersect", "interval", "into", "io_after_gtids", "io_before_gtids", "is", "iterate", "join",
    "json_table", "key", "keys", "kill", "lag", "last_value", "lateral", "lead", "leading",
    "leave", "left", "library", "like", "limit", "linear", "lines", "load", "localtime",
    "localtimestamp", "lock", "long", "longblob", "longtext", "loop", "low_priority",
    "master_bind", "master_demote_to_replica", "master_demote_to_slave",
    "master_ssl_verify_server_cert", "match", "maxvalue", "mediumblob", "mediumint", "mediumtext",
    "middleint", "minute_microsecond", "minute_second", "mod", "modifies", "natural",
    "no_write_to_binlog", "not", "nth_value", "ntile", "null", "numeric", "of", "offset", "on",
    "optimize", "optimizer_costs", "option", "optionally", "or", "order", "out", "outer",
    "outfile", "over", "page_checksum", "parse_vcol_expr", "partition", "percent_rank", "portion",
    "precision", "primary", "procedure", "purge", "qualify", "range", "rank", "read",
    "read_write", "reads", "real", "recursive", "ref_system_id", "references", "regexp",
    "release", "rename", "repeat", "replace", "require", "resignal", "restrict", "return",
    "returning", "revoke", "right", "rlike", "row", "row_number", "rows", "schema", "schemas",
    "second_microsecond", "select", "sensitive", "separator", "set", "show", "signal", "smallint",
    "spatial", "specific", "sql", "sql_after_gtids", "sql_before_gtids", "sql_big_result", "sql_calc_found_rows", "sql_small_result",
    "sqlexception", "sqlstate", "sqlwarning", "ssl", "starting", "stats_auto_recalc",
    "stats_persistent", "stats_sample_pages", "stored", "straight_join", "system", "table",
    "tablesample", "terminated", "then", "tinyblob", "tinyint", "tinytext", "to", "trailing",
    "trigger", "true", "undo", "union", "unique", "unlock", "unsigned", "update", "usage", "use",
    "using", "utc_date", "utc_time", "utc_timestamp", "values", "varbinary", "varchar",
    "varcharacter", "varying", "virtual", "when", "where", "while", "window", "with", "write",
    "xor", "year_month", "zerofill",
];

/// An identifier, in backticks only where the servers require them.
pub(crate) fn quote(ident: &str) -> String {
    if is_plain(ident) {
        ident.to_owned()
    } else {
        format!("`{}`", ident.replace('`', "``"))
    }
}

/// Identifiers, each quoted where needed: `a, b, c`.
pub(crate) fn quoted_list<I>(idents: I) -> String
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    crate::sql::literal::list(idents.into_iter().map(|ident| quote(ident.as_ref())))
}

fn is_plain(ident: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // a leading digit may read as a number (`1e5`)
    !ident.starts_with(|c: char| c.is_ascii_digit())
        && !ident.is_empty()
        && ident.chars().all(word)
        && RESERVED
            .binary_search(&ident.to_ascii_lowercase().as_str())
            .is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_odd_names_and_reserved_words_are_quoted() {
        for (name, quoted) in [
            ("users", "users"),
            ("status", "status"),
            ("key", "`key`"),
            ("Rank", "`Rank`"),
            ("returning", "`returning`"),
            ("1st", "`1st`"),
            ("a-b", "`a-b`"),
            ("a`b", "`a``b`"),
            ("größe", "`größe`"),
            ("", "``"),
        ] {
            assert_eq!(quote(name), quoted);
        }
        assert!(RESERVED.is_sorted());
    }
}
