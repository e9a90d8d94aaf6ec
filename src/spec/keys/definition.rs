//! What describes a key of a spec: its name, the shape of its value, and its documentation.

/// What may stand behind a key.
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
    /// A map from names to literals, which one dialect alone understands.
    Options,
    /// A list of parts of an exclusion: `room with =`.
    ExclusionParts,
    /// A list of names.
    Names,
    /// A list of key parts: `[a, b desc]`.
    KeyParts,
    /// A list of names of dialects.
    Dialects,
    /// The values of an enum: texts, or maps with a value and the one it was.
    EnumValues,
    /// One of these.
    One(&'static MapDef),
    /// A map from names to these, or to their short form.
    Named(&'static MapDef),
    /// A list of these, or of their short form.
    List(&'static MapDef),
    /// Either of the last two.
    NamedOrList(&'static MapDef),
}

/// A key, and what it is for.
#[derive(Debug)]
pub(crate) struct KeyDef {
    /// The key.
    pub(crate) name: &'static str,
    /// What may stand behind it.
    pub(crate) shape: Shape,
    /// What it says, for editors and for people.
    pub(crate) about: &'static str,
}

/// The short form of a part, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    /// Always a map.
    None,
    /// A text.
    Text,
    /// A list of key parts.
    KeyParts,
}

/// A kind of map in a spec.
#[derive(Debug)]
pub(crate) struct MapDef {
    /// Its name in the JSON Schema.
    pub(crate) id: &'static str,
    /// What it is, for messages.
    pub(crate) noun: &'static str,
    /// Its keys beside those that all parts share.
    pub(crate) keys: &'static [KeyDef],
    /// The keys it can't be without.
    pub(crate) required: &'static [&'static str],
    /// Its short form.
    pub(crate) short: Short,
    /// Keys that replace each other when an override gives one of them.
    pub(crate) rivals: &'static [&'static [&'static str]],
    /// Keys that make it what it is and that no override may give.
    pub(crate) fixed: &'static [&'static str],
}

impl MapDef {
    /// A key of its own by name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static KeyDef> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether an override may give this key.
    pub(crate) fn may_override(&self, name: &str) -> bool {
        self.key(name).is_some() && !self.fixed.contains(&name)
    }
}

pub(crate) const fn key(name: &'static str, shape: Shape, about: &'static str) -> KeyDef {
    KeyDef { name, shape, about }
}
