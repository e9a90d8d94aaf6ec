//! Where the snapshot of one version is looked up.

use crate::migrate::files::directory::Version;
use crate::migrate::files::snapshot::{Snapshot, Snapshots};
use std::path::Path;

/// Where the snapshot of a version is looked up.
#[derive(Clone, Copy, Debug)]
pub enum SnapshotSource<'a> {
    /// A folder, of which only the file of the version is read.
    Folder(&'a Path),
    /// Snapshots that were read before.
    Loaded(&'a Snapshots),
}

impl SnapshotSource<'_> {
    /// The snapshot that covers a version, without a look at the others. `None` if there is none, or none
    /// that can be read.
    pub(crate) fn covering(self, version: Version) -> Option<Snapshot> {
        match self {
            Self::Folder(folder) => {
                let names = std::fs::read_dir(folder).ok()?;
                let first = names
                    .filter_map(|entry| {
                        let name = entry.ok()?.file_name();
                        let stem = name.to_str()?.strip_suffix(".yaml")?;
                        stem.strip_prefix('V')?.parse::<Version>().ok()
                    })
                    .filter(|first| *first <= version)
                    .max()?;
                let text = std::fs::read_to_string(folder.join(format!("V{first}.yaml"))).ok()?;
                let (snapshot, _) = Snapshot::from_text(&text).ok()?;
                snapshot.versions.contains(&version).then_some(snapshot)
            }
            Self::Loaded(snapshots) => {
                let mut all = snapshots.entries.iter().map(|entry| &entry.snapshot);
                all.find(|one| one.versions.contains(&version)).cloned()
            }
        }
    }
}
