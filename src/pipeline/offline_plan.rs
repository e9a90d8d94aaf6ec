//! Plans without a server: from one set of specs to another, for each vendor of a dialect.

use crate::change::Plan;
use crate::diag::Diagnostic;
use crate::dialect::Dialect;
use crate::diff;
use crate::diff::Renames;
use crate::model::{Pair, Schema};
use crate::pipeline::error::{Error, Problems};
use crate::pipeline::settings::Settings;
use crate::plan;
use crate::spec;
use crate::spec::Documents;

/// The plans from one set of specs to another.
#[derive(Debug)]
pub(crate) struct OfflinePlan {
    /// One plan per vendor of the dialect, in the order of its vendors.
    pub(crate) plans: Vec<Plan>,
    /// The declared renames of each vendor whose plan isn't empty.
    pub(crate) renames: Vec<Renames>,
}

impl Settings {
    /// Plans the changes from specs to others. Without `from`, everything is created. `found` are the findings of reading
    /// both.
    ///
    /// # Errors
    /// [`Error::Specs`]; [`Error::DependencyCycle`].
    pub(crate) fn plan_offline(
        &self,
        dialect: &dyn Dialect,
        from: Option<&Documents>,
        to: &Documents,
        mut found: Vec<Diagnostic>,
    ) -> Result<OfflinePlan, Error> {
        let mut sides = Vec::new();
        for vendor in dialect.vendors() {
            let after = self.lower(to, dialect, *vendor, &mut found);
            // the specs before were valid when their snapshot was written
            let before = from.map_or_else(Schema::default, |documents| {
                let ignored = &mut Vec::new();
                self.lower(documents, dialect, *vendor, ignored).schema
            });
            found.extend(diff::check_renames(&before, &after.renames));
            sides.push((before, after));
        }
        let errors = spec::errors(found);
        if !errors.is_empty() {
            return Err(Error::Specs(Problems::new(errors, to.sources.clone())));
        }
        let mut planned = OfflinePlan {
            plans: Vec::new(),
            renames: Vec::new(),
        };
        for (before, after) in sides {
            let changes = diff::diff(&before, &after.schema, &after.renames);
            let has_changes = !changes.is_empty();
            let ends = Pair::new(&before, &after.schema);
            planned.plans.push(plan::plan(dialect, changes, &ends)?);
            if has_changes {
                planned.renames.push(after.renames);
            }
        }
        Ok(planned)
    }
}
