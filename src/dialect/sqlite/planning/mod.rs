//! SQLite adds nothing to the planner: a change that `ALTER TABLE` can't perform rebuilds the table, in one step with
//! all operations of that table ([`Ddl::rebuilds_table`](crate::dialect::Ddl::rebuilds_table)).

use crate::dialect::PlanRules;
use crate::dialect::sqlite::Sqlite;

impl PlanRules for Sqlite {}
