//! F01 to F32: what a `firestore.rules` says by itself.

use super::{Files, Row, judge};

/// A row about rules alone; the fourth line of the file is the first of `wrong`.
const fn row(
    number: &'static str,
    check: &'static str,
    wrong: Files,
    right: Files,
    at: &'static str,
    says: &'static str,
    shown: &'static str,
) -> Row {
    Row { right, ..super::row(number, check, wrong, at, says, shown) }
}

const OWNED: &str = "    match /orders/{id} {
      allow get, delete: if request.auth != null && resource.data.owner == request.auth.uid;
      allow list: if request.auth != null && resource.data.owner == request.auth.uid && request.query.limit <= 50;
      allow create: if request.auth != null && request.resource.data.owner == request.auth.uid
        && request.resource.data.keys().hasOnly(['owner', 'note'])
        && request.resource.data.note is string && request.resource.data.note.size() < 500;
    }";
const RIGHT: Files = &[("firestore.rules", OWNED)];

pub(super) const ROWS: &[Row] = &[
    row(
        "F01",
        "rules-not-compiling",
        &[("firestore.rules", "    match /orders/{id} {\n      allow read: request.auth != null;\n    }")],
        RIGHT,
        "firestore.rules:5",
        "`if` is missing",
        "",
    ),
    row(
        "F02",
        "rules-version-old",
        &[(
            "firestore.rules",
            "service cloud.firestore { match /databases/{d}/documents { match /a/{b} { allow get: if request.auth.uid == b; } } }",
        )],
        RIGHT,
        "firestore.rules:1",
        "version",
        "",
    ),
    row(
        "F03",
        "anonymous-read",
        &[("firestore.rules", "    match /orders/{id} { allow get: if true; }")],
        RIGHT,
        "firestore.rules:4",
        "anyone can get documents at /orders/{id}",
        "get",
    ),
    row(
        "F04",
        "anonymous-read",
        &[("firestore.rules", "    match /{path=**}/orders/{id} {\n      allow list: if true;\n    }")],
        RIGHT,
        "firestore.rules:5",
        "anyone can list documents at",
        "list",
    ),
    row(
        "F05",
        "anonymous-write",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow create, update, delete: if true;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "anyone can create, update and delete documents at /orders/{id}",
        "delete",
    ),
    row(
        "F06",
        "any-account-read",
        &[("firestore.rules", "    match /orders/{id} {\n      allow list: if request.auth != null;\n    }")],
        RIGHT,
        "firestore.rules:5",
        "list",
        "list",
    ),
    row(
        "F07",
        "any-account-read",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow get: if request.auth.uid != null;\n      allow write: if request.auth.uid == userId;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "other people's documents at /users/{userId}",
        "get",
    ),
    row(
        "F08",
        "any-account-write",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read: if request.auth.uid == userId;\n      allow update, delete: if request.auth != null;\n    }",
        )],
        RIGHT,
        "firestore.rules:6",
        "update and delete",
        "delete",
    ),
    row(
        "F09",
        "create-for-others",
        &[(
            "firestore.rules",
            "    match /notes/{id} {\n      allow create: if request.auth != null && request.resource.data.text is string;\n      allow read, delete: if resource.data.owner == request.auth.uid;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "owner",
        "create",
    ),
    row(
        "F10",
        "owner-changeable",
        &[(
            "firestore.rules",
            "    match /notes/{id} {\n      allow create: if request.resource.data.owner == request.auth.uid;\n      allow read, update: if resource.data.owner == request.auth.uid;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /notes/{id} {\n      allow create: if request.resource.data.owner == request.auth.uid;\n      allow read: if resource.data.owner == request.auth.uid;\n      allow update: if resource.data.owner == request.auth.uid && request.resource.data.owner == resource.data.owner;\n    }",
        )],
        "firestore.rules:6",
        "owner",
        "update",
    ),
    row(
        "F11",
        "self-escalation",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read: if resource.data.role == 'public';\n      allow update: if request.auth.uid == userId;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read: if request.auth.uid == userId;\n      allow update: if request.auth.uid == userId && request.resource.data.diff(resource.data).affectedKeys().hasOnly(['name']);\n    }",
        )],
        "firestore.rules:6",
        "role",
        "update",
    ),
    row(
        "F12",
        "trusted-document-writable",
        &[(
            "firestore.rules",
            "    match /users/{userId} { allow create, update: if request.auth.uid == userId; }\n    match /orders/{id} {\n      allow read: if get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role == 'admin';\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /users/{userId} { allow get: if request.auth.uid == userId; }\n    match /orders/{id} {\n      allow read: if get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role == 'admin';\n    }",
        )],
        "firestore.rules:6",
        "can write users/mallory such that the rules then let them get",
        "create users/mallory",
    ),
    row(
        "F13",
        "create-trusts-input",
        &[(
            "firestore.rules",
            "    match /articles/{id} {\n      allow create: if request.auth != null && request.resource.data.role == 'admin';\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "role",
        "create",
    ),
    row(
        "F14",
        "recursive-wildcard",
        &[("firestore.rules", "    match /{path=**} {\n      allow read: if request.auth != null;\n    }")],
        RIGHT,
        "firestore.rules:5",
        "covers every collection",
        "",
    ),
    row(
        "F15",
        "wildcard-overrides",
        &[(
            "firestore.rules",
            "    match /payments/{id} {\n      allow read: if false;\n    }\n    match /{collection}/{id} {\n      allow read: if request.auth != null;\n    }",
        )],
        RIGHT,
        "firestore.rules:8",
        "which line 5 refuses",
        "payments",
    ),
    row(
        "F15",
        "any-account-read",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read: if request.auth.uid == userId || get(/databases/$(database)/documents/users/$(request.auth.uid)).data.isAdmin == true;\n    }\n    match /{collection}/{id} {\n      allow read: if request.auth != null;\n    }",
        )],
        RIGHT,
        "firestore.rules:8",
        "other people's documents at /users/{userId}",
        "list users as mallory",
    ),
    row(
        "F12",
        "trusted-document-writable",
        &[(
            "firestore.rules",
            "    match /admins/{uid} { allow create: if request.auth.uid == uid; }\n    match /reports/{id} {\n      allow get: if exists(/databases/$(database)/documents/admins/$(request.auth.uid));\n    }",
        )],
        RIGHT,
        "firestore.rules:6",
        "can write admins/mallory such that the rules then let them get",
        "create admins/mallory",
    ),
    row(
        "F16",
        "test-mode",
        &[(
            "firestore.rules",
            "    match /{document=**} {\n      allow read, write: if request.time < timestamp.date(2090, 1, 1);\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "open to anyone without signing in until 2090-01-01",
        "without signing in",
    ),
    row(
        "F16",
        "test-mode",
        &[(
            "firestore.rules",
            "    match /{document=**} {\n      allow read, write: if request.time < timestamp.date(2020, 1, 1);\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "over since 2020-01-01",
        "",
    ),
    row(
        "F16",
        "test-mode",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow read: if request.time > timestamp.date(2090, 1, 1);\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "opens to anyone without signing in after 2090-01-01",
        "",
    ),
    row(
        "F17",
        "condition-tautology",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow read: if request.auth == null || request.auth.uid != null;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "true for everyone",
        "",
    ),
    row(
        "F17",
        "condition-never",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow create: if resource.data.owner == request.auth.uid;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "never true",
        "",
    ),
    row(
        "F18",
        "match-never",
        &[("firestore.rules", "    match /orders {\n      allow get: if request.auth != null;\n    }")],
        RIGHT,
        "firestore.rules:5",
        "collection and not a document",
        "",
    ),
    row(
        "F18",
        "match-never",
        &[("firestore.rules", "    match /orders/{id} {\n      allow raed: if request.auth != null;\n    }")],
        RIGHT,
        "firestore.rules:5",
        "raed",
        "",
    ),
    row(
        "F19",
        "undefined-name",
        &[("firestore.rules", "    match /orders/{id} {\n      allow get: if isOwner();\n    }")],
        RIGHT,
        "firestore.rules:5",
        "isOwner",
        "",
    ),
    row(
        "F20",
        "missing-field-denies",
        &[(
            "firestore.rules",
            "    match /notes/{id} {\n      allow create: if request.resource.data.owner == request.auth.uid;\n      allow get: if resource.data.owner == request.auth.uid && resource.data.deleted != true;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /notes/{id} {\n      allow create: if request.resource.data.owner == request.auth.uid;\n      allow get: if resource.data.owner == request.auth.uid && resource.data.get('deleted', false) != true;\n    }",
        )],
        "firestore.rules:6",
        "without deleted",
        "get",
    ),
    row(
        "F21",
        "error-swallowed",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow create, delete: if resource.data.owner == request.auth.uid || request.resource.data.owner == request.auth.uid;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "always an error",
        "create",
    ),
    row(
        "F22",
        "query-exposes",
        &[(
            "firestore.rules",
            "    match /invoices/{code} {\n      allow read: if resource.data.shared == true;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /invoices/{code} {\n      allow get: if resource.data.shared == true;\n    }",
        )],
        "firestore.rules:5",
        "with a query for shared",
        "list",
    ),
    row(
        "F23",
        "list-never",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow get, list: if request.auth.uid == userId;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "no query",
        "",
    ),
    row(
        "F24",
        "list-unlimited",
        &[("firestore.rules", "    match /posts/{id} {\n      allow read: if request.auth != null;\n    }")],
        &[(
            "firestore.rules",
            "    match /posts/{id} {\n      allow get: if request.auth != null;\n      allow list: if request.auth != null && request.query.limit <= 100;\n    }",
        )],
        "firestore.rules:5",
        "without a limit",
        "",
    ),
    row(
        "F25",
        "create-unvalidated",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read, write: if request.auth.uid == userId;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "/users/{userId} are written without",
        "",
    ),
    row(
        "F26",
        "extra-fields",
        &[(
            "firestore.rules",
            "    match /notes/{id} {\n      allow create: if request.resource.data.owner == request.auth.uid && request.resource.data.title is string;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "/notes/{id}",
        "anything_else",
    ),
    row(
        "F27",
        "field-size-unlimited",
        &[(
            "firestore.rules",
            "    match /comments/{id} {\n      allow create: if request.resource.data.author == request.auth.uid\n        && request.resource.data.keys().hasOnly(['author', 'text'])\n        && request.resource.data.text is string;\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "text of /comments/{id}",
        "",
    ),
    row(
        "F28",
        "email-unverified",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow get: if request.auth.token.email == resource.data.email;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow get: if request.auth.token.email_verified == true && request.auth.token.email == resource.data.email;\n    }",
        )],
        "firestore.rules:5",
        "",
        "get",
    ),
    row(
        "F29",
        "anonymous-accounts",
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow create: if request.auth.token.email_verified == true;\n    }\n    match /comments/{id} {\n      allow create: if request.auth != null && request.resource.data.by == request.auth.uid;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /orders/{id} {\n      allow create: if request.auth.token.email_verified == true;\n    }\n    match /comments/{id} {\n      allow create: if request.auth.token.firebase.sign_in_provider != 'anonymous' && request.resource.data.by == request.auth.uid;\n    }",
        )],
        "firestore.rules:8",
        "anonymous provider",
        "",
    ),
    row(
        "F30",
        "hard-coded-identity",
        &[(
            "firestore.rules",
            "    match /admin/{id} {\n      allow read: if request.auth.token.email == 'owner@example.com' && request.auth.token.email_verified;\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /admin/{id} {\n      allow read: if request.auth.token.role == 'admin';\n    }",
        )],
        "firestore.rules:5",
        "e-mail address",
        "",
    ),
    row(
        "F30",
        "hard-coded-identity",
        &[(
            "firestore.rules",
            "    match /admin/{id} {\n      allow read: if request.auth.uid in ['aB3dE5fG7hI9jK1lM3nO5pQ7rS9t'];\n    }",
        )],
        RIGHT,
        "firestore.rules:5",
        "",
        "",
    ),
    row(
        "F31",
        "rules-budget",
        &[(
            "firestore.rules",
            "    function has(role) { return exists(/databases/$(database)/documents/roles/$(role)/people/$(request.auth.uid)); }\n    match /orders/{id} {\n      allow get: if has('a') || has('b') || has('c') || has('d') || has('e') || has('f') || has('g') || has('h') || has('i') || has('j') || has('k');\n    }",
        )],
        &[(
            "firestore.rules",
            "    function has(role) { return exists(/databases/$(database)/documents/roles/$(role)/people/$(request.auth.uid)); }\n    match /orders/{id} {\n      allow get: if has('a') || has('b');\n    }",
        )],
        "firestore.rules:6",
        "11 other documents",
        "",
    ),
    row(
        "F32",
        "subcollection-open",
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read: if request.auth.uid == userId;\n      match /posts/{postId} {\n        allow read: if true;\n      }\n    }",
        )],
        &[(
            "firestore.rules",
            "    match /users/{userId} {\n      allow read: if request.auth.uid == userId;\n      match /posts/{postId} {\n        allow read: if request.auth.uid == userId;\n      }\n    }",
        )],
        "firestore.rules:7",
        "below documents that they cannot read",
        "list users/alice/posts without signing in",
    ),
];

#[test]
fn documents_read_by_strangers_and_the_rest_of_the_first_half() {
    judge(&ROWS[..ROWS.len() / 2], RIGHT);
}

#[test]
fn conditions_and_the_rest_of_the_second_half() {
    judge(&ROWS[ROWS.len() / 2..], RIGHT);
}
