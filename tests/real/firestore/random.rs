//! Rules put together at random from atoms that rules are made of, always the same ones.

pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.throw(from.len())]
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.throw(4) == 0 {
            return match self.throw(5) {
                0 => self.comparison(2),
                1 => format!("f{}({})", self.throw(2), self.comparison(1)),
                _ => self.pick(ATOMS).to_owned(),
            };
        }
        let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
        match self.throw(7) {
            0 => format!("!({left})"),
            1 => format!("(({left}) ? ({right}) : ({}))", self.condition(depth - 1)),
            2 | 3 => format!("({left} || {right})"),
            _ => format!("({left} && {right})"),
        }
    }

    /// Often of types that do not fit.
    fn comparison(&mut self, depth: usize) -> String {
        let (left, right) = (self.value(depth), self.value(depth));
        let operator = self.pick(&["==", "!=", "<", "<=", ">", ">=", "in", "=="]);
        match self.throw(6) {
            0 => format!(
                "({left}) is {}",
                self.pick(&["string", "int", "list", "map", "bool", "number", "timestamp", "path"])
            ),
            1 => {
                let method = self.pick(&["hasAny", "hasAll", "hasOnly"]);
                format!("({left}).{method}({right})")
            }
            _ => format!("({left} {operator} {right})"),
        }
    }

    fn value(&mut self, depth: usize) -> String {
        if depth == 0 || self.throw(3) == 0 {
            return self.pick(VALUES).to_owned();
        }
        let inner = self.value(depth - 1);
        match self.throw(12) {
            0 => format!("({inner} + {})", self.value(depth - 1)),
            1 => format!("({inner}).size()"),
            2 => format!("[{inner}, {}]", self.value(depth - 1)),
            3 => format!("({inner})[{}]", self.value(depth - 1)),
            4 => format!("({inner}).get({}, {})", self.value(depth - 1), self.value(depth - 1)),
            5 => format!("({inner}).split('_')"),
            6 => format!("({inner}).toSet()"),
            7 => format!("({inner}).diff({}).affectedKeys()", self.value(depth - 1)),
            8 => format!("({inner}).keys()"),
            9 => format!("({inner})[0:1]"),
            10 => format!("{{'a': {inner}}}"),
            _ => format!("({inner} * {})", self.value(depth - 1)),
        }
    }
}

const VALUES: &[&str] = &[
    "1",
    "-2",
    "2.5",
    "'alice'",
    "''",
    "null",
    "true",
    "[]",
    "['owner', 'count']",
    "{'owner': 'alice'}",
    "resource.data",
    "resource.data.owner",
    "resource.data.count",
    "resource.data.members",
    "resource.data.roles",
    "resource.data.missing",
    "request.resource.data",
    "request.resource.data.owner",
    "request.resource.data.count",
    "request.auth.uid",
    "request.auth.token.email",
    "request.auth.token.admin",
    "request.auth",
    "resource",
    "id",
    "request.time",
    "request.path",
    "/databases/$(database)/documents/users/$(id)",
    "get(/databases/$(database)/documents/users/$(id)).data",
];

const ATOMS: &[&str] = &[
    "request.auth != null",
    "request.auth.uid == id",
    "request.auth.uid == resource.data.owner",
    "request.auth.uid == request.resource.data.owner",
    "request.resource.data.owner == resource.data.owner",
    "request.auth.uid in resource.data.members",
    "resource.data.public == true",
    "resource.data.count > 2",
    "request.resource.data.count == resource.data.count + 1",
    "request.resource.data.name is string",
    "request.resource.data.name.size() < 30",
    "request.resource.data.keys().hasOnly(['owner', 'count', 'name'])",
    "request.resource.data.keys().hasAll(['owner'])",
    "request.resource.data.diff(resource.data).affectedKeys().hasOnly(['count'])",
    "'role' in request.resource.data",
    "request.auth.token.admin == true",
    "request.auth.token.email_verified",
    "request.auth.token.firebase.sign_in_provider != 'anonymous'",
    "exists(/databases/$(database)/documents/users/$(request.auth.uid))",
    "get(/databases/$(database)/documents/users/$(id)).data.role == 'user'",
    "resource == null",
    "request.resource.data.role == resource.data.get('role', 'none')",
    "request.resource.data.role in ['user', 'guest']",
    "id.matches('[a-z]+')",
    "request.query.limit <= 10",
    "request.auth.token.email.matches('.*@example[.]org')",
    "resource.data.roles[request.auth.uid] in ['owner', 'editor']",
    "request.resource.data.updated == request.time",
    "resource.data.tags.hasAny(['a', 'b'])",
    "getAfter(/databases/$(database)/documents/users/$(id)).data.count == 4",
    "true",
    "false",
];
