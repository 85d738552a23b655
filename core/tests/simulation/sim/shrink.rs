//! Cuts a failing script down: steps, then faults, as long as it still fails.

use super::script::Script;
use super::{Violation, run};

/// The smallest script found that still breaks the rule first broken.
pub(crate) fn shrink(script: &Script) -> Script {
    let mut best = script.clone();
    let Some(rule) = broken(&best) else {
        return best;
    };
    loop {
        let size = best.steps.len() + twists(&best);
        best = without_steps(best, rule);
        best = without_twists(best, rule);
        if best.steps.len() + twists(&best) == size {
            return best;
        }
    }
}

fn twists(script: &Script) -> usize {
    script.steps.iter().map(|step| step.twists.len()).sum()
}

fn broken(script: &Script) -> Option<&'static str> {
    run(script)
        .violations
        .first()
        .map(|Violation { rule, .. }| *rule)
}

fn without_steps(mut best: Script, rule: &'static str) -> Script {
    for index in (0..best.steps.len()).rev() {
        let mut shorter = best.clone();
        shorter.steps.remove(index);
        if broken(&shorter) == Some(rule) {
            best = shorter;
        }
    }
    best
}

fn without_twists(mut best: Script, rule: &'static str) -> Script {
    for step in 0..best.steps.len() {
        for index in (0..best.steps[step].twists.len()).rev() {
            let mut calmer = best.clone();
            calmer.steps[step].twists.remove(index);
            if broken(&calmer) == Some(rule) {
                best = calmer;
            }
        }
    }
    best
}
