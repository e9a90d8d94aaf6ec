//! The queries that read the catalogue: as many as there are kinds of things, however many tables
//! there are. `{schemas}` stands for the list of schemas. Members of extensions are left out.

/// Tables and what stands among them: schema, name, kind, comment, whether it is a partition,
/// whether row security is on.
pub(super) const RELATIONS: &str = "
SELECT n.nspname, c.relname, c.relkind, obj_description(c.oid, 'pg_class'), c.relispartition, c.relrowsecurity
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
ORDER BY n.nspname, c.relname";

/// Columns: schema, table, name, type, whether the type belongs to an extension, NOT NULL, default
/// or computing expression, identity (a partition of 17 or later has its parent's), computed, comment,
/// collation, whether it is a `serial`, whether it is the parent's but says something else.
pub(super) const COLUMNS: &str = "
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.deptype = 'e'
               AND e.objid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END),
       a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
       CASE WHEN NOT c.relispartition OR current_setting('server_version_num')::int < 170000
            THEN a.attidentity ELSE '' END, a.attgenerated,
       col_description(c.oid, a.attnum),
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END,
       EXISTS (SELECT FROM pg_depend o JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S'
               JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
                    AND u.refclassid = 'pg_class'::regclass AND u.refobjid = s.oid
               WHERE o.classid = 'pg_class'::regclass AND o.deptype = 'a'
                 AND o.refobjid = c.oid AND o.refobjsubid = a.attnum
                 AND pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', s.oid::regclass::text)),
       NOT a.attislocal AND NOT c.relispartition
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p')
  AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attislocal OR c.relispartition OR col_description(c.oid, a.attnum) IS NOT NULL
       OR ROW(a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), '')) IS DISTINCT FROM
          (SELECT ROW(pa.attnotnull, coalesce(pg_get_expr(pd.adbin, pd.adrelid), ''))
           FROM pg_inherits h
           JOIN pg_attribute pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname AND NOT pa.attisdropped
           LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
           WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1))
ORDER BY c.oid, a.attnum";

/// Triggers: schema, table, name, function's schema and name, kind bits, enabled, whether it is
/// for all columns, definition.
pub(super) const TRIGGERS: &str = "
SELECT n.nspname, c.relname, t.tgname, fn.nspname, f.proname, t.tgtype, t.tgenabled,
       t.tgattr::text = '', pg_get_triggerdef(t.oid)
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc f ON f.oid = t.tgfoid
JOIN pg_namespace fn ON fn.oid = f.pronamespace
WHERE n.nspname IN ({schemas}) AND NOT t.tgisinternal AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname, t.tgname";

/// Functions: schema, name, arguments, body, language, whether they make a trigger without
/// arguments and of plain settings.
pub(super) const ROUTINES: &str = "
SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), p.prosrc, l.lanname,
       p.prorettype = 'trigger'::regtype AND p.pronargs = 0 AND NOT p.prosecdef AND p.proconfig IS NULL
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname IN ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
ORDER BY 1, 2, 3";

/// Types: schema, name, kind, labels of an enum.
pub(super) const TYPES: &str = "
SELECT n.nspname, t.typname, t.typtype,
       array_to_json(ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder))
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE n.nspname IN ({schemas}) AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY 1, 2";

/// Policies: schema, table, name.
pub(super) const POLICIES: &str = "
SELECT n.nspname, c.relname, p.polname
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas})
ORDER BY 1, 2, 3";

/// Extensions.
pub(super) const EXTENSIONS: &str =
    "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname";
