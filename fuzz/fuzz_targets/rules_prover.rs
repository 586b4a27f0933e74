//! A rules file: its matrix, with every request that is shown put to the evaluator again.
#![no_main]

use gonogo::engine::firestore::{
    Analysis,
    prove::{Answer, Prover, is_remedy, matrix},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let analysis = Analysis::of(&text);
    for row in matrix(&analysis) {
        for cell in row.cells {
            if let Answer::Conditional { proof: Some(proof), .. } = cell.answer {
                assert!(proof.holds(&analysis.compiled), "{}", proof.command());
                let _ = proof.curl();
                // A file is no remedy of itself.
                assert!(!is_remedy(&analysis, &text, &row.pattern, &[*proof]));
            }
        }
    }
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    for grant in &analysis.grants {
        let _ = (prover.is_dead(grant), prover.swallowed(grant));
    }
});
