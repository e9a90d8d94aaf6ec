//! Comparison of keys, foreign keys, checks and indexes.

use crate::model::{
    Check, Constraint, ConstraintKind, Exclusion, Expr, ForeignKey, Ident, Index, IndexPart, Name,
    PartKey, Table,
};
use crate::verify::describe;
use crate::verify::difference::{MISSING, NONE};
use crate::verify::matching::{Matched, Named, matched};
use crate::verify::object_differences::ObjectDifferences;

impl Named for Index {
    fn name(&self) -> &Name {
        &self.name
    }
}

/// A constraint with its kind as a type.
struct TypedConstraint<'a, T> {
    name: &'a Name,
    constraint: &'a Constraint,
    kind: &'a T,
}

impl<T> Named for TypedConstraint<'_, T> {
    fn name(&self) -> &Name {
        self.name
    }
}

/// The constraints of a table by kind.
#[derive(Default)]
struct Constraints<'a> {
    primary: Option<&'a [IndexPart]>,
    unique: Vec<TypedConstraint<'a, Vec<IndexPart>>>,
    foreign: Vec<TypedConstraint<'a, ForeignKey>>,
    checks: Vec<TypedConstraint<'a, Check>>,
    exclusions: Vec<TypedConstraint<'a, Exclusion>>,
}

impl<'a> Constraints<'a> {
    fn by_kind(table: &'a Table) -> Self {
        fn typed<'a, T>(constraint: &'a Constraint, kind: &'a T) -> TypedConstraint<'a, T> {
            TypedConstraint {
                name: &constraint.name,
                constraint,
                kind,
            }
        }
        let mut out = Self::default();
        for constraint in &table.constraints {
            match &constraint.kind {
                ConstraintKind::PrimaryKey(parts) => out.primary = Some(parts),
                ConstraintKind::Unique(parts) => out.unique.push(typed(constraint, parts)),
                ConstraintKind::ForeignKey(fk) => out.foreign.push(typed(constraint, fk)),
                ConstraintKind::Check(check) => out.checks.push(typed(constraint, check)),
                ConstraintKind::Exclusion(exclusion) => {
                    out.exclusions.push(typed(constraint, exclusion));
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
        let mut names: Vec<String> = parts.iter().map(describe::key_part_name).collect();
        names.sort();
        names
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// The label of a part: its kind and its given name, or its columns if the name is derived.
fn kind_and_name(what: &str, name: &Name, else_parts: &str) -> String {
    if name.is_given() {
        format!("{what} {}", name.get())
    } else {
        format!("{what} {else_parts}")
    }
}

impl ObjectDifferences<'_> {
    pub(crate) fn constraints(&mut self, want: &Table, have: &Table) {
        let live_table = have;
        let (mut want, have) = (Constraints::by_kind(want), Constraints::by_kind(have));
        // a missing column is one difference: the check that its type implies is not reported as well
        want.checks.retain(|check| {
            let column = check.kind.of_type.as_ref();
            column.is_none_or(|column| live_table.column(column.as_str()).is_some())
        });
        if want.primary != have.primary {
            let word = |parts: Option<&[IndexPart]>| parts.map(describe::parts);
            let spec = word(want.primary).unwrap_or_else(|| NONE.into());
            let absent = if want.primary.is_some() {
                MISSING
            } else {
                NONE
            };
            let database = word(have.primary).unwrap_or_else(|| absent.into());
            self.add(self.object_label(), "primary key", spec, database);
        }
        self.uniques(&want.unique, &have.unique);
        self.foreign_keys(&want.foreign, &have.foreign);
        self.checks(&want.checks, &have.checks);
        self.exclusions(&want.exclusions, &have.exclusions);
    }

    /// Compares the properties that constraints of all kinds have.
    fn compare_common(&mut self, object: &str, want: &Constraint, have: &Constraint) {
        if want.timing != have.timing {
            let sides = (describe::timing(want.timing), describe::timing(have.timing));
            self.add(object.to_owned(), "deferrable", sides.0, sides.1);
        }
        if want.include != have.include {
            let sides = (
                describe::columns(&want.include),
                describe::columns(&have.include),
            );
            self.add(object.to_owned(), "include", sides.0, sides.1);
        }
        self.compare_attributes(object, &want.attrs, &have.attrs);
        let comment = |c: &Constraint| c.comment.clone();
        let sides = (comment(want), comment(have));
        self.compare_texts(object, "comment", sides.0.as_deref(), sides.1.as_deref());
    }

    fn exclusions(
        &mut self,
        want: &[TypedConstraint<Exclusion>],
        have: &[TypedConstraint<Exclusion>],
    ) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[|a, b| a.kind == b.kind],
        );
        let object = |part: &TypedConstraint<Exclusion>| {
            self.part_label(&format!("exclusion {}", part.name.get()))
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = unmatched(&found, &object, |part| describe::exclusion(part.kind));
        for (object, want, have) in rows {
            self.compare_names(&object, want.name, have.name);
            self.compare_common(&object, want.constraint, have.constraint);
        }
        self.add_unmatched("exclusion", missing, extra);
    }

    fn uniques(
        &mut self,
        want: &[TypedConstraint<Vec<IndexPart>>],
        have: &[TypedConstraint<Vec<IndexPart>>],
    ) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[
                |a, b| a.kind == b.kind,
                |a, b| keys(a.kind) == keys(b.kind),
                |a, b| same_set(a.kind, b.kind),
            ],
        );
        let object = |part: &TypedConstraint<Vec<IndexPart>>| {
            self.part_label(&kind_and_name(
                "unique",
                part.name,
                &describe::parts(part.kind),
            ))
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = unmatched(&found, &object, |part| describe::parts(part.kind));
        for (object, want, have) in rows {
            self.compare_names(&object, want.name, have.name);
            self.index_parts(&object, want.kind, have.kind);
            self.compare_common(&object, want.constraint, have.constraint);
        }
        self.add_unmatched("unique", missing, extra);
    }

    fn foreign_keys(
        &mut self,
        want: &[TypedConstraint<ForeignKey>],
        have: &[TypedConstraint<ForeignKey>],
    ) {
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
        let object = |part: &TypedConstraint<ForeignKey>| {
            self.part_label(&format!("fk {}", describe::columns(&part.kind.columns)))
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = unmatched(&found, &object, |part| describe::foreign_key(part.kind));
        for (object, want, have) in rows {
            self.compare_names(&object, want.name, have.name);
            self.foreign_key_pair(&object, want.kind, have.kind);
            self.compare_common(&object, want.constraint, have.constraint);
        }
        self.add_unmatched("foreign key", missing, extra);
    }

    fn foreign_key_pair(&mut self, object: &str, want: &ForeignKey, have: &ForeignKey) {
        let rows = [
            (
                "columns",
                describe::columns(&want.columns),
                describe::columns(&have.columns),
            ),
            ("target", describe::target(want), describe::target(have)),
            (
                "on delete",
                describe::action(want.on_delete),
                describe::action(have.on_delete),
            ),
            (
                "on update",
                describe::action(want.on_update),
                describe::action(have.on_update),
            ),
            (
                "match",
                describe::matching(want.matching).into(),
                describe::matching(have.matching).into(),
            ),
        ];
        for (property, spec, database) in rows {
            if spec != database {
                self.add(object.to_owned(), property, spec, database);
            }
        }
        self.compare_flags(object, "validated", want.validated, have.validated);
    }

    fn checks(&mut self, want: &[TypedConstraint<Check>], have: &[TypedConstraint<Check>]) {
        let found = matched(
            want.iter().collect(),
            have.iter().collect(),
            &[
                |a, b| a.kind.expr == b.kind.expr,
                |a, b| a.kind.of_type.is_some() && a.kind.of_type == b.kind.of_type,
                |a, b| {
                    let column = a.kind.of_type.as_ref();
                    column.is_some_and(|c| {
                        is_value_list(c, &a.kind.expr) && is_value_list(c, &b.kind.expr)
                    })
                },
            ],
        );
        // a check implied by a type is shown as its column, a declared one by its name
        let object = |part: &TypedConstraint<Check>| match &part.kind.of_type {
            Some(column) => format!("{}.{column}", self.owner),
            None => self.part_label(&format!("check {}", part.name.get())),
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = unmatched(&found, &object, |part| {
            describe::one_line(&part.kind.expr.text)
        });
        for (object, want, have) in rows {
            self.compare_names(&object, want.name, have.name);
            if want.kind.expr != have.kind.expr {
                let sides = [want, have].map(|side| describe::one_line(&side.kind.expr.text));
                let [spec, database] = sides;
                self.add(object.clone(), "check", spec, database);
            }
            self.compare_flags(
                &object,
                "validated",
                want.kind.validated,
                have.kind.validated,
            );
            self.compare_common(&object, want.constraint, have.constraint);
        }
        self.add_unmatched("check", missing, extra);
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
        let object = |index: &Index| {
            self.part_label(&kind_and_name(
                "index",
                &index.name,
                &describe::parts(&index.parts),
            ))
        };
        let rows: Vec<_> = found.pairs.iter().map(|(w, h)| (object(w), w, h)).collect();
        let (missing, extra) = unmatched(&found, &object, describe::index);
        for (object, want, have) in rows {
            self.index_pair(&object, want, have);
        }
        self.add_unmatched("index", missing, extra);
    }

    fn index_pair(&mut self, object: &str, want: &Index, have: &Index) {
        self.compare_names(object, &want.name, &have.name);
        self.index_parts(object, &want.parts, &have.parts);
        self.compare_flags(object, "unique", want.unique, have.unique);
        self.compare_texts(
            object,
            "method",
            want.method.as_deref(),
            have.method.as_deref(),
        );
        if want.predicate != have.predicate {
            let sides = [&want.predicate, &have.predicate].map(|e| describe::expr(e.as_ref()));
            let [spec, database] = sides;
            self.add(object.to_owned(), "predicate", spec, database);
        }
        if want.include != have.include {
            let sides = (
                describe::columns(&want.include),
                describe::columns(&have.include),
            );
            self.add(object.to_owned(), "include", sides.0, sides.1);
        }
        self.compare_texts(
            object,
            "comment",
            want.comment.as_deref(),
            have.comment.as_deref(),
        );
        self.compare_flags(object, "valid", want.valid, have.valid);
        self.compare_attributes(object, &want.attrs, &have.attrs);
    }

    /// Compares the parts of an index or a unique constraint. Reports the first difference of: columns, their
    /// order, their options.
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
            describe::parts(want),
            describe::parts(have),
        );
    }

    /// Compares names. A derived name is equal to any name.
    fn compare_names(&mut self, object: &str, want: &Name, have: &Name) {
        if !want.agrees(have) {
            self.add(
                object.to_owned(),
                "name",
                want.get().to_string(),
                have.get().to_string(),
            );
        }
    }

    fn add_unmatched(
        &mut self,
        property: &'static str,
        missing: Vec<Unmatched>,
        extra: Vec<Unmatched>,
    ) {
        for (object, text) in missing {
            self.add(object, property, text, MISSING);
        }
        for (object, text) in extra {
            self.add(object, property, NONE, text);
        }
    }
}

/// Whether an expression lists the values of a column, as the check of an enum does. PostgreSQL returns
/// `in` as `= ANY (ARRAY[…])`.
fn is_value_list(column: &Ident, expr: &Expr) -> bool {
    let text = expr.text.to_lowercase();
    let column = column.as_str().to_lowercase();
    let rest = text.strip_prefix(&column);
    rest.is_some_and(|rest| {
        [" in (", " = any (array["]
            .iter()
            .any(|list| rest.starts_with(list))
    })
}

/// The label of a part without a counterpart, and the part as text.
type Unmatched = (String, String);

fn unmatched<T>(
    found: &Matched<'_, T>,
    object: &dyn Fn(&T) -> String,
    words: impl Fn(&T) -> String,
) -> (Vec<Unmatched>, Vec<Unmatched>) {
    let list = |parts: &[&T]| -> Vec<Unmatched> {
        parts
            .iter()
            .map(|part| (object(part), words(part)))
            .collect()
    };
    (list(&found.missing), list(&found.extra))
}

/// An index without its name and comment.
fn structure(index: &Index) -> Index {
    Index {
        name: Name::Derived("".into()),
        comment: None,
        ..index.clone()
    }
}
