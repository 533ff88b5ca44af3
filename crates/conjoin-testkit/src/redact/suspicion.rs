//! What looks like a secret, wherever it stands.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use super::PublicValues;
use super::places::is_reserved;

/// How keys of well-known services begin.
const KEYS: [&str; 33] = [
    "sk_live_",
    "sk_test_",
    "pk_live_",
    "pk_test_",
    "rk_live_",
    "rk_test_",
    "whsec_",
    "ak_",
    "sk-",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "npm_",
    "pypi-",
    "SG.",
    "shpat_",
    "dop_v1_",
    "hf_",
    "lin_api_",
    "EAAC",
];
/// What follows how a key begins, at least.
const KEY_LENGTH: usize = 8;
/// A shorter token is a word or a number.
const TOKEN_LENGTH: usize = 16;
/// Bits a character: words and numbered ids have fewer, random tokens more.
const ENTROPY: f64 = 3.0;

/// What a text holds that looks like a secret, in the text or behind its percent-encoding. The words say what
/// kind, never what. A random token may be a sample that is known to be public; nothing else may.
pub(crate) fn suspicion(text: &str, public: Option<&PublicValues>) -> Option<&'static str> {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    plain(text, public).or_else(|| if decoded == text { None } else { plain(&decoded, public) })
}

fn plain(text: &str, public: Option<&PublicValues>) -> Option<&'static str> {
    if text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if has_credential_scheme(text) {
        return Some("an Authorization header");
    }
    if text.split("://").skip(1).any(has_user) {
        return Some("a URL with a password");
    }
    if has_real_email(text) {
        return Some("an e-mail address of a real domain");
    }
    let tokens = || text.split(|c: char| !is_token(c)).filter(|token| !token.is_empty());
    if tokens().any(is_key) {
        return Some("a key of a well-known service");
    }
    if tokens().any(|token| token.starts_with("eyJ") && token.matches('.').count() == 2) {
        return Some("a JSON web token");
    }
    let known = |token: &str| public.is_some_and(|public| public.has_part(token));
    // A parameter's name is no part of its value.
    let random = |token: &str| token.split('=').any(|part| is_random(part) && !known(part));
    (!is_instant(text) && tokens().any(random)).then_some("a random token")
}

/// Whether a token begins as keys of well-known services do.
fn is_key(token: &str) -> bool {
    // It may stand behind a name and an equals sign.
    let token =
        token.rsplit_once('=').map_or(token, |(name, value)| if value.is_empty() { name } else { value });
    KEYS.iter().any(|key| token.strip_prefix(key).is_some_and(|rest| is_random_enough(key, rest)))
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '=' | '~')
}

/// A short prefix also begins words: what follows must then not be letters alone.
fn is_random_enough(prefix: &str, rest: &str) -> bool {
    rest.len() >= KEY_LENGTH && (prefix.len() > 3 || rest.bytes().any(|b| b.is_ascii_digit()))
}

/// Long, of many different characters, and with letters and digits mixed in one part: words and numbers that hyphens
/// join are none.
fn is_random(token: &str) -> bool {
    let mixed = |part: &str| {
        part.len() >= 6
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    token.len() >= TOKEN_LENGTH && token.split(['-', '_', '.']).any(mixed) && entropy(token) >= ENTROPY
}

/// Shannon's entropy of the characters, in bits a character.
#[expect(clippy::cast_precision_loss, reason = "a token has few characters")]
fn entropy(token: &str) -> f64 {
    let mut counts: HashMap<u8, usize> = HashMap::new();
    for byte in token.bytes().filter(u8::is_ascii_alphanumeric) {
        *counts.entry(byte).or_default() += 1;
    }
    let total = counts.values().sum::<usize>() as f64;
    counts.values().map(|count| *count as f64 / total).map(|share| -share * share.log2()).sum()
}

/// Points in time have many digits, and a letter or two.
fn is_instant(text: &str) -> bool {
    text.len() <= 40 && text.parse::<jiff::Timestamp>().is_ok()
}

/// `Bearer …` or `Basic …` with something that could be a credential.
fn has_credential_scheme(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let scheme = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
        let Some(next) = words.peek().filter(|_| scheme) else { continue };
        let secret = next.len() >= KEY_LENGTH
            && next.chars().all(|c| is_token(c) || c == '/')
            && (next.bytes().any(|b| b.is_ascii_digit()) || next.ends_with('='));
        if secret {
            return true;
        }
    }
    false
}

/// Whether the part of a URL after `://` begins with `user:password@`.
fn has_user(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#', ' ', '"']).next().unwrap_or_default();
    authority.split_once('@').is_some_and(|(user, _)| user.contains(':'))
}

fn has_real_email(text: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@'))).any(|word| {
        let Some((name, host)) = word.trim_matches('.').split_once('@') else { return false };
        !name.is_empty() && host.contains('.') && !is_reserved(host)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_seen() {
        for (text, expected) in [
            (concat!("sk_live_", "51H8xQ2eZvKYlo2C"), "a key of a well-known service"),
            ("key=ghp_16C7e42F292c6912E7710c838347Ae178B4a", "a key of a well-known service"),
            ("ak_a1b2c3d4e5", "a key of a well-known service"),
            ("the header was Bearer 0a1b2c3d", "an Authorization header"),
            ("Basic dXNlcjpwYXNz=", "an Authorization header"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "a JSON web token"),
            (concat!("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE"), "a private key"),
            ("postgres://app:hunter2@db.corp/app", "a URL with a password"),
            ("write to ana@corp.com.", "an e-mail address of a real domain"),
            ("ana%40corp.com", "an e-mail address of a real domain"),
        ] {
            assert_eq!(suspicion(text, None), Some(expected), "{text}");
        }
        for text in
            ["673f79c6-0110-408b-bcbe-f4da000e66c7", "a Tao3acOXT366-S40uINMxw b", "MzQ1Njc4OTBhYmNkZWY="]
        {
            assert_eq!(suspicion(text, None), Some("a random token"), "{text}");
            let public = [format!("<{text}>")].into_iter().collect();
            assert_eq!(suspicion(text, Some(&public)), None, "{text}");
        }
    }

    #[test]
    fn what_is_made_up_is_not_taken_for_a_secret() {
        for text in [
            "",
            "Bearer {credential}",
            "Bearer token missing",
            "decoy-secret-must-not-appear",
            "user@example.com",
            "ask-somebody-else",
            "error-429-then-error-503-then-success",
            "err::application::internal_server_error",
            "00000000-0000-4000-8000-000000000042",
            "2025-07-19T16:19:29.702632Z",
            "https://cdn.example.com/icons/clickup.svg",
        ] {
            assert_eq!(suspicion(text, None), None, "{text}");
        }
    }
}
