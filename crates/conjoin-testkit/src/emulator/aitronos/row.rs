//! A connection of the emulated Aitronos, and the two shapes in which lists show it.

use serde_json::{Value, json};

use super::catalogue::{TOOLS, Tool};
use crate::emulator::clock::{self, Nanos, SECOND};
use crate::emulator::dice::{self, Dice, Recipe};
use crate::emulator::quirk::Quirk;
use crate::emulator::store::Row;

/// The application that a connection belongs to unless said otherwise.
pub(super) const DEFAULT_APPLICATION: &str = "flowplate";

/// One connection, behind both lists.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) tool: &'static Tool,
    pub(super) credential_name: Option<String>,
    pub(super) account_email: Option<String>,
    /// The external connection, `ca_…`.
    pub(super) external_id: String,
    pub(super) mcp_configuration_id: String,
    pub(super) is_active: bool,
    pub(super) created: Nanos,
    pub(super) last_sync: Option<Nanos>,
    pub(super) refused: Option<Refused>,
    /// The upstream grant was given back: switching on does not bring it again.
    pub(super) disconnected: bool,
    pub(super) application: &'static str,
    pub(super) tools_enabled: bool,
    /// `None` is all.
    pub(super) allowed_tools: Option<Vec<String>>,
    pub(super) approval_mode: String,
}

/// Why the third party no longer honours the grant.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) error: String,
    pub(super) at: Nanos,
}

/// What the list by tool asks for; "list all" asks for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filter {
    pub(super) tool: Option<String>,
    pub(super) application: Option<String>,
}

impl Connection {
    /// A new connection with nothing against it.
    pub(super) fn new(uuid: u128, tool: &'static Tool, created: Nanos) -> Self {
        let hex = dice::hex(uuid);
        Self {
            id: format!("tcred_{hex}"),
            tool,
            credential_name: None,
            account_email: None,
            external_id: format!("ca_{}", &hex[..12]),
            mcp_configuration_id: format!("mcp_{}", &hex[12..24]),
            is_active: true,
            created,
            last_sync: None,
            refused: None,
            disconnected: false,
            application: DEFAULT_APPLICATION,
            tools_enabled: true,
            allowed_tools: None,
            approval_mode: "careful".to_owned(),
        }
    }

    /// `Work Account - Slack`; without a name `Account - Slack`.
    pub(super) fn display_name(&self) -> String {
        format!("{} - {}", self.credential_name.as_deref().unwrap_or("Account"), self.tool.name)
    }

    /// Whether the third party still honours the grant.
    pub(super) fn is_honoured(&self) -> bool {
        self.refused.is_none() && !self.disconnected
    }

    /// A row of the list by tool.
    pub(super) fn info(&self) -> Value {
        json!({
            "id": self.id,
            "tool_key": self.tool.key,
            "display_name": self.display_name(),
            "credential_name": self.credential_name,
            "account_email": self.account_email,
            "connection_id": self.external_id,
            "is_active": self.is_active,
            "created_at": clock::micros(self.created),
        })
    }

    /// A row of "list all".
    pub(super) fn response(&self) -> Value {
        json!({
            "connector_id": self.id,
            "credential_id": self.id,
            "connector_type": self.tool.key,
            "display_name": self.display_name(),
            "description": self.tool.description,
            "account_email": self.account_email,
            "is_active": self.is_active,
            "last_sync_at": self.last_sync.map(clock::seconds),
            "created_at": clock::micros(self.created),
            "mcp_configuration_id": self.mcp_configuration_id,
            "icon_url": self.tool.icon_url(),
            "app_url": self.tool.app_url,
            "action_count": self.tool.actions().len(),
            "warning": null,
            "needs_reauth": self.refused.is_some(),
            "auth_error": self.refused.as_ref().map(|refused| &refused.error),
            "auth_failed_at": self.refused.as_ref().map(|refused| clock::seconds(refused.at)),
        })
    }
}

const NAMES: &[&str] =
    &["Work Account", "Personal", "Team Zürich", "Marketing", "Support", "Sandbox", "Client: Müller & Söhne"];
const PEOPLE: &[&str] = &["ada", "grace", "alan", "barbara", "edsger", "katherine"];

impl Row for Connection {
    type Filter = Filter;

    fn generate(recipe: &Recipe, index: u64) -> Self {
        let mut dice = Dice::new(recipe.seed ^ 0xA17, index);
        let created = clock::START - nanos(index + 1) * 37 * SECOND - nanos(dice.below(1_000_000)) * 1_000;
        let mut row = Self::new(dice::row_uuid(recipe.seed, index), dice::nth(TOOLS, index), created);
        if dice.chance(70) {
            row.credential_name = Some(format!("{} {}", dice.pick(NAMES), index + 1));
        }
        if dice.chance(60) {
            row.account_email = Some(format!("{}{}@example.com", dice.pick(PEOPLE), index + 1));
        }
        row.is_active = !dice.chance(15);
        row.last_sync = dice.chance(80).then(|| clock::START - nanos(dice.below(86_400)) * SECOND);
        row.refused = dice.chance(8).then(|| Refused {
            error: "The account's authorization has expired or was revoked".to_owned(),
            at: clock::START - nanos(dice.below(604_800)) * SECOND,
        });
        if index % 3 == 2 && recipe.quirks.has(Quirk::OtherApplication) {
            row.application = "studio";
        }
        row
    }

    fn index_of(recipe: &Recipe, id: &str) -> Option<u64> {
        let uuid = dice::parse_hex(id.strip_prefix("tcred_")?)?;
        Some(dice::row_index(recipe.seed, uuid))
    }

    fn id(&self) -> String {
        self.id.clone()
    }

    fn matches(&self, filter: &Filter) -> bool {
        filter.tool.as_ref().is_none_or(|tool| tool == self.tool.key)
            && filter.application.as_ref().is_none_or(|application| application == self.application)
    }
}

fn nanos(number: u64) -> Nanos {
    Nanos::try_from(number).unwrap_or_default()
}
