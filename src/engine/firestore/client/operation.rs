//! What is done with a reference.

use super::reference::{Reader, Reference};
use crate::{
    engine::source::{Id, Kind},
    seen::Task,
};

/// Fields of one write that are kept.
const FIELDS: usize = 60;

pub(super) struct Operation {
    pub(super) reference: Reference,
    pub(super) task: Task,
    /// Names of top-level fields that are sent, sorted.
    pub(super) fields: Vec<String>,
}

/// The operation that a call is, if it is one.
pub(super) fn read(reader: &Reader<'_>, id: Id) -> Option<Operation> {
    let Kind::Call { callee, arguments, .. } = reader.tree.kind(id) else { return None };
    let done = match reader.tree.kind(*callee) {
        Kind::Name => by_function(reader, reader.tree.source(*callee), arguments),
        Kind::Member { object, property } => by_method(reader, *object, property, arguments),
        _ => None,
    };
    done.or_else(|| mention(reader, id))
}

/// `getDoc(reference)`, `updateDoc(reference, data)`.
fn by_function(reader: &Reader<'_>, name: &str, arguments: &[Id]) -> Option<Operation> {
    // What most calls are named is told before their arguments are followed.
    let task = match name {
        "setDoc" => Some(Task::Set),
        "addDoc" => Some(Task::Create),
        "updateDoc" => Some(Task::Update),
        "deleteDoc" => Some(Task::Delete),
        "getDoc"
        | "getDocFromServer"
        | "getDocFromCache"
        | "getDocs"
        | "getDocsFromServer"
        | "getDocsFromCache"
        | "getCountFromServer"
        | "getAggregateFromServer"
        | "onSnapshot"
        | "docData"
        | "collectionData"
        | "docSnapshots"
        | "collectionSnapshots"
        | "useDocument"
        | "useDocumentData"
        | "useCollection"
        | "useCollectionData"
        | "useFirestoreDocData"
        | "useFirestoreCollectionData" => None,
        _ => return None,
    };
    let (reference, data) = (reader.reference(*arguments.first()?)?, arguments.get(1));
    let task = task.unwrap_or_else(|| reads(&reference));
    let fields = data.filter(|_| is_write(task)).map(|data| fields(reader, *data)).unwrap_or_default();
    Some(Operation { reference, task, fields })
}

/// `reference.update(data)`, `batch.update(reference, data)`.
fn by_method(reader: &Reader<'_>, object: Id, name: &str, arguments: &[Id]) -> Option<Operation> {
    let task = match name {
        "get" | "snapshots" | "onSnapshot" | "on_snapshot" | "stream" | "valueChanges"
        | "snapshotChanges" | "count" => None,
        "add" | "create" => Some(Task::Create),
        "set" => Some(Task::Set),
        "update" => Some(Task::Update),
        "delete" => Some(Task::Delete),
        _ => return None,
    };
    let first = arguments.first().copied();
    let of_object = reader.reference(object);
    let (reference, data) = match of_object {
        Some(reference) => (reference, first),
        None if matches!(name, "get" | "set" | "update" | "delete" | "create") => {
            (reader.reference(first?)?, arguments.get(1).copied())
        }
        None => return None,
    };
    let task = task.unwrap_or_else(|| reads(&reference));
    let fields = data.filter(|_| is_write(task)).map(|data| fields(reader, data)).unwrap_or_default();
    Some(Operation { reference, task, fields })
}

fn reads(reference: &Reference) -> Task {
    if reference.group || reference.is_collection() { Task::List } else { Task::Get }
}

fn is_write(task: Task) -> bool {
    matches!(task, Task::Create | Task::Set | Task::Update)
}

/// The whole of a reference that nothing here is done with.
fn mention(reader: &Reader<'_>, id: Id) -> Option<Operation> {
    let reference = reader.reference(id)?;
    let part_of_more = reader.tree.ancestors(id).take(2).any(|outer| match reader.tree.kind(outer) {
        Kind::Call { .. } => reader.reference(outer).is_some(),
        _ => false,
    });
    let known = !part_of_more && reader.tree.parent(id).is_some();
    known.then_some(Operation { reference, task: Task::Mention, fields: Vec::new() })
}

/// Keys of an object literal, also of one that a variable was given; `a` of `"a.b"`.
fn fields(reader: &Reader<'_>, data: Id) -> Vec<String> {
    let tree = reader.tree;
    let object = match tree.kind(data) {
        Kind::Name => reader.value_of(data),
        // `update(reference, "field", value)`
        Kind::Text(field) => return vec![first(field)],
        _ => Some(data),
    };
    let Some(Kind::Object(entries)) = object.map(|id| tree.kind(id)) else { return Vec::new() };
    let mut fields: Vec<String> =
        entries.iter().map(|entry| first(&entry.key)).filter(|key| !key.is_empty()).take(FIELDS).collect();
    let mut seen = std::collections::BTreeSet::new();
    fields.retain(|field| seen.insert(field.clone()));
    fields
}

fn first(field: &str) -> String {
    let plain = field.trim_matches(['\'', '"']);
    plain.split('.').next().unwrap_or(plain).chars().take(80).collect()
}
