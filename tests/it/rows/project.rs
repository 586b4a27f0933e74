//! F33 to F35: rules beside `firebase.json` and the product's own code.

use super::{Row, judge};

const RULES: &str = "    match /users/{userId} {
      allow read, update: if request.auth != null && request.auth.uid == userId;
      allow create: if false;
    }
    match /posts/{postId} {
      allow read: if true;
      allow write: if request.auth.token.admin == true;
    }";
const CODE: &str = "import { initializeApp } from 'firebase/app';
import { getFirestore, collection, doc, addDoc, getDocs, getDoc, updateDoc } from 'firebase/firestore';
import { initializeAppCheck, ReCaptchaEnterpriseProvider } from 'firebase/app-check';
const app = initializeApp({ projectId: 'shop-1' });
initializeAppCheck(app, { provider: new ReCaptchaEnterpriseProvider('key') });
const db = getFirestore(app);
export const posts = () => getDocs(collection(db, 'posts'));
export const me = (id: string) => getDoc(doc(db, 'users', id));
export const rename = (id: string, name: string) => updateDoc(doc(db, 'users', id), { name });
";
const QUERY: &str = "import { getFirestore, collection, getDocs, query, where, orderBy } from 'firebase/firestore';
export const of = (author: string) =>
  getDocs(query(collection(getFirestore(), 'posts'), where('author', '==', author), orderBy('createdAt', 'desc')));
";
const RIGHT: &[(&str, &str)] = &[("firestore.rules", RULES), ("src/shop.ts", CODE)];

pub(super) const ROWS: &[Row] = &[
    Row {
        number: "F33",
        check: "rules-not-deployed",
        wrong: &[
            ("firebase.json", r#"{"firestore":{"rules":"rules/live.rules"}}"#),
            ("rules/live.rules", "rules_version = '2';\nservice cloud.firestore { match /databases/{d}/documents { match /a/{b} { allow get: if request.auth.uid == b; } } }"),
            ("firestore.rules", RULES),
        ],
        right: RIGHT,
        at: "firestore.rules:1",
        says: "firebase.json names rules/live.rules, so firestore.rules is not deployed",
        shown: "",
    },
    Row {
        number: "F33",
        check: "database-rules-not-deployed",
        wrong: &[
            ("firebase.json", r#"{"hosting":{"public":"public"}}"#),
            ("database.rules.json", r#"{"rules":{".read":false,".write":false}}"#),
        ],
        right: &[("database.rules.json", r#"{"rules":{".read":false,".write":false}}"#)],
        at: "database.rules.json:1",
        says: "database.rules.json is not deployed",
        shown: "",
    },
    Row {
        number: "F33",
        check: "deploy-file-absent",
        wrong: &[
            ("firebase.json", "{\n  \"firestore\": { \"rules\": \"firestore.rules\" },\n  \"storage\": { \"rules\": \"storage.rules\" }\n}"),
            ("firestore.rules", RULES),
        ],
        right: RIGHT,
        at: "firebase.json:1",
        says: "storage.rules, which is not in the repository",
        shown: "",
    },
    Row {
        number: "F33",
        check: "deploy-target-unknown",
        wrong: &[
            ("firebase.json", r#"{"firestore":{"rules":"firestore.rules"},"storage":[{"target":"main","rules":"storage.rules"}]}"#),
            ("firestore.rules", RULES),
            (".firebaserc", r#"{"projects":{"default":"shop-1"}}"#),
            ("storage.rules", "    match /a/{b} { allow get: if request.auth.uid == b; }"),
        ],
        right: RIGHT,
        at: "firebase.json:1",
        says: "the target main",
        shown: "",
    },
    Row {
        number: "F34",
        check: "code-path-denied",
        wrong: &[
            ("firestore.rules", RULES),
            ("src/shop.ts", CODE),
            ("src/orders.ts", "import { getFirestore, collection, getDocs } from 'firebase/firestore';\nexport const orders = () => getDocs(collection(getFirestore(), 'orders'));\n"),
        ],
        right: RIGHT,
        at: "src/orders.ts:2",
        says: "lists /orders, for which there is no rule",
        shown: "",
    },
    Row {
        number: "F34",
        check: "code-path-unused",
        wrong: &[
            ("firestore.rules", "    match /users/{userId} {
      allow read, update: if request.auth != null && request.auth.uid == userId;
    }
    match /drafts/{id} {
      allow read: if true;
    }"),
            ("src/a.ts", "import { getFirestore, doc, getDoc, updateDoc } from 'firebase/firestore';
const db = getFirestore();
export const a = (id: string) => getDoc(doc(db, 'users', id));
export const b = (id: string) => updateDoc(doc(db, 'users', id), { name: 'x' });
export const c = (id: string) => getDoc(doc(db, 'users', id));
"),
            ("src/b.ts", "import { getFirestore, doc, getDoc } from 'firebase/firestore';
const db = getFirestore();
export const d = (id: string) => getDoc(doc(db, 'users', id));
export const e = (id: string) => getDoc(doc(db, 'users', id));
"),
            ("src/c.ts", "import { getFirestore, doc, getDoc } from 'firebase/firestore';
export const f = (id: string) => getDoc(doc(getFirestore(), 'users', id));
"),
        ],
        right: RIGHT,
        at: "firestore.rules:8",
        says: "no code of the repository uses /drafts/{id}, which anyone can get and list",
        shown: "",
    },
    Row {
        number: "F35",
        check: "code-personal-data-open",
        wrong: &[
            ("firestore.rules", RULES),
            ("functions/src/index.ts", "import * as admin from 'firebase-admin';\nadmin.initializeApp();\nexport const save = (email: string, phone: string) =>\n  admin.firestore().collection('posts').add({ email, phone, title: 'x' });\n"),
        ],
        right: RIGHT,
        at: "firestore.rules:9",
        says: "email",
        shown: "list posts without signing in",
    },
    Row {
        number: "indexes",
        check: "index-missing",
        wrong: &[
            ("firestore.rules", RULES),
            ("src/shop.ts", CODE),
            ("src/list.ts", QUERY),
            ("firestore.indexes.json", r#"{"indexes":[{"collectionGroup":"posts","queryScope":"COLLECTION","fields":[{"fieldPath":"author","order":"ASCENDING"},{"fieldPath":"title","order":"ASCENDING"}]}],"fieldOverrides":[]}"#),
        ],
        right: &[
            ("firestore.rules", RULES),
            ("src/shop.ts", CODE),
            ("src/list.ts", QUERY),
            ("firestore.indexes.json", r#"{"indexes":[{"collectionGroup":"posts","queryScope":"COLLECTION","fields":[{"fieldPath":"author","order":"ASCENDING"},{"fieldPath":"createdAt","order":"DESCENDING"}]}]}"#),
        ],
        at: "src/list.ts:3",
        says: "asks posts by author, createdAt (descending), for which firestore.indexes.json has no index",
        shown: "",
    },
    Row {
        number: "indexes",
        check: "deploy-file-absent",
        wrong: &[
            ("firebase.json", r#"{"firestore":{"rules":"firestore.rules","indexes":"firestore.indexes.json"}}"#),
            ("firestore.rules", RULES),
        ],
        right: RIGHT,
        at: "firebase.json:1",
        says: "firestore.indexes.json, which is not in the repository",
        shown: "",
    },
    Row {
        number: "the webhook's own fields",
        check: "code-server-field-writable",
        wrong: &[
            ("firestore.rules", RULES),
            ("functions/src/index.ts", "import * as admin from 'firebase-admin';
import * as functions from 'firebase-functions';
import Stripe from 'stripe';
admin.initializeApp();
const stripe = new Stripe(process.env.STRIPE_SECRET_KEY!);
export const hook = functions.https.onRequest(async (req, res) => {
  const event = stripe.webhooks.constructEvent(req.rawBody, req.headers['stripe-signature'] as string, process.env.STRIPE_WEBHOOK_SECRET!);
  const uid = (event.data.object as any).client_reference_id;
  await admin.firestore().collection('users').doc(uid).update({ plan: 'pro', paid: true });
  res.json({ received: true });
});
"),
        ],
        right: RIGHT,
        at: "firestore.rules:5",
        says: "plan",
        shown: "update",
    },
    Row {
        number: "App Check",
        check: "code-app-check-absent",
        wrong: &[
            ("firestore.rules", RULES),
            ("src/shop.ts", "import { initializeApp } from 'firebase/app';\nimport { getFirestore, collection, getDocs } from 'firebase/firestore';\nconst db = getFirestore(initializeApp({ projectId: 'shop-1' }));\nexport const posts = () => getDocs(collection(db, 'posts'));\n"),
        ],
        right: RIGHT,
        at: "src/shop.ts:4",
        says: "App Check",
        shown: "",
    },
];

#[test]
fn rules_beside_the_rest_of_the_project() {
    judge(ROWS, RIGHT);
}
