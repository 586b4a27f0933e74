//! Who asks: the callers a Supabase project has without any key but the public one.

/// A caller of the Data API.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Caller {
    /// Nobody signed in: role `anon`, no `sub` in the token.
    Anonymous,
    /// Somebody who signed up a minute ago: role `authenticated`, an id of their own, and no
    /// claim, row or membership that anybody gave them.
    Stranger,
}

impl Caller {
    pub const ALL: [Self; 2] = [Self::Anonymous, Self::Stranger];

    /// The database role.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Anonymous => "anon",
            Self::Stranger => "authenticated",
        }
    }

    /// For messages.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Anonymous => "anyone on the internet",
            Self::Stranger => "any signed-in user",
        }
    }
}

/// What a condition depends on when it is neither always nor never true.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Needs(u8);

impl Needs {
    /// The caller's identity must equal something in the row.
    pub const OWNER: Self = Self(1);
    /// Another table must hold a row that names the caller.
    pub const MEMBER: Self = Self(2);
    /// A claim that only the server can give (`app_metadata`, a literal id or address).
    pub const CLAIM: Self = Self(4);
    /// A claim that the user can write (`user_metadata`).
    pub const OWN_CLAIM: Self = Self(8);
    /// The row itself, whoever asks.
    pub const ROW: Self = Self(16);
    /// Rows of other tables, whoever asks.
    pub const DATA: Self = Self(32);
    /// Something that is not understood.
    pub const UNKNOWN: Self = Self(64);

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Must the caller be somebody in particular?
    pub const fn binds_caller(self) -> bool {
        self.0 & (Self::OWNER.0 | Self::MEMBER.0 | Self::CLAIM.0) != 0
    }

    pub const fn is_known(self) -> bool {
        self.0 & Self::UNKNOWN.0 == 0
    }

    /// The same read from the other side of a NOT: "not the owner" binds nobody.
    #[must_use]
    pub(super) const fn negated(self) -> Self {
        let bound = self.0 & (Self::OWNER.0 | Self::MEMBER.0);
        let kept = self.0 & !(Self::OWNER.0 | Self::MEMBER.0);
        if bound == 0 { Self(kept) } else { Self(kept | Self::ROW.0) }
    }
}
