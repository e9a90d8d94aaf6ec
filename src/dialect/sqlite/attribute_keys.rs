//! Keys of the attributes that code of this dialect reads (SQLite). Their meaning and values are in the table of
//! attributes (`lowering::attributes`).

use crate::model::{Flag, Key};

pub(crate) const AUTOINCREMENT: Key<Flag> = Key::new("autoincrement");
pub(crate) const STRICT: Key<Flag> = Key::new("strict");
pub(crate) const WITHOUT_ROWID: Key<Flag> = Key::new("without_rowid");
