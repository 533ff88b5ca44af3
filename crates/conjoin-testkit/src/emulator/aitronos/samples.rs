//! The connections of the vendor's documented samples, made one consistent account.

use super::catalogue::{self, TOOLS};
use super::row::{Connection, Refused};
use crate::emulator::clock;
use crate::emulator::dice::Recipe;
use crate::emulator::quirk::Quirk;

/// The two connections of the sample of "Get Tool Connections", the two of "list all" (whose ids are of the older kind), and one
/// that needs a new authorization, which no sample shows. Newest first.
pub(super) fn connections(recipe: &Recipe) -> Vec<Connection> {
    let mut rows = vec![
        Connection {
            external_id: "ca_G8Sua39z0-vl".to_owned(),
            credential_name: Some("Work Account".to_owned()),
            last_sync: Some(clock::at("2026-02-28T18:00:00Z")),
            ..sample("tcred_43a8fec047f64ba991fbc5f8fa25d2c9", "clickup", "2026-02-20T05:02:59.268269Z")
        },
        Connection {
            credential_name: Some("Team workspace".to_owned()),
            account_email: Some("team@example.com".to_owned()),
            refused: Some(Refused {
                error: "The account's authorization has expired or was revoked".to_owned(),
                at: clock::at("2026-02-25T07:15:00Z"),
            }),
            ..sample("tcred_5c2f8a1e9d3b4706a8e4f1c0b2d79e63", "slack", "2026-01-28T09:41:12.004512Z")
        },
        Connection {
            external_id: "ca_X2Tub11k9-mn".to_owned(),
            is_active: false,
            ..sample("tcred_9b1dc2e047f64ba991fbc5f8fa99c1d0", "clickup", "2026-01-10T12:00:00.000000Z")
        },
        Connection {
            account_email: Some("user@example.com".to_owned()),
            last_sync: Some(clock::at("2025-11-14T10:30:00Z")),
            mcp_configuration_id: "mcp_xyz789".to_owned(),
            ..sample("pcon_abc123", "atlassian", "2025-11-10T08:00:00Z")
        },
        Connection {
            account_email: Some("developer@example.com".to_owned()),
            is_active: false,
            last_sync: Some(clock::at("2025-11-12T15:45:00Z")),
            mcp_configuration_id: "mcp_abc123".to_owned(),
            ..sample("pcon_def456", "github", "2025-11-05T12:30:00Z")
        },
    ];
    if recipe.quirks.has(Quirk::OtherApplication) {
        for row in rows.iter_mut().skip(2).step_by(3) {
            row.application = "studio";
        }
    }
    rows
}

fn sample(id: &str, tool: &str, created: &str) -> Connection {
    let tool = catalogue::find(tool).unwrap_or(&TOOLS[0]);
    // What no sample tells follows from the id, so that it stays the same in every run.
    let bits = id
        .bytes()
        .fold(0_u128, |bits, byte| bits.wrapping_mul(0x0100_0000_01B3).wrapping_add(u128::from(byte)));
    Connection { id: id.to_owned(), ..Connection::new(bits << 64 | bits, tool, clock::at(created)) }
}
