//! The error of a plan without an order.

use crate::diag::{Code, Diagnostic};
use std::fmt;

/// Steps of a plan depend on each other in a cycle, so no order of them works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyCycle {
    /// The steps in words. Each must run before the next one, and the last before the first.
    pub steps: Vec<String>,
}

impl DependencyCycle {
    /// The cycle as `A → B → A`.
    fn path(&self) -> String {
        let steps = self.steps.iter().chain(self.steps.first());
        let steps: Vec<&str> = steps.map(String::as_str).collect();
        steps.join(" → ")
    }
}

impl fmt::Display for DependencyCycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "steps of the plan depend on each other in a cycle: {}",
            self.path()
        )
    }
}

impl std::error::Error for DependencyCycle {}

impl From<&DependencyCycle> for Diagnostic {
    fn from(cycle: &DependencyCycle) -> Self {
        Self::error(Code::DependencyCycle, cycle.to_string())
            .help("declare a part of the change first, migrate, and declare the rest afterwards")
    }
}
