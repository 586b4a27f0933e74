//! What a table's columns say about how much it matters who reads and writes them.

use super::catalogue::Relation;

/// Words in column names that stand for personal, financial or secret data.
const PERSONAL: &[&str] = &[
    "email",
    "phone",
    "address",
    "birth",
    "dob",
    "ssn",
    "passport",
    "national_id",
    "tax_id",
    "salary",
    "iban",
    "card_number",
    "stripe",
    "billing",
    "invoice",
    "payment",
    "password",
    "secret",
    "token",
    "api_key",
    "private_key",
    "ip_address",
    "latitude",
    "longitude",
    "medical",
    "diagnosis",
    "gender",
    "nationality",
];

/// Columns that give their holder rights or money.
const PRIVILEGED: &[&str] = &[
    "role",
    "roles",
    "user_role",
    "is_admin",
    "admin",
    "is_superuser",
    "is_staff",
    "is_moderator",
    "is_owner",
    "permissions",
    "plan",
    "plan_id",
    "tier",
    "subscription_status",
    "subscription_tier",
    "subscription_plan",
    "is_premium",
    "is_pro",
    "is_paid",
    "premium",
    "credits",
    "credit_balance",
    "balance",
    "wallet_balance",
    "is_verified",
    "verified",
    "is_banned",
    "banned",
    "quota",
];

/// Columns that say whose row it is.
const OWNER: &[&str] = &[
    "user_id",
    "owner_id",
    "owner",
    "userid",
    "user_uuid",
    "author_id",
    "created_by",
    "creator_id",
    "profile_id",
    "customer_id",
    "account_id",
    "member_id",
    "uid",
];

/// Words of buckets that are not meant for the public.
const PRIVATE_BUCKET: &[&str] = &[
    "private",
    "document",
    "invoice",
    "receipt",
    "contract",
    "identity",
    "passport",
    "kyc",
    "medical",
    "patient",
    "report",
    "statement",
    "backup",
    "export",
    "attachment",
    "resume",
    "cv",
    "signature",
    "internal",
    "confidential",
    "prescription",
    "payslip",
    "tax",
];

impl Relation {
    /// The columns that hold personal, financial or secret data, by their names.
    pub fn personal_columns(&self) -> Vec<&str> {
        self.columns_like(|name| {
            PERSONAL.iter().any(|word| has_word(name, word))
                && !name.ends_with("_at")
                && !name.starts_with("has_")
        })
    }

    /// The columns whose change raises the rights or the balance of a user.
    pub fn privileged_columns(&self) -> Vec<&str> {
        self.columns_like(|name| PRIVILEGED.contains(&name))
    }

    /// The column that says whose row it is: by its name, or by pointing to `auth.users`.
    pub fn owner_column(&self) -> Option<&str> {
        let named = self.columns_like(|name| OWNER.contains(&name)).into_iter().next();
        named.or_else(|| {
            let points = |column: &&super::Column| {
                column.references.as_ref().is_some_and(|to| to.schema == "auth" && to.name == "users")
            };
            self.columns.iter().find(points).map(|column| column.name.as_str())
        })
    }

    fn columns_like(&self, like: impl Fn(&str) -> bool) -> Vec<&str> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        names.filter(|name| like(&snake(name))).collect()
    }
}

/// Does a bucket's id sound like private files?
pub fn sounds_private(bucket: &str) -> bool {
    let name = snake(bucket);
    let words = name.split('_').map(|word| word.strip_suffix('s').unwrap_or(word));
    let mut words = words.peekable();
    words.any(|word| PRIVATE_BUCKET.contains(&word))
}

/// `firstName` and `first-name` are `first_name`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before_was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && before_was_lower {
            out.push('_');
        }
        before_was_lower = c.is_lowercase();
        out.extend(if c == '-' || c == ' ' { '_' } else { c }.to_lowercase());
    }
    out
}

/// Whole words of a snake-case name: `stripe` is in `stripe_customer_id`, `token` not in `tokenizer`.
fn has_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| {
        let before = name[..at].chars().next_back();
        let after = name[at + word.len()..].strip_prefix('s').unwrap_or(&name[at + word.len()..]);
        before.is_none_or(|c| c == '_') && after.chars().next().is_none_or(|c| c == '_' || c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(has_word("customer_email", "email"));
        assert!(has_word("emails", "email"));
        assert!(!has_word("tokenizer", "token"));
        assert_eq!(snake("stripeCustomerId"), "stripe_customer_id");
        assert!(sounds_private("user-documents"));
        assert!(sounds_private("Invoices"));
        assert!(!sounds_private("avatars"));
    }
}
