//! The exit codes. They are stable, and each has one meaning (`docs/exit-codes.md`).

/// The exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Success.
    Done = 0,
    /// Failed; no migration is partially applied.
    Failed = 1,
    /// An error in the usage or the configuration.
    Usage = 2,
    /// Changes are pending (only of commands that report this).
    Pending = 3,
    /// A check found problems.
    Wrong = 4,
    /// Partially applied or unknown: a repair is needed.
    Repair = 5,
    /// Another run holds the lock.
    Locked = 6,
    /// Refused: not allowed or not confirmed.
    Refused = 7,
    /// Interrupted between migrations (Ctrl-C).
    Interrupted = 130,
    /// Terminated between migrations (SIGTERM).
    Terminated = 143,
}

impl Exit {
    /// All codes by number, with their meanings.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Done, "success"),
        (Self::Failed, "failed; no migration is partially applied"),
        (Self::Usage, "error in the usage or the configuration"),
        (Self::Pending, "changes pending"),
        (Self::Wrong, "a check found problems"),
        (Self::Repair, "partially applied or unknown; run `repair`"),
        (Self::Locked, "lock held by another run"),
        (Self::Refused, "refused: not allowed or not confirmed"),
        (Self::Interrupted, "interrupted between migrations (Ctrl-C)"),
        (Self::Terminated, "terminated between migrations (SIGTERM)"),
    ];

    /// The number of the exit code.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The precedence where several apply: 5, 6, 7, 4, 3, 1, then success.
    fn weight(self) -> u8 {
        match self {
            Self::Interrupted | Self::Terminated => 8,
            Self::Usage => 7,
            Self::Repair => 6,
            Self::Locked => 5,
            Self::Refused => 4,
            Self::Wrong => 3,
            Self::Pending => 2,
            Self::Failed => 1,
            Self::Done => 0,
        }
    }

    /// The one of two codes that takes precedence.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        if other.weight() > self.weight() {
            other
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_codes_are_stable() {
        let codes = Exit::ALL.map(|(exit, _)| exit.code());
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130, 143]);
    }

    #[test]
    fn precedence_of_codes() {
        let order = [
            Exit::Repair,
            Exit::Locked,
            Exit::Refused,
            Exit::Wrong,
            Exit::Pending,
            Exit::Failed,
            Exit::Done,
        ];
        for pair in order.windows(2) {
            assert_eq!(pair[1].or_worse(pair[0]), pair[0]);
            assert_eq!(pair[0].or_worse(pair[1]), pair[0]);
        }
    }

    #[test]
    fn every_code_is_documented() {
        let text = include_str!("../../docs/exit-codes.md");
        for (exit, meaning) in Exit::ALL {
            let row = format!("| {} | {meaning} |", exit.code());
            assert!(text.contains(&row), "docs/exit-codes.md has no `{row}`");
        }
    }
}
