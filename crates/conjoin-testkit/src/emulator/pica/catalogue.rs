//! The platforms that the emulated Pica knows.

use serde_json::{Value, json};

use super::{PicaDialect, row};
use crate::emulator::clock;
use crate::emulator::dice::{self, Dice};

/// A platform of the catalogue.
#[derive(Debug)]
pub(super) struct Platform {
    /// The number that v2 shows as `id`.
    pub(super) id: u64,
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) category: &'static str,
    pub(super) description: &'static str,
    pub(super) oauth: bool,
    /// How many actions it has.
    pub(super) tools: u64,
}

/// A row of the table below.
const fn platform(
    id: u64,
    slug: &'static str,
    name: &'static str,
    category: &'static str,
    description: &'static str,
    oauth: bool,
    tools: u64,
) -> Platform {
    Platform { id, slug, name, category, description, oauth, tools }
}

/// All platforms, in the order of the catalogue.
#[rustfmt::skip]
pub(super) static PLATFORMS: &[Platform] = &[
    platform(1, "slack", "Slack", "Communication", "Messaging for teams", true, 60),
    platform(2, "github", "GitHub", "Developer Tools", "Code hosting and collaboration", true, 120),
    platform(3, "clickup", "ClickUp", "Project Management", "Tasks, docs and goals in one place", true, 45),
    platform(4, "resend", "Resend", "Communication", "Email API for developers", false, 30),
    platform(5, "exa", "Exa", "AI", "Search engine for AI", false, 4),
    platform(6, "gmail", "Gmail", "Communication", "Email by Google", true, 25),
    platform(7, "google-calendar", "Google Calendar", "Calendar", "Time management by Google", true, 20),
    platform(8, "google-drive", "Google Drive", "File Storage", "Cloud storage by Google", true, 20),
    platform(9, "notion", "Notion", "Productivity", "Connected workspace for docs and projects", true, 35),
    platform(10, "linear", "Linear", "Project Management", "Issue tracking for product teams", true, 40),
    platform(11, "hubspot", "HubSpot", "CRM", "Customer platform", true, 90),
    platform(12, "salesforce", "Salesforce", "CRM", "Customer relationship management", true, 80),
    platform(13, "stripe", "Stripe", "Payments", "Payments infrastructure", false, 150),
    platform(14, "shopify", "Shopify", "Ecommerce", "Commerce platform", false, 70),
    platform(15, "openai", "OpenAI", "AI", "Models for text, images and speech", false, 50),
    platform(16, "anthropic", "Anthropic", "AI", "AI assistants", false, 5),
    platform(17, "airtable", "Airtable", "Productivity", "Spreadsheet and database in one", true, 25),
    platform(18, "asana", "Asana", "Project Management", "Work management", true, 55),
    platform(19, "attio", "Attio", "CRM", "Customer relationship management for teams", true, 40),
    platform(20, "zendesk", "Zendesk", "Support", "Customer service", true, 65),
    platform(21, "intercom", "Intercom", "Support", "Customer messaging", true, 45),
    platform(22, "xero", "Xero", "Accounting", "Online accounting", true, 60),
    platform(23, "quickbooks", "QuickBooks", "Accounting", "Accounting for small businesses", true, 40),
    platform(24, "postgresql", "PostgreSQL", "Database", "Relational database", false, 3),
    platform(62, "elevenlabs", "ElevenLabs", "AI", "ElevenLabs develops advanced text-to-speech and voice synthesis technologies. It allows users to generate natural, expressive AI voices for content creation, accessibility, and conversational AI.", false, 104),
];

/// The platform with this slug.
pub(super) fn find(slug: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| platform.slug == slug)
}

impl Platform {
    pub(super) fn key(&self) -> String {
        format!("api::{}::v1", self.slug)
    }

    pub(super) fn image(&self) -> String {
        format!("https://assets.picaos.com/connectors/{}.svg", self.slug)
    }

    pub(super) fn tags(&self) -> Vec<String> {
        vec![self.category.to_lowercase().replace(' ', "-")]
    }

    /// What `type` says of connections to the platform.
    pub(super) fn kind(&self) -> &'static str {
        if self.slug == "postgresql" { "databasesql" } else { "api" }
    }

    /// The definition's id in the words of One: `conn_def_1C`.
    pub(super) fn definition_id(&self) -> String {
        format!("conn_def_{:X}", self.id)
    }

    /// A row of the catalogue.
    pub(super) fn row(&self, dialect: PicaDialect) -> Value {
        let mut row = json!({});
        match dialect {
            PicaDialect::Legacy => {}
            PicaDialect::V2 | PicaDialect::V2NoState => row["id"] = json!(self.id),
            PicaDialect::One => row["id"] = json!(self.definition_id()),
        }
        row["name"] = json!(self.name);
        row["key"] = json!(self.key());
        row["platform"] = json!(self.slug);
        row["platformVersion"] = json!("v1");
        if dialect != PicaDialect::Legacy {
            row["status"] = json!("generally_available");
        }
        row["description"] = json!(self.description);
        row["category"] = json!(self.category);
        row["image"] = json!(self.image());
        row["tags"] = json!(self.tags());
        row["oauth"] = json!(self.oauth);
        if dialect != PicaDialect::Legacy {
            row["tools"] = json!(self.tools);
        }
        row["version"] = json!("1.0.0");
        row["active"] = json!(true);
        match dialect {
            PicaDialect::Legacy => self.add_metadata(&mut row),
            PicaDialect::One => {
                row["title"] = Value::Null;
                let scopes = ["read", "write"];
                let told = json!({"scopes": scopes, "raw": scopes.join(" "), "separator": null});
                row["oauthScopes"] = if self.oauth { told } else { Value::Null };
            }
            PicaDialect::V2 | PicaDialect::V2NoState => {}
        }
        row
    }

    fn add_metadata(&self, row: &mut Value) {
        let created =
            clock::at("2025-01-15T08:00:00Z") / 1_000_000 + i64::try_from(self.id).unwrap_or_default();
        row["createdAt"] = json!(created);
        row["updatedAt"] = json!(created);
        row["updated"] = json!(false);
        row["lastModifiedBy"] = json!("system");
        row["deleted"] = json!(false);
        row["deprecated"] = json!(false);
    }

    /// The action with this number. Those of `exa` are the documented ones.
    pub(super) fn action(&self, number: u64) -> Action {
        if self.slug == "exa" {
            let (title, key, model) = *dice::nth(EXA_ACTIONS, number);
            return Action {
                number,
                title: title.to_owned(),
                key: key.to_owned(),
                model,
                method: "POST",
                platform: self.slug,
            };
        }
        let (verb, method) = *dice::nth(VERBS, number);
        let round = number / VERBS.len() as u64;
        let model = *dice::nth(MODELS, round);
        let version = round / MODELS.len() as u64;
        let suffix = if version == 0 { String::new() } else { format!(" V{}", version + 1) };
        let title = format!("{verb} {model}{suffix}");
        let key = format!("{}{model}{}", verb.to_lowercase(), suffix.trim());
        Action { number, title, key, model, method, platform: self.slug }
    }
}

const EXA_ACTIONS: &[(&str, &str, &str)] = &[
    ("Get Contents", "getContents", "Content"),
    ("Search", "search", "Search"),
    ("Find Similar Links", "findSimilarLinks", "Findsimilar"),
    ("Get LLM Answer", "getLlmAnswer", "Answer"),
];
const VERBS: &[(&str, &str)] =
    &[("List", "GET"), ("Get", "GET"), ("Create", "POST"), ("Update", "PATCH"), ("Delete", "DELETE")];
const MODELS: &[&str] =
    &["Users", "Messages", "Files", "Projects", "Tasks", "Comments", "Webhooks", "Events"];

/// What a platform can do.
#[derive(Debug)]
pub(super) struct Action {
    number: u64,
    pub(super) title: String,
    pub(super) key: String,
    model: &'static str,
    pub(super) method: &'static str,
    platform: &'static str,
}

impl Action {
    /// A row of the list of actions.
    pub(super) fn row(&self, dialect: PicaDialect) -> Value {
        match dialect {
            PicaDialect::Legacy => json!({
                "title": self.title,
                "key": self.key,
                "method": self.method,
                "platform": self.platform,
            }),
            PicaDialect::V2 | PicaDialect::V2NoState => json!({
                "title": self.title,
                "key": self.key,
                "modelName": self.model,
                "method": self.method,
                "platform": self.platform,
            }),
            PicaDialect::One => self.found(),
        }
    }

    /// A row of a search's answer, in every dialect.
    pub(super) fn found(&self) -> Value {
        json!({
            "systemId": self.system_id(),
            "title": self.title,
            "key": self.key,
            "modelName": self.model,
            "method": self.method,
            "path": format!("/{}", self.model.to_lowercase()),
            "tags": [],
        })
    }

    /// The id that lasts, in three parts of which callers make use.
    fn system_id(&self) -> String {
        let platform = self.platform.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31) ^ u64::from(byte));
        row::legacy_id("conn_mod_def", clock::START, Dice::new(platform, self.number).uuid())
    }
}
