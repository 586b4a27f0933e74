//! One migration, replayed into the catalogue, what every caller reaches by it, and the verdicts.
#![no_main]

use std::sync::Once;

use gonogo::{
    checks::{all, judge},
    engine::{
        env::read_project_config,
        sql::{Caller, Command, Profile, evaluate, is_exposed, reach, replay},
    },
    seen::{Database, Migration, Observations, Seen},
    target::Target,
};
use libfuzzer_sys::fuzz_target;

static HOOK: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    HOOK.call_once(spare_the_grammar);
    let text = String::from_utf8_lossy(bytes);
    let config = read_project_config("supabase/config.toml", &text);
    let Ok(catalogue) = replay(&[("1.sql", &text)], Profile::default()) else { return };
    for relation in catalogue.relations.values() {
        let _ = is_exposed(&relation.name, &["public".to_owned()]);
        for (caller, command) in Caller::ALL.iter().flat_map(|who| Command::ALL.map(|what| (*who, what))) {
            let reach = reach(&catalogue, relation, caller, command);
            let _ = (reach.is_open(), reach.is_closed());
            for condition in relation.policies.iter().flat_map(|policy| policy.conditions()) {
                let _ = evaluate(&condition.expr, caller, relation, &catalogue);
            }
        }
    }
    let _ = catalogue.functions.iter().filter(|function| function.looks_at_caller()).count();

    let mut seen = Observations::default();
    let migration = Migration { path: "1.sql".to_owned(), sql: text.into_owned() };
    let database = Database::new(vec![migration], Vec::new(), Some(config));
    seen.databases.insert("supabase/migrations".to_owned(), Seen::Got(database));
    let _ = judge(&all().collect::<Vec<_>>(), &seen, &Target::default());
});

/// The grammar is another project's and may give up: the replay catches that and says so. Any
/// other panic is ours.
fn spare_the_grammar() {
    let fatal = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| place.file().contains("squawk")) {
            fatal(panic);
        }
    }));
}
