//! From a plan to what the executor runs, without files: the texts that files would have had, a unit of
//! work a phase, and in each the record of what is managed from then on.

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

/// What the record of managed objects says now.
#[derive(Clone, Debug)]
pub struct ManagedRecord {
    /// Where it is kept.
    pub table: ManagedTable,
    /// What it holds; `None` where the table isn't there yet.
    pub ids: Option<BTreeSet<ObjectId>>,
}

/// A plan as it is run, and as it is shown.
#[derive(Clone, Debug, Default)]
pub struct PreparedRun {
    /// What the executor runs.
    pub work: PendingUnits,
    /// The steps, the record of what is managed among them.
    pub steps: Vec<StepText>,
    /// What they do to a live system, by step.
    pub hazards: Vec<(u32, Hazard)>,
}

/// Why a plan can't be run.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The dialect can't say it.
    #[error("{}", .0.message)]
    Unsupported(Unsupported),
    /// What was generated doesn't read as what was meant; a defect of this program.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The same, in the eyes of the reader of files.
    #[error("the generated SQL can't be read: {}", .0.iter().map(|d| d.message.as_str()).collect::<Vec<_>>().join("; "))]
    Read(Vec<Diagnostic>),
}

/// Turns a plan for one server into work. `sides` are what is there and what the plan leads to, whose
/// tables are managed from the first change on.
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
    let running = &profile(server.vendor).execution;
    prepared.work.command = RunCommand::Apply;
    let mut record = ManagedChanges::new(running, plan, sides.to, managed);
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
        // a joint plan counts from 1 in each phase; the whole plan counts on
        let ids: Vec<u32> = phase.steps.iter().map(|step| step.id).collect();
        number(&mut text, &ids);
        for step in &phase.steps {
            let found = dialect.impact(step, Some(server));
            let found = found.into_iter().map(|hazard| (step.id, hazard));
            prepared.hazards.extend(found);
        }
        let next = last.unwrap_or(0) + 1;
        if let Some((up, down)) = record.step(phase, next) {
            last = Some(next);
            // made ahead of all: a statement of its own that commits by itself would be one more to doubt
            if managed.ids.is_none() {
                prepared.work.tables = vec![managed.table.create_sql(running)];
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
        // a transaction leaves nothing to be told
        if running.ddl == DdlTransactions::ImplicitCommit || phase.tx == Tx::Bare {
            let steps = phase.steps.iter();
            texts.record_changes(steps.map(|step| (step.id, step.action.change())));
        }
        let item = MigrationUnit::from_plan(&name, texts, Direction::Up, lexical_rules);
        prepared.work.items.push(item.map_err(PrepareError::Read)?);
        prepared.steps.append(&mut text.up);
    }
    Ok(prepared)
}

/// Gives the steps of a phase their numbers within the whole plan.
fn number(text: &mut PhaseText, ids: &[u32]) {
    for step in text.up.iter_mut().chain(&mut text.down) {
        let at = usize::try_from(step.id).unwrap_or(0).checked_sub(1);
        if let Some(id) = at.and_then(|at| ids.get(at)) {
            step.id = *id;
        }
    }
}

/// What has still to be written about what is managed.
struct ManagedChanges<'a> {
    running: &'static ExecutionProfile,
    managed: &'a ManagedRecord,
    /// Tables of the specs that are there but were never recorded.
    found: BTreeSet<ObjectId>,
}

impl<'a> ManagedChanges<'a> {
    fn new(
        running: &'static ExecutionProfile,
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
            running,
            managed,
            found: (tables.map(|(id, _)| id.clone()))
                .filter(|id| !known.contains(id))
                .collect(),
        }
    }

    /// The step that records what a phase makes and drops, and its way back. What runs outside of a
    /// transaction makes and drops no object.
    fn step(&mut self, phase: &Phase, id: u32) -> Option<(StepText, StepText)> {
        if phase.tx == Tx::Bare {
            return None;
        }
        let known = self.managed.ids.as_ref();
        let mut come = std::mem::take(&mut self.found);
        let mut gone = BTreeSet::new();
        let steps = phase.steps.iter();
        for change in steps.map(|step| step.action.change()) {
            match change {
                Change::Create(id, object) => {
                    if is_own(object) && known.is_none_or(|known| !known.contains(id)) {
                        come.insert(id.clone());
                    }
                }
                Change::Drop(id, _) => {
                    gone.insert(id.clone());
                }
                Change::Replace(..) | Change::Comment(..) | Change::Value(..) => {}
                Change::Table { sides, ops } => {
                    if ops.iter().any(|op| op.rename().is_some()) {
                        gone.insert(sides.from.id.clone());
                    }
                }
            }
        }
        gone.retain(|id| known.is_some_and(|known| known.contains(id)) && !come.contains(id));
        if come.is_empty() && gone.is_empty() {
            return None;
        }
        let table = &self.managed.table;
        let insert = |ids: &BTreeSet<ObjectId>| table.insert_sql(self.running, ids);
        let delete = |ids: &BTreeSet<ObjectId>| table.delete_sql(self.running, ids);
        let mut up = Vec::new();
        let mut down = Vec::new();
        if !gone.is_empty() {
            up.push(delete(&gone));
            down.push(insert(&gone));
        }
        if !come.is_empty() {
            up.push(insert(&come));
            down.push(delete(&come));
        }
        let step = |statements| StepText {
            id,
            what: String::from("record what is managed"),
            statements,
            facets: Vec::new(),
            table: None,
            rebuilds: false,
        };
        Some((step(up), step(down)))
    }
}

/// Whether an object is ours once it is made: a stand-in for somebody else's isn't.
fn is_own(object: &Object) -> bool {
    !object.as_table().is_some_and(|table| table.external)
}
