//! Keys, foreign keys, checks and indexes.

use crate::model::{
    Check, Constraint, ConstraintKind, Exclusion, Expr, ForeignKey, Ident, Index, IndexPart, Name,
    PartKey, Table,
};
use crate::verify::difference::{MISSING, NONE};
use crate::verify::matching::{Matched, Named, matched};
use crate::verify::names;
use crate::verify::rows::Rows;

impl Named for Index {
    fn name(&self) -> &Name {
        &self.name
    }
}

/// A constraint taken apart: its name, its comment, and what it demands as one type.
struct Part<'a, T> {
    name: &'a Name,
    of: &'a Constraint,
    kind: &'a T,
}

impl<T> Named for Part<'_, T> {
    fn name(&self) -> &Name {
        self.name
    }
}

/// The constraints of a table by kind.
#[derive(Default)]
struct Constraints<'a> {
    primary: Option<&'a [IndexPart]>,
    unique: Vec<Part<'a, Vec<IndexPart>>>,
    foreign: Vec<Part<'a, ForeignKey>>,
    checks: Vec<Part<'a, Check>>,
    exclusions: Vec<Part<'a, Exclusion>>,
}

impl<'a> Constraints<'a> {
    fn of(table: &'a Table) -> Self {
        fn part<'a, T>(of: &'a Constraint, kind: &'a T) -> Part<'a, T> {
            Part {
                name: &of.name,
                of,
                kind,
            }
        }
        let mut out = Self::default();
        for constraint in &table.constraints {
            match &constraint.kind {
                ConstraintKind::PrimaryKey(parts) => out.primary = Some(parts),
                ConstraintKind::Unique(parts) => out.unique.push(part(constraint, parts)),
                ConstraintKind::ForeignKey(fk) => out.foreign.push(part(constraint, fk)),
                ConstraintKind::Check(check) => out.checks.push(part(constraint, check)),
                ConstraintKind::Exclusion(exclusion) => {
                    out.exclusions.push(part(constraint, exclusion));
                }
            }
        }
        out
    }
}

fn keys(parts: &[IndexPart]) -> Vec<&PartKey> {
    parts.iter().map(|part| &part.key).collect()
}

fn same_set(a: &[IndexPart], b: &[IndexPart]) -> bool {
    let sorted = |parts: &[IndexPart]| {
        let mut names: Vec<String> = parts.iter().map(names::key).collect();
        names.sort();
        names
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// A name that a person wrote, or else the columns.
fn called(what: &str, name: &Name, else_parts: &str) -> String {
    if name.is_given() {
        format!("{what} {}", name.get())
    } else {
        format!("{what} {else_parts}")
    }
}

impl Rows<'_> {
    pub(crate) fn constraints(&mut self, want: &Table, have: &Table) {
        let there = have;
        let (mut want, have) = (Constraints::of(want), Constraints::of(have));
        // the check that a column's type made is missing with its column: that is one row already
        want.checks.retain(|check| {
            let column = check.kind.of_type.as_ref();
            column.is_none_or(|column| there.column(column.as_str()).is_some())
        });
        if want.primary != have.primary {
            let word = |parts: Option<&[IndexPart]>| parts.map(names::parts);
            let spec = word(want.primary).unwrap_or_else(|| NONE.into());
            let absent = if want.primary.is_some() {
                MISSING
            } else {
                NONE
            };
            let database = word(have.primary).unwrap_or_else(|| absent.into());
            self.add(self.named(), "primary key", spec, database);
        }
        self.uniques(&want.unique, &have.unique);
        self.foreign_keys(&want.foreign, &have.foreign);
        self.checks(&want.checks, &have.checks);
        self.exclusions(&want.exclusions, &have.exclusions);
    }

    /// What all kinds of constraints may say.
    fn said(&mut self, object: &str, want: &Constraint, have: &Constraint) {
        if want.timing != have.timing {
            let sides = (names::timing(want.timing), names::timing(have.timing));
            self.add(object.to_owned(), "deferrable", sides.0, sides.1);
        }
        if want.include != have.include {
            let sides = (names::columns(&want.include), names::columns(&have.include));
            self.add(object.to_owned(), "include", sides.0, sides.1);
        }
        self.attrs(object, &want.attrs, &have.attrs);
        let comment = |c: &Constraint| c.comment.clone();
        let sides = (comment(want), comment(have));
        self.text(object, "comment", sides.0.as_deref(), sides.1.as_deref());
    }

    fn exclusions(&mut self, want: &[Part<Exclusion>], have: &[Part<Exclusion>]) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[|a, b| a.kind == b.kind],
        );
        let object = |part: &Part<Exclusion>| self.part(&format!("exclusion {}", part.name.get()));
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = alone(&found, &object, |part| names::exclusion(part.kind));
        for (object, want, have) in rows {
            self.name(&object, want.name, have.name);
            self.said(&object, want.of, have.of);
        }
        self.alone("exclusion", missing, extra);
    }

    fn uniques(&mut self, want: &[Part<Vec<IndexPart>>], have: &[Part<Vec<IndexPart>>]) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[
                |a, b| a.kind == b.kind,
                |a, b| keys(a.kind) == keys(b.kind),
                |a, b| same_set(a.kind, b.kind),
            ],
        );
        let object = |part: &Part<Vec<IndexPart>>| {
            self.part(&called("unique", part.name, &names::parts(part.kind)))
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = alone(&found, &object, |part| names::parts(part.kind));
        for (object, want, have) in rows {
            self.name(&object, want.name, have.name);
            self.index_parts(&object, want.kind, have.kind);
            self.said(&object, want.of, have.of);
        }
        self.alone("unique", missing, extra);
    }

    fn foreign_keys(&mut self, want: &[Part<ForeignKey>], have: &[Part<ForeignKey>]) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[
                |a, b| a.kind == b.kind,
                |a, b| {
                    a.kind.columns == b.kind.columns
                        && a.kind.target == b.kind.target
                        && a.kind.target_columns == b.kind.target_columns
                },
                |a, b| a.kind.columns == b.kind.columns,
            ],
        );
        let object = |part: &Part<ForeignKey>| {
            self.part(&format!("fk {}", names::columns(&part.kind.columns)))
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = alone(&found, &object, |part| names::foreign_key(part.kind));
        for (object, want, have) in rows {
            self.name(&object, want.name, have.name);
            self.foreign_key(&object, want.kind, have.kind);
            self.said(&object, want.of, have.of);
        }
        self.alone("foreign key", missing, extra);
    }

    fn foreign_key(&mut self, object: &str, want: &ForeignKey, have: &ForeignKey) {
        let rows = [
            (
                "columns",
                names::columns(&want.columns),
                names::columns(&have.columns),
            ),
            ("target", names::target(want), names::target(have)),
            (
                "on delete",
                names::action(want.on_delete),
                names::action(have.on_delete),
            ),
            (
                "on update",
                names::action(want.on_update),
                names::action(have.on_update),
            ),
            (
                "match",
                names::matching(want.matching).into(),
                names::matching(have.matching).into(),
            ),
        ];
        for (property, spec, database) in rows {
            if spec != database {
                self.add(object.to_owned(), property, spec, database);
            }
        }
        self.flag(object, "validated", want.validated, have.validated);
    }

    fn checks(&mut self, want: &[Part<Check>], have: &[Part<Check>]) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[
                |a, b| a.kind.expr == b.kind.expr,
                |a, b| a.kind.of_type.is_some() && a.kind.of_type == b.kind.of_type,
                |a, b| {
                    let column = a.kind.of_type.as_ref();
                    column.is_some_and(|c| is_list(c, &a.kind.expr) && is_list(c, &b.kind.expr))
                },
            ],
        );
        // a check that a type made belongs to its column; one that a person wrote has a name
        let object = |part: &Part<Check>| match &part.kind.of_type {
            Some(column) => format!("{}.{column}", self.owner),
            None => self.part(&format!("check {}", part.name.get())),
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = alone(&found, &object, |part| names::shown(&part.kind.expr.text));
        for (object, want, have) in rows {
            self.name(&object, want.name, have.name);
            if want.kind.expr != have.kind.expr {
                let sides = [want, have].map(|side| names::shown(&side.kind.expr.text));
                let [spec, database] = sides;
                self.add(object.clone(), "check", spec, database);
            }
            self.flag(
                &object,
                "validated",
                want.kind.validated,
                have.kind.validated,
            );
            self.said(&object, want.of, have.of);
        }
        self.alone("check", missing, extra);
    }

    pub(crate) fn indexes(&mut self, want: &Table, have: &Table) {
        let found = matched(
            want.indexes.iter().collect(),
            have.indexes.iter().collect(),
            &[
                |a, b| structure(a) == structure(b),
                |a, b| keys(&a.parts) == keys(&b.parts) && a.unique == b.unique,
                |a, b| keys(&a.parts) == keys(&b.parts),
            ],
        );
        let object =
            |index: &Index| self.part(&called("index", &index.name, &names::parts(&index.parts)));
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = alone(&found, &object, names::index);
        for (object, want, have) in rows {
            self.index(&object, want, have);
        }
        self.alone("index", missing, extra);
    }

    fn index(&mut self, object: &str, want: &Index, have: &Index) {
        self.name(object, &want.name, &have.name);
        self.index_parts(object, &want.parts, &have.parts);
        self.flag(object, "unique", want.unique, have.unique);
        self.text(
            object,
            "method",
            want.method.as_deref(),
            have.method.as_deref(),
        );
        if want.predicate != have.predicate {
            let sides = [&want.predicate, &have.predicate].map(|e| names::expr(e.as_ref()));
            let [spec, database] = sides;
            self.add(object.to_owned(), "predicate", spec, database);
        }
        if want.include != have.include {
            let sides = (names::columns(&want.include), names::columns(&have.include));
            self.add(object.to_owned(), "include", sides.0, sides.1);
        }
        self.text(
            object,
            "comment",
            want.comment.as_deref(),
            have.comment.as_deref(),
        );
        self.flag(object, "valid", want.valid, have.valid);
        self.attrs(object, &want.attrs, &have.attrs);
    }

    /// What an index or a unique is over: the columns, else their order, else how each is held.
    fn index_parts(&mut self, object: &str, want: &[IndexPart], have: &[IndexPart]) {
        if want == have {
            return;
        }
        let property = if keys(want) == keys(have) {
            let differs =
                |facet: fn(&IndexPart) -> String| want.iter().map(facet).ne(have.iter().map(facet));
            if differs(|p| p.desc.to_string()) {
                "direction"
            } else if differs(|p| format!("{:?}", p.prefix)) {
                "prefix"
            } else if differs(|p| format!("{:?}", p.nulls_first)) {
                "nulls"
            } else if differs(|p| format!("{:?}", p.opclass)) {
                "operator class"
            } else {
                "collation"
            }
        } else if same_set(want, have) {
            "order"
        } else {
            "columns"
        };
        self.add(
            object.to_owned(),
            property,
            names::parts(want),
            names::parts(have),
        );
    }

    /// A name counts only where both sides were given one.
    fn name(&mut self, object: &str, want: &Name, have: &Name) {
        if !want.agrees(have) {
            self.add(
                object.to_owned(),
                "name",
                want.get().to_string(),
                have.get().to_string(),
            );
        }
    }

    fn alone(&mut self, property: &'static str, missing: Vec<Alone>, extra: Vec<Alone>) {
        for (object, text) in missing {
            self.add(object, property, text, MISSING);
        }
        for (object, text) in extra {
            self.add(object, property, NONE, text);
        }
    }
}

/// Whether an expression is a list of the values of a column, as that of an enum is; PostgreSQL
/// gives `in` back as `= ANY (ARRAY[…])`.
fn is_list(column: &Ident, expr: &Expr) -> bool {
    let text = expr.text.to_lowercase();
    let column = column.as_str().to_lowercase();
    let rest = text.strip_prefix(&column);
    rest.is_some_and(|rest| {
        [" in (", " = any (array["]
            .iter()
            .any(|list| rest.starts_with(list))
    })
}

/// The object of a part that stands alone, and the part in words.
type Alone = (String, String);

fn alone<T>(
    found: &Matched<'_, T>,
    object: &dyn Fn(&T) -> String,
    words: impl Fn(&T) -> String,
) -> (Vec<Alone>, Vec<Alone>) {
    let list = |parts: &[&T]| -> Vec<Alone> {
        parts
            .iter()
            .map(|part| (object(part), words(part)))
            .collect()
    };
    (list(&found.missing), list(&found.extra))
}

/// All of an index but its name and comment.
fn structure(index: &Index) -> Index {
    Index {
        name: Name::Derived("".into()),
        comment: None,
        ..index.clone()
    }
}
