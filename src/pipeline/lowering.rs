//! Specs as the schema of one dialect.

use crate::compile;
use crate::db::{Server, Vendor};
use crate::diag::Diagnostic;
use crate::dialect::Dialect;
use crate::diff::Renames;
use crate::model::Schema;
use crate::pipeline::error::{Error, Problems};
use crate::pipeline::settings::Settings;
use crate::spec;
use crate::spec::{Documents, Spec};

/// Specs lowered for one dialect and vendor.
#[derive(Debug)]
#[non_exhaustive]
pub struct Lowered {
    /// The specs, with the locations of their parts in the files.
    pub spec: Spec,
    /// The declared schema.
    pub schema: Schema,
    /// The renames that `renamed_from` declares.
    pub renames: Renames,
}

/// The server or vendor that specs are lowered for.
#[derive(Clone, Copy, Debug)]
pub enum LoweringTarget<'a> {
    /// Any server of a vendor that the settings allow.
    Vendor(Vendor),
    /// One server.
    Server(&'a Server),
}

impl From<Vendor> for LoweringTarget<'_> {
    fn from(vendor: Vendor) -> Self {
        Self::Vendor(vendor)
    }
}

impl<'a> From<&'a Server> for LoweringTarget<'a> {
    fn from(server: &'a Server) -> Self {
        Self::Server(server)
    }
}

impl Settings {
    /// Lowers specs and checks the result. Diagnostics are added to `found`.
    pub(crate) fn lower<'a>(
        &self,
        documents: &Documents,
        dialect: &dyn Dialect,
        target: impl Into<LoweringTarget<'a>>,
        found: &mut Vec<Diagnostic>,
    ) -> Lowered {
        let (vendor, server) = match target.into() {
            LoweringTarget::Vendor(vendor) => (vendor, None),
            LoweringTarget::Server(server) => (server.vendor, Some(server)),
        };
        let (spec, mut more) = documents.resolve(dialect.override_keys(Some(vendor)));
        found.append(&mut more);
        let mut lowered = compile::lower(dialect, &spec, &self.floor(dialect, server));
        found.append(&mut lowered.diagnostics);
        let servers = self.known_servers(server);
        let checked = compile::check(dialect, &spec, &lowered.schema, &servers);
        found.extend(checked);
        Lowered {
            spec,
            schema: lowered.schema,
            renames: lowered.renames,
        }
    }

    /// Lowers specs that must have no errors; `found` are the diagnostics of reading them.
    ///
    /// # Errors
    /// [`Error::Specs`].
    pub(crate) fn lower_valid<'a>(
        &self,
        documents: &Documents,
        mut found: Vec<Diagnostic>,
        dialect: &dyn Dialect,
        target: impl Into<LoweringTarget<'a>>,
    ) -> Result<Lowered, Error> {
        let lowered = self.lower(documents, dialect, target, &mut found);
        let errors = spec::errors(found);
        if errors.is_empty() {
            return Ok(lowered);
        }
        Err(Error::Specs(Problems::new(
            errors,
            documents.sources.clone(),
        )))
    }
}
