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

/// Constraints: schema, table, name, kind, columns, target's schema and name and columns, actions
/// on delete and update, match, deferrable, deferred, validated, condition, comment, whether the
/// index of a key has more than the key or treats NULLs as equal, whether it is enforced.
pub(super) const CONSTRAINTS: &str = "
SELECT n.nspname, c.relname, k.conname, k.contype,
       array_to_json(ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.pos)),
       fn.nspname, f.relname,
       array_to_json(ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num ORDER BY x.pos)),
       k.confdeltype, k.confupdtype, k.confmatchtype, k.condeferrable, k.condeferred, k.convalidated,
       pg_get_expr(k.conbin, k.conrelid), obj_description(k.oid, 'pg_constraint'),
       coalesce(i.indnatts <> i.indnkeyatts, false)
         OR coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
WHERE n.nspname IN ({schemas}) AND c.relkind = 'r' AND NOT c.relispartition AND k.contype NOT IN ('n', 't')
ORDER BY c.oid, CASE k.contype WHEN 'p' THEN 1 WHEN 'u' THEN 2 WHEN 'f' THEN 3 ELSE 4 END, k.conname";

/// Indexes that no constraint owns, a row a part: schema, table, index, method, unique, valid,
/// predicate, comment, part's place, whether it is only included, column, expression, options,
/// operator class and collation where they aren't the type's own, whether NULLs are equal.
pub(super) const INDEXES: &str = "
SELECT n.nspname, c.relname, x.relname, m.amname, i.indisunique, i.indisvalid AND i.indisready,
       pg_get_expr(i.indpred, i.indrelid), obj_description(x.oid, 'pg_class'),
       p.pos, p.pos > i.indnkeyatts, a.attname,
       CASE WHEN i.indkey[p.pos - 1] = 0 THEN pg_get_indexdef(i.indexrelid, p.pos, false) END,
       i.indoption[p.pos - 1],
       CASE WHEN NOT o.opcdefault THEN o.opcname END,
       CASE WHEN i.indcollation[p.pos - 1] <> 0 AND i.indcollation[p.pos - 1] <>
                 coalesce(a.attcollation, (SELECT oid FROM pg_collation WHERE collname = 'default'))
            THEN l.collname END,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = x.relam
CROSS JOIN LATERAL generate_series(1, i.indnatts) AS p(pos)
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.pos - 1] AND a.attnum <> 0
LEFT JOIN pg_opclass o ON o.oid = i.indclass[p.pos - 1] AND p.pos <= i.indnkeyatts
LEFT JOIN pg_collation l ON l.oid = i.indcollation[p.pos - 1] AND p.pos <= i.indnkeyatts
WHERE n.nspname IN ({schemas}) AND c.relkind = 'r' AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.oid, x.relname, p.pos";

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

/// Policies: schema, table, name.
pub(super) const POLICIES: &str = "
SELECT n.nspname, c.relname, p.polname
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas})
ORDER BY 1, 2, 3";
