//! The impact of a run on data, determined before it runs: from the records in the snapshot, or else from the text of
//! files that were written by hand.

use crate::change::{Change, Delta, Facet, Hazard, HazardKind, Plan, TableOp};
use crate::db::Conn;
use crate::dialect::Dialect;
use crate::migrate::files::directory::Version;
use crate::migrate::files::snapshot::HazardRecord;
use crate::migrate::files::snapshot_source::SnapshotSource;
use crate::migrate::files::write::hazard_name;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::pending::PendingUnits;
use crate::migrate::run::table_size;
use crate::migrate::run::table_size::LargeTableWarning;
use crate::model::{Ident, ObjectId};
use crate::sql::data_loss::{DroppedData, DroppedName, created_table, dropped_data};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The limit at which counting rows stops.
pub const ROW_COUNT_LIMIT: u64 = 10_000;

/// The number of rows that lose data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowCount {
    /// This number.
    Counted(u64),
    /// More than [`ROW_COUNT_LIMIT`].
    Many,
    /// The rows could not be counted.
    Unknown,
}

impl fmt::Display for RowCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counted(rows) if *rows >= 1000 => {
                write!(f, "{},{:03}", rows / 1000, rows % 1000)
            }
            Self::Counted(rows) => write!(f, "{rows}"),
            Self::Many => f.write_str("10,000+"),
            Self::Unknown => f.write_str("not known"),
        }
    }
}

/// A table or column that is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataLoss {
    /// The migration; `None` for an applied plan, which has no files.
    pub version: Option<Version>,
    /// The number of the step in the file.
    pub step: u32,
    /// The table as written in SQL.
    pub table: String,
    /// The column as written in SQL; `None` for the whole table.
    pub column: Option<String>,
    /// Whether a directive of the file allows it.
    pub in_file: bool,
    /// The number of rows that lose data.
    pub rows: RowCount,
}

impl DataLoss {
    /// Whether consent is needed: there are rows, and the file does not allow it.
    pub fn needs_consent(&self) -> bool {
        !self.in_file && self.rows != RowCount::Counted(0)
    }
}

impl fmt::Display for DataLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table)?;
        match &self.column {
            Some(column) => write!(f, ".{column}"),
            None => Ok(()),
        }
    }
}

/// The impact of a run on data and on a running system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunImpact {
    /// Dropped tables and columns.
    pub losses: Vec<DataLoss>,
    /// The number of steps that rewrite a table.
    pub rewrites: usize,
    /// The number of steps that block writes.
    pub blocked_writes: usize,
    /// The steps of these two kinds whose table is known, with its size.
    pub heavy: Vec<LargeTableWarning>,
    /// Migrations that were written or changed by hand: version, and the number of the first statement whose impact on
    /// data can't be determined from its text.
    pub unrecorded: Vec<(Version, Option<usize>)>,
}

impl RunImpact {
    /// The impact of a run's migrations, from their records or their text. Counts the rows in the database.
    pub async fn of(
        work: &PendingUnits,
        snapshots: SnapshotSource<'_>,
        dialect: &dyn Dialect,
        conn: &mut Conn,
    ) -> Self {
        let mut effects = Self::default();
        // the impact of a plan without files is determined by `of_plan`
        let files = work.items.iter().filter(|item| item.version.is_some());
        for item in files {
            let recorded = recorded(item, snapshots, dialect.name());
            match recorded {
                Some(records) => effects.add_recorded(item, &records, dialect),
                None => effects.add_text(item, dialect),
            }
        }
        let new = created_by_run(work, dialect);
        for loss in &mut effects.losses {
            loss.rows = match count(conn, &loss.table, loss.column.as_deref()).await {
                // the run itself creates the table
                RowCount::Unknown if new.contains(&loss.table) => RowCount::Counted(0),
                rows => rows,
            };
        }
        table_size::query_sizes(conn, &mut effects.heavy).await;
        effects
    }

    /// The impact of a plan without files, from the impacts of its steps. The rows of a renamed table are counted under
    /// its current name.
    pub async fn of_plan(
        plan: &Plan,
        hazards: &[(u32, Hazard)],
        dialect: &dyn Dialect,
        conn: &mut Conn,
    ) -> Self {
        let of_kind = |kind| {
            hazards
                .iter()
                .filter(move |(_, hazard)| hazard.kind == kind)
        };
        let mut effects = Self {
            rewrites: of_kind(HazardKind::Rewrite).count(),
            blocked_writes: of_kind(HazardKind::BlocksWrites).count(),
            ..Self::default()
        };
        let (tables, columns) = old_names(plan);
        for (step, hazard) in of_kind(HazardKind::DataLoss) {
            let Some(lost) = &hazard.lost else { continue };
            let now = tables.get(&lost.table).unwrap_or(&lost.table);
            let table: Vec<String> = (now.ns.name().into_iter().chain([&now.name]))
                .map(|name| dialect.quote(name.as_str()))
                .collect();
            let column = lost.column.as_ref().map(|column| {
                let now = columns.get(&(lost.table.clone(), column.clone()));
                dialect.quote(now.unwrap_or(column).as_str())
            });
            let table = table.join(".");
            let rows = count(conn, &table, column.as_deref()).await;
            effects.losses.push(DataLoss {
                version: None,
                step: *step,
                table,
                column,
                in_file: false,
                rows,
            });
        }
        let changed = plan
            .steps()
            .filter_map(|step| Some((step.id, Facet::table_of(&step.facets)?)));
        let changed: BTreeMap<u32, &ObjectId> = changed.collect();
        for (step, hazard) in hazards
            .iter()
            .filter(|(_, h)| LargeTableWarning::is_kind(h.kind))
        {
            let Some(table) = changed.get(step).copied() else {
                continue;
            };
            let now = tables.get(table).unwrap_or(table);
            let schema = now.ns.name().map(ToString::to_string);
            effects.heavy.push(LargeTableWarning {
                version: None,
                step: *step,
                kind: hazard.kind,
                table: (schema, now.name.to_string()),
                in_file: false,
                size: None,
            });
        }
        table_size::query_sizes(conn, &mut effects.heavy).await;
        effects
    }

    /// The losses that need consent.
    pub fn needing_consent(&self) -> impl Iterator<Item = &DataLoss> {
        self.losses.iter().filter(|loss| loss.needs_consent())
    }

    fn add_recorded(
        &mut self,
        item: &MigrationUnit,
        records: &[HazardRecord],
        dialect: &dyn Dialect,
    ) {
        let of_kind = |kind| {
            let name = hazard_name(kind);
            records.iter().filter(move |record| record.kind == name)
        };
        self.rewrites += of_kind(HazardKind::Rewrite).count();
        self.blocked_writes += of_kind(HazardKind::BlocksWrites).count();
        for kind in [HazardKind::Rewrite, HazardKind::BlocksWrites] {
            for record in of_kind(kind).filter(|record| item.runs(record.step)) {
                let Some(table) = &record.table else { continue };
                self.heavy.push(LargeTableWarning {
                    version: item.version,
                    step: record.step,
                    kind,
                    table: (record.schema.clone(), table.clone()),
                    in_file: is_allowed_in_file(item, kind),
                    size: None,
                });
            }
        }
        for record in of_kind(HazardKind::DataLoss).filter(|record| item.runs(record.step)) {
            let Some(table) = &record.table else { continue };
            let schema = record.schema.iter();
            let table: Vec<String> = schema
                .chain([table])
                .map(|name| dialect.quote(name))
                .collect();
            let column = record.column.as_deref().map(|name| dialect.quote(name));
            self.add(item, record.step, table.join("."), column);
        }
    }

    fn add_text(&mut self, item: &MigrationUnit, dialect: &dyn Dialect) {
        let mut unclear = None;
        for (number, statement) in (1..).zip(&item.parsed.statements) {
            match dropped_data(dialect.lexical_rules(), &statement.sql) {
                DroppedData::Nothing => {}
                DroppedData::Unknown => {
                    unclear.get_or_insert(number);
                }
                DroppedData::Listed(list) => {
                    let step = u32::try_from(number).unwrap_or(u32::MAX);
                    for DroppedName { table, column } in list {
                        self.add(item, step, table, column);
                    }
                }
            }
        }
        self.unrecorded
            .extend(item.version.map(|version| (version, unclear)));
    }

    fn add(&mut self, item: &MigrationUnit, step: u32, table: String, column: Option<String>) {
        self.losses.push(DataLoss {
            version: item.version,
            step,
            table,
            column,
            in_file: is_allowed_in_file(item, HazardKind::DataLoss),
            rows: RowCount::Unknown,
        });
    }
}

/// Whether a file allows a kind of impact.
fn is_allowed_in_file(item: &MigrationUnit, kind: HazardKind) -> bool {
    let mut allowed = item.parsed.directives.allow.iter();
    allowed.any(|name| name == hazard_name(kind))
}

/// The old names of tables and columns that a plan renames, by their new names.
type OldNames = (
    BTreeMap<ObjectId, ObjectId>,
    BTreeMap<(ObjectId, Ident), Ident>,
);

fn old_names(plan: &Plan) -> OldNames {
    let mut names = OldNames::default();
    for change in plan.changes() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        if sides.from.id != sides.to.id {
            names.0.insert(sides.to.id.clone(), sides.from.id.clone());
        }
        for op in ops {
            if let TableOp::Column(Delta::Alter(pair)) = op
                && pair.from.name != pair.to.name
            {
                let key = (sides.to.id.clone(), pair.to.name.clone());
                names.1.insert(key, pair.from.name.clone());
            }
        }
    }
    names
}

/// The recorded impacts of a migration, if its file is unchanged since it was written.
fn recorded(
    item: &MigrationUnit,
    snapshots: SnapshotSource<'_>,
    dialect: &str,
) -> Option<Vec<HazardRecord>> {
    let version = item.version?;
    let snapshot = snapshots.covering(version)?;
    let file = snapshot.files.get(dialect)?.get(&version)?;
    let (checksum, hazards) = match item.direction {
        Direction::Up => (&file.up, snapshot.hazards),
        Direction::Down => (&file.down, snapshot.undo_hazards),
    };
    if *checksum != item.own_checksum.to_string() {
        return None;
    }
    let mine = |record: &HazardRecord| record.dialect == dialect && record.version == version;
    Some(hazards.into_iter().filter(mine).collect())
}

/// The tables that the run itself creates.
fn created_by_run(work: &PendingUnits, dialect: &dyn Dialect) -> BTreeSet<String> {
    let up = work.items.iter();
    let up = up.filter(|item| item.direction == Direction::Up);
    up.flat_map(|item| &item.parsed.statements)
        .filter_map(|statement| created_table(dialect.lexical_rules(), &statement.sql))
        .collect()
}

/// Counts a table's rows, or those where a column has a value, up to [`ROW_COUNT_LIMIT`].
async fn count(conn: &mut Conn, table: &str, column: Option<&str>) -> RowCount {
    let condition =
        column.map_or_else(String::new, |column| format!(" where {column} is not null"));
    let most = ROW_COUNT_LIMIT + 1;
    let query =
        format!("select count(*) from (select 1 from {table}{condition} limit {most}) counted");
    match conn.query(&query).await {
        Ok(rows) => match rows.first().and_then(|row| row.number_at::<u64>(0)) {
            Some(rows) if rows > ROW_COUNT_LIMIT => RowCount::Many,
            Some(rows) => RowCount::Counted(rows),
            None => RowCount::Unknown,
        },
        Err(_) => RowCount::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_counts_are_displayed() {
        for (rows, expected) in [
            (RowCount::Counted(0), "0"),
            (RowCount::Counted(999), "999"),
            (RowCount::Counted(1204), "1,204"),
            (RowCount::Counted(10_000), "10,000"),
            (RowCount::Many, "10,000+"),
            (RowCount::Unknown, "not known"),
        ] {
            assert_eq!(rows.to_string(), expected);
        }
    }
}
