//! The queries that read columns and what tables lean on: types, sequences, schemas, extensions,
//! functions. `{schemas}` stands for the list of schemas; members of extensions are left out.

use crate::db::Version;

/// A query as a server of this version knows it. One newer than all known ones is taken for the
/// newest.
pub(crate) fn versioned(query: &str, version: Version) -> String {
    // before 18 a NOT NULL has no name, no heirs of its own and is always checked
    let not_null = if version.0 >= 18 {
        "LEFT JOIN pg_constraint nn ON nn.conrelid = c.oid AND nn.contype = 'n' AND nn.conkey = ARRAY[a.attnum]"
    } else {
        "LEFT JOIN (SELECT NULL::name AS conname, true AS convalidated, false AS connoinherit, 0 AS coninhcount, true AS conislocal) nn ON false"
    };
    query.replace("{not_null}", not_null)
}

/// Columns: schema, table, name, type, the schema of its element type, whether that belongs to an
/// extension, NOT NULL, default or computing expression, identity, computed, comment, collation and
/// its schema where it isn't the type's own, storage where it isn't, compression, statistics target,
/// options, the NOT NULL constraint's name, whether it is validated, whether it is for heirs, whether
/// the column is the parent's and only says something else, whether the NOT NULL is the parent's too, whether it is the parent's alone. A
/// partition's identity is its parent's since 17.
pub(crate) const COLUMNS: &str = "
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), tn.nspname,
       x.objid IS NOT NULL,
       a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
       CASE WHEN NOT c.relispartition OR current_setting('server_version_num')::int < 170000
            THEN a.attidentity ELSE '' END, a.attgenerated,
       col_description(c.oid, a.attnum),
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END, ln.nspname,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, a.attcompression,
       a.attstattarget, array_to_json(a.attoptions),
       nn.conname, nn.convalidated, nn.connoinherit, NOT a.attislocal AND NOT c.relispartition,
       nn.coninhcount > 0, NOT nn.conislocal AND NOT c.relispartition
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_namespace tn ON tn.oid = e.typnamespace
LEFT JOIN pg_depend x ON x.classid = 'pg_type'::regclass AND x.objid = e.oid AND x.deptype = 'e'
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
{not_null}
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attislocal OR c.relispartition OR col_description(c.oid, a.attnum) IS NOT NULL
       OR ROW(a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), '')) IS DISTINCT FROM
          (SELECT ROW(pa.attnotnull, coalesce(pg_get_expr(pd.adbin, pd.adrelid), ''))
           FROM pg_inherits h
           JOIN pg_attribute pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname AND NOT pa.attisdropped
           LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
           WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1))
ORDER BY c.oid, a.attnum";

/// Sequences: schema, name, type, start, increment, minimum, maximum, cache, cycle, how a column
/// owns it (`i` an identity, `a` any other), that column's schema, table and name, how `nextval` is
/// written in a default, how many defaults use it beside those of the table's partitions and heirs,
/// comment, whether it is unlogged, whether its persistence is another than it has where nobody says so
/// (since 15 that of its table).
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
SELECT n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin,
       s.seqmax, s.seqcache, s.seqcycle, o.deptype, tn.nspname, t.relname, a.attname,
       'nextval(''' || replace(c.oid::regclass::text, '''', '''''') || '''::regclass)',
       coalesce(uses.times, 0),
       obj_description(c.oid, 'pg_class'),
       c.relpersistence = 'u',
       c.relpersistence <> CASE WHEN t.relpersistence = 'u' AND current_setting('server_version_num')::int >= 150000
                                THEN 'u' ELSE 'p' END
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

/// Types: schema, name, kind, comment, labels of an enum; of a domain the base type, its element's
/// schema, whether that belongs to an extension, NOT NULL, default, collation and its schema, checks
/// (name, condition, validated); the fields of a composite type (name, type, schema, extension,
/// collation and its schema); of a range the subtype and its schema, whether that belongs to an
/// extension, operator class and schema, collation and schema, difference function, canonical
/// function, multirange type.
pub(crate) const TYPES: &str = "
SELECT n.nspname, t.typname, t.typtype, obj_description(t.oid, 'pg_type'),
       CASE WHEN t.typtype = 'e' THEN array_to_json(ARRAY(
           SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)) END,
       format_type(t.typbasetype, t.typtypmod), bn.nspname, bx.objid IS NOT NULL, t.typnotnull,
       pg_get_expr(t.typdefaultbin, 0),
       CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN l.collname END, ln.nspname,
       CASE WHEN t.typtype = 'd' THEN (
           SELECT json_agg(json_build_array(k.conname, pg_get_expr(k.conbin, 0), k.convalidated) ORDER BY k.conname)
           FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END,
       CASE WHEN t.typtype = 'c' THEN (
           SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), fn.nspname,
                  EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = fe.oid AND d.deptype = 'e'),
                  CASE WHEN a.attcollation <> ft.typcollation THEN fl.collname END, fln.nspname) ORDER BY a.attnum)
           FROM pg_attribute a
           JOIN pg_type ft ON ft.oid = a.atttypid
           JOIN pg_type fe ON fe.oid = CASE WHEN ft.typcategory = 'A' AND ft.typelem <> 0 THEN ft.typelem ELSE ft.oid END
           JOIN pg_namespace fn ON fn.oid = fe.typnamespace
           LEFT JOIN pg_collation fl ON fl.oid = a.attcollation
           LEFT JOIN pg_namespace fln ON fln.oid = fl.collnamespace
           WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
       format_type(r.rngsubtype, NULL), rn.nspname, rx.objid IS NOT NULL,
       CASE WHEN NOT oc.opcdefault THEN oc.opcname END, ocn.nspname,
       CASE WHEN r.rngcollation <> rs.typcollation THEN rl.collname END, rln.nspname,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::text END,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::text END,
       m.typname
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_type be ON be.oid = CASE WHEN b.typcategory = 'A' AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
LEFT JOIN pg_namespace bn ON bn.oid = be.typnamespace
LEFT JOIN pg_depend bx ON bx.classid = 'pg_type'::regclass AND bx.objid = be.oid AND bx.deptype = 'e'
LEFT JOIN pg_collation l ON l.oid = t.typcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_type rs ON rs.oid = r.rngsubtype
LEFT JOIN pg_namespace rn ON rn.oid = rs.typnamespace
LEFT JOIN pg_depend rx ON rx.classid = 'pg_type'::regclass AND rx.objid = rs.oid AND rx.deptype = 'e'
LEFT JOIN pg_opclass oc ON oc.oid = r.rngsubopc
LEFT JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_collation rl ON rl.oid = r.rngcollation
LEFT JOIN pg_namespace rln ON rln.oid = rl.collnamespace
LEFT JOIN pg_type m ON m.oid = r.rngmultitypid
WHERE n.nspname IN ({schemas})
  AND (t.typtype IN ('e', 'd', 'r', 'p') OR (t.typtype = 'c' AND c.relkind = 'c')
       OR (t.typtype = 'b' AND NOT (t.typcategory = 'A' AND t.typelem <> 0)))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY 1, 2";

/// Functions: schema, name, arguments, body, language, whether they make a trigger without
/// arguments and of plain settings, kind, comment, and the definition of those that tables and types
/// lean on: by their defaults, conditions, computed columns, indexes, and by what these call.
pub(crate) const ROUTINES: &str = "
WITH RECURSIVE used(oid) AS (
    SELECT d.refobjid FROM pg_depend d
    WHERE d.refclassid = 'pg_proc'::regclass AND d.deptype = 'n' AND d.classid IN
          ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_type'::regclass)
      -- what a base type is made of goes with that
      AND NOT EXISTS (SELECT FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid AND t.typtype = 'b')
  UNION
    SELECT d.refobjid FROM used u
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = u.oid AND d.refclassid = 'pg_proc'::regclass
)
SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), p.prosrc, l.lanname,
       p.prorettype = 'trigger'::regtype AND p.pronargs = 0 AND NOT p.prosecdef AND p.proconfig IS NULL,
       p.prokind, obj_description(p.oid, 'pg_proc'),
       CASE WHEN p.prokind IN ('f', 'w') AND p.oid IN (SELECT oid FROM used)
            THEN pg_get_functiondef(p.oid) END
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname IN ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
ORDER BY 1, 2, 3";

/// What needs what: kind (`t` table, `y` type, `f` function, `e` extension, `s` sequence), schema,
/// name and arguments of the one and of the other. A table needs the types of its columns and what
/// its expressions name; a foreign key is no such need.
pub(crate) const DEPENDENCIES: &str = "
WITH d AS (
    SELECT DISTINCT classid, objid, refclassid, refobjid FROM pg_depend
    WHERE deptype IN ('n', 'a') AND objid >= 16384 AND refobjid >= 16384
      AND ((refclassid IN ('pg_type'::regclass, 'pg_proc'::regclass) AND classid IN ('pg_attrdef'::regclass,
            'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass))
        OR (refclassid = 'pg_class'::regclass AND classid = 'pg_proc'::regclass)
        OR (refclassid = 'pg_class'::regclass AND classid = 'pg_attrdef'::regclass
            AND refobjid IN (SELECT seqrelid FROM pg_sequence))
        OR (refclassid = 'pg_extension'::regclass AND classid = 'pg_extension'::regclass))
), resolved AS (
    SELECT d.classid AS by,
           coalesce(ad.adrelid, k.conrelid, i.indrelid, CASE WHEN c.relkind IN ('r', 'p') THEN c.oid END) AS user_table,
           coalesce(nullif(k.contypid, 0), CASE WHEN c.relkind = 'c' THEN c.reltype END, ut.oid) AS user_type,
           up.oid AS user_proc, ux.oid AS user_ext,
           CASE WHEN rt.typtype = 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = rt.oid)
                WHEN rt.typcategory = 'A' AND rt.typelem <> 0 THEN rt.typelem ELSE rt.oid END AS used_type,
           rp.oid AS used_proc, rc.oid AS used_class, rx.oid AS used_ext
    FROM d
    LEFT JOIN pg_attrdef ad ON d.classid = 'pg_attrdef'::regclass AND ad.oid = d.objid
    LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
    LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
    LEFT JOIN pg_type ut ON d.classid = 'pg_type'::regclass AND ut.oid = d.objid
    LEFT JOIN pg_proc up ON d.classid = 'pg_proc'::regclass AND up.oid = d.objid
    LEFT JOIN pg_extension ux ON d.classid = 'pg_extension'::regclass AND ux.oid = d.objid
    LEFT JOIN pg_type rt ON d.refclassid = 'pg_type'::regclass AND rt.oid = d.refobjid
    LEFT JOIN pg_proc rp ON d.refclassid = 'pg_proc'::regclass AND rp.oid = d.refobjid
    LEFT JOIN pg_class rc ON d.refclassid = 'pg_class'::regclass AND rc.oid = d.refobjid
    LEFT JOIN pg_extension rx ON d.refclassid = 'pg_extension'::regclass AND rx.oid = d.refobjid
), named AS (
    SELECT r.user_table, r.user_type, r.user_proc, r.user_ext, r.used_proc, r.used_ext,
           coalesce(r.used_class, nullif(y.typrelid, 0)) AS used_class,
           CASE WHEN y.typrelid = 0 OR yc.relkind = 'c' THEN y.oid END AS used_type
    FROM resolved r
    LEFT JOIN pg_type y ON y.oid = r.used_type
    LEFT JOIN pg_class yc ON yc.oid = y.typrelid
)
SELECT DISTINCT
    CASE WHEN t.oid IS NOT NULL THEN 't' WHEN y.oid IS NOT NULL THEN 'y' WHEN p.oid IS NOT NULL THEN 'f' ELSE 'e' END,
    coalesce(tn.nspname, yn.nspname, pn.nspname), coalesce(t.relname, y.typname, p.proname, x.extname),
    CASE WHEN p.oid IS NOT NULL THEN pg_get_function_identity_arguments(p.oid) END,
    CASE WHEN ry.oid IS NOT NULL THEN 'y' WHEN rp.oid IS NOT NULL THEN 'f'
         WHEN rc.relkind = 'S' THEN 's' WHEN rc.oid IS NOT NULL THEN 't' ELSE 'e' END,
    coalesce(ryn.nspname, rpn.nspname, rcn.nspname), coalesce(ry.typname, rp.proname, rc.relname, rx.extname),
    CASE WHEN rp.oid IS NOT NULL THEN pg_get_function_identity_arguments(rp.oid) END
FROM named d
LEFT JOIN pg_class t ON t.oid = d.user_table LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_type y ON y.oid = d.user_type LEFT JOIN pg_namespace yn ON yn.oid = y.typnamespace
LEFT JOIN pg_proc p ON p.oid = d.user_proc LEFT JOIN pg_namespace pn ON pn.oid = p.pronamespace
LEFT JOIN pg_extension x ON x.oid = d.user_ext
LEFT JOIN pg_type ry ON ry.oid = d.used_type LEFT JOIN pg_namespace ryn ON ryn.oid = ry.typnamespace
LEFT JOIN pg_proc rp ON rp.oid = d.used_proc LEFT JOIN pg_namespace rpn ON rpn.oid = rp.pronamespace
LEFT JOIN pg_class rc ON rc.oid = d.used_class LEFT JOIN pg_namespace rcn ON rcn.oid = rc.relnamespace
LEFT JOIN pg_extension rx ON rx.oid = d.used_ext";

/// Schemas: name, comment.
pub(crate) const NAMESPACES: &str = "
SELECT n.nspname, obj_description(n.oid, 'pg_namespace')
FROM pg_namespace n
WHERE n.nspname IN ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
ORDER BY 1";

/// Extensions: name, schema, comment where it isn't the extension's own.
pub(crate) const EXTENSIONS: &str = "
SELECT e.extname, n.nspname,
       nullif(obj_description(e.oid, 'pg_extension'), (SELECT v.comment FROM pg_available_extensions v WHERE v.name = e.extname))
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' ORDER BY 1";

/// What the model has no place for: kind, schema, name, the table it belongs to.
pub(crate) const OTHERS: &str = "
SELECT 'collation', n.nspname, o.collname, NULL FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_collation'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'operator', n.nspname, o.oprname, NULL FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'operator class', n.nspname, o.opcname, NULL FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_opclass'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'text search configuration', n.nspname, o.cfgname, NULL FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_ts_config'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'text search dictionary', n.nspname, o.dictname, NULL FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_ts_dict'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'statistics', n.nspname, o.stxname, c.relname FROM pg_statistic_ext o JOIN pg_namespace n ON n.oid = o.stxnamespace
JOIN pg_class c ON c.oid = o.stxrelid WHERE n.nspname IN ({schemas})
UNION ALL
SELECT 'rule', n.nspname, o.rulename, c.relname FROM pg_rewrite o JOIN pg_class c ON c.oid = o.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ({schemas}) AND o.rulename <> '_RETURN'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'type', n.nspname, o.relname, NULL FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
WHERE n.nspname IN ({schemas}) AND o.relkind = 'c'
  AND EXISTS (SELECT FROM pg_description x WHERE x.objoid = o.oid AND x.classoid = 'pg_class'::regclass AND x.objsubid > 0)
UNION ALL
SELECT DISTINCT 'type', n.nspname, o.typname, NULL FROM pg_constraint k JOIN pg_type o ON o.oid = k.contypid
JOIN pg_namespace n ON n.oid = o.typnamespace
WHERE n.nspname IN ({schemas}) AND k.contypid <> 0
  AND EXISTS (SELECT FROM pg_description x WHERE x.objoid = k.oid AND x.classoid = 'pg_constraint'::regclass)
ORDER BY 1, 2, 3, 4";
