//! The integrations that the emulated Toolzz knows, and how each endpoint spells them.

use serde_json::{Value, json};

use crate::emulator::dice::{self, Dice};

/// An integration of the global catalogue.
#[derive(Debug)]
pub(super) struct Integration {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) status: bool,
    /// May be empty.
    validation_endpoint: &'static str,
    form: &'static [Field],
}

/// A field of the form that a new credential fills in.
#[derive(Debug)]
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    max_length: u32,
    description: &'static str,
}

/// The one-field form of most integrations.
const API_KEY: &[Field] = &[Field {
    name: "api_key",
    label: "Chave de API",
    kind: "password",
    max_length: 255,
    description: "Chave secreta gerada no painel da ferramenta",
}];

const LOGIN: &[Field] = &[
    Field {
        name: "account_sid",
        label: "Identificação da conta",
        kind: "string",
        max_length: 64,
        description: "Começa com AC",
    },
    Field {
        name: "auth_token",
        label: "Token de autenticação",
        kind: "password",
        max_length: 128,
        description: "Não compartilhe",
    },
];

/// A row of the table below.
const fn integration(
    slug: &'static str,
    name: &'static str,
    kind: &'static str,
    status: bool,
    validation_endpoint: &'static str,
    form: &'static [Field],
) -> Integration {
    Integration { slug, name, kind, status, validation_endpoint, form }
}

/// All integrations, in the order of the catalogue.
#[rustfmt::skip]
pub(super) static INTEGRATIONS: &[Integration] = &[
    integration("openai", "OpenAI", "llm", true, "https://api.openai.com/v1/models", API_KEY),
    integration("slack", "Slack", "marketing", true, "https://slack.com/api/auth.test", API_KEY),
    integration("github", "GitHub", "dataset", true, "https://api.github.com/user", API_KEY),
    integration("clickup", "ClickUp", "crm", true, "https://api.clickup.com/api/v2/user", API_KEY),
    integration("toolzz-chat", "Toolzz Chat", "crm", true, "", API_KEY),
    integration("elevenlabs", "ElevenLabs", "voice", true, "https://api.elevenlabs.io/v1/user", API_KEY),
    integration("hotmart", "Hotmart", "monetization", true, "https://developers.hotmart.com/payments/api/v1/sales/summary", API_KEY),
    integration("google-analytics", "Google Analytics", "analytics", true, "https://analyticsdata.googleapis.com/v1beta", API_KEY),
    integration("twilio", "Twilio", "phone", true, "https://api.twilio.com/2010-04-01/Accounts.json", LOGIN),
    integration("pinecone", "Pinecone", "dataset", true, "https://api.pinecone.io/indexes", API_KEY),
    integration("anthropic", "Anthropic", "llm", true, "https://api.anthropic.com/v1/models", API_KEY),
    integration("rd-station", "RD Station", "marketing", true, "https://api.rd.services/platform/account", API_KEY),
    integration("stripe", "Stripe", "monetization", false, "https://api.stripe.com/v1/balance", API_KEY),
];

/// The types that "credentials by type" documents, and the two more that the table of fields names.
pub(super) const TYPES: &[&str] =
    &["llm", "voice", "monetization", "dataset", "analytics", "phone", "crm", "marketing"];

/// The integration with this slug.
pub(super) fn by_slug(slug: &str) -> &'static Integration {
    INTEGRATIONS.iter().find(|integration| integration.slug == slug).unwrap_or(&INTEGRATIONS[0])
}

/// The integration with this id.
pub(super) fn by_id(id: &str) -> Option<&'static Integration> {
    INTEGRATIONS.iter().find(|integration| integration.id() == id)
}

/// The endpoints, where they spell the integration differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    ByUnit,
    ByIntegration,
    ByType,
    Integrations,
    Create,
    Update,
}

const CREATED: &str = "2024-09-03T18:52:29.443Z";

impl Integration {
    fn uuid(&self, what: u64) -> String {
        let seed =
            self.slug.bytes().fold(what, |seed, byte| seed.wrapping_mul(131).wrapping_add(u64::from(byte)));
        dice::uuid_text(Dice::new(seed, what).uuid())
    }

    pub(super) fn id(&self) -> String {
        self.uuid(1)
    }

    /// The integration, with its icon unless that stands beside it.
    pub(super) fn shown(&self, at: Endpoint) -> Value {
        let mut shown = json!({
            "id": self.id(),
            "name": self.name,
            "iconId": self.uuid(2),
            "type": self.kind,
            "status": self.status,
            "validationEndpoint": self.validation_endpoint,
            "slug": self.slug,
            "form": self.form.iter().map(|field| field.shown(at)).collect::<Vec<_>>(),
        });
        if at != Endpoint::ByIntegration {
            shown["createdAt"] = json!(CREATED);
            shown["updatedAt"] = if self.slug == "toolzz-chat" { Value::Null } else { json!(CREATED) };
        }
        if at != Endpoint::Integrations {
            shown["icon"] = self.icon(at);
        }
        shown
    }

    /// The icon's file: four fields by integration; the order and `numberWords` differ elsewhere.
    pub(super) fn icon(&self, at: Endpoint) -> Value {
        let id = self.uuid(2);
        let url = format!("https://cdn.toolzz.dev/icons/{}.svg", self.slug);
        let stored = format!("https://storage.toolzz.internal/icons/{}.svg", self.slug);
        let file = format!("{}-{}.svg", self.slug, &id[..8]);
        let institution = self.uuid(3);
        match at {
            Endpoint::ByIntegration => json!({"id": id, "url": url, "extension": "svg", "size": 2048}),
            Endpoint::ByUnit | Endpoint::Update => json!({
                "id": id,
                "createdAt": CREATED,
                "updatedAt": CREATED,
                "institutionId": institution,
                "type": "accountIcon",
                "fileName": file,
                "internalStorageUrl": stored,
                "url": url,
                "size": 2048,
                "extension": "svg",
                "maskName": self.name,
            }),
            Endpoint::ByType | Endpoint::Integrations | Endpoint::Create => json!({
                "id": id,
                "institutionId": institution,
                "type": "accountIcon",
                "fileName": file,
                "internalStorageUrl": stored,
                "url": url,
                "maskName": self.name,
                "createdAt": CREATED,
                "updatedAt": CREATED,
                "extension": "svg",
                "size": 2048,
                "numberWords": null,
            }),
        }
    }
}

impl Field {
    /// The field with the endpoint's own spelling of the length limit and of the help text.
    fn shown(&self, at: Endpoint) -> Value {
        let text = self.max_length.to_string();
        match at {
            Endpoint::ByUnit => json!({
                "name": self.name,
                "label": self.label,
                "type": self.kind,
                "maxLength": self.max_length,
                "required": true,
                "description": self.description,
            }),
            Endpoint::ByIntegration | Endpoint::Update => json!({
                "name": self.name,
                "type": self.kind,
                "label": self.label,
                "maxLenght": self.max_length,
                "required": true,
            }),
            Endpoint::ByType | Endpoint::Create => json!({
                "name": self.name,
                "type": self.kind,
                "label": self.label,
                "maxLenght": text,
                "required": true,
            }),
            Endpoint::Integrations => json!({
                "name": self.name,
                "type": self.kind,
                "label": self.label,
                "maxLenght": text,
                "required": true,
                "descrition": self.description,
            }),
        }
    }
}
