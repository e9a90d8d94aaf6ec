//! CREATE TABLE.

use crate::dialect::mysql::ddl::columns::column_clause;
use crate::dialect::mysql::ddl::keys::{constraint_clause, index_clause};
use crate::dialect::mysql::ddl::partitions;
use crate::dialect::mysql::ddl::table_options::{
    application_period, options_clause, system_period,
};
use crate::dialect::mysql::naming::quote;
use crate::model::{Constraint, ConstraintKind, Table};

/// The CREATE TABLE statement of a table, with its keys, indexes, options and partitions.
pub(crate) fn create_table(table: &Table) -> String {
    let rank = |constraint: &&Constraint| match constraint.kind {
        ConstraintKind::PrimaryKey(_) => 0,
        ConstraintKind::Unique(_) => 1,
        ConstraintKind::ForeignKey(_) => 3,
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => 4,
    };
    let mut constraints: Vec<&Constraint> = table.constraints.iter().collect();
    constraints.sort_by_key(rank);
    let split = constraints.partition_point(|constraint| rank(constraint) < 2);
    let (keys, others) = constraints.split_at(split);
    let mut lines: Vec<String> = table.columns.iter().map(column_clause).collect();
    let attrs = &table.options.attrs;
    lines.extend(
        system_period(attrs)
            .into_iter()
            .chain(application_period(attrs)),
    );
    lines.extend(keys.iter().map(|key| constraint_clause(key)));
    lines.extend(table.indexes.iter().map(index_clause));
    lines.extend(others.iter().map(|other| constraint_clause(other)));
    let mut sql = format!(
        "CREATE TABLE {} (\n  {}\n)",
        quote(table.name().as_str()),
        lines.join(",\n  ")
    );
    let options = options_clause(&table.options);
    if !options.is_empty() {
        sql.push(' ');
        sql.push_str(&options);
    }
    if let Some(partitioning) = &table.partitioning {
        sql.push('\n');
        sql.push_str(&partitions::partition_by_clause(partitioning));
    }
    sql
}
