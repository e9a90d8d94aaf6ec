//! The queries that read the catalogue: as many as there are kinds of things, however many tables
//! there are. `{schemas}` stands for the list of schemas. Members of extensions are left out.

pub(crate) mod constraint_queries;
pub(crate) mod object_queries;

/// Tables and what stands among them: schema, name, kind, comment, whether it is a partition,
/// whether row security is on.
pub(crate) const RELATIONS: &str = "
SELECT n.nspname, c.relname, c.relkind, obj_description(c.oid, 'pg_class'), c.relispartition, c.relrowsecurity
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
ORDER BY n.nspname, c.relname";

/// Triggers: schema, table, name, function's schema and name, kind bits, enabled, whether it is
/// for all columns, definition.
pub(crate) const TRIGGERS: &str = "
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

/// Functions of the schema `{default}` that have name and arguments of a built-in one, which comes first
/// on every path that doesn't say otherwise.
pub(crate) const HIDDEN_FUNCTIONS: &str = "
SELECT DISTINCT p.proname
FROM pg_proc p
JOIN pg_proc c ON c.proname = p.proname AND c.proargtypes = p.proargtypes AND c.pronamespace = 'pg_catalog'::regnamespace
WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = {default})";

/// Policies: schema, table, name.
pub(crate) const POLICIES: &str = "
SELECT n.nspname, c.relname, p.polname
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas})
ORDER BY 1, 2, 3";

/// Tables and sequences of the snapshot that are there no longer: schema, name, kind. The functions
/// that show definitions look at the catalogue as it is now, and show nothing of these.
/// (`pg_table_is_visible` is NULL for what is not there, whatever the path.)
pub(crate) const GONE: &str = "
SELECT n.nspname, c.relname, c.relkind
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p', 'S') AND pg_table_is_visible(c.oid) IS NULL";
