//! R01 to R14: the Realtime Database.

use super::{Files, Row, judge, row};

const RIGHT: Files = &[(
    "database.rules.json",
    r#"{
  "rules": {
    // A profile is its owner's.
    "users": {
      "$uid": {
        ".read": "auth != null && auth.uid === $uid",
        ".write": "auth != null && auth.uid === $uid && newData.exists()",
        ".validate": "newData.hasChildren(['name'])",
        "name": { ".validate": "newData.isString() && newData.val().length < 100" },
        "$other": { ".validate": false }
      }
    },
    "orders": {
      ".read": "auth.uid !== null && query.orderByChild === 'owner' && query.equalTo === auth.uid",
      ".indexOn": ["owner"]
    }
  }
}"#,
)];

pub(super) const ROWS: &[Row] = &[
    row(
        "R01",
        "database-anonymous-read",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".read\": true,\n    \".write\": false\n  }\n}")],
        "database.rules.json:3",
        "anyone can read the whole database",
        "curl",
    ),
    row(
        "R01",
        "database-anonymous-read",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"orders\": {\n      \".read\": \"query.orderByChild === 'owner' && query.equalTo === auth.uid\",\n      \".indexOn\": [\"owner\"]\n    }\n  }\n}",
        )],
        "database.rules.json:4",
        "anyone can read everything under /orders by a query",
        "orders.json?orderBy=%22owner%22",
    ),
    row(
        "R02",
        "database-anonymous-write",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".read\": false,\n    \".write\": true\n  }\n}")],
        "database.rules.json:4",
        "anyone can write the whole database",
        "curl -X PUT",
    ),
    row(
        "R03",
        "database-any-account-read",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".read\": \"auth != null\"\n  }\n}")],
        "database.rules.json:3",
        "any signed-in user can read the whole database",
        "auth=",
    ),
    row(
        "R03",
        "database-any-account-write",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".write\": \"auth != null\"\n  }\n}")],
        "database.rules.json:3",
        "any signed-in user can write the whole database",
        "curl -X PUT",
    ),
    row(
        "R04",
        "database-cascade",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": {\n      \".read\": \"auth != null\",\n      \"$uid\": {\n        \".read\": \"auth.uid === $uid\"\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:6",
        ".read at /users/$uid protects nothing",
        "users/somebody",
    ),
    row(
        "R05",
        "database-any-account-write",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": {\n      \"$uid\": {\n        \".write\": \"auth != null\"\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "any signed-in user can write everything under /users/$uid",
        "curl -X PUT",
    ),
    row(
        "R05",
        "database-any-account-read",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": {\n      \"$uid\": {\n        \".read\": \"auth != null\"\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "any signed-in user can read everything under /users/$uid",
        "curl",
    ),
    row(
        "R06",
        "database-unvalidated",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": {\n      \"$uid\": {\n        \".write\": \"auth.uid === $uid\"\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "checked by no .validate",
        "",
    ),
    row(
        "R07",
        "database-immutable-deleted",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": {\n      \"$uid\": {\n        \".write\": \"auth.uid === $uid\",\n        \"created\": { \".validate\": \"!data.exists() || newData.val() === data.val()\" }\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "must not change can be deleted",
        "curl -X DELETE",
    ),
    row(
        "R08",
        "database-unknown-children",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": {\n      \"$uid\": {\n        \".write\": \"auth.uid === $uid\",\n        \"name\": { \".validate\": \"newData.isString()\" }\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "a field that no rule knows",
        "unknownField",
    ),
    row(
        "R09",
        "database-index-missing",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"orders\": {\n      \".read\": \"query.orderByChild === 'owner' && query.equalTo === auth.uid\"\n    }\n  }\n}",
        )],
        "database.rules.json:4",
        "no index",
        "",
    ),
    row(
        "R10",
        "database-role-writable",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"users\": { \"$uid\": { \".write\": \"auth.uid === $uid\" } },\n    \"orders\": {\n      \".read\": \"root.child('users').child(auth.uid).child('role').val() === 'admin'\"\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "first /users/me/role",
        "curl -X PUT",
    ),
    row(
        "R11",
        "database-test-mode",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \".read\": \"now < 4102444800000\",\n    \".write\": false\n  }\n}",
        )],
        "database.rules.json:3",
        "open to anyone until 2100-01-01",
        "curl",
    ),
    row(
        "R12",
        "database-owner-changeable",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"items\": {\n      \"$id\": {\n        \".write\": \"data.child('owner').val() === auth.uid\"\n      }\n    }\n  }\n}",
        )],
        "database.rules.json:5",
        "somebody else into owner",
        "somebody",
    ),
    row(
        "R13",
        "database-query-unbounded",
        &[(
            "database.rules.json",
            "{\n  \"rules\": {\n    \"items\": {\n      \".read\": \"query.orderByChild === 'owner'\",\n      \".indexOn\": [\"owner\"]\n    }\n  }\n}",
        )],
        "database.rules.json:4",
        "neither a value nor a limit",
        "",
    ),
    row(
        "R14",
        "database-rules-broken",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".read\": \"auth.uid.startsWith('a')\"\n  }\n}")],
        "database.rules.json:3",
        "startsWith",
        "",
    ),
    row(
        "R14",
        "database-rules-broken",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".reed\": true\n  }\n}")],
        "database.rules.json:3",
        ".reed",
        "",
    ),
    row(
        "R14",
        "database-rules-broken",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".read\": \"auth != null\"\n")],
        "database.rules.json:4",
        "",
        "",
    ),
    row(
        "R14",
        "database-rules-broken",
        &[("database.rules.json", "{\n  \"rules\": {\n    \".read\": 1\n  }\n}")],
        "database.rules.json:3",
        "",
        "",
    ),
];

#[test]
fn data() {
    judge(ROWS, RIGHT);
}
