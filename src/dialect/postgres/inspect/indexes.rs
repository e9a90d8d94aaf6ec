//! Indexes, and the parts of the constraints that an index backs.

use crate::db::{DbError, Row};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::inspect::catalog_reader::{
    CatalogReader, json_array, non_empty, read_options,
};
use crate::model::{Constraint, ConstraintKind, Expr, Given, Ident, Index, IndexPart, PartKey};

/// The parts of indexes, one row per part: `position` counts from 1, `is_included` marks those of INCLUDE.
/// `column_name` or `expression` is the key; operator class, its options and collation are NULL where they
/// are the default of the type or the column. `constraint_name` is the constraint that the index backs, and
/// `operator` the part's operator in an exclusion constraint; `parent` is the index of the partitioned
/// table that this index is part of.
pub(crate) const INDEX_PARTS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       x.relname AS index_name,
       m.amname AS method,
       i.indisunique AS is_unique,
       i.indisvalid AND i.indisready AS is_valid,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       obj_description(x.oid, 'pg_class') AS comment,
       p.pos AS position,
       p.pos > i.indnkeyatts AS is_included,
       a.attname AS column_name,
       CASE WHEN i.indkey[p.pos - 1] = 0 THEN pg_get_indexdef(i.indexrelid, p.pos, false) END AS expression,
       i.indoption[p.pos - 1] AS ordering_bits,
       CASE WHEN NOT o.opcdefault OR xa.attoptions IS NOT NULL THEN quote_ident(o.opcname) END AS operator_class,
       o_ns.nspname AS operator_class_schema,
       array_to_json(xa.attoptions) AS operator_class_options,
       CASE WHEN i.indcollation[p.pos - 1] <> 0 AND i.indcollation[p.pos - 1] <>
                 coalesce(a.attcollation, (SELECT oid FROM pg_collation WHERE collname = 'default'))
             AND (i.indkey[p.pos - 1] <> 0 OR strpos(pg_get_indexdef(i.indexrelid),
                  pg_get_indexdef(i.indexrelid, p.pos, false) || ' COLLATE ') > 0)
            THEN l.collname END AS collation,
       {nulls_not_distinct} AS nulls_not_distinct,
       k.conname AS constraint_name,
       ux.relname AS parent,
       s.spcname AS tablespace,
       array_to_json(x.reloptions) AS options,
       CASE WHEN xa.attstattarget >= 0 THEN xa.attstattarget END AS statistics,
       CASE WHEN oper.oid IS NOT NULL THEN
            CASE WHEN oper_ns.nspname = 'pg_catalog' THEN oper.oprname
                 ELSE format('OPERATOR(%I.%s)', oper_ns.nspname, oper.oprname) END END AS operator
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

/// A part of an index: a key column or expression, or a column of INCLUDE.
enum IndexColumn {
    Key(IndexPart),
    Included(Ident),
}

impl CatalogReader<'_> {
    /// Reads a row of [`INDEX_PARTS`] into an index, or into the constraint that the index backs.
    pub(crate) fn read_index_part(&mut self, row: &Row) -> Result<(), DbError> {
        let position = row.text("position")?;
        let is_first = position == "1";
        let predicate = row.optional("predicate")?.map(|text| self.expression(text));
        let column = if row.flag("is_included")? {
            IndexColumn::Included(Ident::from(row.text("column_name")?))
        } else {
            IndexColumn::Key(self.index_key(row)?)
        };
        let constraint = row.optional("constraint_name")?;
        let Some(table) = self.table_of_row(row)? else {
            return Ok(());
        };
        let attrs = if let Some(name) = constraint {
            let constraint = (table.constraints.iter_mut())
                .find(|c| c.name.get().as_str() == name && c.kind.is_indexed());
            let Some(constraint) = constraint else {
                return Ok(());
            };
            add_to_constraint(row, column, predicate, constraint)?;
            &mut constraint.attrs
        } else {
            if is_first {
                table.indexes.push(new_index(row, predicate)?);
            }
            let Some(index) = table.indexes.last_mut() else {
                return Ok(());
            };
            match column {
                IndexColumn::Included(name) => index.include.push(name),
                IndexColumn::Key(part) => index.parts.push(part),
            }
            &mut index.attrs
        };
        if is_first {
            if row.flag("nulls_not_distinct")? {
                attrs.set_flag(keys::NULLS_NOT_DISTINCT);
            }
            if constraint.is_some() {
                attrs.set_some(keys::INDEX_COMMENT, non_empty(row.optional("comment")?));
            }
            attrs.set_some(keys::TABLESPACE, row.optional("tablespace")?);
            read_options(row.text("options")?, "", attrs);
        }
        if let Some(target) = row.optional("statistics")? {
            let target = format!("{position}={target}");
            let before = attrs.remove(keys::STATISTICS);
            let all = before.map_or_else(|| target.clone(), |before| format!("{before}, {target}"));
            attrs.set(keys::STATISTICS, all);
        }
        Ok(())
    }

    fn index_key(&self, row: &Row) -> Result<IndexPart, DbError> {
        // INDOPTION_DESC and INDOPTION_NULLS_FIRST of catalog/pg_index.h
        let bits: u32 = row.number("ordering_bits")?.unwrap_or(0);
        let options = json_array::<String>(row.text("operator_class_options")?).join(", ");
        let opclass_schema = row.text("operator_class_schema")?;
        let opclass = non_empty(row.optional("operator_class")?).map(|name| {
            let name = self.qualified(opclass_schema, &name);
            if options.is_empty() {
                name
            } else {
                format!("{name}({options})")
            }
        });
        Ok(IndexPart {
            key: match row.optional("expression")? {
                Some(text) => PartKey::Expr(self.expression(text)),
                None => PartKey::Column(row.text("column_name")?.into()),
            },
            desc: bits & 1 != 0,
            nulls_first: Some(bits & 2 != 0),
            prefix: None,
            opclass,
            collation: non_empty(row.optional("collation")?),
        })
    }
}

/// An index without parts.
fn new_index(row: &Row, predicate: Option<Expr>) -> Result<Index, DbError> {
    let name = Given::Given(row.text("index_name")?.into());
    Ok(Index {
        unique: row.flag("is_unique")?,
        method: Some(row.text("method")?.to_owned()),
        predicate,
        comment: non_empty(row.optional("comment")?),
        valid: row.flag("is_valid")?,
        parent: non_empty(row.optional("parent")?).map(Ident::from),
        ..Index::new(name, Vec::new())
    })
}

fn add_to_constraint(
    row: &Row,
    column: IndexColumn,
    predicate: Option<Expr>,
    constraint: &mut Constraint,
) -> Result<(), DbError> {
    match (column, &mut constraint.kind) {
        (IndexColumn::Included(name), _) => constraint.include.push(name),
        (
            IndexColumn::Key(part),
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts),
        ) => parts.push(part),
        (IndexColumn::Key(part), ConstraintKind::Exclusion(exclusion)) => {
            row.text("method")?.clone_into(&mut exclusion.method);
            exclusion.predicate = predicate;
            let operator = row.text("operator")?.to_owned();
            exclusion.parts.push((part, operator));
        }
        (IndexColumn::Key(_), ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_)) => {}
    }
    Ok(())
}
