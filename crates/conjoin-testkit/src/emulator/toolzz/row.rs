//! A credential of the emulated Toolzz, and the three shapes in which it is shown.

use serde_json::{Value, json};

use super::UNIT;
use super::catalogue::{self, Endpoint, INTEGRATIONS, Integration};
use crate::emulator::clock::{self, Nanos, SECOND};
use crate::emulator::dice::{self, Dice, Recipe};
use crate::emulator::store::Row;

/// One credential.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) user: String,
    pub(super) unit: String,
    pub(super) integration: &'static Integration,
    pub(super) secret: Option<String>,
    pub(super) status: bool,
    pub(super) virtual_key: String,
    pub(super) created: Nanos,
    pub(super) updated: Nanos,
}

/// What a list asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    pub(super) unit: String,
    pub(super) narrowed: Narrowed,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Narrowed {
    Nothing,
    Integration(String),
    Type(String),
}

impl Credential {
    /// The flat record of the lists by unit and of the answers to writes, shapes A and D.
    pub(super) fn flat(&self, at: Endpoint, decoy: bool) -> Value {
        let mut record = json!({
            "id": self.id,
            "name": self.name,
            "userId": self.user,
            "unityId": self.unit,
            "integrationId": self.integration.id(),
            "secretId": self.secret,
            "status": self.status,
            "virtualKey": self.virtual_key,
            "credentials": {},
            "createdAt": clock::millis(self.created),
            "updatedAt": clock::millis(self.updated),
        });
        if decoy {
            record["credentials"] = json!({"api_key": "decoy-secret-that-nobody-may-print"});
        }
        record["integration"] = self.integration.shown(at);
        record
    }

    /// The pair of the lists by integration and by type, shape B. Here `credentials` is the record.
    pub(super) fn pair(&self, at: Endpoint) -> Value {
        json!({
            "credentials": {
                "id": self.id,
                "name": self.name,
                "userId": self.user,
                "unityId": self.unit,
                "integrationId": self.integration.id(),
                "secretId": self.secret,
                "status": self.status,
                "virtualKey": self.virtual_key,
                "createdAt": clock::millis(self.created),
                "updatedAt": clock::millis(self.updated),
            },
            "integration": self.integration.shown(at),
        })
    }
}

/// A credential with these bits for everything that nobody chooses.
pub(super) fn credential(
    dice: &mut Dice,
    id: u128,
    integration: &'static Integration,
    created: Nanos,
) -> Credential {
    Credential {
        id: dice::uuid_text(id),
        name: String::new(),
        user: dice::uuid_text(dice.uuid()),
        unit: UNIT.to_owned(),
        integration,
        secret: Some(dice::uuid_text(dice.uuid())),
        status: true,
        virtual_key: format!("vk_{}", dice::hex(dice.uuid())),
        created,
        updated: created,
    }
}

const NAMES: &[&str] =
    &["Produção", "Homologação", "Equipe de Vendas", "Atendimento", "Integração fiscal", "Sandbox"];

impl Row for Credential {
    type Filter = Filter;

    fn generate(recipe: &Recipe, index: u64) -> Self {
        let mut dice = Dice::new(recipe.seed ^ 0x7001, index);
        let back = i64::try_from(index + 1).unwrap_or_default() * 37 * SECOND;
        let created = clock::START - back;
        let id = dice::row_uuid(recipe.seed, index);
        let mut row = credential(&mut dice, id, dice::nth(INTEGRATIONS, index), created);
        row.name = format!("{} – {} {}", row.integration.name, dice.pick(NAMES), index + 1);
        row.status = !dice.chance(15);
        let later = i64::try_from(dice.below((index + 1) * 37)).unwrap_or_default();
        row.updated = created + later * SECOND;
        row
    }

    fn index_of(recipe: &Recipe, id: &str) -> Option<u64> {
        Some(dice::row_index(recipe.seed, dice::parse_uuid(id)?))
    }

    fn id(&self) -> String {
        self.id.clone()
    }

    fn matches(&self, filter: &Filter) -> bool {
        self.unit == filter.unit
            && match &filter.narrowed {
                Narrowed::Nothing => true,
                Narrowed::Integration(id) => self.integration.id() == *id,
                Narrowed::Type(kind) => self.integration.kind == kind,
            }
    }
}

/// The documented templates made concrete. Newest first; one is off, one's integration is off.
pub(super) fn samples() -> Vec<Credential> {
    let sample = |number: u64, slug: &str, name: &str, status: bool, created: &str, updated: &str| {
        let mut dice = Dice::new(0x7002, number);
        let id = dice.uuid();
        let mut row = credential(&mut dice, id, catalogue::by_slug(slug), clock::at(created));
        name.clone_into(&mut row.name);
        row.status = status;
        row.updated = clock::at(updated);
        row
    };
    vec![
        sample(1, "slack", "Avisos da equipe", true, "2025-11-18T13:05:41.120Z", "2025-11-18T13:05:41.120Z"),
        sample(2, "github", "Repositórios", true, "2025-10-02T09:30:00.007Z", "2026-01-12T16:44:03.951Z"),
        sample(
            3,
            "clickup",
            "Gestão de projetos",
            false,
            "2025-08-21T20:11:57.648Z",
            "2025-12-01T11:00:00.000Z",
        ),
        sample(4, "stripe", "Cobrança", true, "2025-05-30T07:58:12.300Z", "2025-05-30T07:58:12.300Z"),
        sample(
            5,
            "openai",
            "Assistente de Produção",
            true,
            "2024-09-03T18:52:29.443Z",
            "2024-09-03T18:52:29.443Z",
        ),
        sample(
            6,
            "openai",
            "Assistente de testes",
            false,
            "2024-09-03T18:50:02.018Z",
            "2024-09-10T08:15:47.206Z",
        ),
    ]
}
