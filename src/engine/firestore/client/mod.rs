//! Where a product's own code reads and writes documents: paths, operations and the fields it sends.
//!
//! Understood are the client libraries for the web (by functions and by methods), for Dart and for
//! Python, and the server libraries with the same words. A path is followed through variables and
//! constants of its own file; a collection whose name is computed is counted and not guessed.

mod clause;
mod operation;
mod reference;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::{
    engine::source::{self, Kind, Language, Tree},
    seen::{CodeUse, Task},
};
use reference::Reader;

/// Uses of one file; more are a generated one's.
const USES: usize = 400;

/// In the names of modules that bring documents.
const LIBRARIES: [&str; 6] = ["firebase", "firestore", "angularfire", "angular/fire", "vuefire", "reactfire"];

/// What one source file shows.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// In the order of the text.
    pub uses: Vec<CodeUse>,
    /// Collections whose name is computed.
    pub unread: u32,
    /// It takes part in the Admin SDK, for which rules do not hold.
    pub trusted: bool,
    /// Modules that it imports, as written.
    pub modules: Vec<String>,
    /// The line that starts App Check.
    pub app_check: Option<u32>,
}

/// Reads one source file; `None` where it has nothing to do with Firestore or App Check, or cannot
/// be parsed.
pub fn read(path: &str, text: &str) -> Option<Source> {
    if !speaks_of_documents(text) {
        return None;
    }
    let tree = source::parse(path, text)?;
    let modules = modules(&tree);
    let is_firebase = |module: &String| {
        let module = module.to_lowercase();
        LIBRARIES.iter().any(|word| module.contains(word))
    };
    if !modules.iter().any(is_firebase) {
        return None;
    }
    let trusted = Language::of(path) == Some(Language::Python)
        || path.split('/').rev().skip(1).any(|folder| folder == "functions")
        || modules.iter().any(|module| is_of_server(module));
    let mut found = Source { trusted, modules, app_check: app_check(&tree), ..Source::default() };
    let reader = Reader::new(&tree);
    for id in tree.ids() {
        if found.uses.len() >= USES {
            break;
        }
        let Some(seen) = operation::read(&reader, id) else { continue };
        match seen.reference.path() {
            None => found.unread += 1,
            Some(segments) => found.uses.push(CodeUse {
                file: path.to_owned(),
                line: tree.line(id),
                path: segments,
                group: seen.reference.group,
                task: seen.task,
                fields: seen.fields,
                computed: seen.reference.computed && seen.task == Task::List,
                clauses: if seen.task == Task::List { seen.reference.clauses } else { Vec::new() },
                trusted,
                hook: false,
            }),
        }
    }
    // What is only mentioned adds nothing where something is done with it.
    let known: Vec<Vec<String>> =
        found.uses.iter().filter(|seen| seen.task != Task::Mention).map(|seen| seen.path.clone()).collect();
    found
        .uses
        .retain(|seen| seen.task != Task::Mention || !known.iter().any(|path| path.starts_with(&seen.path)));
    found.uses.sort_by(|a, b| (a.line, &a.path, a.task).cmp(&(b.line, &b.path, b.task)));
    found.uses.dedup();
    Some(found)
}

/// May this text use documents? Cheap enough for every source file: a file whose imports name no such
/// library is not parsed.
pub fn speaks_of_documents(text: &str) -> bool {
    static LIBRARY: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(LIBRARIES).ok());
    let text = text.as_bytes();
    // The last two open a database for others: a file that imports it is a server's or a client's.
    ["ollection", "doc(", "document(", "AppCheck", "irestore(", "initializeApp"]
        .iter()
        .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
        && LIBRARY.as_ref().is_none_or(|library| library.is_match(text))
}

/// Of the server libraries, or a file of the product that is named after them.
fn is_of_server(module: &str) -> bool {
    const SERVER: [&str; 5] =
        ["firebase-admin", "firebase_admin", "@google-cloud/firestore", "google.cloud", "firebase-functions"];
    let last = module.rsplit('/').next().unwrap_or_default().to_lowercase();
    SERVER.iter().any(|name| module.starts_with(name)) || (module.contains('/') && last.contains("admin"))
}

fn modules(tree: &Tree) -> Vec<String> {
    let mut modules: Vec<String> = Vec::new();
    for id in tree.ids() {
        let module = match tree.kind(id) {
            Kind::Import { module, .. } => Some(module.as_str()),
            Kind::Call { callee, arguments, .. } if tree.last_name(*callee) == "require" => {
                arguments.first().and_then(|module| tree.literal(*module))
            }
            _ => None,
        };
        modules.extend(module.map(str::to_owned));
    }
    modules
}

/// `initializeAppCheck(…)` and `FirebaseAppCheck.instance.activate(…)`.
fn app_check(tree: &Tree) -> Option<u32> {
    let starts = |id: &source::Id| match tree.kind(*id) {
        Kind::Call { callee, .. } => {
            let path = tree.path(*callee);
            path.ends_with("initializeAppCheck")
                || path.ends_with("FirebaseAppCheck.instance.activate")
                || path.ends_with("appCheck().activate")
                || path.ends_with("provideAppCheck")
        }
        _ => false,
    };
    tree.ids().find(starts).map(|id| tree.line(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let found = read(path, text).expect("a source that speaks of documents");
        let told = |seen: &CodeUse| {
            format!("{} {} {:?} {}", seen.line, seen.path.join("/"), seen.task, seen.fields.join(","))
        };
        found.uses.iter().map(told).collect()
    }

    #[test]
    fn functions_of_the_web_library_are_read() {
        let text = "import { doc, getDoc, collection, query, where, getDocs, addDoc, updateDoc } from 'firebase/firestore';
const ORDERS = 'orders';
const users = collection(db, 'users');
export async function a(uid) {
  const ref = doc(db, 'users', uid);
  await getDoc(ref);
  await getDocs(query(collection(db, ORDERS), where('uid', '==', uid)));
  await addDoc(collection(db, `users/${uid}/notes`), { title: 'x', 'a.b': 1 });
  const change = { plan: 'pro', ...rest };
  await updateDoc(doc(users, uid), change);
  onSnapshot(collectionGroup(db, 'notes'), () => {});
  getDocs(collection(db, name));
}";
        let expected = [
            "6 users/{} Get ",
            "7 orders List ",
            "8 users/{}/notes Create title,a",
            "10 users/{} Update plan",
            "11 notes List ",
        ];
        assert_eq!(told("src/a.ts", text), expected);
        // The collection without a known name, and the question to it.
        assert_eq!(read("src/a.ts", text).map(|found| (found.unread, found.trusted)), Some((2, false)));
    }

    #[test]
    fn conditions_and_orders_of_queries_are_read() {
        let told = |path: &str, text: &str| {
            let found = read(path, text).expect("a source that speaks of documents");
            let seen = found.uses.into_iter().find(|seen| seen.task == Task::List).expect("a query");
            let clauses = seen.clauses.iter().map(|clause| format!("{} {:?}", clause.field, clause.by));
            (clauses.collect::<Vec<_>>().join(", "), seen.computed)
        };
        let import =
            "import { getDocs, query, collection, where, orderBy, limit } from 'firebase/firestore';";
        let web = format!(
            "{import} getDocs(query(collection(db, 'a'), where('b', '==', x), orderBy('c', 'desc'), limit(3)));"
        );
        assert_eq!(told("a.ts", &web), ("b Equal, c Descending".to_owned(), false));
        let spread = format!("{import} getDocs(query(collection(db, 'a'), ...more, orderBy(name)));");
        assert_eq!(told("a.ts", &spread), (String::new(), true));
        let admin = "import admin from 'firebase-admin'; admin.firestore().collection('a').where('b', '>=', 1).orderBy('b').get();";
        assert_eq!(told("a.ts", admin), ("b Range, b Ascending".to_owned(), false));
        let dart = "import 'package:cloud_firestore/cloud_firestore.dart';
void a() { FirebaseFirestore.instance.collection('a').where('b', arrayContains: 1).orderBy('c', descending: true).get(); }";
        assert_eq!(told("lib/a.dart", dart), ("b Contains, c Descending".to_owned(), false));
    }

    #[test]
    fn methods_and_batches_are_read() {
        let text = "const admin = require('firebase-admin');
const db = admin.firestore();
exports.hook = async (uid) => {
  await db.collection('users').doc(uid).set({ plan: 'pro', credits: 10 }, { merge: true });
  const batch = db.batch();
  const ref = db.collection('invoices').doc();
  batch.set(ref, { paid: true });
  batch.delete(db.doc(`users/${uid}`));
  await db.collection('users').where('a', '==', 1).limit(3).get();
  const map = new Map(); map.get('x'); new Set().add(3);
};";
        let expected =
            ["4 users/{} Set plan,credits", "7 invoices/{} Set paid", "8 users/{} Delete ", "9 users List "];
        assert_eq!(told("functions/src/index.js", text), expected);
        assert!(read("functions/src/index.js", text).is_some_and(|found| found.trusted));
    }

    #[test]
    fn dart_is_read() {
        let text = "import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:firebase_app_check/firebase_app_check.dart';
class Repository {
  Future<void> save(String uid) async {
    await FirebaseAppCheck.instance.activate();
    await FirebaseFirestore.instance.collection('users').doc(uid).set({'email': email, 'phone': phone});
    FirebaseFirestore.instance.collection('chats/$uid/messages').snapshots();
  }
}";
        let expected = ["6 users/{} Set email,phone", "7 chats/{}/messages List "];
        assert_eq!(told("lib/repository.dart", text), expected);
        assert_eq!(read("lib/repository.dart", text).and_then(|found| found.app_check), Some(5));
    }

    #[test]
    fn what_is_no_firestore_is_left_alone() {
        let text = "import { MongoClient } from 'mongodb'; db.collection('users').get();";
        assert!(read("src/a.ts", text).is_none());
    }
}
