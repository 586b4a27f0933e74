//! What is claimed of whole classes of callers, in cases that once came out as unknown or wrong.

use gonogo::engine::firestore::{
    Analysis,
    prove::{Answer, Caller, Row, matrix, matrix_at},
    request::Method,
};

fn rules(condition: &str) -> String {
    format!(
        "rules_version = '2'; service cloud.firestore {{ match /databases/{{database}}/documents {{ match /notes/{{id}} {{ allow get: if {condition}; }} }} }}"
    )
}

fn get(row: &Row, caller: Caller) -> &Answer {
    row.answer(caller, Method::Get).unwrap()
}

fn word(condition: &str, caller: Caller) -> &'static str {
    get(&matrix(&Analysis::of(&rules(condition)))[0], caller).word()
}

#[test]
fn a_claim_that_nobody_can_give_oneself_is_missing_and_not_unknown() {
    for condition in [
        "request.auth.token.get('admin', null) == true",
        "request.auth.token.get('admin', false)",
        "request.auth.token.get(['a', 'b'], 0) > 1",
        "request.auth.token.get(['firebase', 'tenant'], '') == 'acme'",
    ] {
        for caller in [Caller::AnonymousProvider, Caller::Stranger, Caller::Owner] {
            assert_eq!(word(condition, caller), "never", "{condition} {caller:?}");
        }
    }
    assert_eq!(word("request.auth.token.get('admin', null) == true", Caller::Admin), "conditional");
    assert_eq!(word("request.auth.token.get('admin', null) == null", Caller::Stranger), "always");
    // What may be there or not is not known.
    let named = word("request.auth.token.get('name', null) == null", Caller::Stranger);
    assert!(named != "never" && named != "always", "{named}");
    assert_eq!(word("resource.data.get('a', null) == null", Caller::Stranger), "conditional");
}

#[test]
fn a_path_outside_the_database_is_never_read() {
    for condition in [
        "get(/users/$(request.auth.uid)).data.role == 'admin'",
        "exists(/users/$(id))",
        "exists(/users/alice)",
    ] {
        for caller in Caller::ALL {
            assert_eq!(word(condition, caller), "never", "{condition} {caller:?}");
        }
    }
    let there = "exists(/databases/$(database)/documents/users/$(request.auth.uid))";
    assert_eq!(word(there, Caller::Owner), "conditional");
}

#[test]
fn what_ended_before_the_day_of_the_audit_is_over() {
    let analysis = Analysis::of(&rules("request.time < timestamp.date(2026, 4, 30)"));
    let on = |day: &str| day.parse::<jiff::Timestamp>().unwrap().as_nanosecond();
    let before = &matrix_at(&analysis, on("2026-04-01T00:00:00Z"))[0];
    let after = &matrix_at(&analysis, on("2026-05-01T00:00:00Z"))[0];
    for caller in Caller::ALL {
        assert_eq!(get(before, caller).word(), "conditional");
        assert_eq!(*get(after, caller), Answer::Never);
    }
}

/// A token is JSON: no claim is a path or a moment, and an address is a text.
#[test]
fn no_request_is_made_up_with_a_claim_that_no_token_has() {
    for condition in [
        "request.auth.token.email is path",
        "request.auth.token.email == [resource.data.a, 1]",
        "request.auth.token.email == request.path[0:1]",
        "request.auth.token.level == request.time",
    ] {
        let row = &matrix(&Analysis::of(&rules(condition)))[0];
        for caller in Caller::ALL {
            assert_eq!(get(row, caller).proof(), None, "{condition} {caller:?}");
        }
    }
}

/// Recorded from the engine: `list.hasOnly(set)` is an error, `set.hasOnly(list)` is none.
#[test]
fn a_list_is_not_compared_with_a_set() {
    for (condition, answer) in [
        ("[1].hasOnly([1].toSet())", "never"),
        ("[1].hasAll([1].toSet())", "never"),
        ("{'a': 1}.keys().hasAny(['a'].toSet())", "never"),
        ("[1].toSet().hasOnly([1])", "always"),
        ("[1].toSet().hasAll([1].toSet())", "always"),
    ] {
        assert_eq!(word(condition, Caller::Anonymous), answer, "{condition}");
    }
}
