//! The definition of a key: its name, the shape of its value, and its description.

/// The shape of a key's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A literal of any kind: text, number or boolean.
    Literal,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `true`, `false` or one of these words.
    FlagOr(&'static [&'static str]),
    /// A whole number.
    Number,
    /// A map from names to literals, which only one dialect has.
    Options,
    /// A list of parts of an exclusion: `room with =`.
    ExclusionParts,
    /// A list of names.
    Names,
    /// A list of key parts: `[a, b desc]`.
    KeyParts,
    /// A list of names of dialects.
    Dialects,
    /// The values of an enum: texts, or maps with the value and the previous one.
    EnumValues,
    /// A map of this kind, or its short form.
    One(&'static MapDef),
    /// A map from names to maps of this kind, or to their short form.
    Named(&'static MapDef),
    /// A list of maps of this kind, or of their short form.
    List(&'static MapDef),
    /// Either [`Shape::Named`] or [`Shape::List`].
    NamedOrList(&'static MapDef),
}

/// A key of a map.
#[derive(Debug)]
pub(crate) struct KeyDef {
    /// The key.
    pub(crate) name: &'static str,
    /// The shape of its value.
    pub(crate) shape: Shape,
    /// The description for editors.
    pub(crate) about: &'static str,
}

/// The short form of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    /// Always a map.
    None,
    /// A text.
    Text,
    /// A list of key parts.
    KeyParts,
}

/// A kind of map in a spec, with its keys.
#[derive(Debug)]
pub(crate) struct MapDef {
    /// Its name in the JSON Schema.
    pub(crate) id: &'static str,
    /// The noun for messages.
    pub(crate) noun: &'static str,
    /// Its keys, except those that all maps share.
    pub(crate) keys: &'static [KeyDef],
    /// The required keys.
    pub(crate) required: &'static [&'static str],
    /// Its short form.
    pub(crate) short: Short,
    /// Keys that exclude each other: one in an override replaces the others.
    pub(crate) rivals: &'static [&'static [&'static str]],
    /// Keys that no override may contain.
    pub(crate) fixed: &'static [&'static str],
}

impl MapDef {
    /// A key by name, except the shared ones.
    pub(crate) fn key(&self, name: &str) -> Option<&'static KeyDef> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether an override may contain this key.
    pub(crate) fn may_override(&self, name: &str) -> bool {
        self.key(name).is_some() && !self.fixed.contains(&name)
    }
}

pub(crate) const fn key(name: &'static str, shape: Shape, about: &'static str) -> KeyDef {
    KeyDef { name, shape, about }
}
