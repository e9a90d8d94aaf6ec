//! What nobody wrote takes the form that it has in the live database, so that a difference is
//! one only where somebody asked for something else.

use crate::diff::matching::{Part, pair_up};
use crate::diff::rename::retarget;
use crate::diff::renames::Renames;
use crate::model::{
    Attributes, Column, Domain, Given, Ident, Object, ObjectId, ObjectKind, Schema, Table,
    TableOptions, UserType,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What else than names is taken over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Adopt<'a> {
    /// Attributes that the server itself moves up, such as MySQL's `auto_increment`.
    pub counters: &'a [&'a str],
    /// The order of the columns, where it can't be changed or nobody cares.
    pub column_order: bool,
}

/// Lets `want` take from `have` what its specs leave open: the names of constraints and indexes that
/// are there under another name than the derived one, storage options that are derived, counters that
/// have moved on, an extension's schema. Both sides are canonical and reconciled. Tables and columns
/// that `renames` will rename are found under their old names.
pub fn adopt(want: &mut Schema, have: &Schema, renames: &Renames, how: Adopt<'_>) {
    let old_ids = renames.renamed_tables(have, want);
    let mut names = Names::default();
    let exact = want.exact_spelling;
    for id in parents_first(want) {
        let Some(new) = want.table_mut(&id) else {
            continue;
        };
        names.follow(new);
        let old = have.table(old_ids.get(&id).copied().unwrap_or(&id));
        let Some(old) = old.filter(|_| !new.external) else {
            names.all_fresh(new);
            continue;
        };
        let view = if renames.tables.is_empty() && renames.columns.is_empty() {
            Cow::Borrowed(old)
        } else {
            Cow::Owned(retarget(old, new, &old_ids, renames).after)
        };
        names.take(new, &view, renames);
        options(&mut new.options, &view.options, how.counters);
        columns(new, &view, exact, how);
    }
    names.give_back(want);
    for (id, object) in &mut want.objects {
        if let Some(live) = have.objects.get(id) {
            other(object, live);
        }
    }
    // no spec speaks of these comments; those of objects that go aren't wanted
    for (id, text) in &have.comments {
        let (live, wanted) = (have.objects.contains_key(id), want.objects.contains_key(id));
        if wanted && id.kind == ObjectKind::Namespace || !wanted && !live {
            want.comments.insert(id.clone(), text.clone());
        }
    }
}

/// Lets `to` take over only the order of the columns.
pub fn adopt_order(to: &mut Schema, from: &Schema, renames: &Renames) {
    let old_ids = renames.renamed_tables(from, to);
    for (id, new) in to.tables_mut() {
        if let Some(old) = from.table(old_ids.get(id).copied().unwrap_or(id)) {
            let view = retarget(old, new, &old_ids, renames).after;
            keep_order(&mut new.columns, &view);
        }
    }
}

/// The ids of all tables, each after those that it is a partition of or inherits from.
fn parents_first(schema: &Schema) -> Vec<ObjectId> {
    let depth = |table: &Table| {
        let mut depth = 0_usize;
        let mut at = table;
        // a circle can't be made on a server; in a spec it is an error of its own
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

/// A place in a table where a name was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Constraint(usize),
    Index(usize),
}

/// The names that were taken over, and those of parts that will come.
#[derive(Default)]
struct Names {
    /// By table: what a part was called before.
    taken: BTreeMap<ObjectId, BTreeMap<Slot, Ident>>,
    /// By table and derived name: the live name.
    live: BTreeMap<(ObjectId, Ident), Ident>,
    /// Of parts that aren't there yet.
    fresh: BTreeSet<Ident>,
}

impl Names {
    /// Parts of a partition that belong to parts of its parent go by the name that those have taken.
    fn follow(&self, table: &mut Table) {
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

    fn all_fresh(&mut self, table: &Table) {
        let constraints = table.constraints.iter().map(|c| c.name.get());
        let indexes = table.indexes.iter().map(|i| i.name.get());
        self.fresh.extend(constraints.chain(indexes).cloned());
    }

    fn take(&mut self, new: &mut Table, old: &Table, renames: &Renames) {
        let id = new.id.clone();
        let old_name = |map: &'_ BTreeMap<(ObjectId, Ident), Ident>, name: &Ident| {
            map.get(&(id.clone(), name.clone())).cloned()
        };
        let found = matches(&old.constraints, &new.constraints, &|name| {
            old_name(&renames.constraints, name)
        });
        self.put(&id, &mut new.constraints, found, Slot::Constraint);
        let found = matches(&old.indexes, &new.indexes, &|name| {
            old_name(&renames.indexes, name)
        });
        self.put(&id, &mut new.indexes, found, Slot::Index);
    }

    fn put<T: Part>(
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
                    self.fresh.insert(name);
                }
                Some(live) if !part.name().is_given() && live != name => {
                    *part.name_mut() = Given::Derived(live.clone());
                    let of = self.taken.entry(id.clone()).or_default();
                    of.insert(slot(at), name.clone());
                    self.live.insert((id.clone(), name), live);
                }
                Some(_) => {}
            }
        }
    }

    /// A name that a new part needs isn't kept by one that may as well have its own: a renamed
    /// column's index still bears the name that the next column of the old name derives.
    fn give_back(self, want: &mut Schema) {
        for (id, slots) in self.taken {
            let Some(table) = want.table_mut(&id) else {
                continue;
            };
            for (slot, own) in slots {
                let name = match slot {
                    Slot::Constraint(at) => table.constraints.get_mut(at).map(|c| &mut c.name),
                    Slot::Index(at) => table.indexes.get_mut(at).map(|i| &mut i.name),
                };
                if let Some(name) = name.filter(|name| self.fresh.contains(name.get())) {
                    *name = Given::Derived(own);
                }
            }
        }
    }
}

/// The live name of each part that is there, whatever it is called.
fn matches<T: Part>(
    old: &[T],
    new: &[T],
    renamed_from: &dyn Fn(&Ident) -> Option<Ident>,
) -> Vec<Option<Ident>> {
    let mut found = vec![None; new.len()];
    let before: Vec<Option<Ident>> = new.iter().map(|p| renamed_from(p.name().get())).collect();
    let matched = pair_up(old, new, |name| {
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
    count_on(&mut want.attrs, &have.attrs, counters);
}

/// A counter that stands higher than was asked for has done what was asked.
fn count_on(want: &mut Attributes, have: &Attributes, counters: &[&str]) {
    for key in counters {
        let Some(live) = have.get(key) else { continue };
        let number = |text: &str| text.parse::<u128>().ok();
        let passed = want
            .get(key)
            .is_none_or(|asked| number(asked) <= number(live));
        if passed {
            want.set(*key, live);
        }
    }
}

fn columns(want: &mut Table, have: &Table, exact: bool, how: Adopt<'_>) {
    let text = |value: &Option<Given<String>>| value.as_ref().map(|v| v.get().clone());
    let of_table = |options: &TableOptions| (text(&options.charset), text(&options.collation));
    let (new_table, old_table) = (of_table(&want.options), of_table(&have.options));
    for new in &mut want.columns {
        let Some(old) = have.column(new.name.as_str()) else {
            continue;
        };
        count_on(&mut new.attrs, &old.attrs, how.counters);
        // what changes anyway needs nothing taken over: its new type may have no collation, or it comes
        // to say what its table says
        if exact || new.ty != old.ty || new.attrs != old.attrs {
            continue;
        }
        // what a column leaves to its table is the same as saying what the table says
        let same =
            |new: &Option<String>, old: &Option<String>, of: (&Option<String>, &Option<String>)| {
                let agreed = new.as_ref().or(of.0.as_ref()) == old.as_ref().or(of.1.as_ref());
                // a table that comes to say something else no longer says it for the column
                agreed && (old.is_some() || of.0 == of.1)
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

/// Puts columns into the order that they have in a table; new ones stay behind the one that they
/// stood behind.
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

    /// What differs once the wanted side has adopted, and the names of its table `t`.
    fn adopted(want: Vec<Table>, have: Vec<Table>, renames: &Renames) -> (usize, Vec<String>) {
        let (mut want, have) = (schema(want), schema(have));
        adopt(&mut want, &have, renames, Adopt::default());
        (diff(&have, &want, renames).len(), names(&want, "t"))
    }

    use Given::{Derived as D, Given as G};

    #[test]
    fn a_name_that_nobody_wrote_is_the_live_one() {
        type Indexes = &'static [(Given<&'static str>, &'static str)];
        let cases: [(Indexes, Indexes, usize, &[&str]); 5] = [
            (&[(D("idx_t_a"), "a")], &[(G("odd"), "a")], 0, &["odd"]),
            (&[(G("mine"), "a")], &[(G("odd"), "a")], 1, &["mine"]),
            (&[(D("idx_t_a"), "a")], &[(G("odd"), "b")], 1, &["idx_t_a"]),
            // twice the same: each takes one
            (
                &[(D("idx_t_a"), "a"), (G("odd"), "a")],
                &[(G("odd"), "a"), (G("other"), "a")],
                0,
                &["other", "odd"],
            ),
            // a new part needs the name, so the other takes its own
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
            let found = adopted(vec![want], vec![have], &Renames::default());
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
        let (changes, names) = adopted(vec![want], vec![have], &renames);
        // the two renames, and nothing else
        assert_eq!(changes, 2);
        assert_eq!(names, ["odd"]);
    }

    #[test]
    fn parts_of_partitions_follow_those_of_their_parents() {
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
        assert_eq!(adopted(want, have, &Renames::default()).0, 0);
    }

    #[test]
    fn options_counters_and_order() {
        let mut want = table("t", &["a", "new", "b"], &[]);
        let mut have = table("t", &["b", "a"], &[]);
        have.options.engine = Some(G("InnoDB".to_owned()));
        have.options.attrs.set("auto_increment", "700");
        for (asked, expected) in [(None, "700"), (Some("100"), "700"), (Some("900"), "900")] {
            want.options.attrs.set_some("auto_increment", asked);
            let mut all = schema(vec![want.clone()]);
            let how = Adopt {
                counters: &["auto_increment"],
                column_order: true,
            };
            adopt(
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
