//! Fills choices that the specs leave open from the live database, so that only explicit differences are reported.

use crate::diff::matching::{NamedPart, match_parts};
use crate::diff::rename::with_new_names;
use crate::diff::renames::Renames;
use crate::model::{
    Attributes, Column, Domain, Given, Ident, Object, ObjectId, ObjectKind, Schema, Table,
    TableOptions, UserType,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What is adopted from the live database beside names and options.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenChoices<'a> {
    /// Attributes that the server itself increases, such as MySQL's `auto_increment`.
    pub counters: &'a [&'a str],
    /// Whether the order of columns is adopted: it can't be changed, or isn't compared.
    pub column_order: bool,
}

/// Fills what the specs leave open in `want` from `have`: the names of constraints and indexes that have another name than
/// the derived one, derived storage options, counters that have increased, the schema of an extension. Both sides are in
/// normal form and reconciled. Tables and columns that `renames` renames are found by their old names.
pub fn fill_open_choices(
    want: &mut Schema,
    have: &Schema,
    renames: &Renames,
    how: OpenChoices<'_>,
) {
    let old_ids = renames.renamed_tables(have, want);
    let mut names = AdoptedNames::default();
    let exact = want.exact_spelling;
    for id in parents_first(want) {
        let Some(new) = want.table_mut(&id) else {
            continue;
        };
        names.rename_parents(new);
        let old = have.table(old_ids.get(&id).copied().unwrap_or(&id));
        let Some(old) = old.filter(|_| !new.external) else {
            names.add_new(new);
            continue;
        };
        let view = if renames.tables.is_empty() && renames.columns.is_empty() {
            Cow::Borrowed(old)
        } else {
            Cow::Owned(with_new_names(old, new, &old_ids, renames).after)
        };
        names.adopt(new, &view, renames);
        options(&mut new.options, &view.options, how.counters);
        columns(new, &view, exact, how);
    }
    names.restore_conflicting(want);
    for (id, object) in &mut want.objects {
        if let Some(live) = have.objects.get(id) {
            other(object, live);
        }
    }
    // specs don't declare comments of schemas, nor of objects that are neither declared nor live; those of dropped
    // objects aren't adopted
    for (id, text) in &have.comments {
        let (live, wanted) = (have.objects.contains_key(id), want.objects.contains_key(id));
        if wanted && id.kind == ObjectKind::Namespace || !wanted && !live {
            want.comments.insert(id.clone(), text.clone());
        }
    }
}

/// Fills only the order of the columns in `to`.
pub fn adopt_column_order(to: &mut Schema, from: &Schema, renames: &Renames) {
    let old_ids = renames.renamed_tables(from, to);
    for (id, new) in to.tables_mut() {
        if let Some(old) = from.table(old_ids.get(id).copied().unwrap_or(id)) {
            let view = with_new_names(old, new, &old_ids, renames).after;
            keep_order(&mut new.columns, &view);
        }
    }
}

/// The ids of all tables, parents before their partitions and child tables.
fn parents_first(schema: &Schema) -> Vec<ObjectId> {
    let depth = |table: &Table| {
        let mut depth = 0_usize;
        let mut at = table;
        // a server has no circle of parents; in specs it is reported elsewhere
        while let Some(parent) = at
            .inheritance
            .parents()
            .first()
            .and_then(|id| schema.table(id))
        {
            depth += 1;
            at = parent;
            if depth > schema.objects.len() {
                break;
            }
        }
        depth
    };
    let mut all: Vec<(usize, &ObjectId)> = (schema.tables())
        .map(|(id, table)| (depth(table), id))
        .collect();
    all.sort();
    all.into_iter().map(|(_, id)| id.clone()).collect()
}

/// A constraint or index of a table, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Constraint(usize),
    Index(usize),
}

/// The adopted names, and the names of new parts.
#[derive(Default)]
struct AdoptedNames {
    /// By table: the derived name of each part that has adopted another one.
    derived: BTreeMap<ObjectId, BTreeMap<Slot, Ident>>,
    /// By table and derived name: the live name.
    live: BTreeMap<(ObjectId, Ident), Ident>,
    /// The names of parts that don't exist yet.
    new: BTreeSet<Ident>,
}

impl AdoptedNames {
    /// Lets parts of a partition refer to their parent's parts by the adopted names.
    fn rename_parents(&self, table: &mut Table) {
        let Some(parent) = table.inheritance.parents().first() else {
            return;
        };
        let constraints = table.constraints.iter_mut().map(|c| &mut c.parent);
        let indexes = table.indexes.iter_mut().map(|i| &mut i.parent);
        for name in constraints.chain(indexes).flatten() {
            if let Some(live) = self.live.get(&(parent.clone(), name.clone())) {
                *name = live.clone();
            }
        }
    }

    fn add_new(&mut self, table: &Table) {
        let constraints = table.constraints.iter().map(|c| c.name.get());
        let indexes = table.indexes.iter().map(|i| i.name.get());
        self.new.extend(constraints.chain(indexes).cloned());
    }

    fn adopt(&mut self, new: &mut Table, old: &Table, renames: &Renames) {
        let id = new.id.clone();
        let old_name = |map: &'_ BTreeMap<(ObjectId, Ident), Ident>, name: &Ident| {
            map.get(&(id.clone(), name.clone())).cloned()
        };
        let found = live_names(&old.constraints, &new.constraints, &|name| {
            old_name(&renames.constraints, name)
        });
        self.put(&id, &mut new.constraints, found, Slot::Constraint);
        let found = live_names(&old.indexes, &new.indexes, &|name| {
            old_name(&renames.indexes, name)
        });
        self.put(&id, &mut new.indexes, found, Slot::Index);
    }

    fn put<T: NamedPart>(
        &mut self,
        id: &ObjectId,
        parts: &mut [T],
        found: Vec<Option<Ident>>,
        slot: fn(usize) -> Slot,
    ) {
        for (at, (part, live)) in parts.iter_mut().zip(found).enumerate() {
            let name = part.name().get().clone();
            match live {
                None => {
                    self.new.insert(name);
                }
                Some(live) if !part.name().is_given() && live != name => {
                    *part.name_mut() = Given::Derived(live.clone());
                    let of = self.derived.entry(id.clone()).or_default();
                    of.insert(slot(at), name.clone());
                    self.live.insert((id.clone(), name), live);
                }
                Some(_) => {}
            }
        }
    }

    /// Restores the derived name of a part whose adopted name a new part needs: the index of a renamed column still has
    /// the name that is derived for a new column of the old name.
    fn restore_conflicting(self, want: &mut Schema) {
        for (id, slots) in self.derived {
            let Some(table) = want.table_mut(&id) else {
                continue;
            };
            for (slot, own) in slots {
                let name = match slot {
                    Slot::Constraint(at) => table.constraints.get_mut(at).map(|c| &mut c.name),
                    Slot::Index(at) => table.indexes.get_mut(at).map(|i| &mut i.name),
                };
                if let Some(name) = name.filter(|name| self.new.contains(name.get())) {
                    *name = Given::Derived(own);
                }
            }
        }
    }
}

/// The live name of each part that exists, by the position of the part.
fn live_names<T: NamedPart>(
    old: &[T],
    new: &[T],
    renamed_from: &dyn Fn(&Ident) -> Option<Ident>,
) -> Vec<Option<Ident>> {
    let mut found = vec![None; new.len()];
    let before: Vec<Option<Ident>> = new.iter().map(|p| renamed_from(p.name().get())).collect();
    let matched = match_parts(old, new, |name| {
        let at = new.iter().position(|part| part.name().get() == name)?;
        before.get(at)?.as_ref()
    });
    for (live, part) in matched.kept {
        let at = new.iter().position(|other| std::ptr::eq(other, part));
        if let Some(slot) = at.and_then(|at| found.get_mut(at)) {
            *slot = Some(live.name().get().clone());
        }
    }
    found
}

fn options(want: &mut TableOptions, have: &TableOptions, counters: &[&str]) {
    let pairs = [
        (&mut want.engine, &have.engine),
        (&mut want.charset, &have.charset),
        (&mut want.collation, &have.collation),
    ];
    for (want, have) in pairs {
        if !want.as_ref().is_some_and(Given::is_given) {
            want.clone_from(have);
        }
    }
    adopt_counters(&mut want.attrs, &have.attrs, counters);
}

/// Adopts counters that are above the declared value.
fn adopt_counters(want: &mut Attributes, have: &Attributes, counters: &[&str]) {
    for key in counters {
        let Some(live) = have.get(key) else { continue };
        let number = |text: &str| text.parse::<u128>().ok();
        let is_above = want
            .get(key)
            .is_none_or(|declared| number(declared) <= number(live));
        if is_above {
            want.set(*key, live);
        }
    }
}

fn columns(want: &mut Table, have: &Table, exact: bool, how: OpenChoices<'_>) {
    let text = |value: &Option<Given<String>>| value.as_ref().map(|v| v.get().clone());
    let of_table = |options: &TableOptions| (text(&options.charset), text(&options.collation));
    let (new_table, old_table) = (of_table(&want.options), of_table(&have.options));
    for new in &mut want.columns {
        let Some(old) = have.column(new.name.as_str()) else {
            continue;
        };
        adopt_counters(&mut new.attrs, &old.attrs, how.counters);
        // a column that changes anyway adopts nothing: its new type may have no collation, or it gets its table's
        if exact || new.ty != old.ty || new.attrs != old.attrs {
            continue;
        }
        // an unset charset is the same as that of the table
        let same =
            |new: &Option<String>, old: &Option<String>, of: (&Option<String>, &Option<String>)| {
                let is_equal = new.as_ref().or(of.0.as_ref()) == old.as_ref().or(of.1.as_ref());
                // unless the table's changes
                is_equal && (old.is_some() || of.0 == of.1)
            };
        if same(&new.charset, &old.charset, (&new_table.0, &old_table.0)) {
            new.charset.clone_from(&old.charset);
        }
        if same(&new.collation, &old.collation, (&new_table.1, &old_table.1)) {
            new.collation.clone_from(&old.collation);
        }
    }
    if how.column_order {
        keep_order(&mut want.columns, have);
    }
}

/// Puts columns into the order that they have in a table; a new one stays after the one that it followed.
fn keep_order(columns: &mut Vec<Column>, have: &Table) {
    let live = |column: &Column| have.columns.iter().position(|c| c.name == column.name);
    let mut key = (0, 0);
    let mut keyed: Vec<((usize, usize), Column)> = Vec::with_capacity(columns.len());
    for column in columns.drain(..) {
        key = match live(&column) {
            Some(at) => (at + 1, 0),
            None => (key.0, key.1 + 1),
        };
        keyed.push((key, column));
    }
    keyed.sort_by_key(|(key, _)| *key);
    columns.extend(keyed.into_iter().map(|(_, column)| column));
}

/// Objects that aren't tables.
fn other(want: &mut Object, have: &Object) {
    match (want, have) {
        (Object::Extension(want), Object::Extension(have)) => {
            if want.schema.is_none() {
                want.schema.clone_from(&have.schema);
            }
        }
        (Object::Type(UserType::Domain(want)), Object::Type(UserType::Domain(have))) => {
            domain(want, have);
        }
        (Object::Type(UserType::Range(want)), Object::Type(UserType::Range(have))) => {
            if want.multirange.is_none() {
                want.multirange.clone_from(&have.multirange);
            }
        }
        (
            Object::Namespace
            | Object::Table(_)
            | Object::Type(_)
            | Object::Extension(_)
            | Object::Sequence(_)
            | Object::Routine(_),
            _,
        ) => {}
    }
}

fn domain(want: &mut Domain, have: &Domain) {
    let mut rest: Vec<_> = have.checks.iter().collect();
    for (name, check) in &mut want.checks {
        let found = rest
            .iter()
            .position(|(live, other)| other == check && name.agrees(live));
        if let Some(at) = found {
            name.clone_from(&rest.remove(at).0);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diff::{Renames, diff};
    use crate::model::{Index, IndexPart, Inheritance, SqlType};

    fn table(name: &str, columns: &[&str], indexes: &[(Given<&str>, &str)]) -> Table {
        let mut table = Table::new(ObjectId::table(name));
        let int = || SqlType::new("int");
        table.columns = columns.iter().map(|c| Column::new(*c, int())).collect();
        for (name, column) in indexes {
            let name = match name {
                Given::Given(name) => Given::Given(Ident::from(*name)),
                Given::Derived(name) => Given::Derived(Ident::from(*name)),
            };
            let parts = vec![IndexPart::on_column(*column)];
            table.indexes.push(Index::new(name, parts));
        }
        table
    }

    fn schema(tables: Vec<Table>) -> Schema {
        let tables = tables.into_iter();
        let objects = tables.map(|t| (t.id.clone(), Object::Table(Box::new(t))));
        Schema {
            objects: objects.collect(),
            ..Schema::default()
        }
    }

    fn names(schema: &Schema, table: &str) -> Vec<String> {
        let table = schema.table(&ObjectId::table(table)).unwrap();
        table
            .indexes
            .iter()
            .map(|i| i.name.get().to_string())
            .collect()
    }

    /// The number of differences once the open choices are filled, and the names of the indexes of table `t`.
    fn differences_and_names(
        want: Vec<Table>,
        have: Vec<Table>,
        renames: &Renames,
    ) -> (usize, Vec<String>) {
        let (mut want, have) = (schema(want), schema(have));
        fill_open_choices(&mut want, &have, renames, OpenChoices::default());
        (diff(&have, &want, renames).len(), names(&want, "t"))
    }

    use Given::{Derived as D, Given as G};

    #[test]
    fn a_derived_name_becomes_the_live_one() {
        type Indexes = &'static [(Given<&'static str>, &'static str)];
        let cases: [(Indexes, Indexes, usize, &[&str]); 5] = [
            (&[(D("idx_t_a"), "a")], &[(G("odd"), "a")], 0, &["odd"]),
            (&[(G("mine"), "a")], &[(G("odd"), "a")], 1, &["mine"]),
            (&[(D("idx_t_a"), "a")], &[(G("odd"), "b")], 1, &["idx_t_a"]),
            // two equal indexes: each adopts one name
            (
                &[(D("idx_t_a"), "a"), (G("odd"), "a")],
                &[(G("odd"), "a"), (G("other"), "a")],
                0,
                &["other", "odd"],
            ),
            // a new part needs the name, so the other one gets its derived name
            (
                &[(D("idx_t_a"), "a"), (D("idx_t_b"), "b")],
                &[(G("idx_t_a"), "b")],
                1,
                &["idx_t_a", "idx_t_b"],
            ),
        ];
        for (want, have, changes, expected) in cases {
            let columns = ["a", "b"];
            let (want, have) = (table("t", &columns, want), table("t", &columns, have));
            let found = differences_and_names(vec![want], vec![have], &Renames::default());
            assert_eq!(found.0, changes, "{expected:?}");
            assert_eq!(found.1, expected);
        }
    }

    #[test]
    fn renamed_tables_and_columns_are_found() {
        let mut renames = Renames::default();
        let id = ObjectId::table("t");
        renames.tables.insert(id.clone(), "old".into());
        renames.columns.insert((id, "b".into()), "a".into());
        let want = table("t", &["b"], &[(D("idx_t_b"), "b")]);
        let have = table("old", &["a"], &[(G("odd"), "a")]);
        let (changes, names) = differences_and_names(vec![want], vec![have], &renames);
        // only the two renames
        assert_eq!(changes, 2);
        assert_eq!(names, ["odd"]);
    }

    #[test]
    fn parts_of_partitions_refer_to_the_adopted_names_of_their_parents() {
        let child = |index: Given<&str>, parent: &str| {
            let mut child = table("a_child", &["a"], &[(index, "a")]);
            child.indexes[0].parent = Some(parent.into());
            child.inheritance = Inheritance::PartitionOf {
                parent: ObjectId::table("t"),
                bound: "DEFAULT".to_owned(),
            };
            child
        };
        let want = vec![
            table("t", &["a"], &[(D("idx_t_a"), "a")]),
            child(D("a_child_a_idx"), "idx_t_a"),
        ];
        let have = vec![table("t", &["a"], &[(G("odd"), "a")]), child(G("x"), "odd")];
        assert_eq!(differences_and_names(want, have, &Renames::default()).0, 0);
    }

    #[test]
    fn options_counters_and_order() {
        let mut want = table("t", &["a", "new", "b"], &[]);
        let mut have = table("t", &["b", "a"], &[]);
        have.options.engine = Some(G("InnoDB".to_owned()));
        have.options.attrs.set("auto_increment", "700");
        for (declared, expected) in [(None, "700"), (Some("100"), "700"), (Some("900"), "900")] {
            want.options.attrs.set_some("auto_increment", declared);
            let mut all = schema(vec![want.clone()]);
            let how = OpenChoices {
                counters: &["auto_increment"],
                column_order: true,
            };
            fill_open_choices(
                &mut all,
                &schema(vec![have.clone()]),
                &Renames::default(),
                how,
            );
            let found = all.table(&ObjectId::table("t")).unwrap();
            assert_eq!(found.options.attrs.get("auto_increment"), Some(expected));
            assert_eq!(found.options.engine, have.options.engine);
            let order: Vec<&str> = found.columns.iter().map(|c| c.name.as_str()).collect();
            assert_eq!(order, ["b", "a", "new"]);
        }
    }
}
