//! The templates of the account.

use crate::Template;
use crate::ids::Ids;

/// All templates, in the order in which they were made.
#[derive(Clone, Debug)]
pub(crate) struct TemplateStore(Vec<Template>);

impl TemplateStore {
    pub(crate) fn new(templates: &[Template], ids: &Ids) -> Self {
        let mut store = Self(Vec::new());
        for template in templates {
            store.add(template.clone(), ids);
        }
        store
    }

    pub(crate) fn all(&self) -> &[Template] {
        &self.0
    }

    /// Puts a template in the place of the one with its name and language, or behind all.
    pub(crate) fn add(&mut self, mut template: Template, ids: &Ids) -> String {
        if template.id.is_empty() {
            template.id = ids.object();
        }
        let id = template.id.clone();
        self.0
            .retain(|it| (&it.name, &it.language) != (&template.name, &template.language));
        self.0.push(template);
        id
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Template> {
        self.0.iter().find(|template| template.id == id)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Template> {
        self.0.iter_mut().find(|template| template.id == id)
    }

    pub(crate) fn named_mut(&mut self, name: &str, language: &str) -> Option<&mut Template> {
        let mut all = self.0.iter_mut();
        all.find(|template| template.name == name && template.language == language)
    }

    /// Removes what fits; returns how many did.
    pub(crate) fn remove(&mut self, fits: impl Fn(&Template) -> bool) -> usize {
        let before = self.0.len();
        self.0.retain(|template| !fits(template));
        before - self.0.len()
    }
}
