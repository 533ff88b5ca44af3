//! The connections of the vendor's documented samples, with a few more of the states that they lack.

use super::PicaDialect;
use super::catalogue::{self, PLATFORMS};
use super::row::{Connection, Environment};
use crate::emulator::clock;

/// The rows of the documented samples.
pub(super) fn connections(environment: Environment, dialect: PicaDialect) -> Vec<Connection> {
    let sample = |uuid: u128, platform: &str, suffix: u128, created: &str| {
        let platform = catalogue::find(platform).unwrap_or(&PLATFORMS[0]);
        Connection::new(uuid, suffix, platform, clock::at(created))
    };
    let slack = 0x9f2d_4c1b_6a7e_4d38_9b05_c3e1_7f82_a640;
    let github = 0x1c8e_7b5d_3f90_4a26_8d14_e6b2_90c7_5f3a;
    let gmail = 0x5a3b_9e8f_2c6d_4710_a9e4_80d1_b6f3_27c5;
    let hubspot = 0xe47a_0c92_8b1f_4563_b2d8_5e9f_c014_7a6d;
    let stripe = 0x7b60_d8f3_e52a_49c1_86f7_1a4d_93be_02c8;
    match environment {
        Environment::Test => vec![
            Connection {
                tags: vec!["main".to_owned(), "emea".to_owned()],
                name: Some("Support workspace".to_owned()),
                ..sample(slack, "slack", slack.swap_bytes(), "2025-12-04T10:12:44.120931Z")
                    .owned_by("team-42", "team")
            },
            Connection {
                tags: vec!["new-user".to_owned(), "main".to_owned()],
                ..sample(github, "github", github.swap_bytes(), "2025-11-30T17:03:08.551207Z")
                    .owned_by("acme inc", "organization")
            },
            Connection {
                state: "degraded".to_owned(),
                ..sample(gmail, "gmail", gmail.swap_bytes(), "2025-10-21T06:45:59.000318Z")
                    .owned_by("ana@example.com", "user")
            },
            Connection {
                state: "failed".to_owned(),
                active: false,
                ..sample(hubspot, "hubspot", hubspot.swap_bytes(), "2025-09-12T13:20:31.874450Z")
                    .owned_by("project-7", "project")
            },
            resend(dialect),
        ],
        Environment::Live => {
            vec![
                sample(stripe, "stripe", stripe.swap_bytes(), "2025-12-18T21:00:00.450006Z")
                    .owned_by("user-1", "user"),
            ]
        }
    }
}

/// The connection that every documented sample shows, with the id that each dialect's sample has.
fn resend(dialect: PicaDialect) -> Connection {
    let platform = catalogue::find("resend").unwrap_or(&PLATFORMS[0]);
    let suffix = 0x46f7_5762_f34e_4962_bf56_8476_0f0f_9f0e;
    match dialect {
        PicaDialect::Legacy => Connection {
            minted: 1_742_508_720_732_664_266,
            ..Connection::new(
                0x4daa_3769_c397_4f7e_baf9_2e34_b883_4cc7,
                suffix,
                platform,
                clock::at("2025-03-20T22:12:00.866Z"),
            )
        },
        _ => Connection {
            identity_type: Some("user".to_owned()),
            ..Connection::new(
                0x673f_79c6_0110_408b_bcbe_f4da_000e_66c7,
                suffix,
                platform,
                clock::at("2025-07-19T16:19:29.702632Z"),
            )
        },
    }
}
