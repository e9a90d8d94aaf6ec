//! `--allow`: effects that are permitted without a prompt.

use crate::change::HazardKind;

/// An effect that `--allow` permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Allow {
    /// Rows or values are lost
    DataLoss,
    /// Tables above the size `safe_below` are rewritten
    Rewrite,
    /// Writes to tables above the size `safe_below` are blocked
    BlocksWrites,
    /// Values change their form or precision
    DataChange,
    /// A database with applied migrations is changed without a migration (apply)
    Versioned,
    /// The schema differs from the snapshots
    Drift,
}

/// `--allow`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AllowArgs {
    /// Permit an effect (comma-separated, repeatable; not implied by --yes)
    #[arg(long, value_name = "EFFECT", value_enum, value_delimiter = ',')]
    pub(crate) allow: Vec<Allow>,
}

impl AllowArgs {
    /// Whether data loss is permitted.
    pub(crate) fn data_loss(&self) -> bool {
        self.allow.contains(&Allow::DataLoss)
    }

    /// Whether an impact on a large table is permitted.
    pub(crate) fn large_table(&self, kind: HazardKind) -> bool {
        self.allow.contains(&match kind {
            HazardKind::Rewrite => Allow::Rewrite,
            HazardKind::BlocksWrites => Allow::BlocksWrites,
            HazardKind::DataLoss => Allow::DataLoss,
            // permitted without consent
            HazardKind::DataChange | HazardKind::BlocksReads | HazardKind::Scan => return true,
        })
    }

    /// Whether a database with applied migrations may be changed without a migration.
    pub(crate) fn versioned(&self) -> bool {
        self.allow.contains(&Allow::Versioned)
    }

    /// Whether the schema may differ from the snapshots.
    pub(crate) fn drift(&self) -> bool {
        self.allow.contains(&Allow::Drift)
    }
}
