//! Two messages object by object. An object is known by its path and by how
//! many of the same path stand before it.

use super::tree::{Node, Tree, Trouble};
use crate::exit::Exit;
use crate::output::{self, BAD, CARE, FAINT, Form, GOOD, Manner, STRONG, styled};
use crate::table::pad;
use serde::Serialize;
use std::collections::HashMap;

/// What is not the same, in the order of the first message, then what is new.
#[derive(Serialize)]
struct Differences<'t> {
    ok: bool,
    same: bool,
    /// The objects that both have stand in the same order.
    same_order: bool,
    changes: Vec<Change<'t>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<&'t Trouble>,
}

#[derive(Serialize)]
struct Change<'t> {
    path: &'t str,
    #[serde(rename = "change")]
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<&'t str>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Removed,
    Added,
    Changed,
}

/// A primitive object, or a template without any, and its path.
struct Leaf<'t> {
    path: String,
    /// How many of the same path stand before it.
    number: usize,
    node: &'t Node,
}

/// Shows the differences; malformed bytes are compared as far as they go.
pub(super) fn show(a: &Tree, b: &Tree, manner: Manner) -> Exit {
    let (of_a, of_b) = (leaves(a), leaves(b));
    let differences = compare(&of_a, &of_b, [a, b]);
    match manner.form {
        Form::Json => output::json(&differences),
        Form::Words => lines(&differences, manner),
    }
    if differences.ok {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn leaves(tree: &Tree) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    collect(&tree.objects, "", &mut found);
    let mut seen = HashMap::new();
    for leaf in &mut found {
        let count = seen.entry(leaf.path.clone()).or_insert(0);
        leaf.number = *count;
        *count += 1;
    }
    found
}

fn collect<'t>(nodes: &'t [Node], within: &str, found: &mut Vec<Leaf<'t>>) {
    for node in nodes {
        let dot = if within.is_empty() { "" } else { "." };
        let path = format!("{within}{dot}{}", node.tag);
        match &node.children {
            Some(children) if !children.is_empty() => collect(children, &path, found),
            _ => found.push(Leaf {
                path,
                number: 0,
                node,
            }),
        }
    }
}

fn compare<'t>(a: &'t [Leaf<'t>], b: &'t [Leaf<'t>], trees: [&'t Tree; 2]) -> Differences<'t> {
    fn index<'t>(leaves: &'t [Leaf<'t>]) -> HashMap<(&'t str, usize), &'t Leaf<'t>> {
        (leaves.iter().map(|leaf| (leaf.key(), leaf))).collect()
    }
    let (in_a, in_b) = (index(a), index(b));
    let mut changes = Vec::new();
    for leaf in a {
        match in_b.get(&leaf.key()) {
            None => changes.push(leaf.change(Kind::Removed, Some(leaf), None)),
            Some(other) if other.node.raw != leaf.node.raw => {
                changes.push(leaf.change(Kind::Changed, Some(leaf), Some(other)));
            }
            Some(_) => {}
        }
    }
    let new = b.iter().filter(|leaf| !in_a.contains_key(&leaf.key()));
    changes.extend(new.map(|leaf| leaf.change(Kind::Added, None, Some(leaf))));
    let both_of_a = a.iter().filter(|leaf| in_b.contains_key(&leaf.key()));
    let both_of_b = b.iter().filter(|leaf| in_a.contains_key(&leaf.key()));
    let same_order = both_of_a.map(Leaf::key).eq(both_of_b.map(Leaf::key));
    let errors: Vec<&Trouble> = trees
        .into_iter()
        .filter_map(|tree| tree.error.as_ref())
        .collect();
    Differences {
        ok: errors.is_empty(),
        same: changes.is_empty() && same_order && errors.is_empty(),
        same_order,
        changes,
        errors,
    }
}

impl<'t> Leaf<'t> {
    fn key(&self) -> (&str, usize) {
        (&self.path, self.number)
    }

    fn change(&'t self, kind: Kind, a: Option<&'t Self>, b: Option<&'t Self>) -> Change<'t> {
        let value = |leaf: &'t Self| leaf.node.value.as_deref().unwrap_or_default();
        Change {
            path: &self.path,
            kind,
            name: self.node.name,
            a: a.map(value),
            b: b.map(value),
        }
    }
}

fn lines(differences: &Differences<'_>, manner: Manner) {
    for change in &differences.changes {
        let (sign, style) = match change.kind {
            Kind::Removed => ("-", BAD),
            Kind::Added => ("+", GOOD),
            Kind::Changed => ("~", CARE),
        };
        let name = change.name.unwrap_or("?");
        let values = match (change.a, change.b) {
            (Some(a), Some(b)) => format!("{a} → {b}"),
            (a, b) => a.or(b).unwrap_or_default().to_owned(),
        };
        let path = styled(STRONG, &pad(change.path, 16));
        output::line(&format!(
            "{} {path}{}{values}",
            styled(style, sign),
            pad(name, 40)
        ));
    }
    if !differences.same_order {
        let text = manner.pick("顺序不同", "the order is not the same");
        output::line(&format!("{} {text}", styled(CARE, "~")));
    }
    if differences.same {
        let text = manner.pick("两者相同", "no difference");
        output::line(&styled(FAINT, text));
    }
    for error in &differences.errors {
        output::line(&format!(
            "{} {} ({})",
            styled(BAD, "✗"),
            error.message,
            error.code
        ));
    }
}
