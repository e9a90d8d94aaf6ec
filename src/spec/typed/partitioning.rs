//! Partitioning.

use crate::model::Ident;
use crate::spec::typed::constraint::{IndexSpec, KeyPartSpec};
use crate::spec::typed::options::OptionSpec;
use crate::spec::typed::spanned::Spanned;

/// How a table is partitioned.
#[derive(Clone, Debug)]
pub struct PartitioningSpec {
    /// What stands behind `PARTITION BY`.
    pub by: Spanned<PartitionBy>,
    /// What stands behind `SUBPARTITION BY` (MySQL).
    pub sub: Option<Spanned<PartitionBy>>,
    /// How many partitions, where they have no names (MySQL).
    pub count: Option<u32>,
    /// How many subpartitions, where they have no names (MySQL).
    pub sub_count: Option<u32>,
    /// The partitions.
    pub partitions: Vec<PartitionSpec>,
}

/// `range (created_at)`: a method and what it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBy {
    /// The words in front of the parenthesis, in lower case.
    pub method: String,
    /// What a row goes by.
    pub key: Vec<KeyPartSpec>,
}

/// One partition.
#[derive(Clone, Debug)]
pub struct PartitionSpec {
    /// Its name.
    pub name: Spanned<Ident>,
    /// Which rows it holds.
    pub values: Option<Spanned<String>>,
    /// How it is divided once more.
    pub partitioning: Option<PartitioningSpec>,
    /// Its subpartitions, where they have names but no way of their own (MySQL).
    pub subs: Vec<PartitionSpec>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
    /// Its indexes beyond those of the partitioned table.
    pub indexes: Vec<IndexSpec>,
    /// `options:`
    pub native: Vec<OptionSpec>,
}
