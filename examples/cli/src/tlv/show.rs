use super::tree::{Node, Tree};
use crate::output::{self, BAD, CARE, FAINT, Manner, STRONG, styled};
use crate::table::pad;

/// The tree in lines: tag, name, value; then what stopped the reading.
pub(super) fn show(tree: &Tree, manner: Manner) {
    nodes(&tree.objects, 0, manner);
    if let Some(hint) = tree.hint {
        output::line(&format!("{} {hint}", styled(CARE, "!")));
    }
    if let Some(error) = &tree.error {
        output::line(&format!(
            "{} {} ({})",
            styled(BAD, "✗"),
            error.message,
            error.code
        ));
    }
}

fn nodes(nodes_of: &[Node], depth: usize, manner: Manner) {
    for node in nodes_of {
        let indent = "  ".repeat(depth);
        let tag = pad(&node.tag, 8);
        let name = pad(node.name.unwrap_or("?"), 40);
        let value = match (&node.value, node.length) {
            (Some(value), _) => value.clone(),
            (None, Some(length)) => {
                styled(FAINT, &format!("{length} {}", manner.pick("字节", "bytes")))
            }
            (None, None) => styled(FAINT, manner.pick("不定长度", "indefinite length")),
        };
        output::line(&format!("{indent}{}{name}{value}", styled(STRONG, &tag)));
        nodes(
            node.children.as_deref().unwrap_or_default(),
            depth + 1,
            manner,
        );
    }
}
