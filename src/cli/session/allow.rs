//! `--allow`: effects that are permitted without a prompt.

use crate::change::HazardKind;

/// What may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Allow {
    /// Rows or values are gone for good
    DataLoss,
    /// Big tables are written anew
    Rewrite,
    /// Writers of big tables wait
    BlocksWrites,
    /// Values change their meaning or precision
    DataChange,
    /// A database that migrations were applied to is changed without one (apply)
    Versioned,
    /// The schema is another than the snapshots say
    Drift,
}

/// `--allow`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AllowArgs {
    /// What the migrations may do, with commas between (repeatable); --yes never implies it
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) allow: Vec<Allow>,
}

impl AllowArgs {
    pub(crate) fn data_loss(&self) -> bool {
        self.allow.contains(&Allow::DataLoss)
    }

    pub(crate) fn heavy(&self, kind: HazardKind) -> bool {
        self.allow.contains(&match kind {
            HazardKind::Rewrite => Allow::Rewrite,
            HazardKind::BlocksWrites => Allow::BlocksWrites,
            HazardKind::DataLoss => Allow::DataLoss,
            // nobody has to agree to these
            HazardKind::DataChange | HazardKind::BlocksReads | HazardKind::Scan => return true,
        })
    }

    /// Whether a database with a history may be changed without a migration.
    pub(crate) fn versioned(&self) -> bool {
        self.allow.contains(&Allow::Versioned)
    }

    /// Whether the schema may be another than it was left.
    pub(crate) fn drift(&self) -> bool {
        self.allow.contains(&Allow::Drift)
    }
}
