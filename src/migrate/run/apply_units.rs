//! Prepares a plan for the executor without files: one unit per phase, with the text that a file would have, and the
//! statements that record the managed objects.

use crate::change::{Change, Hazard, Phase, Plan, Tx};
use crate::db::Server;
use crate::diag::Diagnostic;
use crate::dialect::{Dialect, Unsupported};
use crate::migrate::files::write::{DOWN, PhaseText, StepText, UP, WriteError, file_text};
use crate::migrate::history::managed_objects::ManagedTable;
use crate::migrate::journal::entry::RunCommand;
use crate::migrate::run::events::Direction;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::pending::PendingUnits;
use crate::migrate::run::plan_record;
use crate::model::{Object, ObjectId, Pair, Schema};
use crate::plan;
use crate::server::execution_profile::{DdlTransactions, ExecutionProfile};
use crate::server::profile;
use std::collections::BTreeSet;

/// The current record of managed objects.
#[derive(Clone, Debug)]
pub struct ManagedRecord {
    /// The table of the record.
    pub table: ManagedTable,
    /// The managed objects; `None` if the table does not exist.
    pub ids: Option<BTreeSet<ObjectId>>,
}

/// A prepared plan.
#[derive(Clone, Debug, Default)]
pub struct PreparedRun {
    /// The work for the executor.
    pub work: PendingUnits,
    /// The steps, including those that record managed objects.
    pub steps: Vec<StepText>,
    /// The impacts, by step.
    pub hazards: Vec<(u32, Hazard)>,
}

/// The reason why a plan can't be run.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The dialect can't express a step.
    #[error("{}", .0.message)]
    Unsupported(Unsupported),
    /// The generated text does not parse into its statements, which is a bug of this program.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The generated text can't be parsed as a migration, which is a bug of this program.
    #[error("the generated SQL can't be parsed: {}", .0.iter().map(|d| d.message.as_str()).collect::<Vec<_>>().join("; "))]
    Read(Vec<Diagnostic>),
}

/// Prepares a plan for one server. `sides` are the live and the desired schema; the tables of the latter are managed
/// from the first change on.
///
/// # Errors
/// See [`PrepareError`].
pub fn prepare(
    dialect: &dyn Dialect,
    server: &Server,
    plan: &Plan,
    sides: &Pair<&Schema>,
    managed: &ManagedRecord,
) -> Result<PreparedRun, PrepareError> {
    let mut prepared = PreparedRun::default();
    let profile = &profile(server.vendor).execution;
    prepared.work.command = RunCommand::Apply;
    let mut record = ManagedChanges::new(profile, plan, sides.to, managed);
    let mut last = plan.steps().map(|step| step.id).max();
    for (n, phase) in plan.phases.iter().enumerate() {
        let alone = Plan {
            phases: vec![phase.clone()],
        };
        let mut text = PhaseText {
            tx: phase.tx,
            up: Vec::new(),
            down: Vec::new(),
            hazards: Vec::new(),
            undo_hazards: Vec::new(),
        };
        for joint in plan::join(std::slice::from_ref(&alone)) {
            text = PhaseText::render(dialect, &joint).map_err(PrepareError::Unsupported)?;
        }
        // the steps of a joint plan are numbered from 1 in each phase
        let ids: Vec<u32> = phase.steps.iter().map(|step| step.id).collect();
        renumber(&mut text, &ids);
        for step in &phase.steps {
            let found = dialect.impact(step, Some(server));
            let found = found.into_iter().map(|hazard| (step.id, hazard));
            prepared.hazards.extend(found);
        }
        let next = last.unwrap_or(0) + 1;
        if let Some((up, down)) = record.step(phase, next) {
            last = Some(next);
            // created before all units: as a statement of a unit it could become undecided
            if managed.ids.is_none() {
                prepared.work.tables = vec![managed.table.create_sql(profile)];
            }
            text.up.push(up);
            text.down.insert(0, down);
        }
        let name = match plan.phases.len() {
            1 => "apply".to_owned(),
            of => format!("apply {} of {of}", n + 1),
        };
        let lexical_rules = dialect.lexical_rules();
        let sql =
            |steps, mark| file_text(&name, dialect.name(), lexical_rules, phase.tx, steps, mark);
        let mut texts = plan_record::PlanRecord {
            up: sql(&text.up, UP)?.0,
            down: sql(&text.down, DOWN)?.0,
            ..plan_record::PlanRecord::default()
        };
        // a transaction can't be partially applied, so recovery needs no changes
        if profile.ddl == DdlTransactions::ImplicitCommit || phase.tx == Tx::Bare {
            let steps = phase.steps.iter();
            texts.record_changes(steps.map(|step| (step.id, step.action.change())));
        }
        let unit = MigrationUnit::from_plan(&name, texts, Direction::Up, lexical_rules);
        prepared.work.items.push(unit.map_err(PrepareError::Read)?);
        prepared.steps.append(&mut text.up);
    }
    Ok(prepared)
}

/// Numbers the steps of a phase as in the whole plan.
fn renumber(text: &mut PhaseText, ids: &[u32]) {
    for step in text.up.iter_mut().chain(&mut text.down) {
        let at = usize::try_from(step.id).unwrap_or(0).checked_sub(1);
        if let Some(id) = at.and_then(|at| ids.get(at)) {
            step.id = *id;
        }
    }
}

/// The changes of the record of managed objects.
struct ManagedChanges<'a> {
    profile: &'static ExecutionProfile,
    managed: &'a ManagedRecord,
    /// Existing tables of the specs that are not recorded yet.
    found: BTreeSet<ObjectId>,
}

impl<'a> ManagedChanges<'a> {
    fn new(
        profile: &'static ExecutionProfile,
        plan: &Plan,
        want: &Schema,
        managed: &'a ManagedRecord,
    ) -> Self {
        let mut known = managed.ids.clone().unwrap_or_default();
        for change in plan.changes() {
            if let Change::Create(id, _) = change {
                known.insert(id.clone());
            }
        }
        let tables = want.tables().filter(|(_, table)| !table.external);
        Self {
            profile,
            managed,
            found: (tables.map(|(id, _)| id.clone()))
                .filter(|id| !known.contains(id))
                .collect(),
        }
    }

    /// The steps, up and down, that record the objects which a phase creates and drops. `None` for a phase outside of a
    /// transaction, which creates and drops no objects.
    fn step(&mut self, phase: &Phase, id: u32) -> Option<(StepText, StepText)> {
        if phase.tx == Tx::Bare {
            return None;
        }
        let known = self.managed.ids.as_ref();
        let mut created = std::mem::take(&mut self.found);
        let mut dropped = BTreeSet::new();
        let steps = phase.steps.iter();
        for change in steps.map(|step| step.action.change()) {
            match change {
                Change::Create(id, object) => {
                    if is_own(object) && known.is_none_or(|known| !known.contains(id)) {
                        created.insert(id.clone());
                    }
                }
                Change::Drop(id, _) => {
                    dropped.insert(id.clone());
                }
                Change::Replace(..) | Change::Comment(..) | Change::Value(..) => {}
                Change::Table { sides, ops } => {
                    if ops.iter().any(|op| op.rename().is_some()) {
                        dropped.insert(sides.from.id.clone());
                    }
                }
            }
        }
        dropped.retain(|id| known.is_some_and(|known| known.contains(id)) && !created.contains(id));
        if created.is_empty() && dropped.is_empty() {
            return None;
        }
        let table = &self.managed.table;
        let insert = |ids: &BTreeSet<ObjectId>| table.insert_sql(self.profile, ids);
        let delete = |ids: &BTreeSet<ObjectId>| table.delete_sql(self.profile, ids);
        let mut up = Vec::new();
        let mut down = Vec::new();
        if !dropped.is_empty() {
            up.push(delete(&dropped));
            down.push(insert(&dropped));
        }
        if !created.is_empty() {
            up.push(insert(&created));
            down.push(delete(&created));
        }
        let step = |statements| StepText {
            id,
            what: String::from("record managed objects"),
            statements,
            facets: Vec::new(),
            table: None,
            rebuilds: false,
        };
        Some((step(up), step(down)))
    }
}

/// Whether a created object is managed. A stand-in for an external table is not.
fn is_own(object: &Object) -> bool {
    !object.as_table().is_some_and(|table| table.external)
}
