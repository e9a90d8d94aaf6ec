//! The queries that read what holds a table together: storage, partitions, constraints, indexes.
//! `{schemas}` stands for the list of schemas.

use crate::db::Version;

/// A query as a server of this version knows it: a column that came later has the value it would
/// have before. A server that is newer than all known ones is taken for the newest.
pub(crate) fn versioned(query: &str, version: Version) -> String {
    let since = |major: u32, there: &'static str, before: &'static str| {
        if version.0 >= major { there } else { before }
    };
    query
        .replace("{enforced}", since(18, "k.conenforced", "true"))
        .replace("{period}", since(18, "k.conperiod", "false"))
        .replace(
            "{set_columns}",
            since(15, "k.confdelsetcols", "NULL::int2[]"),
        )
        .replace(
            "{nulls_not_distinct}",
            since(15, "i.indnullsnotdistinct", "false"),
        )
}

/// Tables, how they are stored and where they come from: schema, name, kind, persistence,
/// tablespace, access method, replica identity and its index, row security, forced for the owner,
/// the index it is clustered on, storage parameters, those of its TOAST table, bound, parents, the
/// method of its partitioning, whether it is of a type.
pub(crate) const TABLES: &str = "
SELECT n.nspname, c.relname, c.relkind, c.relpersistence, s.spcname, m.amname,
       c.relreplident,
       (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisreplident),
       c.relrowsecurity, c.relforcerowsecurity,
       (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisclustered),
       array_to_json(c.reloptions), array_to_json(t.reloptions),
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
       (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY h.inhseqno)
        FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
        JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid),
       k.partstrat, c.reloftype <> 0
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_partitioned_table k ON k.partrelid = c.oid
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
ORDER BY n.nspname, c.relname";

/// What rows of partitioned tables go by, a row a part: schema, table, column, all expressions,
/// operator class and collation where they aren't the type's and the column's own.
pub(crate) const PARTITION_KEYS: &str = "
SELECT n.nspname, c.relname, a.attname, pg_get_expr(k.partexprs, k.partrelid),
       CASE WHEN NOT o.opcdefault THEN quote_ident(o.opcname) END, o_ns.nspname,
       CASE WHEN k.partcollation[p.pos - 1] <> 0 AND k.partcollation[p.pos - 1] <>
                 coalesce(a.attcollation, (SELECT oid FROM pg_collation WHERE collname = 'default'))
            THEN l.collname END
FROM pg_partitioned_table k
JOIN pg_class c ON c.oid = k.partrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL generate_series(1, k.partnatts) AS p(pos)
LEFT JOIN pg_attribute a ON a.attrelid = k.partrelid AND a.attnum = k.partattrs[p.pos - 1] AND a.attnum <> 0
LEFT JOIN pg_opclass o ON o.oid = k.partclass[p.pos - 1]
LEFT JOIN pg_namespace o_ns ON o_ns.oid = o.opcnamespace
LEFT JOIN pg_collation l ON l.oid = k.partcollation[p.pos - 1]
WHERE n.nspname IN ({schemas})
ORDER BY c.oid, p.pos";

/// Constraints: schema, table, name, kind, columns, target's schema and name and columns, actions
/// on delete and update, match, deferrable, deferred, validated, condition, comment, enforced, not
/// for heirs, with a period, the columns that ON DELETE sets, the constraint of the partitioned
/// table it is part of. A key of a partition that only serves a reference to its parent is left out.
pub(crate) const CONSTRAINTS: &str = "
SELECT n.nspname, c.relname, k.conname, k.contype,
       array_to_json(ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.pos)),
       fn.nspname, f.relname,
       array_to_json(ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num ORDER BY x.pos)),
       k.confdeltype, k.confupdtype, k.confmatchtype, k.condeferrable, k.condeferred, k.convalidated,
       pg_get_expr(k.conbin, k.conrelid), obj_description(k.oid, 'pg_constraint'),
       {enforced}, k.connoinherit, {period},
       array_to_json(ARRAY(SELECT a.attname FROM unnest({set_columns}) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.pos)),
       CASE WHEN k.contype = 'c' AND k.coninhcount > 0 AND c.relispartition THEN k.conname
            ELSE u.conname END
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_constraint u ON u.oid = k.conparentid AND k.conparentid <> 0
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p') AND k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND (k.contype <> 'c' OR k.conislocal OR c.relispartition)
  AND u.conrelid IS DISTINCT FROM k.conrelid
ORDER BY c.oid, CASE k.contype WHEN 'p' THEN 1 WHEN 'u' THEN 2 WHEN 'x' THEN 3 WHEN 'f' THEN 4 ELSE 5 END, k.conname";

/// Indexes, a row a part: schema, table, index, method, unique, valid, predicate, comment, part's
/// place, whether it is only included, column, expression, options, operator class, its schema and
/// its parameters, collation, whether NULLs are equal, the constraint it belongs to, the index of
/// the partitioned table it is part of, tablespace, storage parameters, statistics target, operator
/// of an exclusion.
pub(crate) const INDEXES: &str = "
SELECT n.nspname, c.relname, x.relname, m.amname, i.indisunique, i.indisvalid AND i.indisready,
       pg_get_expr(i.indpred, i.indrelid), obj_description(x.oid, 'pg_class'),
       p.pos, p.pos > i.indnkeyatts, a.attname,
       CASE WHEN i.indkey[p.pos - 1] = 0 THEN pg_get_indexdef(i.indexrelid, p.pos, false) END,
       i.indoption[p.pos - 1],
       CASE WHEN NOT o.opcdefault OR xa.attoptions IS NOT NULL THEN quote_ident(o.opcname) END, o_ns.nspname,
       array_to_json(xa.attoptions),
       CASE WHEN i.indcollation[p.pos - 1] <> 0 AND i.indcollation[p.pos - 1] <>
                 coalesce(a.attcollation, (SELECT oid FROM pg_collation WHERE collname = 'default'))
             AND (i.indkey[p.pos - 1] <> 0 OR strpos(pg_get_indexdef(i.indexrelid),
                  pg_get_indexdef(i.indexrelid, p.pos, false) || ' COLLATE ') > 0)
            THEN l.collname END,
       {nulls_not_distinct}, k.conname, ux.relname, s.spcname, array_to_json(x.reloptions),
       CASE WHEN xa.attstattarget >= 0 THEN xa.attstattarget END,
       CASE WHEN oper.oid IS NOT NULL THEN
            CASE WHEN oper_ns.nspname = 'pg_catalog' THEN oper.oprname
                 ELSE format('OPERATOR(%I.%s)', oper_ns.nspname, oper.oprname) END END
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = x.relam
CROSS JOIN LATERAL generate_series(1, i.indnatts) AS p(pos)
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.pos - 1] AND a.attnum <> 0
LEFT JOIN pg_attribute xa ON xa.attrelid = i.indexrelid AND xa.attnum = p.pos
LEFT JOIN pg_opclass o ON o.oid = i.indclass[p.pos - 1] AND p.pos <= i.indnkeyatts
LEFT JOIN pg_namespace o_ns ON o_ns.oid = o.opcnamespace
LEFT JOIN pg_collation l ON l.oid = i.indcollation[p.pos - 1] AND p.pos <= i.indnkeyatts
LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
LEFT JOIN pg_class ux ON ux.oid = h.inhparent
LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
LEFT JOIN pg_operator oper ON k.contype = 'x' AND oper.oid = k.conexclop[p.pos]
LEFT JOIN pg_namespace oper_ns ON oper_ns.oid = oper.oprnamespace
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p')
ORDER BY c.oid, x.relname, p.pos";
