//! The closed list of lints.

/// How much a lint matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It does something else than it seems to.
    Warning,
    /// The envelope can't be put in force like this.
    Error,
}

macro_rules! lints {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident, $template:literal;)+) => {
        /// What is the matter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LintCode {
            $($(#[$doc])* $name,)+
        }

        impl LintCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as a word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// The English sentence, with the names of its facts in braces.
            pub const fn template(self) -> &'static str {
                match self { $(Self::$name => $template,)+ }
            }
        }
    };
}

lints! {
    /// The contract has no such table.
    UnknownTable = "UNKNOWN_TABLE", Error, "The contract has no table {table}.";
    /// The contract has no such operation on the table.
    UnknownOperation = "UNKNOWN_OPERATION", Error, "The contract has no {operation} on {table}.";
    /// The table has no such column.
    UnknownColumn = "UNKNOWN_COLUMN", Error, "The table {table} has no column {column}.";
    /// A condition reads a sealed column, which no rule may.
    SealedCondition = "SEALED_CONDITION", Error, "A condition reads {column}, which is sealed.";
    /// Agents that the tenant does not have, beside some that it has.
    UnknownAgents = "UNKNOWN_AGENTS", Warning, "It names agents that the tenant doesn't have: {agents}.";
    /// All of its agents are unknown.
    NoAgent = "NO_AGENT", Warning, "It never matches: the tenant has none of its agents: {agents}.";
    /// No value satisfies its conditions on one column.
    Contradiction = "CONTRADICTION", Warning, "It never matches: no value of {column} satisfies all of its conditions.";
    /// A condition reads what is set in a column that the rule's writes can't set.
    NeverSet = "NEVER_SET", Warning, "It never matches: none of its writes sets {column}, and a condition reads what is set there.";
    /// A condition reads a record before an insert, where there is none.
    NothingBefore = "NOTHING_BEFORE", Warning, "It never matches: before an insert there is no {column} to read.";
    /// None of its columns can be set by its operations.
    ColumnsNeverSet = "COLUMNS_NEVER_SET", Warning, "It never matches: the contract lets none of its columns be set.";
    /// Another rule of the same effect covers it.
    Shadowed = "SHADOWED", Warning, "It changes nothing: {by} says the same of everything that it is about.";
    /// A rule that says never covers it.
    Overruled = "OVERRULED", Warning, "It permits nothing: {by} forbids everything that it is about.";
    /// It asks about what another rule allows at once.
    AskAllowed = "ASK_ALLOWED", Warning, "Nobody of {group} is asked: {by} allows everything that it is about.";
    /// Deletes are allowed at once, with no cap or limit but the contract's.
    DeleteUncapped = "DELETE_UNCAPPED", Warning, "It allows deletes without a row cap or a limit: {rows} records an action, as many actions as come.";
    /// What can't be undone is allowed; people are asked all the same.
    AllowIrreversible = "ALLOW_IRREVERSIBLE", Warning, "The contract says that {operation} can't be undone, so {group} is asked although the rule allows it.";
    /// Nothing that is permitted counts against the limit.
    LimitUnreached = "LIMIT_UNREACHED", Warning, "It counts nothing: no rule permits what it is about.";
    /// The limit is 0.
    LimitZero = "LIMIT_ZERO", Warning, "It is 0, so everything that it counts is denied; a rule that says never is easier to read.";
    /// A single action up to a rule's cap is more than the limit.
    LimitBelowCap = "LIMIT_BELOW_CAP", Warning, "It lets {rows} records pass, so the {cap} an action of {rule} can never be used.";
    /// Nobody is in the group.
    GroupEmpty = "GROUP_EMPTY", Warning, "Nobody votes for {group}, so whatever it is asked is denied when the time is over.";
    /// More votes are needed than there are people.
    QuorumTooLarge = "QUORUM_TOO_LARGE", Warning, "It needs {quorum} votes of {group}, which has {people}.";
    /// No rule is about a table of the contract.
    UnmentionedTable = "UNMENTIONED_TABLE", Info, "No rule is about it, so every write there is denied.";
}
