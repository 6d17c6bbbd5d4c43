//! A definition with its expressions compiled and its targets looked up.

use std::collections::HashMap;

use super::definition::{Definition, END, StepKind};
use crate::expression::{Condition, PropertyValue, Template};

/// A definition that can be run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) definition: Definition,
    pub(super) steps: Vec<CompiledStep>,
    pub(super) output: Option<PropertyValue>,
    places: HashMap<String, usize>,
}

/// What of a step is compiled.
#[derive(Debug)]
pub(super) enum CompiledStep {
    Command {
        instance: Option<Template>,
        request: PropertyValue,
    },
    Wait {
        instance: Option<Template>,
        customer: Option<Template>,
    },
    Branch {
        conditions: Vec<Condition>,
    },
}

/// The place after the last step.
pub(super) const PAST_THE_END: usize = usize::MAX;

impl Compiled {
    /// Compiles a definition.
    ///
    /// # Errors
    /// Each mistake: the step's name (empty for the output) and what is wrong with it.
    pub(crate) fn new(definition: Definition) -> Result<Self, Vec<(String, String)>> {
        let mut wrong = Vec::new();
        let mut places = HashMap::new();
        for (place, step) in definition.steps.iter().enumerate() {
            if step.name == END {
                wrong.push((
                    step.name.clone(),
                    format!("{END} ends the run, it is no step"),
                ));
            } else if places.insert(step.name.clone(), place).is_some() {
                wrong.push((step.name.clone(), "another step has this name".to_owned()));
            }
        }
        let mut steps = Vec::new();
        for step in &definition.steps {
            for target in step.kind.targets() {
                if target != END && !places.contains_key(target) {
                    wrong.push((step.name.clone(), format!("there is no step {target}")));
                }
            }
            match compile(&step.kind) {
                Ok(compiled) => steps.push(compiled),
                Err(why) => wrong.push((step.name.clone(), why)),
            }
        }
        let output = definition.output.as_ref().map(PropertyValue::parse);
        let output = output.transpose().unwrap_or_else(|why| {
            wrong.push((String::new(), format!("output: {why}")));
            None
        });
        if definition.steps.is_empty() {
            wrong.push((String::new(), "it has no step".to_owned()));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self {
            definition,
            steps,
            output,
            places,
        })
    }

    /// Where a step named as a target is.
    pub(super) fn place(&self, name: &str) -> usize {
        self.places.get(name).copied().unwrap_or(PAST_THE_END)
    }
}

fn compile(kind: &StepKind) -> Result<CompiledStep, String> {
    let named = |member: &'static str| move |why: String| format!("{member}: {why}");
    let template = |text: &Option<String>, member| {
        let parsed = text.as_deref().map(Template::parse);
        parsed.transpose().map_err(named(member))
    };
    Ok(match kind {
        StepKind::Command {
            instance, request, ..
        } => CompiledStep::Command {
            instance: template(instance, "instance")?,
            request: PropertyValue::parse(request).map_err(named("request"))?,
        },
        StepKind::Wait { event, .. } => {
            if let Some(condition) = event.as_ref().and_then(|event| event.condition.as_deref()) {
                Condition::parse(condition).map_err(named("condition"))?;
            }
            let event = event.as_ref();
            let instance = event.and_then(|event| event.instance.clone());
            let customer = event.and_then(|event| event.customer.clone());
            CompiledStep::Wait {
                instance: template(&instance, "instance")?,
                customer: template(&customer, "customer")?,
            }
        }
        StepKind::Branch { cases, .. } => CompiledStep::Branch {
            conditions: cases
                .iter()
                .map(|case| Condition::parse(&case.when).map_err(named("when")))
                .collect::<Result<_, _>>()?,
        },
    })
}
