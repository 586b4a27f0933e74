//! The files that are read together: what they define, import and offer, and which function a call means.

use std::{collections::BTreeMap, rc::Rc};

use super::{At, MODULES, Module, Walk};
use crate::engine::source::{Id, Kind, Language, Tree, mount};

/// Modules that only pass on what others offer, one behind the other.
const BARRELS: usize = 3;

impl Walk<'_> {
    /// The function that a name means here: of this file, or of one that it imports.
    pub(super) fn function_named(&mut self, name: &str) -> Option<At> {
        let module = &self.modules[self.module];
        if let Some(id) = module.functions.get(name) {
            return Some(self.here(*id));
        }
        match module.imports.get(name).cloned() {
            Some((from, original)) => self.offered(&from, &original, BARRELS),
            None => self.of_a_library(name),
        }
    }

    /// `service.handle`, where `service` is imported, made here, or handed in with its type.
    pub(super) fn method(&mut self, callee: Id) -> Option<At> {
        let tree = self.tree();
        let Kind::Member { object, property } = tree.kind(callee) else { return None };
        let path = tree.path(*object);
        let root = path.strip_prefix("this.").or(path.strip_prefix("self.")).unwrap_or(&path);
        if root.is_empty() || root.contains(['.', '(', '…', '[']) {
            return self.of_a_new(*object, property);
        }
        let imported = self.modules[self.module].imports.contains_key(root);
        let named = if imported { Some(root.to_owned()) } else { class_of(&tree, root) };
        self.of_class(&named?, property)
    }

    /// `new Service().handle`, `Service().handle`.
    fn of_a_new(&mut self, object: Id, method: &str) -> Option<At> {
        let tree = self.tree();
        let Kind::Call { callee, .. } = tree.kind(object) else { return None };
        let class = tree.last_name(*callee).to_owned();
        class.starts_with(|first: char| first.is_ascii_uppercase()).then(|| self.of_class(&class, method))?
    }

    /// A method of a class of this file or of one that is imported; of an imported object or module too.
    fn of_class(&mut self, name: &str, method: &str) -> Option<At> {
        let module = &self.modules[self.module];
        if let Some((from, original)) = module.imports.get(name).cloned() {
            let whole = self.loaded(&from).and_then(|index| {
                let id = self.modules[index].functions.get(method).copied()?;
                Some(At { module: index, id })
            });
            return whole.or_else(|| self.offered(&from, method, BARRELS)).or_else(|| {
                // `from app.services import billing`.
                let index = self.loaded(&format!("{from}.{original}"))?;
                Some(At { module: index, id: self.modules[index].functions.get(method).copied()? })
            });
        }
        let tree = self.tree();
        let own =
            tree.ids().any(|id| matches!(tree.kind(id), Kind::Class { name: known, .. } if known == name));
        own.then(|| self.modules[self.module].functions.get(method).copied().map(|id| self.here(id)))?
    }

    /// What a module offers under a name, also where it only passes on what others offer.
    fn offered(&mut self, from: &str, name: &str, depth: usize) -> Option<At> {
        let index = self.loaded(from)?;
        let module = &self.modules[index];
        let id = match name {
            "default" => default_of(&module.tree, &module.functions),
            other => module.functions.get(other).copied(),
        };
        if let Some(id) = id {
            return Some(At { module: index, id });
        }
        let (tree, named) = (module.tree.clone(), module.imports.get(name).cloned());
        if depth == 0 {
            return None;
        }
        let before = std::mem::replace(&mut self.module, index);
        let passed_on = match named {
            Some((from, original)) => self.offered(&from, &original, depth - 1),
            None => tree.ids().take(4_000).find_map(|id| match tree.kind(id) {
                Kind::Import { module, names } if names.iter().any(|(local, _)| local == "*") => {
                    self.offered(module, name, depth - 1)
                }
                _ => None,
            }),
        };
        self.module = before;
        passed_on
    }

    /// Dart imports whole libraries.
    fn of_a_library(&mut self, name: &str) -> Option<At> {
        let module = &self.modules[self.module];
        if Language::of(&module.path) != Some(Language::Dart) {
            return None;
        }
        let tree = module.tree.clone();
        tree.ids().find_map(|id| match tree.kind(id) {
            Kind::Import { module, .. } if !module.starts_with("dart:") => {
                let index = self.loaded(module)?;
                Some(At { module: index, id: self.modules[index].functions.get(name).copied()? })
            }
            _ => None,
        })
    }

    /// `settings.NAME` of a module of one's own in which that is the empty text by default.
    pub(super) fn is_empty_by_default(&mut self, object: Id, name: &str) -> bool {
        let tree = self.tree();
        let root = tree.path(object);
        let root = root.split('.').next().unwrap_or_default().to_owned();
        let Some((from, _)) = self.modules[self.module].imports.get(&root).cloned() else { return false };
        let Some(index) = self.loaded(&from) else { return false };
        let tree = self.modules[index].tree.clone();
        let empty = |id: Id| tree.literal(id).is_some_and(str::is_empty);
        let default = |value: Id| match tree.kind(value) {
            Kind::Text(_) => empty(value),
            Kind::Binary { operator, right, .. } => matches!(operator.as_str(), "||" | "??") && empty(*right),
            Kind::Call { callee, arguments, .. } => match tree.last_name(*callee) {
                "getenv" | "get" | "config" | "env" | "str" => {
                    let named = arguments.last().and_then(|last| tree.entry(*last, "default"));
                    arguments.get(1).copied().is_some_and(empty) || named.is_some_and(empty)
                }
                "Field" => {
                    let named = arguments.last().and_then(|last| tree.entry(*last, "default"));
                    arguments.first().copied().is_some_and(empty) || named.is_some_and(empty)
                }
                _ => false,
            },
            _ => false,
        };
        let defaults: Vec<bool> = tree
            .ids()
            .flat_map(|id| match tree.kind(id) {
                Kind::Assign { target, value, .. } if tree.source(*target) == name => vec![default(*value)],
                Kind::Object(entries) => entries
                    .iter()
                    .filter(|entry| entry.key == name)
                    .map(|entry| default(entry.value))
                    .collect(),
                _ => Vec::new(),
            })
            .collect();
        matches!(defaults[..], [true])
    }

    /// A name that handlers of the first file use, whose module lets every origin in: where it is used.
    pub(in crate::engine::handler) fn opened_by_import(&mut self, functions: &[Id]) -> Option<Id> {
        self.module = 0;
        let named = self.modules[0].imports.clone();
        for (local, (from, _)) in named {
            let opens = |walk: &Self, index: usize| {
                let tree = &walk.modules[index].tree;
                tree.ids().any(|id| crate::engine::handler::plain::opens_to_all(tree, id))
            };
            if !local.to_ascii_lowercase().contains("cors") {
                continue;
            }
            if self.loaded(&from).is_none_or(|index| !opens(self, index)) {
                continue;
            }
            let tree = &self.modules[0].tree;
            let used = functions
                .iter()
                .flat_map(|function| tree.inside(*function, false))
                .find(|id| matches!(tree.kind(*id), Kind::Name) && tree.source(*id) == local);
            if used.is_some() {
                return used;
            }
        }
        None
    }

    fn loaded(&mut self, from: &str) -> Option<usize> {
        let key = (self.module, from.to_owned());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let found = self.load_anew(from);
        self.known.insert(key, found);
        found
    }

    fn load_anew(&mut self, from: &str) -> Option<usize> {
        if self.modules.len() >= MODULES {
            return None;
        }
        let importer = self.modules[self.module].path.clone();
        let (path, text) = (self.load)(&importer, from)?;
        if let Some(index) = self.modules.iter().position(|module| module.path == path) {
            return Some(index);
        }
        let tree = crate::engine::source::parse(&path, &text)?;
        self.modules.push(module(&path, tree));
        Some(self.modules.len() - 1)
    }
}

/// The class of what a name holds: `const service = new Service()`, `service: Service` among parameters.
fn class_of(tree: &Tree, name: &str) -> Option<String> {
    let upper = |class: &str| class.starts_with(|first: char| first.is_ascii_uppercase());
    let made = tree.ids().find_map(|id| {
        let Kind::Assign { target, value, .. } = tree.kind(id) else { return None };
        let held = tree.path(*target);
        let held = held.strip_prefix("this.").or(held.strip_prefix("self.")).unwrap_or(&held);
        let Kind::Call { callee, .. } = tree.kind(*value) else { return None };
        // `Service.getInstance()` gives one as well.
        let path = tree.path(*callee);
        let class = path.split('.').next().unwrap_or_default();
        (held == name && upper(class)).then(|| class.to_owned())
    });
    made.or_else(|| {
        let text = tree.text();
        text.match_indices(name).take(200).find_map(|(at, _)| {
            let before = text[..at].chars().next_back();
            let own = before.is_none_or(|letter| !letter.is_alphanumeric() && !matches!(letter, '_' | '.'));
            let rest = text[at + name.len()..].trim_start_matches('?').strip_prefix(':')?.trim_start();
            let class: String =
                rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            (own && upper(&class)).then_some(class)
        })
    })
}

pub(super) fn names_signing_secret(tree: &Tree, id: Id) -> bool {
    let name = match tree.kind(id) {
        Kind::Name => tree.source(id),
        Kind::Member { property, .. } => property,
        Kind::Text(text) if text.len() < 80 && !text.contains(' ') => text,
        _ => return false,
    };
    crate::engine::handler::words::is_secret(name) && !crate::engine::handler::words::is_api_key(name)
}

pub(super) fn module(path: &str, tree: Tree) -> Module {
    let mut imports = BTreeMap::new();
    for id in tree.ids() {
        match tree.kind(id) {
            Kind::Import { module, names } => {
                for (local, original) in names {
                    imports.insert(local.clone(), (module.clone(), original.clone()));
                }
            }
            // `const { a } = require("./a")`.
            Kind::Assign { target, value, .. } => {
                if let Kind::Call { callee, arguments, .. } = tree.kind(*value)
                    && tree.path(*callee) == "require"
                    && let Some(module) = arguments.first().and_then(|first| tree.literal(*first))
                {
                    for (local, original) in tree.bound(*target) {
                        let original = if original.is_empty() { "default".to_owned() } else { original };
                        imports.insert(local, (module.to_owned(), original));
                    }
                }
            }
            _ => {}
        }
    }
    let functions = Rc::new(mount::functions(&tree));
    Module { path: path.to_owned(), tree: Rc::new(tree), functions, imports, env: None }
}

fn default_of(tree: &Tree, functions: &BTreeMap<String, Id>) -> Option<Id> {
    tree.ids().find_map(|id| match tree.kind(id) {
        Kind::Export { name, value } if name.is_empty() => match tree.kind(*value) {
            Kind::Function(_) => Some(*value),
            _ => functions.get(tree.last_name(*value)).copied(),
        },
        Kind::Assign { target, value, .. } if tree.path(*target) == "module.exports" => {
            match tree.kind(*value) {
                Kind::Function(_) => Some(*value),
                _ => functions.get(tree.last_name(*value)).copied(),
            }
        }
        _ => None,
    })
}

/// Next.js pages, plain Vercel functions and Cloud Functions parse the body; an Express application
/// there brings its own parser.
pub(super) fn parses_before(path: &str, text: &str) -> bool {
    if text.contains("firebase-functions") || text.contains("@google-cloud/functions-framework") {
        return true;
    }
    let off: String = text.split_whitespace().collect();
    (path.contains("pages/api/") || path.starts_with("api/"))
        && text.contains("export default")
        && !text.contains("express")
        && !off.contains("bodyParser:false")
}
