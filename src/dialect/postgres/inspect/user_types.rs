//! User-defined types: enums, domains, composite types and ranges.

use crate::db::{DbError, Row};
use crate::dialect::postgres::expr::server_text::unqualified;
use crate::dialect::postgres::inspect::catalog_reader::{CatalogReader, json_array};
use crate::dialect::postgres::naming::{self, bare_or_quoted};
use crate::model::{
    Check, CompositeField, Domain, Given, Ident, Object, ObjectKind, RangeType, UserType,
};
use serde::Deserialize;

/// User-defined types. `labels` are those of an enum, the columns from `base_type` to `checks` those of
/// a domain, `fields` those of a composite type, the columns from `subtype` on those of a range. The
/// schemas of types and `…_of_extension` are those of the element type; collations and operator class are
/// NULL where they are the default of the underlying type.
pub(crate) const USER_TYPES: &str = "
SELECT n.nspname AS schema_name,
       t.typname AS type_name,
       t.typtype AS kind,
       obj_description(t.oid, 'pg_type') AS comment,
       CASE WHEN t.typtype = 'e' THEN array_to_json(ARRAY(
           SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)) END AS labels,
       format_type(t.typbasetype, t.typtypmod) AS base_type,
       bn.nspname AS base_type_schema,
       bx.objid IS NOT NULL AS base_type_of_extension,
       t.typnotnull AS not_null,
       pg_get_expr(t.typdefaultbin, 0) AS default_expression,
       CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN l.collname END AS collation,
       ln.nspname AS collation_schema,
       CASE WHEN t.typtype = 'd' THEN (
           SELECT json_agg(json_build_object('name', k.conname, 'expression', pg_get_expr(k.conbin, 0),
                  'validated', k.convalidated) ORDER BY k.conname)
           FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END AS checks,
       CASE WHEN t.typtype = 'c' THEN (
           SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                  'type_schema', fn.nspname, 'type_of_extension',
                  EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = fe.oid AND d.deptype = 'e'),
                  'collation', CASE WHEN a.attcollation <> ft.typcollation THEN fl.collname END,
                  'collation_schema', fln.nspname) ORDER BY a.attnum)
           FROM pg_attribute a
           JOIN pg_type ft ON ft.oid = a.atttypid
           JOIN pg_type fe ON fe.oid = CASE WHEN ft.typcategory = 'A' AND ft.typelem <> 0 THEN ft.typelem ELSE ft.oid END
           JOIN pg_namespace fn ON fn.oid = fe.typnamespace
           LEFT JOIN pg_collation fl ON fl.oid = a.attcollation
           LEFT JOIN pg_namespace fln ON fln.oid = fl.collnamespace
           WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END AS fields,
       format_type(r.rngsubtype, NULL) AS subtype,
       rn.nspname AS subtype_schema,
       rx.objid IS NOT NULL AS subtype_of_extension,
       CASE WHEN NOT oc.opcdefault THEN oc.opcname END AS operator_class,
       ocn.nspname AS operator_class_schema,
       CASE WHEN r.rngcollation <> rs.typcollation THEN rl.collname END AS range_collation,
       rln.nspname AS range_collation_schema,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::text END AS difference_function,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::text END AS canonical_function,
       m.typname AS multirange_name
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

/// An element of `checks`.
#[derive(Deserialize)]
struct CheckJson {
    name: String,
    expression: String,
    validated: bool,
}

/// An element of `fields`.
#[derive(Deserialize)]
struct FieldJson {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    type_schema: String,
    type_of_extension: bool,
    collation: Option<String>,
    collation_schema: Option<String>,
}

impl CatalogReader<'_> {
    /// Reads a row of [`USER_TYPES`].
    pub(crate) fn read_user_type(&mut self, row: &Row) -> Result<(), DbError> {
        let id = self.object_id(
            ObjectKind::Type,
            row.text("schema_name")?,
            row.text("type_name")?,
        );
        let ty = match row.text("kind")? {
            "e" => UserType::Enum(json_array(row.text("labels")?)),
            "d" => UserType::Domain(self.domain(row)?),
            "c" => UserType::Composite(self.composite_fields(row.text("fields")?)),
            "r" if row.optional("canonical_function")?.is_some() => {
                let reason = "range types with a canonical function are not compared";
                self.add_not_compared(id, reason);
                return Ok(());
            }
            "r" => UserType::Range(self.range(row)?),
            _ => {
                self.add_not_compared(id, "base types are not compared");
                return Ok(());
            }
        };
        self.add_comment(id.clone(), row.optional("comment")?);
        self.schema.objects.insert(id, Object::Type(ty));
        Ok(())
    }

    fn domain(&self, row: &Row) -> Result<Domain, DbError> {
        let checks: Vec<CheckJson> = json_array(row.text("checks")?);
        let checks = checks.into_iter().map(|found| {
            let check = Check {
                expr: self.expression(&found.expression),
                of_type: None,
                validated: found.validated,
            };
            (Given::Given(Ident::from(found.name)), check)
        });
        let base = self.sql_type(
            row.text("base_type")?,
            row.text("base_type_schema")?,
            row.flag("base_type_of_extension")?,
        );
        let default = row.optional("default_expression")?;
        Ok(Domain {
            base,
            not_null: row.flag("not_null")?,
            default: default.map(|text| self.expression(text)),
            collation: self.collation(row.optional("collation")?, row.text("collation_schema")?),
            checks: checks.collect(),
        })
    }

    fn composite_fields(&self, json: &str) -> Vec<CompositeField> {
        let fields = json_array::<FieldJson>(json).into_iter();
        let fields = fields.map(|found| CompositeField {
            ty: self.sql_type(&found.ty, &found.type_schema, found.type_of_extension),
            collation: self.collation(
                found.collation.as_deref(),
                found.collation_schema.as_deref().unwrap_or_default(),
            ),
            name: found.name.into(),
        });
        fields.collect()
    }

    fn range(&self, row: &Row) -> Result<RangeType, DbError> {
        let opclass_schema = row.text("operator_class_schema")?;
        let opclass = row.optional("operator_class")?;
        let opclass = opclass.map(|name| self.qualified(opclass_schema, &bare_or_quoted(name)));
        let default_multirange = default_multirange_name(row.text("type_name")?);
        let multirange = row.optional("multirange_name")?;
        let multirange = multirange.filter(|name| *name != default_multirange);
        let diff = row.optional("difference_function")?;
        let subtype = self.sql_type(
            row.text("subtype")?,
            row.text("subtype_schema")?,
            row.flag("subtype_of_extension")?,
        );
        Ok(RangeType {
            subtype,
            opclass,
            collation: self.collation(
                row.optional("range_collation")?,
                row.text("range_collation_schema")?,
            ),
            diff: diff.map(|text| unqualified(text, self.default_schema)),
            multirange: multirange.map(Ident::from),
        })
    }
}

/// The name that the server gives to a range's multirange type (`makeMultirangeTypeName`).
fn default_multirange_name(range: &str) -> String {
    let name = if let Some(at) = range.find("range") {
        let (head, tail) = range.split_at(at);
        format!("{head}multi{tail}")
    } else {
        let head = naming::clipped(range, naming::NAME_MAX - "_multirange".len());
        format!("{head}_multirange")
    };
    naming::clipped(&name, naming::NAME_MAX).to_owned()
}
