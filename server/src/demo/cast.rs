//! Who is in the demo.

/// One tenant of the demo vendor.
pub struct Cast {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The agents that may act for it.
    pub agents: &'static [&'static str],
}

/// The vendor's name and its name for people.
pub const VENDOR: (&str, &str) = ("northwind", "Northwind CRM");

/// The connector's name.
pub const CONNECTOR: &str = "crm";

/// The agents.
pub const AGENTS: [&str; 2] = ["support-agent", "billing-agent"];

/// The tenants. The second one has not let the billing agent in.
pub const TENANTS: [Cast; 3] = [
    Cast { name: "acme", title: "Acme Tools", agents: &AGENTS },
    Cast { name: "globex", title: "Globex Health", agents: &["support-agent"] },
    Cast { name: "initech", title: "Initech Software", agents: &AGENTS },
];

/// First names.
pub const FIRST: [&str; 20] = [
    "Ada", "Ben", "Chloe", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kaya", "Liam",
    "Mina", "Noor", "Oscar", "Priya", "Quentin", "Rosa", "Samir", "Tess",
];

/// Last names.
pub const LAST: [&str; 20] = [
    "Adler", "Brandt", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen",
    "Keller", "Lopez", "Moreau", "Novak", "Okafor", "Patel", "Rossi", "Singh", "Tanaka", "Wagner",
];

/// Companies.
pub const COMPANIES: [&str; 16] = [
    "Alder Freight",
    "Birch Foods",
    "Cobalt Works",
    "Dune Energy",
    "Elm Clinics",
    "Fjord Retail",
    "Granite Labs",
    "Harbour Lines",
    "Indigo Media",
    "Juniper Parts",
    "Kestrel Air",
    "Larch Homes",
    "Mistral Wind",
    "Nimbus Data",
    "Ochre Paints",
    "Pine & Co",
];

/// What tickets are about.
pub const SUBJECTS: [&str; 10] = [
    "Cannot sign in",
    "Wrong phone number on file",
    "Invoice sent twice",
    "Export stops halfway",
    "Please close account",
    "Question about pricing",
    "Slow since Monday",
    "New colleague needs access",
    "Typo in company name",
    "Webhook answers 500",
];
