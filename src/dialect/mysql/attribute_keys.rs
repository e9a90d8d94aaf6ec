//! Keys of the attributes that code of this dialect reads (MySQL and MariaDB). Their meaning and values are in the table of
//! attributes (`lowering::attributes`).

use crate::model::{Flag, Key, OnByDefault, Text};

pub(crate) const AUTO_INCREMENT: Key<Text> = Key::new("auto_increment");
pub(crate) const CHECK: Key<Text> = Key::new("check");
pub(crate) const COLUMN_FORMAT: Key<Text> = Key::new("column_format");
pub(crate) const COMPRESSED: Key<Flag> = Key::new("compressed");
pub(crate) const DELETE_RULE: Key<Text> = Key::new("delete_rule");
pub(crate) const DISPLAY_WIDTH: Key<Text> = Key::new("display_width");
pub(crate) const ENFORCED: Key<OnByDefault> = Key::new("enforced");
pub(crate) const ENGINE_ATTRIBUTE: Key<Text> = Key::new("engine_attribute");
pub(crate) const EXPLICIT_COLLATION: Key<Flag> = Key::new("explicit_collation");
pub(crate) const INVISIBLE: Key<Flag> = Key::new("invisible");
pub(crate) const KEY_BLOCK_SIZE: Key<Text> = Key::new("key_block_size");
pub(crate) const NOT_NULL: Key<Flag> = Key::new("not_null");
pub(crate) const NOT_SECONDARY: Key<Flag> = Key::new("not_secondary");
pub(crate) const PARSER: Key<Text> = Key::new("parser");
pub(crate) const PERIOD: Key<Text> = Key::new("period");
pub(crate) const PERIOD_COLUMNS: Key<Text> = Key::new("period_columns");
pub(crate) const ROW_FORMAT: Key<Text> = Key::new("row_format");
pub(crate) const ROW_PERIOD: Key<Text> = Key::new("row_period");
pub(crate) const SECONDARY_ENGINE_ATTRIBUTE: Key<Text> = Key::new("secondary_engine_attribute");
pub(crate) const SRID: Key<Text> = Key::new("srid");
pub(crate) const STORAGE: Key<Text> = Key::new("storage");
pub(crate) const SYSTEM_PERIOD: Key<Text> = Key::new("system_period");
pub(crate) const SYSTEM_VERSIONING: Key<Flag> = Key::new("system_versioning");
pub(crate) const UNION: Key<Text> = Key::new("union");
pub(crate) const UPDATE_RULE: Key<Text> = Key::new("update_rule");
pub(crate) const USING: Key<Text> = Key::new("using");
pub(crate) const WITHOUT_OVERLAPS: Key<Text> = Key::new("without_overlaps");
pub(crate) const WITHOUT_SYSTEM_VERSIONING: Key<Flag> = Key::new("without_system_versioning");
