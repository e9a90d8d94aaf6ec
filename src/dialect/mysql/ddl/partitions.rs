//! Partitions: their definitions, and the smallest change that turns one set of them into another.

use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::literals;
use crate::model::{IndexPart, Pair, PartKey, Partition, Partitioning};
use crate::sql::literal;

/// The PARTITION BY clause, which follows a table's options.
pub(crate) fn partition_by_clause(partitioning: &Partitioning) -> String {
    let mut out = format!("PARTITION BY {}", method_clause(partitioning));
    if let Some(count) = partitioning.count {
        out = format!("{out} PARTITIONS {count}");
    }
    if let Some(sub) = &partitioning.sub {
        out = format!("{out}\nSUBPARTITION BY {}", method_clause(sub));
        if let Some(count) = sub.count {
            out = format!("{out} SUBPARTITIONS {count}");
        }
    }
    if !partitioning.parts.is_empty() {
        let parts = partitioning
            .parts
            .iter()
            .map(|p| partition_definition("PARTITION", p));
        let parts: Vec<String> = parts.collect();
        out = format!("{out}\n({})", parts.join(",\n "));
    }
    out
}

fn method_clause(partitioning: &Partitioning) -> String {
    let name = partitioning.method.to_ascii_uppercase();
    let key = partitioning.key.iter().map(key_part);
    if partitioning.method == "system_time" {
        let key: String = key.collect();
        return format!("{name} {key}").trim_end().to_owned();
    }
    format!("{name} ({})", literal::list(key))
}

fn key_part(part: &IndexPart) -> String {
    match &part.key {
        PartKey::Column(name) => quote(name.as_str()),
        PartKey::Expr(expr) => expr.text.clone(),
    }
}

fn partition_definition(word: &str, part: &Partition) -> String {
    let mut out = format!("{word} {}", quote(part.name.as_str()));
    match part.values.as_deref() {
        Some(kind @ ("default" | "history" | "current")) => out = format!("{out} {kind}"),
        Some(values) => out = format!("{out} VALUES {values}"),
        None => {}
    }
    for (key, value) in part.attrs.iter() {
        let value = match key {
            "comment" | "data_directory" | "index_directory" => literals::string_literal(value),
            "tablespace" => quote(value),
            _ => value.to_owned(),
        };
        let name = key.to_ascii_uppercase().replace("_DIRECTORY", " DIRECTORY");
        out = format!("{out} {name} = {value}");
    }
    if !part.subs.is_empty() {
        let subs = part
            .subs
            .iter()
            .map(|sub| partition_definition("SUBPARTITION", sub));
        out = format!("{out} ({})", literal::list(subs));
    }
    out
}

/// A change to the partitions of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PartitionChange<'a> {
    /// `REMOVE PARTITIONING`.
    Remove,
    /// `PARTITION BY …`: every row is rewritten.
    Replace(&'a Partitioning),
    /// Adds partitions after the last one.
    Add(&'a [Partition]),
    /// Adds this number of hash partitions.
    Grow(u32),
    /// Removes this number of hash partitions and keeps their rows.
    Shrink(u32),
    /// Drops partitions with their rows.
    Drop(Vec<&'a Partition>),
    /// Distributes the rows of the first partitions over the second ones.
    Reorganize(&'a [Partition], &'a [Partition]),
}

/// The smallest change that turns one partitioning into the other; `None` if they are equal.
pub(crate) fn partition_change(pair: &Pair<Option<Partitioning>>) -> Option<PartitionChange<'_>> {
    let (from, to) = match (&pair.from, &pair.to) {
        (None, None) => return None,
        (Some(_), None) => return Some(PartitionChange::Remove),
        (None, Some(to)) => return Some(PartitionChange::Replace(to)),
        (Some(from), Some(to)) => (from, to),
    };
    if from == to {
        return None;
    }
    if from.method != to.method || from.key != to.key || from.sub != to.sub {
        return Some(PartitionChange::Replace(to));
    }
    if from.parts.is_empty() && to.parts.is_empty() {
        let (before, after) = (from.count.unwrap_or(1), to.count.unwrap_or(1));
        return Some(match after.checked_sub(before) {
            Some(more) => PartitionChange::Grow(more),
            None => PartitionChange::Shrink(before - after),
        });
    }
    let by_values = from.method.starts_with("range") || from.method.starts_with("list");
    if !by_values || from.parts.is_empty() || to.parts.is_empty() {
        return Some(PartitionChange::Replace(to));
    }
    let gone: Vec<&Partition> = (from.parts.iter())
        .filter(|part| !to.parts.contains(part))
        .collect();
    let mut kept = from.parts.iter().filter(|part| to.parts.contains(part));
    if !gone.is_empty() && to.parts.iter().all(|part| kept.next() == Some(part)) {
        return Some(PartitionChange::Drop(gone));
    }
    let same = |one: &mut dyn Iterator<Item = (&Partition, &Partition)>| {
        one.take_while(|(one, other)| one == other).count()
    };
    let head = same(&mut from.parts.iter().zip(&to.parts));
    let most = from.parts.len().min(to.parts.len()) - head;
    let tail = same(&mut from.parts.iter().rev().zip(to.parts.iter().rev())).min(most);
    let old = from.parts.get(head..from.parts.len() - tail)?;
    let new = to.parts.get(head..to.parts.len() - tail)?;
    Some(match (old.is_empty(), tail) {
        (true, 0) => PartitionChange::Add(new),
        // a range before an existing one takes its rows from that one
        (true, tail) => {
            let with = from.parts.len() - tail;
            PartitionChange::Reorganize(
                from.parts.get(with..=with)?,
                to.parts.get(head..=to.parts.len() - tail)?,
            )
        }
        // the last range can't become shorter, and only the server can compare bounds
        (false, 0) if old.last().map(|p| &p.values) != new.last().map(|p| &p.values) => {
            PartitionChange::Replace(to)
        }
        (false, _) => PartitionChange::Reorganize(old, new),
    })
}

impl PartitionChange<'_> {
    /// The clause of ALTER TABLE.
    pub(crate) fn sql(&self) -> String {
        let defined = |parts: &[Partition]| {
            let parts: Vec<String> = parts
                .iter()
                .map(|p| partition_definition("PARTITION", p))
                .collect();
            parts.join(", ")
        };
        match self {
            Self::Remove => String::from("REMOVE PARTITIONING"),
            Self::Replace(to) => partition_by_clause(to),
            Self::Add(parts) => format!("ADD PARTITION ({})", defined(parts)),
            Self::Grow(more) => format!("ADD PARTITION PARTITIONS {more}"),
            Self::Shrink(fewer) => format!("COALESCE PARTITION {fewer}"),
            Self::Drop(parts) => {
                let names = parts.iter().map(|part| quote(part.name.as_str()));
                format!("DROP PARTITION {}", literal::list(names))
            }
            Self::Reorganize(old, new) => {
                let names = old.iter().map(|part| quote(part.name.as_str()));
                format!(
                    "REORGANIZE PARTITION {} INTO ({})",
                    literal::list(names),
                    defined(new)
                )
            }
        }
    }

    /// Whether the clause can follow other clauses in one ALTER TABLE.
    pub(crate) fn can_follow_other_clauses(&self) -> bool {
        match self {
            Self::Remove | Self::Replace(_) => true,
            Self::Add(_)
            | Self::Grow(_)
            | Self::Shrink(_)
            | Self::Drop(_)
            | Self::Reorganize(..) => false,
        }
    }
}
