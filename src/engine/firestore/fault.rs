//! Why an evaluation came to an error.

/// An error of the language itself: it denies, unless `||` or `&&` decides without it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    pub kind: FaultKind,
    pub message: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// A field that is not there.
    Missing,
    /// Something was asked of null, or a variable is not defined.
    Null,
    /// A type that does not fit.
    Type,
    /// A function that does not exist, or not with so many arguments.
    Function,
    /// An index, date or number out of range.
    Range,
    /// A document that could not be read.
    Document,
    /// What a query says does not decide it.
    Undecided,
    /// The limit of 1,000 expressions; nothing is evaluated after it.
    Budget,
    /// Something this evaluator does not model. Not an error of the engine's: the outcome is open.
    Unsupported,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::new(FaultKind::Missing, format!("Property {field} is undefined on object."))
    }

    pub(super) fn null() -> Self {
        Self::new(FaultKind::Null, "Null value error.")
    }

    pub(super) fn types(received: &str, expected: &str) -> Self {
        Self::new(FaultKind::Type, format!("Type error. Received: [{received}] Expected: [{expected}]."))
    }

    pub(super) fn operation(received: impl std::fmt::Display) -> Self {
        Self::new(FaultKind::Type, format!("Unsupported operation error. Received: {received}."))
    }

    pub(super) fn no_function(name: &str) -> Self {
        Self::new(FaultKind::Function, format!("Function not found error: Name: [{name}]."))
    }

    pub(super) fn index(index: i64, size: usize) -> Self {
        let message = format!("Index out of bound error. Index: [{index}] , size: [{size}].");
        Self::new(FaultKind::Range, message)
    }

    pub(super) fn budget() -> Self {
        let message = "Unable to evaluate the expression as the maximum of 1000 expressions to evaluate has been reached.";
        Self::new(FaultKind::Budget, message)
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::new(FaultKind::Unsupported, what)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
