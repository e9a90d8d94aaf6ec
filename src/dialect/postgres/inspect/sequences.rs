//! Sequences: those of `serial` and identity columns become part of their column, the others are objects.

use crate::db::{DbError, Row};
use crate::dialect::postgres::inspect::catalog_reader::{CatalogReader, ColumnPath};
use crate::dialect::postgres::inspect::catalog_sequence::CatalogSequence;
use crate::model::{Column, Object, ObjectId, ObjectKind};

impl CatalogReader<'_> {
    /// Reads a row of [`SEQUENCES`](super::catalog_sequence::SEQUENCES).
    pub(crate) fn read_sequence(&mut self, row: &Row) -> Result<(), DbError> {
        let Some(found) = CatalogSequence::from_row(row)? else {
            return Ok(());
        };
        let owner = (
            row.optional("owner_schema")?,
            row.optional("owner_table")?,
            row.optional("owner_column")?,
        );
        let (Some(schema), Some(table), Some(column)) = owner else {
            self.add_sequence(&found, None);
            return Ok(());
        };
        let path = [schema, table, column].map(str::to_owned);
        // a column can own several sequences, of which at most one is part of it
        if let Some(other) = self.column_sequences.insert(path.clone(), found.clone()) {
            let (kept, separate) = if found.is_used {
                (found, other)
            } else {
                (other, found)
            };
            self.add_sequence(&separate, Some(&path));
            self.column_sequences.insert(path, kept);
        }
        Ok(())
    }

    /// Makes the sequence of an identity or `serial` column part of the column.
    pub(crate) fn attach_sequence(
        &mut self,
        path: &ColumnPath,
        table: &ObjectId,
        column: &mut Column,
    ) {
        if let Some(found) = self.column_sequences.remove(path) {
            found.set_column_attributes(table, column);
            let id = self.object_id(ObjectKind::Sequence, &found.schema, &found.name);
            self.add_comment(id, found.comment.as_deref());
        }
    }

    /// Adds the sequences owned by columns that are neither identity nor `serial`.
    pub(crate) fn add_remaining_sequences(&mut self) {
        for (path, found) in std::mem::take(&mut self.column_sequences) {
            self.add_sequence(&found, Some(&path));
        }
    }

    fn add_sequence(&mut self, found: &CatalogSequence, owner: Option<&ColumnPath>) {
        let mut sequence = found.sequence.clone();
        sequence.owned_by = owner.and_then(|[schema, table, column]| {
            let table = self.object_id(ObjectKind::Table, schema, table);
            (self.schema.objects.contains_key(&table)).then(|| (table, column.as_str().into()))
        });
        let id = self.object_id(ObjectKind::Sequence, &found.schema, &found.name);
        self.add_comment(id.clone(), found.comment.as_deref());
        self.schema.objects.insert(id, Object::Sequence(sequence));
    }
}
