//! Attributes: properties of a part that only one dialect has, as a map from key to text, read through typed keys.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// The attributes of a part that only one dialect has: such as storage parameters, visibility or
/// statistics targets, under their keys in specs. A value that equals the server's default is omitted, so that two
/// parts with the same meaning have equal attributes. `Dialect::attributes` lists the keys of a dialect; code that depends
/// on one of them reads it through a [`Key`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attributes(BTreeMap<String, String>);

/// The key of an attribute, and how its value is read.
///
/// ```
/// use tablewright::model::{Attributes, Flag, Key, Text};
///
/// const UNLOGGED: Key<Flag> = Key::new("unlogged");
/// const TABLESPACE: Key<Text> = Key::new("tablespace");
///
/// let mut attributes = Attributes::default();
/// attributes.set_flag(UNLOGGED);
/// assert!(attributes.get(UNLOGGED));
/// assert_eq!(attributes.get(TABLESPACE), None);
/// ```
#[derive(Debug)]
pub struct Key<V> {
    name: &'static str,
    value: PhantomData<fn() -> V>,
}

impl<V> Clone for Key<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Key<V> {}

impl<V> Key<V> {
    /// A key by its name in specs.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            value: PhantomData,
        }
    }

    /// The name in specs.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<V> AsRef<str> for Key<V> {
    fn as_ref(&self) -> &str {
        self.name
    }
}

impl<V> From<Key<V>> for String {
    fn from(key: Key<V>) -> Self {
        Self::from(key.name)
    }
}

/// Any text; absent is `None`.
#[derive(Debug)]
pub enum Text {}

/// A flag that is off unless the attribute is `true`.
#[derive(Debug)]
pub enum Flag {}

/// A flag that is on unless the attribute is `false`.
#[derive(Debug)]
pub enum OnByDefault {}

/// A flag with three states: absent, `true`, `false`.
#[derive(Debug)]
pub enum OptionalFlag {}

/// Keys of attributes: a typed [`Key`], or a name, for the text.
pub trait AttributeKey: AsRef<str> {
    /// The type of the value.
    type Value<'a>;

    /// The value for the text of the attribute, which is `None` if it is absent.
    fn read(text: Option<&str>) -> Self::Value<'_>;
}

impl AttributeKey for Key<Text> {
    type Value<'a> = Option<&'a str>;

    fn read(text: Option<&str>) -> Option<&str> {
        text
    }
}

impl AttributeKey for &str {
    type Value<'a> = Option<&'a str>;

    fn read(text: Option<&str>) -> Option<&str> {
        text
    }
}

impl<K: AttributeKey> AttributeKey for &K {
    type Value<'a> = K::Value<'a>;

    fn read(text: Option<&str>) -> K::Value<'_> {
        K::read(text)
    }
}

impl AttributeKey for Key<Flag> {
    type Value<'a> = bool;

    fn read(text: Option<&str>) -> bool {
        text == Some("true")
    }
}

impl AttributeKey for Key<OnByDefault> {
    type Value<'a> = bool;

    fn read(text: Option<&str>) -> bool {
        text != Some("false")
    }
}

impl AttributeKey for Key<OptionalFlag> {
    type Value<'a> = Option<bool>;

    fn read(text: Option<&str>) -> Option<bool> {
        text.map(|text| text == "true")
    }
}

impl Attributes {
    /// The value of an attribute.
    pub fn get<K: AttributeKey>(&self, key: K) -> K::Value<'_> {
        K::read(self.0.get(key.as_ref()).map(String::as_str))
    }

    /// Sets an attribute.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.insert(key.into(), value.into());
    }

    /// Sets an attribute if there is a value.
    pub fn set_some(&mut self, key: impl Into<String>, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Turns a flag on.
    pub fn set_flag(&mut self, key: Key<Flag>) {
        self.set(key, "true");
    }

    /// Turns off a flag that is on by default.
    pub fn clear_flag(&mut self, key: Key<OnByDefault>) {
        self.set(key, "false");
    }

    /// Removes an attribute and returns its text.
    pub fn remove(&mut self, key: impl AsRef<str>) -> Option<String> {
        self.0.remove(key.as_ref())
    }

    /// All attributes, ordered by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// Whether there are no attributes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes that differ: key, value before, value after.
    pub fn changes<'a>(
        &'a self,
        to: &'a Self,
    ) -> impl Iterator<Item = (&'a str, Option<&'a str>, Option<&'a str>)> {
        let removed = self.0.keys().filter(|key| !to.0.contains_key(*key));
        to.0.keys()
            .chain(removed)
            .map(|key| (key.as_str(), self.get(key.as_str()), to.get(key.as_str())))
            .filter(|(_, from, to)| from != to)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let own = |(key, value): (K, V)| (key.into(), value.into());
        Self(entries.into_iter().map(own).collect())
    }
}
