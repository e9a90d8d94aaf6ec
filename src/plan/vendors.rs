//! One plan from the plans of a dialect's vendors, whose files run unchanged on the servers of each vendor.

use crate::change::{Action, Plan, Step, Tx};
use crate::dialect::{Dialect, Unsupported};

/// A phase of the joint plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint<'a> {
    /// Its transaction rule.
    pub tx: Tx,
    /// Its steps. The steps of each vendor are among them, in that vendor's order.
    pub steps: Vec<JointStep<'a>>,
}

/// A step of the joint plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointStep<'a> {
    /// Its number within the plan, from 1.
    pub id: u32,
    /// The step of one of the vendors, for descriptions; other vendors may run other statements.
    pub shown: &'a Step,
    /// The step of each vendor; `None` for a vendor without it.
    sides: Vec<Option<&'a Step>>,
}

/// The direction in which a step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As planned.
    Up,
    /// Inverted.
    Down,
}

/// The inverse of a step. The down of a phase consists of the inverses of its steps in reverse order: it passes through
/// the same schemas as the up, so its order needs no planning.
pub(crate) fn revert_step(step: &Step) -> Step {
    let action = match step.action.clone() {
        Action::Change(change) => Action::Change(change.invert()),
        Action::Concurrently(change) => Action::Concurrently(change.invert()),
    };
    Step {
        action,
        ..step.clone()
    }
}

/// Joins the plans of a dialect's vendors, given in the order of [`Dialect::vendors`]. Steps that change the same parts
/// become one step; a step that only some vendors need stays a step.
pub fn join(plans: &[Plan]) -> Vec<Joint<'_>> {
    let phases = plans.iter().map(|plan| plan.phases.len()).max();
    let mut id = 0;
    (0..phases.unwrap_or(0))
        .filter_map(|n| {
            let of_vendors = || plans.iter().map(|plan| plan.phases.get(n));
            let steps = of_vendors().map(|phase| phase.map_or(&[][..], |phase| &phase.steps));
            Some(Joint {
                tx: of_vendors().flatten().next()?.tx,
                steps: join_steps(steps.collect(), &mut id),
            })
        })
        .collect()
}

fn join_steps<'a>(mut sides: Vec<&'a [Step]>, id: &mut u32) -> Vec<JointStep<'a>> {
    let mut joined = Vec::new();
    while let Some(shown) = next_step(&sides) {
        let taken = sides.iter_mut().map(|side| match side.split_first() {
            Some((first, rest)) if first.facets == shown.facets => {
                *side = rest;
                Some(first)
            }
            Some(_) | None => None,
        });
        *id += 1;
        joined.push(JointStep {
            id: *id,
            shown,
            sides: taken.collect(),
        });
    }
    joined
}

/// The first step that no vendor has later in its plan. If each of the first steps occurs later in another plan, any of
/// them is possible, since every vendor's own order is kept.
fn next_step<'a>(sides: &[&'a [Step]]) -> Option<&'a Step> {
    let occurs_later = |step: &Step| {
        let mut later = sides.iter().filter_map(|side| side.get(1..)).flatten();
        later.any(|other| other.facets == step.facets)
    };
    let mut heads = sides.iter().filter_map(|side| side.first());
    let first = heads.clone().next()?;
    // the usual case: all vendors have the same step next
    if heads.clone().all(|step| step.facets == first.facets) {
        return Some(first);
    }
    heads
        .clone()
        .find(|step| !occurs_later(step))
        .or_else(|| heads.next())
}

impl JointStep<'_> {
    /// The step of each vendor in one direction; `None` for a vendor without it.
    pub fn sides(&self, way: Way) -> impl Iterator<Item = Option<Step>> {
        self.sides.iter().map(move |side| {
            side.map(|step| match way {
                Way::Up => step.clone(),
                Way::Down => revert_step(step),
            })
        })
    }

    /// Its statements. Where the vendors' statements differ, one statement contains them all.
    ///
    /// # Errors
    /// If one statement can't contain them.
    pub fn statements(&self, dialect: &dyn Dialect, way: Way) -> Result<Vec<String>, Unsupported> {
        let lists: Vec<Vec<String>> = self
            .sides(way)
            .map(|side| side.map_or_else(Vec::new, |step| dialect.statements(&step.action)))
            .collect();
        combine(dialect, &lists)
    }
}

/// Combines lists of statements. Equal statements at the start and at the end of all lists are kept; in between, the
/// statements are combined by position.
fn combine(dialect: &dyn Dialect, lists: &[Vec<String>]) -> Result<Vec<String>, Unsupported> {
    let Some(longest) = lists.iter().max_by_key(|list| list.len()) else {
        return Ok(Vec::new());
    };
    let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
    let head = (0..shortest)
        .take_while(|n| lists.iter().all(|list| list.get(*n) == longest.get(*n)))
        .count();
    let from_end = |list: &[String], n: usize| list.iter().rev().nth(n).cloned();
    let tail = (0..shortest - head)
        .take_while(|n| {
            let wanted = from_end(longest, *n);
            lists.iter().all(|list| from_end(list, *n) == wanted)
        })
        .count();
    let mut out = Vec::with_capacity(longest.len());
    for (n, sql) in longest.iter().enumerate() {
        let mut sides = Vec::with_capacity(lists.len());
        for list in lists {
            let own = list.get(n).filter(|_| n < list.len() - tail);
            sides.push(own.map(String::as_str));
        }
        let agreed = n < head || n >= longest.len() - tail;
        if agreed || sides.iter().all(|side| *side == Some(sql)) {
            out.push(sql.clone());
        } else {
            out.push(dialect.combine_vendors(&sides)?);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::change::{Action, Change, Facet, Part, Phase};
    use crate::dialect::mysql::MySql;
    use crate::model::{Object, ObjectId, RawSql};

    fn plan(steps: &[(&str, &str)]) -> Plan {
        let steps = steps.iter().zip(1..).map(|((table, sql), id)| Step {
            id,
            action: Action::Change(Change::Create(
                ObjectId::table(*table),
                Object::Routine(RawSql {
                    create: (*sql).to_owned(),
                    drop: String::new(),
                }),
            )),
            after: Vec::new(),
            facets: vec![Facet {
                object: ObjectId::table(*table),
                part: Part::Whole,
            }],
        });
        Plan {
            phases: vec![Phase {
                tx: Tx::Wrapped,
                steps: steps.collect(),
            }],
        }
    }

    fn joined(plans: &[Plan]) -> Vec<(u32, String)> {
        let joints = join(plans);
        let steps = joints.iter().flat_map(|joint| &joint.steps);
        steps
            .map(|step| {
                let statements = step.statements(&MySql, Way::Up).unwrap();
                (step.id, statements.join(";"))
            })
            .collect()
    }

    #[test]
    fn equal_plans_stay_as_they_are() {
        let one = plan(&[("a", "A"), ("b", "B")]);
        let want = vec![(1, "A".to_owned()), (2, "B".to_owned())];
        assert_eq!(joined(&[one.clone(), one.clone()]), want);
        assert_eq!(joined(&[one]), want);
    }

    #[test]
    fn different_steps_are_combined() {
        let mysql = plan(&[("a", "A"), ("m", "M"), ("b", "B")]);
        let mariadb = plan(&[("a", "A2"), ("b", "B"), ("x", "X")]);
        let texts: Vec<String> = joined(&[mysql, mariadb]).into_iter().map(|s| s.1).collect();
        assert_eq!(
            texts,
            [
                "/*!80000 A */\n/*M!100600 A2 */",
                "/*!80000 M */\n/*M!100600 DO 0 */",
                "B",
                "/*!80000 DO 0 */\n/*M!100600 X */",
            ]
        );
    }

    #[test]
    fn the_order_of_each_vendor_is_kept() {
        let mysql = plan(&[("a", "A"), ("b", "B")]);
        let mariadb = plan(&[("b", "B2"), ("a", "A2")]);
        let texts: String = joined(&[mysql, mariadb]).into_iter().map(|s| s.1).collect();
        let places = |words: [&str; 2]| words.map(|word| texts.find(word).unwrap());
        assert!(places(["80000 A ", "80000 B "]).is_sorted(), "{texts}");
        assert!(places(["600 B2", "600 A2"]).is_sorted(), "{texts}");
    }

    #[test]
    fn a_plan_of_one_vendor_only() {
        let texts = joined(&[Plan::default(), plan(&[("x", "X")])]);
        assert_eq!(texts, [(1, "/*!80000 DO 0 */\n/*M!100600 X */".to_owned())]);
    }

    #[test]
    fn equal_ends_are_kept_and_the_middle_is_combined() {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let out = combine(&MySql, &[list("A B Z"), list("A C D Z")]).unwrap();
        assert_eq!(
            out,
            [
                "A",
                "/*!80000 B */\n/*M!100600 C */",
                "/*!80000 DO 0 */\n/*M!100600 D */",
                "Z"
            ]
        );
    }

    #[test]
    fn a_statement_with_the_end_of_a_comment_is_refused() {
        let lists = [vec!["SELECT '*/'".to_owned()], vec!["SELECT 1".to_owned()]];
        let error = combine(&MySql, &lists).unwrap_err();
        assert!(error.message.contains("*/"), "{error:?}");
    }
}
