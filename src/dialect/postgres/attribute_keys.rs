//! Keys of the attributes that code of this dialect reads (PostgreSQL). Their meaning and values are in the table of
//! attributes (`lowering::attributes`).

use crate::model::{Flag, Key, OnByDefault, OptionalFlag, Text};

pub(crate) const ACCESS_METHOD: Key<Text> = Key::new("access_method");
pub(crate) const CLUSTER_ON: Key<Text> = Key::new("cluster_on");
pub(crate) const COMPRESSION: Key<Text> = Key::new("compression");
pub(crate) const CYCLE: Key<Flag> = Key::new("cycle");
pub(crate) const ENFORCED: Key<OnByDefault> = Key::new("enforced");
pub(crate) const FORCE_ROW_SECURITY: Key<Flag> = Key::new("force_row_security");
pub(crate) const INDEX_COMMENT: Key<Text> = Key::new("index_comment");
pub(crate) const INHERITED: Key<Flag> = Key::new("inherited");
pub(crate) const NO_INHERIT: Key<Flag> = Key::new("no_inherit");
pub(crate) const NOT_NULL: Key<Text> = Key::new("not_null");
pub(crate) const NOT_NULL_INHERITED: Key<Flag> = Key::new("not_null_inherited");
pub(crate) const NOT_NULL_NO_INHERIT: Key<Flag> = Key::new("not_null_no_inherit");
pub(crate) const NOT_NULL_VALIDATED: Key<OnByDefault> = Key::new("not_null_validated");
pub(crate) const NULLS_NOT_DISTINCT: Key<Flag> = Key::new("nulls_not_distinct");
pub(crate) const ON_DELETE_COLUMNS: Key<Text> = Key::new("on_delete_columns");
pub(crate) const PERIOD: Key<Flag> = Key::new("period");
pub(crate) const REPLICA_IDENTITY: Key<Text> = Key::new("replica_identity");
pub(crate) const ROW_SECURITY: Key<Flag> = Key::new("row_security");
pub(crate) const SEQUENCE: Key<Text> = Key::new("sequence");
pub(crate) const SEQUENCE_TYPE: Key<Text> = Key::new("sequence_type");
pub(crate) const SEQUENCE_UNLOGGED: Key<OptionalFlag> = Key::new("sequence_unlogged");
pub(crate) const STATISTICS: Key<Text> = Key::new("statistics");
pub(crate) const STORAGE: Key<Text> = Key::new("storage");
pub(crate) const TABLESPACE: Key<Text> = Key::new("tablespace");
pub(crate) const UNLOGGED: Key<Flag> = Key::new("unlogged");
pub(crate) const WITHOUT_OVERLAPS: Key<Flag> = Key::new("without_overlaps");
