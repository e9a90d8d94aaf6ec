use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one dialect alone can say of a part: storage parameters, visibility, statistics targets and
/// the like, by the names under which a spec writes them. What equals the server's default is left
/// out, so two parts that mean the same have the same attributes. The dialect knows each name
/// (`Dialect::attributes`), nobody else has to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attrs(BTreeMap<String, String>);

impl Attrs {
    /// The value of an attribute.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Whether a flag is set.
    pub fn has(&self, key: &str) -> bool {
        self.get(key) == Some("true")
    }

    /// Sets an attribute.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.insert(key.into(), value.into());
    }

    /// Sets an attribute where there is a value.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Takes an attribute away.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    /// All of them by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes that differ: name, value before, value after.
    pub fn changes<'a>(
        &'a self,
        to: &'a Self,
    ) -> impl Iterator<Item = (&'a str, Option<&'a str>, Option<&'a str>)> {
        let gone = self.0.keys().filter(|key| !to.0.contains_key(*key));
        to.0.keys()
            .chain(gone)
            .map(|key| (key.as_str(), self.get(key), to.get(key)))
            .filter(|(_, from, to)| from != to)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Attrs {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let own = |(key, value): (K, V)| (key.into(), value.into());
        Self(entries.into_iter().map(own).collect())
    }
}
