//! Values of the rules language, of which some may be unknown.

pub use super::fields::Fields;

/// A value, or what is known about one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    /// Without duplicates, in order of first appearance.
    Set(Vec<Value>),
    Map(Fields),
    /// What `diff` gives: the map it was called on, and the one it was compared with.
    Diff(Fields, Fields),
    /// Segments.
    Path(Vec<String>),
    /// Nanoseconds since 1970 in UTC.
    Time(i128),
    /// Nanoseconds.
    Duration(i128),
    /// Degrees.
    Place(f64, f64),
    /// A field of which a query only says how it compares.
    Bounded(Bounds),
    Unknown(Unknown),
}

/// What a query's filters say about a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The bound, and whether it belongs to the range.
    pub lower: Option<(Box<Value>, bool)>,
    pub upper: Option<(Box<Value>, bool)>,
    pub not: Vec<Value>,
}

/// A value that is not known, or one of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unknown {
    pub may: Outcomes,
    /// What would have to be known.
    pub on: Sources,
    pub symbol: Symbol,
}

/// What an unknown value stands for, as far as comparisons care.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Symbol {
    Any,
    /// The caller's own user id, a string unlike any that the file names.
    OwnId,
    /// The caller's own e-mail address.
    OwnEmail,
    /// The same of a caller whom other documents may name: a member.
    MemberId,
    MemberEmail,
    /// The same of a caller whom the path and any document may name: the owner.
    OwnerId,
    OwnerEmail,
    /// The same of a caller whom the file may name: an administrator.
    NamedId,
    NamedEmail,
    /// The time of the request: not before this second since 1970.
    Now(i64),
    /// A whole document (`resource`), a map of its own.
    Document,
    /// The fields of a document.
    Fields,
}

impl Symbol {
    /// Of an identity: what cannot hold it, since that belongs to others.
    pub(super) fn foreign(self) -> Option<Sources> {
        match self {
            Self::OwnId | Self::OwnEmail | Self::NamedId | Self::NamedEmail => Some(Sources::OTHERS),
            Self::MemberId | Self::MemberEmail => Some(Sources::PATH.union(Sources::STORED)),
            Self::OwnerId | Self::OwnerEmail => Some(Sources::default()),
            Self::Any | Self::Document | Self::Fields | Self::Now(_) => None,
        }
    }

    /// May the file itself name this identity?
    pub(super) fn is_named(self) -> bool {
        matches!(self, Self::NamedId | Self::NamedEmail)
    }
}

/// 2026-01-01: no request is made before it.
pub(super) const NOT_BEFORE: i128 = 1_767_225_600_000_000_000;

/// Which of true, false and error an evaluation may come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outcomes {
    pub yes: bool,
    pub no: bool,
    pub error: bool,
}

impl Outcomes {
    pub const ANY: Self = Self { yes: true, no: true, error: true };
    pub const EITHER: Self = Self { yes: true, no: true, error: false };
    pub const ERROR: Self = Self { yes: false, no: false, error: true };
    pub const FALSE_OR_ERROR: Self = Self { yes: false, no: true, error: true };
    const NONE: Self = Self { yes: false, no: false, error: false };

    pub fn exactly(value: bool) -> Self {
        Self { yes: value, no: !value, error: false }
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { yes: self.yes || other.yes, no: self.no || other.no, error: self.error || other.error }
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes, error: self.error }
    }

    #[must_use]
    pub fn with_error(self, error: bool) -> Self {
        Self { error: self.error || error, ..self }
    }

    /// `&&`: false beats error, on either side.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut both = Self::NONE;
        both.yes = self.yes && other.yes;
        both.no = (self.no && other.is_possible()) || (other.no && self.is_possible());
        both.error = (self.error && (other.yes || other.error)) || (other.error && (self.yes || self.error));
        both
    }

    /// `||`: true beats error, on either side.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negated().and(other.negated()).negated()
    }

    fn is_possible(self) -> bool {
        self.yes || self.no || self.error
    }
}

/// Where unknown things come from, as a set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sources(u8);

impl Sources {
    /// Variables of the path.
    pub const PATH: Self = Self(1);
    /// The document as it is stored.
    pub const STORED: Self = Self(2);
    /// What the caller sends: chosen by an attacker.
    pub const SENT: Self = Self(4);
    /// Other documents, through `get` and `exists`.
    pub const OTHER: Self = Self(8);
    pub const TIME: Self = Self(16);
    /// The shape of the query: chosen by an attacker.
    pub const QUERY: Self = Self(32);
    /// What the token says about the caller.
    pub const TOKEN: Self = Self(64);
    /// Something that is not modelled.
    pub const OPAQUE: Self = Self(128);
    /// What belongs to other people: their paths and documents.
    pub(super) const OTHERS: Self = Self(1 | 2 | 8);

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Value {
    pub fn unknown(on: Sources) -> Self {
        Self::Unknown(Unknown { may: Outcomes::ANY, on, symbol: Symbol::Any })
    }

    pub fn symbol(symbol: Symbol, on: Sources) -> Self {
        Self::Unknown(Unknown { may: Outcomes::EITHER, on, symbol })
    }

    /// A truth value; known if there is one possibility.
    pub fn truth(may: Outcomes, on: Sources) -> Self {
        Self::Unknown(Unknown { may, on, symbol: Symbol::Any })
    }

    /// A number of things.
    pub(super) fn count(count: usize) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The type's name in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Diff(..) => "map_diff",
            Self::Path(_) => "path",
            Self::Time(_) => "timestamp",
            Self::Duration(_) => "duration",
            Self::Place(..) => "latlng",
            Self::Bounded(_) => "constraint",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Does something below (or the value itself) remain unknown?
    pub fn sources(&self) -> Sources {
        match self {
            Self::Unknown(unknown) => unknown.on,
            Self::List(items) | Self::Set(items) => {
                items.iter().fold(Sources::default(), |all, item| all.and(item.sources()))
            }
            Self::Map(map) => map.values().fold(Sources::default(), |all, item| all.and(item.sources())),
            Self::Diff(left, right) => left
                .values()
                .chain(right.values())
                .fold(Sources::default(), |all, item| all.and(item.sources())),
            _ => Sources::default(),
        }
    }

    /// Is something unknown in it? Cheaper to read than `!sources().is_empty()`, and also true for
    /// the caller's own id, which depends on nothing.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::List(items) | Self::Set(items) => items.iter().any(Self::is_open),
            Self::Map(map) => map.values().any(Self::is_open),
            Self::Diff(left, right) => left.values().chain(right.values()).any(Self::is_open),
            _ => false,
        }
    }

    /// Bytes and nodes in it, roughly: what bounds the memory of an evaluation.
    pub fn weight(&self) -> usize {
        match self {
            Self::Text(text) => 8 + text.len(),
            Self::Bytes(bytes) => 8 + bytes.len(),
            Self::Path(segments) => 8 + segments.iter().map(|segment| 8 + segment.len()).sum::<usize>(),
            Self::List(items) | Self::Set(items) => 8 + items.iter().map(Self::weight).sum::<usize>(),
            Self::Map(map) => 8 + map_weight(map),
            Self::Diff(left, right) => 8 + map_weight(left) + map_weight(right),
            _ => 8,
        }
    }
}

fn map_weight(map: &Fields) -> usize {
    map.iter().map(|(key, value)| key.len() + value.weight()).sum()
}

/// `==` of known values: 1 equals 1.0, but not inside a list, a set or a map.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => {
            (*int as f64).total_cmp(float).is_eq() || (*int == 0 && float.abs().total_cmp(&0.0).is_eq())
        }
        _ => same(left, right),
    }
}

/// Equality within collections, where 1 is not 1.0 and sets have no order.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Set(left), Value::Set(right)) => {
            left.len() == right.len() && left.iter().all(|item| contains(right, item))
        }
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

pub(super) fn contains(items: &[Value], wanted: &Value) -> bool {
    items.iter().any(|item| same(item, wanted))
}

/// Drops repetitions.
pub(super) fn set_of(items: impl IntoIterator<Item = Value>) -> Value {
    let mut set: Vec<Value> = Vec::new();
    for item in items {
        if !contains(&set, &item) {
            set.push(item);
        }
    }
    Value::Set(set)
}
