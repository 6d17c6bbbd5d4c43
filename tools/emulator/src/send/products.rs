//! Interactive messages about products of a catalogue.

use super::interactive_action::{named, section_title};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

pub(super) fn one(action: &Node<'_>) -> Check {
    action.only(&["catalog_id", "product_retailer_id"])?;
    action.required("catalog_id")?.text(1, 256)?;
    product(action)
}

pub(super) fn list(action: &Node<'_>) -> Check {
    action.only(&["catalog_id", "sections"])?;
    action.required("catalog_id")?.text(1, 256)?;
    let sections = action.required("sections")?.items(1, 10)?;
    let mut products = 0;
    for section in &sections {
        section.only(&["title", "product_items"])?;
        section_title(section, sections.len())?;
        for item in section.required("product_items")?.items(1, usize::MAX)? {
            products += 1;
            item.only(&["product_retailer_id"])?;
            product(&item)?;
        }
    }
    if products > 30 {
        return Err(GraphError::value(format!(
            "At most 30 products, here are {products}"
        )));
    }
    Ok(())
}

pub(super) fn catalog(action: &Node<'_>) -> Check {
    let Some(parameters) = named(action, "catalog_message")? else {
        return Ok(());
    };
    parameters.only(&["thumbnail_product_retailer_id"])?;
    parameters.optional_text("thumbnail_product_retailer_id", 1, 256)
}

fn product(parent: &Node<'_>) -> Check {
    let id = parent.required("product_retailer_id")?;
    id.text(1, 256).map(drop)
}
