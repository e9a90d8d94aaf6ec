//! Exit codes. They are stable, and each has one meaning (`docs/exit-codes.md`).

/// What the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// All is as it was wanted.
    Done = 0,
    /// It could not finish, and stopped at a migration boundary.
    Failed = 1,
    /// Usage or configuration.
    Usage = 2,
    /// Changes are pending (only where a command was asked to say so).
    Pending = 3,
    /// Checked, and found wrong.
    Wrong = 4,
    /// Half-applied or unknown: somebody has to look.
    Repair = 5,
    /// Another run holds the lock.
    Locked = 6,
    /// Refused: not allowed, or not confirmed.
    Refused = 7,
    /// Interrupted at a boundary (Ctrl-C).
    Interrupted = 130,
    /// Ended at a boundary by a signal.
    Terminated = 143,
}

impl Exit {
    /// All codes in the order of their numbers, with what they mean.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Done, "as wanted"),
        (
            Self::Failed,
            "could not finish, stopped at a migration boundary",
        ),
        (Self::Usage, "usage or configuration"),
        (Self::Pending, "changes pending"),
        (Self::Wrong, "checked and found wrong"),
        (Self::Repair, "half-applied or unknown, needs a look"),
        (Self::Locked, "another run holds the lock"),
        (Self::Refused, "refused: not allowed or not confirmed"),
        (Self::Interrupted, "interrupted at a boundary"),
        (Self::Terminated, "ended by a signal at a boundary"),
    ];

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// How much it matters where several apply: 5, 6, 7, 4, 3, 1, and then the rest.
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

    /// The one of two that counts.
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
    fn the_codes_are_what_scripts_rely_on() {
        let codes = Exit::ALL.map(|(exit, _)| exit.code());
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130, 143]);
    }

    #[test]
    fn where_several_apply() {
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
    fn the_documentation_names_every_code() {
        let text = include_str!("../../docs/exit-codes.md");
        for (exit, meaning) in Exit::ALL {
            let row = format!("| {} | {meaning} |", exit.code());
            assert!(text.contains(&row), "docs/exit-codes.md has no `{row}`");
        }
    }
}
