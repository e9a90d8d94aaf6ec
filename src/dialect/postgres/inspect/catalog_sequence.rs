//! Sequences as the catalogue has them, with the facts that decide whether they are part of a column.

use crate::db::{DbError, Row};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::column_sequence::{
    default_sequence_name, integer_range, non_default_options,
};
use crate::dialect::postgres::types;
use crate::model::{Column, Identity, ObjectId, Sequence, SqlType};

/// Sequences. `ownership` is how a column owns the sequence (`i` for an identity, `a` for any other
/// column), `nextval` the call that a default contains, `uses` the number of defaults that use it, without
/// those of the table's partitions and children. `logged_unlike_table` compares with the persistence that
/// a sequence gets by default: since 15 that of its table.
pub(crate) const SEQUENCES: &str = "
WITH RECURSIVE heirs(ancestor, oid) AS (
    SELECT inhparent, inhrelid FROM pg_inherits
  UNION
    SELECT h.ancestor, i.inhrelid FROM heirs h JOIN pg_inherits i ON i.inhparent = h.oid
), uses AS (
    SELECT u.refobjid, count(*) AS times
    FROM pg_depend u
    JOIN pg_attrdef d ON d.oid = u.objid
    LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = u.refobjid AND o.objsubid = 0
         AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
    LEFT JOIN heirs h ON h.ancestor = o.refobjid AND h.oid = d.adrelid
    WHERE u.classid = 'pg_attrdef'::regclass AND u.refclassid = 'pg_class'::regclass AND h.oid IS NULL
    GROUP BY u.refobjid
)
SELECT n.nspname AS schema_name,
       c.relname AS sequence_name,
       format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start_value,
       s.seqincrement AS increment,
       s.seqmin AS min_value,
       s.seqmax AS max_value,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       o.deptype AS ownership,
       tn.nspname AS owner_schema,
       t.relname AS owner_table,
       a.attname AS owner_column,
       'nextval(''' || replace(c.oid::regclass::text, '''', '''''') || '''::regclass)' AS nextval,
       coalesce(uses.times, 0) AS uses,
       obj_description(c.oid, 'pg_class') AS comment,
       c.relpersistence = 'u' AS unlogged,
       c.relpersistence <> CASE WHEN t.relpersistence = 'u' AND current_setting('server_version_num')::int >= 150000
                                THEN 'u' ELSE 'p' END AS logged_unlike_table
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
     AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
LEFT JOIN uses ON uses.refobjid = c.oid
LEFT JOIN pg_class t ON t.oid = o.refobjid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
WHERE n.nspname IN ({schemas}) AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname";

/// A sequence as the catalogue has it, with the facts that decide whether it is part of a column.
#[derive(Clone, Debug)]
pub(crate) struct CatalogSequence {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) sequence: Sequence,
    pub(crate) comment: Option<String>,
    /// The call of `nextval` that a default contains.
    nextval: String,
    /// Whether a default or an identity uses it.
    pub(crate) is_used: bool,
    /// Whether more than one default uses it.
    is_shared: bool,
    logged_unlike_table: bool,
    /// The schema of the table whose column owns it.
    owner_schema: Option<String>,
}

impl CatalogSequence {
    /// Reads a row of [`SEQUENCES`]; `None` if it isn't a sequence of an integer type.
    pub(crate) fn from_row(row: &Row) -> Result<Option<Self>, DbError> {
        let uses: u32 = row.number("uses")?.unwrap_or(0);
        let (Ok(ty), Some(start), Some(increment), Some(min), Some(max), Some(cache)) = (
            types::native(row.text("type")?),
            row.number("start_value")?,
            row.number("increment")?,
            row.number("min_value")?,
            row.number("max_value")?,
            row.number("cache")?,
        ) else {
            return Ok(None);
        };
        Ok(Some(Self {
            schema: row.text("schema_name")?.to_owned(),
            name: row.text("sequence_name")?.to_owned(),
            sequence: Sequence {
                ty,
                start,
                increment,
                min,
                max,
                cache,
                cycle: row.flag("cycle")?,
                unlogged: row.flag("unlogged")?,
                owned_by: None,
            },
            comment: row.optional("comment")?.map(str::to_owned),
            nextval: row.text("nextval")?.to_owned(),
            is_used: uses > 0 || row.text("ownership")? == "i",
            is_shared: uses > 1,
            logged_unlike_table: row.flag("logged_unlike_table")?,
            owner_schema: row.optional("owner_schema")?.map(str::to_owned),
        }))
    }

    /// Whether the column that owns it has the form of a `serial`: an integer whose default is the next
    /// value of this sequence, which no other default uses.
    pub(crate) fn makes_serial(&self, default: Option<&str>, ty: &SqlType) -> bool {
        default == Some(self.nextval.as_str())
            && !self.is_shared
            && self.owner_schema.as_ref() == Some(&self.schema)
            && ty.dims == 0
            && integer_range(ty).is_some()
    }

    /// Sets the attributes of the column for the sequence's options that aren't the defaults.
    pub(crate) fn set_column_attributes(&self, table: &ObjectId, column: &mut Column) {
        for (key, value) in non_default_options(&self.sequence).iter() {
            column.attrs.set(key, value);
        }
        // the server keeps the sequence of an identity column at the column's type
        if column.identity == Some(Identity::Serial) && self.sequence.ty != column.ty {
            let ty = types::sql(&self.sequence.ty);
            column.attrs.set(keys::SEQUENCE_TYPE, ty);
        }
        if self.logged_unlike_table {
            let unlogged = self.sequence.unlogged;
            (column.attrs).set(keys::SEQUENCE_UNLOGGED, unlogged.to_string());
        }
        if self.name != default_sequence_name(table, &column.name) {
            column.attrs.set(keys::SEQUENCE, self.name.as_str());
        }
    }
}
