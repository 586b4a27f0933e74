//! Three-valued logic with a fourth answer: it depends, and on what.

use super::caller::Needs;

/// What a condition gives for one caller, over all rows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Truth {
    True,
    /// FALSE or NULL for every row: both hide it.
    Never(Absence),
    /// True where one of these alternatives holds; never empty.
    Depends(Vec<Needs>),
}

/// `NOT NULL` is NULL while `NOT FALSE` is TRUE.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Absence {
    False,
    Null,
    /// FALSE for some rows, NULL for others.
    Either,
}

/// More alternatives than this are merged into one that is not understood.
const MAX_ALTERNATIVES: usize = 24;

impl Truth {
    pub const FALSE: Self = Self::Never(Absence::False);
    pub const NULL: Self = Self::Never(Absence::Null);

    pub(super) fn of(value: bool) -> Self {
        if value { Self::True } else { Self::FALSE }
    }

    pub(super) fn depends(needs: Needs) -> Self {
        Self::Depends(vec![needs])
    }

    #[must_use]
    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::FALSE,
            Self::Never(Absence::False) => Self::True,
            Self::Never(Absence::Null) => Self::NULL,
            Self::Never(Absence::Either) => Self::depends(Needs::ROW),
            Self::Depends(alternatives) => Self::depends(
                alternatives.iter().fold(Needs::default(), |sum, needs| sum.and(needs.negated())),
            ),
        }
    }

    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never(Absence::False), _) | (_, Self::Never(Absence::False)) => Self::FALSE,
            (Self::Never(Absence::Null), Self::True | Self::NULL) | (Self::True, Self::NULL) => Self::NULL,
            // NULL AND something that may be false is NULL or FALSE, and under a NOT the two differ.
            (Self::Never(_), _) | (_, Self::Never(_)) => Self::Never(Absence::Either),
            (Self::True, rest) | (rest, Self::True) => rest,
            (Self::Depends(left), Self::Depends(right)) => {
                let both = left.iter().flat_map(|one| right.iter().map(|other| one.and(*other)));
                Self::Depends(tidy(both.collect()))
            }
        }
    }

    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::Depends(mut left), Self::Depends(right)) => {
                left.extend(right);
                Self::Depends(tidy(left))
            }
            (Self::Depends(one), Self::Never(_)) | (Self::Never(_), Self::Depends(one)) => Self::Depends(one),
            (Self::Never(Absence::Null), Self::Never(_)) | (Self::Never(_), Self::Never(Absence::Null)) => {
                Self::NULL
            }
            (Self::Never(Absence::False), Self::Never(Absence::False)) => Self::FALSE,
            (Self::Never(_), Self::Never(_)) => Self::Never(Absence::Either),
        }
    }
}

fn tidy(mut alternatives: Vec<Needs>) -> Vec<Needs> {
    alternatives.sort_unstable();
    alternatives.dedup();
    if alternatives.len() > MAX_ALTERNATIVES {
        let all = alternatives.iter().fold(Needs::UNKNOWN, |sum, needs| sum.and(*needs));
        return vec![all];
    }
    alternatives
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_not_false_under_a_not() {
        assert_eq!(Truth::NULL.not(), Truth::NULL);
        assert_eq!(Truth::FALSE.not(), Truth::True);
        assert_eq!(Truth::NULL.or(Truth::True), Truth::True);
        assert_eq!(Truth::NULL.and(Truth::FALSE), Truth::FALSE);
    }

    #[test]
    fn not_the_owner_binds_nobody() {
        let Truth::Depends(needs) = Truth::depends(Needs::OWNER).not() else { panic!("must depend") };
        assert!(!needs[0].binds_caller());
    }
}
