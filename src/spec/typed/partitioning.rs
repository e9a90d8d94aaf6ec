//! Partitioning.

use crate::model::Ident;
use crate::spec::typed::constraint::{IndexSpec, KeyPartSpec};
use crate::spec::typed::options::OptionSpec;
use crate::spec::typed::spanned::Spanned;

/// The partitioning of a table.
#[derive(Clone, Debug)]
pub struct PartitioningSpec {
    /// The text after `PARTITION BY`.
    pub by: Spanned<PartitionBy>,
    /// The text after `SUBPARTITION BY` (MySQL).
    pub sub: Option<Spanned<PartitionBy>>,
    /// The number of partitions without names (MySQL).
    pub count: Option<u32>,
    /// The number of subpartitions without names (MySQL).
    pub sub_count: Option<u32>,
    /// The partitions.
    pub partitions: Vec<PartitionSpec>,
}

/// `range (created_at)`: a method and a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBy {
    /// The words in front of the parenthesis, in lower case.
    pub method: String,
    /// The partition key.
    pub key: Vec<KeyPartSpec>,
}

/// One partition.
#[derive(Clone, Debug)]
pub struct PartitionSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Its bound.
    pub values: Option<Spanned<String>>,
    /// Its own partitioning.
    pub partitioning: Option<PartitioningSpec>,
    /// Its named subpartitions (MySQL).
    pub subs: Vec<PartitionSpec>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
    /// Its indexes in addition to those of the partitioned table.
    pub indexes: Vec<IndexSpec>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}
