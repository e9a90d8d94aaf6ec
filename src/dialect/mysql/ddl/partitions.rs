//! Partitions: their SQL, and the least that turns one set of them into another.

use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::literals;
use crate::model::{IndexPart, Pair, PartKey, Partition, Partitioning};
use crate::sql::literal;

/// `PARTITION BY ...`, as it stands behind a table's options.
pub(crate) fn clause(partitioning: &Partitioning) -> String {
    let mut out = format!("PARTITION BY {}", method(partitioning));
    if let Some(count) = partitioning.count {
        out = format!("{out} PARTITIONS {count}");
    }
    if let Some(sub) = &partitioning.sub {
        out = format!("{out}\nSUBPARTITION BY {}", method(sub));
        if let Some(count) = sub.count {
            out = format!("{out} SUBPARTITIONS {count}");
        }
    }
    if !partitioning.parts.is_empty() {
        let parts = partitioning.parts.iter().map(|p| part("PARTITION", p));
        let parts: Vec<String> = parts.collect();
        out = format!("{out}\n({})", parts.join(",\n "));
    }
    out
}

fn method(partitioning: &Partitioning) -> String {
    let name = partitioning.method.to_ascii_uppercase();
    let key = partitioning.key.iter().map(key);
    if partitioning.method == "system_time" {
        let key: String = key.collect();
        return format!("{name} {key}").trim_end().to_owned();
    }
    format!("{name} ({})", literal::list(key))
}

fn key(part: &IndexPart) -> String {
    match &part.key {
        PartKey::Column(name) => quote(name.as_str()),
        PartKey::Expr(expr) => expr.text.clone(),
    }
}

fn part(word: &str, part: &Partition) -> String {
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
        let subs = part.subs.iter().map(|sub| self::part("SUBPARTITION", sub));
        out = format!("{out} ({})", literal::list(subs));
    }
    out
}

/// What is to be done to the partitions of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// `REMOVE PARTITIONING`.
    Remove,
    /// `PARTITION BY ...`: every row is written anew.
    Anew(&'a Partitioning),
    /// Partitions behind the last one.
    Add(&'a [Partition]),
    /// So many more partitions of a hash.
    Grow(u32),
    /// So many fewer partitions of a hash.
    Shrink(u32),
    /// Partitions and their rows go.
    Drop(Vec<&'a Partition>),
    /// The rows of these partitions are spread over those.
    Reorganize(&'a [Partition], &'a [Partition]),
}

/// The least that turns the one into the other.
pub(crate) fn step(pair: &Pair<Option<Partitioning>>) -> Option<Step<'_>> {
    let (from, to) = match (&pair.from, &pair.to) {
        (None, None) => return None,
        (Some(_), None) => return Some(Step::Remove),
        (None, Some(to)) => return Some(Step::Anew(to)),
        (Some(from), Some(to)) => (from, to),
    };
    if from == to {
        return None;
    }
    if from.method != to.method || from.key != to.key || from.sub != to.sub {
        return Some(Step::Anew(to));
    }
    if from.parts.is_empty() && to.parts.is_empty() {
        let (before, after) = (from.count.unwrap_or(1), to.count.unwrap_or(1));
        return Some(match after.checked_sub(before) {
            Some(more) => Step::Grow(more),
            None => Step::Shrink(before - after),
        });
    }
    let by_values = from.method.starts_with("range") || from.method.starts_with("list");
    if !by_values || from.parts.is_empty() || to.parts.is_empty() {
        return Some(Step::Anew(to));
    }
    let gone: Vec<&Partition> = (from.parts.iter())
        .filter(|part| !to.parts.contains(part))
        .collect();
    let mut kept = from.parts.iter().filter(|part| to.parts.contains(part));
    if !gone.is_empty() && to.parts.iter().all(|part| kept.next() == Some(part)) {
        return Some(Step::Drop(gone));
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
        (true, 0) => Step::Add(new),
        // what comes before another takes its rows from that
        (true, tail) => {
            let with = from.parts.len() - tail;
            Step::Reorganize(
                from.parts.get(with..=with)?,
                to.parts.get(head..=to.parts.len() - tail)?,
            )
        }
        // the last range can't be cut short, and whether it is, only the server knows
        (false, 0) if old.last().map(|p| &p.values) != new.last().map(|p| &p.values) => {
            Step::Anew(to)
        }
        (false, _) => Step::Reorganize(old, new),
    })
}

impl Step<'_> {
    /// The clause of ALTER TABLE.
    pub(crate) fn sql(&self) -> String {
        let defined = |parts: &[Partition]| {
            let parts: Vec<String> = parts.iter().map(|p| part("PARTITION", p)).collect();
            parts.join(", ")
        };
        match self {
            Self::Remove => String::from("REMOVE PARTITIONING"),
            Self::Anew(to) => clause(to),
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

    /// Whether it may stand behind other clauses of one ALTER TABLE.
    pub(crate) fn joins(&self) -> bool {
        match self {
            Self::Remove | Self::Anew(_) => true,
            Self::Add(_)
            | Self::Grow(_)
            | Self::Shrink(_)
            | Self::Drop(_)
            | Self::Reorganize(..) => false,
        }
    }
}
