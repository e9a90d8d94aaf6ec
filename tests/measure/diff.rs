//! How long the difference of two large schemas takes, and how much memory a schema holds: without any
//! database. Prints one line each, which `tests/bench` reads.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use std::time::Instant;
use tablewright::diff::{Renames, diff};
use tablewright::model::{
    Column, Constraint, ConstraintKind, ForeignKey, ForeignKeyMatch, Given, Ident, Index,
    IndexPart, Object, ObjectId, ReferentialAction, Schema, SqlType, Table,
};

const TABLES: usize = 8192;
const COLUMNS: usize = 12;

/// Every `step`th table has one column of another type.
fn schema(step: usize) -> Schema {
    let mut schema = Schema::default();
    for number in 0..TABLES {
        let id = ObjectId::table(format!("table_{number:05}"));
        let mut table = Table::new(id.clone());
        for at in 0..COLUMNS {
            let odd = step > 0 && number % step == 0 && at == COLUMNS - 1;
            let ty = SqlType::new(if odd { "bigint" } else { "integer" });
            let name = format!("column_number_{at}");
            table.columns.push(Column::new(name.as_str(), ty));
        }
        let key = ConstraintKind::PrimaryKey(vec![IndexPart::on_column("column_number_0")]);
        let named = |prefix: &str| Given::Given(Ident::from(format!("{prefix}_table_{number:05}")));
        table.constraints.push(Constraint::new(named("pk"), key));
        let reference = ConstraintKind::ForeignKey(ForeignKey {
            columns: vec!["column_number_1".into()],
            target: ObjectId::table(format!("table_{:05}", number / 2)),
            target_columns: vec!["column_number_0".into()],
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::NoAction,
            matching: ForeignKeyMatch::Simple,
            validated: true,
        });
        table
            .constraints
            .push(Constraint::new(named("fk"), reference));
        for at in 2..5 {
            let part = IndexPart::on_column(format!("column_number_{at}").as_str());
            table
                .indexes
                .push(Index::new(named(&format!("i{at}")), vec![part]));
        }
        schema.objects.insert(id, Object::Table(Box::new(table)));
    }
    schema
}

/// The memory that this process holds, in KB (`VmRSS`).
fn held() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() {
    let before = held();
    let from = schema(0);
    if let (Some(before), Some(after)) = (before, held()) {
        let bytes = (after - before) * 1024.0 / (TABLES * COLUMNS) as f64;
        println!("memory: {bytes:.0} bytes a column");
    }
    let to = schema(8);
    let none = Renames::default();
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let changes = diff(&from, &to, &none);
            let took = start.elapsed().as_secs_f64();
            assert_eq!(changes.len(), TABLES / 8);
            took
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("diff: {:.4} seconds, {TABLES} tables", times[4]);
}
