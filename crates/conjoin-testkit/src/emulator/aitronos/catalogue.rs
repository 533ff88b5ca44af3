//! The tools that the emulated Aitronos knows.

use serde_json::{Value, json};

/// A tool of the catalogue.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) category: &'static str,
    pub(super) description: &'static str,
    pub(super) app_url: &'static str,
    pub(super) release_channel: &'static str,
    /// In the catalogue's words: `oauth2`, `api_key`, `basic_auth`.
    pub(super) auth_type: &'static str,
}

/// A row of the table below.
const fn tool(
    key: &'static str,
    name: &'static str,
    category: &'static str,
    description: &'static str,
    app_url: &'static str,
    release_channel: &'static str,
    auth_type: &'static str,
) -> Tool {
    Tool { key, name, category, description, app_url, release_channel, auth_type }
}

/// All tools, in the order of the catalogue.
#[rustfmt::skip]
pub(super) static TOOLS: &[Tool] = &[
    tool("clickup", "ClickUp", "productivity", "Tasks, docs and goals", "https://app.clickup.com", "stable", "oauth2"),
    tool("slack", "Slack", "communication", "Channels and messages", "https://slack.com", "beta", "oauth2"),
    tool("github", "GitHub", "development", "Repositories, issues and pull requests", "https://github.com", "stable", "oauth2"),
    tool("atlassian", "Atlassian", "productivity", "Jira and Confluence", "https://www.atlassian.com", "stable", "oauth2"),
    tool("notion", "Notion", "productivity", "Pages and databases", "https://www.notion.so", "stable", "oauth2"),
    tool("gmail", "Gmail", "communication", "Mail by Google", "https://mail.google.com", "beta", "oauth2"),
    tool("google_calendar", "Google Calendar", "productivity", "Calendars and events", "https://calendar.google.com", "beta", "oauth2"),
    tool("google_drive", "Google Drive", "files", "Files by Google", "https://drive.google.com", "beta", "oauth2"),
    tool("outlook", "Outlook", "communication", "Mail by Microsoft", "https://outlook.office.com", "beta", "oauth2"),
    tool("sharepoint", "SharePoint", "files", "Sites and documents", "https://www.office.com", "beta", "oauth2"),
    tool("dropbox", "Dropbox", "files", "Files and folders", "https://www.dropbox.com", "beta", "oauth2"),
    tool("linear", "Linear", "development", "Issues and cycles", "https://linear.app", "beta", "oauth2"),
    tool("gitlab", "GitLab", "development", "Repositories and pipelines", "https://gitlab.com", "beta", "oauth2"),
    tool("asana", "Asana", "productivity", "Projects and tasks", "https://app.asana.com", "beta", "oauth2"),
    tool("trello", "Trello", "productivity", "Boards and cards", "https://trello.com", "beta", "oauth2"),
    tool("hubspot", "HubSpot", "crm", "Contacts and deals", "https://app.hubspot.com", "beta", "oauth2"),
    tool("salesforce", "Salesforce", "crm", "Accounts and opportunities", "https://login.salesforce.com", "beta", "oauth2"),
    tool("stripe", "Stripe", "finance", "Payments and customers", "https://dashboard.stripe.com", "beta", "api_key"),
    tool("airtable", "Airtable", "productivity", "Bases and records", "https://airtable.com", "beta", "api_key"),
    tool("zendesk", "Zendesk", "support", "Tickets and agents", "https://www.zendesk.com", "beta", "oauth2"),
    tool("figma", "Figma", "design", "Files and comments", "https://www.figma.com", "beta", "oauth2"),
    tool("imap", "IMAP Mail", "communication", "Any mailbox over IMAP and SMTP", "https://aitronos.com", "stable", "basic_auth"),
];

/// The tool with this key.
pub(super) fn find(key: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.key == key)
}

/// The tools' categories, sorted, each once.
pub(super) fn categories() -> Vec<&'static str> {
    let mut categories: Vec<_> = TOOLS.iter().map(|tool| tool.category).collect();
    categories.sort_unstable();
    categories.dedup();
    categories
}

impl Tool {
    pub(super) fn icon_url(&self) -> String {
        format!("https://cdn.aitronos.com/connectors/{}.svg", self.key)
    }

    /// The names of what the tool can do, prefixed as `/v1/connectors/tools/invoke` wants them.
    pub(super) fn actions(&self) -> Vec<(String, String)> {
        let verbs = [
            ("list", "List"),
            ("get", "Get"),
            ("create", "Create"),
            ("update", "Update"),
            ("search", "Search"),
        ];
        let action = |(verb, label): (&str, &str)| {
            (format!("{}_{verb}_items", self.key), format!("{label} items in {}", self.name))
        };
        verbs.into_iter().map(action).collect()
    }

    /// A `ConnectorInfo`; `connected` is the external id of a connection to the tool.
    pub(super) fn info(&self, is_connected: bool, connection_id: Option<&str>) -> Value {
        let requirements = match self.key {
            "sharepoint" => json!([{"label": "SharePoint site", "description": "The site to connect to"}]),
            _ => json!([]),
        };
        json!({
            "id": format!("tool_{}", self.key),
            "tool_key": self.key,
            "display_name": self.name,
            "description": self.description,
            "category": self.category,
            "icon_url": self.icon_url(),
            "app_url": self.app_url,
            "is_connected": is_connected,
            "connection_id": connection_id,
            "is_locked": false,
            "release_channel": self.release_channel,
            "auth_type": self.auth_type,
            "requirements": requirements,
        })
    }

    /// An `AuthSchema`, which has other words for the kinds of authentication.
    pub(super) fn auth_schema(&self) -> Value {
        let field = |name: &str, label: &str, kind: &str| {
            json!({"name": name, "label": label, "type": kind, "required": true, "default": null,
                   "placeholder": null, "description": null})
        };
        let (auth_type, fields, endpoint) = match self.auth_type {
            "oauth2" => ("oauth", Value::Null, "/v1/personal-connectors/authorize"),
            "api_key" => {
                let fields = json!([field("api_key", "API key", "password")]);
                ("credentials", fields, "/v1/personal-connectors/credentials")
            }
            _ => {
                let fields = json!([
                    field("email_address", "E-mail address", "string"),
                    field("password", "Password", "password"),
                    field("imap_host", "IMAP host", "string"),
                    field("smtp_host", "SMTP host", "string"),
                ]);
                ("credentials", fields, "/v1/personal-connectors/connect-imap")
            }
        };
        json!({
            "connector_type": self.key,
            "auth_type": auth_type,
            "display_name": self.name,
            "fields": fields,
            "submit_endpoint": endpoint,
        })
    }
}
