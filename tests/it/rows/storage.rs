//! S01 to S12: files.

use super::{Files, Row, judge, row};

const RIGHT: Files = &[(
    "storage.rules",
    "    match /users/{uid}/{file} {
      allow get: if request.auth != null && request.auth.uid == uid;
      allow create: if request.auth != null && request.auth.uid == uid
        && resource == null && request.resource.size < 5 * 1024 * 1024
        && request.resource.contentType in ['image/png', 'image/jpeg'];
      allow delete: if request.auth != null && request.auth.uid == uid;
    }",
)];

pub(super) const ROWS: &[Row] = &[
    row(
        "S01",
        "storage-anonymous-read",
        &[("storage.rules", "    match /invoices/{file} {\n      allow get: if true;\n    }")],
        "storage.rules:5",
        "files at /invoices/{file}",
        "get of invoices/",
    ),
    row(
        "S02",
        "storage-anonymous-write",
        &[("storage.rules", "    match /uploads/{file} {\n      allow write: if true;\n    }")],
        "storage.rules:5",
        "create, update and delete",
        "without an account",
    ),
    row(
        "S03",
        "storage-any-account-write",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow get: if request.auth.uid == uid;\n      allow create, update: if request.auth != null;\n    }",
        )],
        "storage.rules:6",
        "other people's files at /users/{uid}/{file}",
        "as any account",
    ),
    row(
        "S03",
        "storage-any-account-read",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow read: if request.auth != null;\n    }",
        )],
        "storage.rules:5",
        "other people's files at /users/{uid}/{file}",
        "as any account",
    ),
    row(
        "S04",
        "storage-list-exposed",
        &[("storage.rules", "    match /images/{file} {\n      allow read: if true;\n    }")],
        "storage.rules:5",
        "anyone can list files at /images/{file}",
        "list of images",
    ),
    row(
        "S05",
        "storage-size-unlimited",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow create: if request.auth.uid == uid && request.resource.contentType == 'image/png';\n    }",
        )],
        "storage.rules:5",
        "of any size",
        "create of users/",
    ),
    row(
        "S06",
        "storage-type-unrestricted",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow create: if request.auth.uid == uid && request.resource.size < 1000000;\n    }",
        )],
        "storage.rules:5",
        "text/html",
        "text/html",
    ),
    row(
        "S06",
        "storage-type-loose",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow create: if request.auth.uid == uid && request.resource.size < 1000000 && request.resource.contentType.matches('image/.*');\n    }",
        )],
        "storage.rules:5",
        "image/svg+xml",
        "image/svg+xml",
    ),
    row(
        "S07",
        "storage-type-loose",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow create: if request.auth.uid == uid && request.resource.size < 1000000 && request.resource.contentType.matches('.*image/png');\n    }",
        )],
        "storage.rules:5",
        "text/html;image/png",
        "text/html;image/png",
    ),
    row(
        "S08",
        "storage-recursive-wildcard",
        &[(
            "storage.rules",
            "    match /{allPaths=**} {\n      allow read, write: if request.auth != null;\n    }",
        )],
        "storage.rules:5",
        "every file",
        "",
    ),
    row(
        "S09",
        "storage-any-account-write",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow create: if request.auth.uid == uid;\n      allow delete: if request.auth != null;\n    }",
        )],
        "storage.rules:6",
        "delete",
        "delete of users/",
    ),
    row(
        "S09",
        "storage-delete-never",
        &[(
            "storage.rules",
            "    match /users/{uid}/{file} {\n      allow write: if request.auth.uid == uid && request.resource.size < 1000;\n    }",
        )],
        "storage.rules:5",
        "never deleted",
        "",
    ),
    row(
        "S10",
        "storage-overwrite",
        &[(
            "storage.rules",
            "    match /shared/{file} {\n      allow create: if request.auth != null;\n    }",
        )],
        "storage.rules:5",
        "replace files at /shared/{file}",
        "over a file that is there",
    ),
    row(
        "S11",
        "storage-trusted-document-writable",
        &[
            ("firestore.rules", "    match /users/{id} { allow write: if request.auth.uid == id; }"),
            (
                "storage.rules",
                "    match /reports/{file} {\n      allow get: if firestore.get(/databases/(default)/documents/users/$(request.auth.uid)).data.role == 'admin';\n    }",
            ),
        ],
        "storage.rules:5",
        "such that the rules then let them",
        "users/",
    ),
    row(
        "S12",
        "storage-test-mode",
        &[(
            "storage.rules",
            "    match /{allPaths=**} {\n      allow read, write: if request.time < timestamp.date(2090, 1, 1);\n    }",
        )],
        "storage.rules:5",
        "until 2090-01-01",
        "without an account",
    ),
    row(
        "S12",
        "match-never",
        &[(
            "storage.rules",
            "rules_version = '2';\nservice firebase.storage {\n  match /users/{uid}/{file} {\n    allow get: if request.auth.uid == uid;\n  }\n}\n",
        )],
        "storage.rules:4",
        "/b/",
        "",
    ),
];

#[test]
fn files() {
    judge(ROWS, RIGHT);
}
