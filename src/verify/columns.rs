//! Comparison of columns: presence, order, and properties.

use crate::model::{Column, Table};
use crate::verify::describe;
use crate::verify::difference::{MISSING, NONE};
use crate::verify::object_differences::ObjectDifferences;
use std::borrow::Cow;

impl ObjectDifferences<'_> {
    /// An external table must have the declared columns, of comparable types.
    pub(crate) fn external_columns(&mut self, want: &Table, have: &Table) {
        for column in &want.columns {
            match have.column(column.name.as_str()) {
                None => self.add_for_column(column, "column", self.type_of(column), MISSING),
                Some(found) => {
                    if !self.dialect.comparable(&column.ty, &found.ty) {
                        self.add_for_column(
                            column,
                            "type",
                            self.type_of(column),
                            self.type_of(found),
                        );
                    }
                }
            }
        }
    }

    pub(crate) fn columns(&mut self, want: &Table, have: &Table) {
        for column in &want.columns {
            match have.column(column.name.as_str()) {
                None => self.add_for_column(column, "column", self.type_of(column), MISSING),
                Some(found) => {
                    self.column_properties(column, found);
                    self.text_options((want, column), (have, found));
                }
            }
        }
        for column in &have.columns {
            if want.column(column.name.as_str()).is_none() {
                self.add_for_column(column, "column", NONE, self.type_of(column));
            }
        }
        if self.dialect.capabilities().tables.column_order {
            self.column_order(want, have);
        }
    }

    /// The order of the columns that both sides have.
    fn column_order(&mut self, want: &Table, have: &Table) {
        let common = |of: &Table, other: &Table| -> Vec<String> {
            of.columns
                .iter()
                .filter(|c| other.column(c.name.as_str()).is_some())
                .map(|c| c.name.to_string())
                .collect()
        };
        let (wanted, found) = (common(want, have), common(have, want));
        if wanted != found {
            // the first column at a different position is shown instead of two long lists
            let at = wanted.iter().zip(&found).position(|(w, f)| w != f);
            let positions = |list: &[String]| {
                at.and_then(|at| list.get(at).map(|name| format!("{name} at {}", at + 1)))
                    .unwrap_or_default()
            };
            self.add(
                self.object_label(),
                "order",
                positions(&wanted),
                positions(&found),
            );
        }
    }

    fn type_of(&self, column: &Column) -> String {
        self.dialect.type_sql(&column.ty)
    }

    fn add_for_column(
        &mut self,
        column: &Column,
        property: impl Into<Cow<'static, str>>,
        spec: impl Into<String>,
        database: impl Into<String>,
    ) {
        self.add(
            format!("{}.{}", self.owner, column.name),
            property,
            spec,
            database,
        );
        if let Some(last) = self.list.last_mut() {
            last.column = Some(column.name.clone());
        }
    }

    fn column_properties(&mut self, want: &Column, have: &Column) {
        if want.ty != have.ty {
            let mut same_but_values = want.ty.clone();
            same_but_values.values.clone_from(&have.ty.values);
            if same_but_values == have.ty {
                let sides = (want.ty.values.join(", "), have.ty.values.join(", "));
                self.add_for_column(want, "enum", sides.0, sides.1);
            } else {
                self.add_for_column(want, "type", self.type_of(want), self.type_of(have));
            }
        }
        if want.nullable != have.nullable {
            let sides = (
                describe::yes_no(want.nullable),
                describe::yes_no(have.nullable),
            );
            self.add_for_column(want, "nullable", sides.0, sides.1);
        }
        if want.default != have.default {
            let sides = [&want.default, &have.default].map(|e| describe::expr(e.as_ref()));
            let [spec, database] = sides;
            self.add_for_column(want, "default", spec, database);
        }
        if want.on_update_now != have.on_update_now {
            let word = |flag| if flag { "current_timestamp" } else { NONE };
            self.add_for_column(
                want,
                "on update",
                word(want.on_update_now),
                word(have.on_update_now),
            );
        }
        if want.identity != have.identity {
            let sides = (
                describe::identity(want.identity),
                describe::identity(have.identity),
            );
            self.add_for_column(want, "identity", sides.0, sides.1);
        }
        if want.generated != have.generated {
            let sides = [&want.generated, &have.generated].map(|g| describe::generated(g.as_ref()));
            let [spec, database] = sides;
            self.add_for_column(want, "generated", spec, database);
        }
        let text = |text: Option<&str>| text.map_or_else(|| NONE.into(), describe::one_line);
        for (key, spec, database) in want.attrs.changes(&have.attrs) {
            self.add_for_column(want, key.to_owned(), text(spec), text(database));
        }
        if want.comment != have.comment {
            let sides = [&want.comment, &have.comment].map(|side| text(side.as_deref()));
            let [spec, database] = sides;
            self.add_for_column(want, "comment", spec, database);
        }
    }

    /// Charset and collation. A column without its own has those of its table, so the effective values are
    /// compared. A different charset implies a different collation, so only the charset is reported.
    fn text_options(&mut self, (table, want): (&Table, &Column), (other, have): (&Table, &Column)) {
        type Facet<'a> = (Option<&'a str>, Option<&'a str>);
        fn charset<'a>(table: &'a Table, column: &'a Column) -> Facet<'a> {
            let all = table.options.charset.as_ref().map(|c| c.get().as_str());
            (column.charset.as_deref(), all)
        }
        fn collation<'a>(table: &'a Table, column: &'a Column) -> Facet<'a> {
            let all = table.options.collation.as_ref().map(|c| c.get().as_str());
            (column.collation.as_deref(), all)
        }
        let pairs = [
            ("charset", charset(table, want), charset(other, have)),
            ("collation", collation(table, want), collation(other, have)),
        ];
        for (property, (wanted, wanted_of_table), (found, found_of_table)) in pairs {
            if wanted != found && wanted.or(wanted_of_table) != found.or(found_of_table) {
                let word =
                    |text: Option<&str>| text.map_or_else(|| NONE.into(), describe::one_line);
                self.add_for_column(want, property, word(wanted), word(found));
                return;
            }
        }
    }
}
