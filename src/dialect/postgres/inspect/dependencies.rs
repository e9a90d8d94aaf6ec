//! Dependencies between objects, as the server records them.

use crate::db::{DbError, Row};
use crate::dialect::postgres::inspect::catalog_reader::CatalogReader;
use crate::model::{ObjectId, ObjectKind};

/// Which object depends on which other one. Kinds are `t` for a table, `y` for a type, `f` for a function,
/// `e` for an extension and `s` for a sequence. A table depends on the types of its columns and on what
/// its expressions name; foreign keys are no dependencies here.
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
    CASE WHEN t.oid IS NOT NULL THEN 't' WHEN y.oid IS NOT NULL THEN 'y' WHEN p.oid IS NOT NULL THEN 'f' ELSE 'e' END AS dependent_kind,
    coalesce(tn.nspname, yn.nspname, pn.nspname) AS dependent_schema,
    coalesce(t.relname, y.typname, p.proname, x.extname) AS dependent_name,
    CASE WHEN p.oid IS NOT NULL THEN pg_get_function_identity_arguments(p.oid) END AS dependent_arguments,
    CASE WHEN ry.oid IS NOT NULL THEN 'y' WHEN rp.oid IS NOT NULL THEN 'f'
         WHEN rc.relkind = 'S' THEN 's' WHEN rc.oid IS NOT NULL THEN 't' ELSE 'e' END AS dependency_kind,
    coalesce(ryn.nspname, rpn.nspname, rcn.nspname) AS dependency_schema,
    coalesce(ry.typname, rp.proname, rc.relname, rx.extname) AS dependency_name,
    CASE WHEN rp.oid IS NOT NULL THEN pg_get_function_identity_arguments(rp.oid) END AS dependency_arguments
FROM named d
LEFT JOIN pg_class t ON t.oid = d.user_table LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_type y ON y.oid = d.user_type LEFT JOIN pg_namespace yn ON yn.oid = y.typnamespace
LEFT JOIN pg_proc p ON p.oid = d.user_proc LEFT JOIN pg_namespace pn ON pn.oid = p.pronamespace
LEFT JOIN pg_extension x ON x.oid = d.user_ext
LEFT JOIN pg_type ry ON ry.oid = d.used_type LEFT JOIN pg_namespace ryn ON ryn.oid = ry.typnamespace
LEFT JOIN pg_proc rp ON rp.oid = d.used_proc LEFT JOIN pg_namespace rpn ON rpn.oid = rp.pronamespace
LEFT JOIN pg_class rc ON rc.oid = d.used_class LEFT JOIN pg_namespace rcn ON rcn.oid = rc.relnamespace
LEFT JOIN pg_extension rx ON rx.oid = d.used_ext";

impl CatalogReader<'_> {
    /// Reads a row of [`DEPENDENCIES`]. Dependencies on objects that aren't part of the schema are ignored.
    pub(crate) fn read_dependency(&mut self, row: &Row) -> Result<(), DbError> {
        let dependent = self.dependency_side(
            row.text("dependent_kind")?,
            row.text("dependent_schema")?,
            row.text("dependent_name")?,
            row.text("dependent_arguments")?,
        );
        let dependency = self.dependency_side(
            row.text("dependency_kind")?,
            row.text("dependency_schema")?,
            row.text("dependency_name")?,
            row.text("dependency_arguments")?,
        );
        let exists = |id: &ObjectId| self.schema.objects.contains_key(id);
        if dependent != dependency && exists(&dependent) && exists(&dependency) {
            self.schema.deps.insert((dependent, dependency));
        }
        Ok(())
    }

    fn dependency_side(&self, kind: &str, schema: &str, name: &str, arguments: &str) -> ObjectId {
        match kind {
            "t" => self.object_id(ObjectKind::Table, schema, name),
            "y" => self.object_id(ObjectKind::Type, schema, name),
            "s" => self.object_id(ObjectKind::Sequence, schema, name),
            "f" => self.routine_id(schema, name, arguments),
            _ => ObjectId::new(ObjectKind::Extension, name),
        }
    }
}
