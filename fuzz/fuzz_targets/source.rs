//! The source engine in every language: whatever the bytes are, a tree whose questions can be asked.
#![no_main]

use gonogo::engine::source::{mount, parse};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 4] = ["a.ts", "a.tsx", "a.py", "a.dart"];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for path in PATHS {
        let Some(tree) = parse(path, &text) else { continue };
        let root = tree.root();
        assert!(tree.inside(root, false).len() <= tree.ids().count());
        for id in tree.ids() {
            let node = tree.node(id);
            assert!(node.from <= node.to && node.to as usize <= text.len());
            let _ = (tree.path(id), tree.source(id), tree.line(id), tree.bound(id));
        }
        let _ = mount::handlers(&tree);
    }
});
