//! Changes of indexes: in place where the server can, otherwise by drop and create.

use crate::change::Delta;
use crate::dialect::postgres::ddl::alter_table::TableStatements;
use crate::dialect::postgres::ddl::{clauses, indexes, storage};
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::model::Index;

impl TableStatements<'_> {
    pub(crate) fn alter_index(&mut self, delta: &Delta<Index>) {
        let ns = &self.sides.to.id.ns;
        match delta {
            Delta::Add(index) => self.add_index(index),
            Delta::Drop(index) => self.out.push(indexes::drop_index(ns, index, false)),
            Delta::Alter(pair) if storage::must_rebuild_index(&pair.from.attrs, &pair.to.attrs) => {
                self.out.push(indexes::drop_index(ns, &pair.from, false));
                self.add_index(&pair.to);
            }
            Delta::Alter(pair) => {
                let (from, to) = (pair.from.name.get(), pair.to.name.get());
                if from != to {
                    self.out.push(format!(
                        "ALTER INDEX {} RENAME TO {}",
                        within(ns, from),
                        bare_or_quoted(to.as_str())
                    ));
                }
                let changed =
                    storage::alter_index_options(ns, to, &pair.from.attrs, &pair.to.attrs);
                self.out.extend(changed);
                if pair.from.comment != pair.to.comment {
                    self.out.push(clauses::index_comment(ns, &pair.to));
                }
            }
        }
    }

    fn add_index(&mut self, index: &Index) {
        let ns = &self.sides.to.id.ns;
        self.out.push(indexes::create_index(&self.on, index, false));
        self.out.extend(storage::index_afterwards(
            ns,
            index.name.get(),
            &index.attrs,
        ));
        if index.comment.is_some() {
            self.out.push(clauses::index_comment(ns, index));
        }
    }
}
