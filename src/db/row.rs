//! Rows of a result, whose cells are read as text by the name of their column.

use crate::db::DbError;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

/// The columns of one result set: their positions by name. Built once per result set and shared by its
/// rows.
#[derive(Debug, PartialEq, Eq)]
struct Columns {
    positions: HashMap<String, usize>,
}

impl Columns {
    /// Servers report names in different case (`TABLE_NAME`, `table_name`), so names are kept in lower
    /// case. Of two columns of the same name the first one is found.
    fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut positions = HashMap::new();
        for (at, name) in names.enumerate() {
            positions.entry(name.to_ascii_lowercase()).or_insert(at);
        }
        Self { positions }
    }
}

/// One row of a result. Cells are text, whatever their type on the server.
///
/// [`Row::text`], [`Row::optional`], [`Row::flag`] and [`Row::number`] read a cell by the name of its
/// column, in lower case; a name that the result doesn't have is an error. The methods that end with
/// `_at` read by position, from 0, and are meant for results of one or two columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    columns: Arc<Columns>,
    cells: Vec<Option<String>>,
}

impl Row {
    /// The cell of a column, or `None` for NULL.
    ///
    /// # Errors
    /// When the result has no column of that name.
    pub fn optional(&self, column: &str) -> Result<Option<&str>, DbError> {
        let position = self.columns.positions.get(column);
        match position.and_then(|at| self.cells.get(*at)) {
            Some(cell) => Ok(cell.as_deref()),
            None => Err(self.missing(column)),
        }
    }

    /// The text of a column's cell; NULL is empty.
    ///
    /// # Errors
    /// When the result has no column of that name.
    pub fn text(&self, column: &str) -> Result<&str, DbError> {
        Ok(self.optional(column)?.unwrap_or(""))
    }

    /// Whether a column's cell is true (`t`, `true`, `1`, `YES`).
    ///
    /// # Errors
    /// When the result has no column of that name.
    pub fn flag(&self, column: &str) -> Result<bool, DbError> {
        Ok(is_true(self.optional(column)?))
    }

    /// The number in a column's cell, or `None` for NULL.
    ///
    /// # Errors
    /// When the result has no column of that name, or its cell is no such number.
    pub fn number<T: FromStr>(&self, column: &str) -> Result<Option<T>, DbError> {
        let Some(text) = self.optional(column)? else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(DbError::local(format!(
                "column `{column}` of the result has no number of the expected size: `{text}`"
            ))),
        }
    }

    /// The cell at a position, or `None` for NULL and for a position past the last column.
    pub fn get_at(&self, position: usize) -> Option<&str> {
        self.cells.get(position).and_then(Option::as_deref)
    }

    /// The text of the cell at a position; NULL is empty.
    pub fn text_at(&self, position: usize) -> &str {
        self.get_at(position).unwrap_or("")
    }

    /// Whether the cell at a position is true (`t`, `true`, `1`, `YES`).
    pub fn flag_at(&self, position: usize) -> bool {
        is_true(self.get_at(position))
    }

    /// The number in the cell at a position, or `None` where there is none.
    pub fn number_at<T: FromStr>(&self, position: usize) -> Option<T> {
        self.get_at(position).and_then(|text| text.parse().ok())
    }

    fn missing(&self, column: &str) -> DbError {
        let mut names: Vec<&str> = self.columns.positions.keys().map(String::as_str).collect();
        names.sort_unstable();
        DbError::local(format!(
            "the result has no column `{column}`; its columns are: {}",
            names.join(", ")
        ))
    }
}

fn is_true(cell: Option<&str>) -> bool {
    matches!(cell, Some("t" | "true" | "1" | "YES" | "yes"))
}

/// A column of the driver of a row.
type DriverColumn<R> = <<R as sqlx::Row>::Database as sqlx::Database>::Column;

/// Reads the rows of all results of one message.
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    expect(dead_code, reason = "drivers call it")
)]
pub(crate) fn read_all<R: sqlx::Row>(
    rows: &[R],
    cell: fn(&R, usize) -> Result<Option<String>, sqlx::Error>,
) -> Result<Vec<Row>, DbError> {
    let mut out = Vec::with_capacity(rows.len());
    let mut current: Option<(&[DriverColumn<R>], Arc<Columns>)> = None;
    for row in rows {
        // rows of one result set share their columns
        let columns = match &current {
            Some((seen, columns)) if std::ptr::eq(*seen, row.columns()) => Arc::clone(columns),
            Some(_) | None => {
                let names = row.columns().iter().map(sqlx::Column::name);
                let columns = Arc::new(Columns::new(names));
                current = Some((row.columns(), Arc::clone(&columns)));
                columns
            }
        };
        let cells = (0..row.len()).map(|at| cell(row, at));
        let cells = cells.collect::<Result<_, _>>()?;
        out.push(Row { columns, cells });
    }
    Ok(out)
}
