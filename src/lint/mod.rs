//! The place of design rules: one rule, one file. There are none yet.
