//! The storage options that most tables share, which `database.yaml` declares once.

use crate::compile::lower;
use crate::db::Vendor;
use crate::dialect::{Dialect, Floor};
use crate::model::{Given, Schema, TableOptions};
use crate::spec::parse_text;
use std::collections::BTreeMap;

/// The options of a table whose spec declares none.
pub(crate) fn default_options(
    dialect: &dyn Dialect,
    vendor: Option<Vendor>,
    floor: &Floor,
) -> TableOptions {
    let (documents, _) = parse_text("decompiled", "table: t\ncolumns: { a: int }\n");
    let (spec, _) = documents.resolve(dialect.override_keys(vendor));
    let schema = lower(dialect, &spec, floor).schema;
    let table = schema.tables().next();
    table
        .map(|(_, table)| table.options.clone())
        .unwrap_or_default()
}

/// The most frequent combination of storage options.
pub(crate) fn common_options(schema: &Schema) -> TableOptions {
    let mut counts: BTreeMap<[Option<&String>; 3], usize> = BTreeMap::new();
    for (_, table) in schema.tables() {
        let options = &table.options;
        let all = [&options.engine, &options.charset, &options.collation];
        *counts
            .entry(all.map(|o| o.as_ref().map(Given::get)))
            .or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let [engine, charset, collation] = most.map_or([None; 3], |(options, _)| options);
    let given = |value: Option<&String>| value.map(|value| Given::Given(value.clone()));
    TableOptions {
        engine: given(engine),
        charset: given(charset),
        collation: given(collation),
        ..TableOptions::default()
    }
}
