//! What a random schema is made from: words, one a part, each of which decides everything about its
//! part. A word that changes changes one part, so two recipes that share words share parts.

use proptest::collection::vec;
use proptest::prelude::*;

/// The words of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<u64>,
    /// Keys, indexes, checks, comments, foreign keys.
    pub(crate) parts: Vec<u64>,
    pub(crate) options: u64,
}

/// The words of a schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recipe {
    pub(crate) tables: Vec<Option<Table>>,
    pub(crate) types: Vec<u64>,
}

/// A change of one word: which (counted round), and what it becomes.
type Edit = (usize, u64);

pub(crate) fn pair() -> impl Strategy<Value = (Recipe, Recipe)> {
    (recipe(), vec((any::<usize>(), any::<u64>()), 0..9)).prop_map(|(from, edits)| {
        let to = edited(&from, &edits);
        (from, to)
    })
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let table = (
        vec(any::<u64>(), 1..8),
        vec(any::<u64>(), 0..8),
        any::<u64>(),
    );
    let table = table.prop_map(|(columns, parts, options)| Table {
        columns,
        parts,
        options,
    });
    let tables = vec(proptest::option::weighted(0.8, table), 1..5);
    (tables, vec(any::<u64>(), 0..4)).prop_map(|(tables, types)| Recipe { tables, types })
}

fn edited(from: &Recipe, edits: &[Edit]) -> Recipe {
    let mut to = from.clone();
    for (at, word) in edits {
        let at = at % to.tables.len();
        match (word % 9, &mut to.tables[at]) {
            (0, table) => *table = None,
            (1, table @ None) => {
                *table = Some(Table {
                    columns: vec![*word, word.rotate_left(9)],
                    ..Table::default()
                });
            }
            (2, Some(table)) => table.columns.push(*word),
            (3, Some(table)) if table.columns.len() > 1 => {
                table.columns.remove(at % table.columns.len());
            }
            (4, Some(table)) => table.parts.push(*word),
            (5, Some(table)) if !table.parts.is_empty() => {
                table.parts.remove(at % table.parts.len());
            }
            (6, Some(table)) => table.options = *word,
            (7, _) if !to.types.is_empty() => {
                let at = at % to.types.len();
                to.types[at] = *word;
            }
            (_, Some(table)) => {
                let at = at % table.columns.len();
                table.columns[at] = *word;
            }
            (_, None) => {}
        }
    }
    to
}

/// What a word decides, one thing after the other.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(word: u64) -> Self {
        Self(word)
    }

    fn next(&mut self) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}
