//! From changes to a plan: order, phases, and what a dialect can't alter.
