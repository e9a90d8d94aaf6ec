//! The fields of a map, after overrides.

use crate::diag::Location;
use crate::spec::keys::MapDef;
use crate::spec::yaml_tree::{Key, Node};

/// A key and its value, after overrides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// The key.
    pub(crate) key: &'a Key,
    /// The value.
    pub(crate) value: &'a Node,
    /// Whether it is in a dialect's map, where types are native.
    pub(crate) native: bool,
    /// The precedence: 0 outside of overrides, then the position of the dialect key.
    pub(crate) layer: usize,
}

/// The fields of a part.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    /// The kind of map.
    pub(crate) part: &'static MapDef,
    /// The location of the map.
    pub(crate) at: &'a Location,
    list: Vec<Field<'a>>,
    /// Fields that overrides replaced. ` null` of a replaced type still has effect.
    replaced: Vec<Field<'a>>,
}

/// The short or long form of a part.
pub(crate) enum Body<'a> {
    /// Its short form.
    Short(&'a Node),
    /// A map.
    Map(Fields<'a>),
}

impl<'a> Fields<'a> {
    /// A map without fields yet.
    pub(crate) fn new(part: &'static MapDef, at: &'a Location, capacity: usize) -> Self {
        Self {
            part,
            at,
            list: Vec::with_capacity(capacity),
            replaced: Vec::new(),
        }
    }

    /// A field by its key.
    pub(crate) fn get(&self, name: &str) -> Option<Field<'a>> {
        self.list.iter().find(|f| &*f.key.text == name).copied()
    }

    /// The field of this key that an override replaced.
    pub(crate) fn replaced(&self, name: &str) -> Option<Field<'a>> {
        self.replaced.iter().find(|f| &*f.key.text == name).copied()
    }

    /// Adds a field outside of the overrides.
    pub(crate) fn push(&mut self, field: Field<'a>) {
        self.list.push(field);
    }

    /// Removes the fields that an override sets to `null`.
    pub(crate) fn remove_nulls(&mut self) {
        self.list.retain(|field| !field.value.is_null());
    }

    /// Adds a field of an override; it replaces the field of the same key and weaker fields of keys that it excludes.
    pub(crate) fn apply_override(&mut self, field: Field<'a>) {
        let name = &*field.key.text;
        let rivals = self.part.rivals.iter().find(|group| group.contains(&name));
        let replaced = &mut self.replaced;
        self.list.retain(|old| {
            let old_name = &*old.key.text;
            let rival = rivals.is_some_and(|group| group.contains(&old_name));
            // rivals in one map are a contradiction, which the part's reader reports
            let is_replaced = old_name == name || (rival && old.layer < field.layer);
            if is_replaced {
                replaced.push(*old);
            }
            !is_replaced
        });
        self.list.push(field);
    }
}

/// An entry of a map (with a name) or of a list (without).
pub(crate) struct Entry<'a> {
    pub(crate) name: Option<&'a Key>,
    pub(crate) node: &'a Node,
    pub(crate) native: bool,
}

impl<'a> Entry<'a> {
    pub(crate) fn at(&self) -> &'a Location {
        self.name.map_or(&self.node.at, |key| &key.at)
    }
}
