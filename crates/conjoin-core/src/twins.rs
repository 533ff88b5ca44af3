//! Connections that may be the same one, held twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::words::words;
use crate::{Connection, ConnectionId, Fact, Field, OwnerKind, ProviderName};

words! {
    /// How far connections can be told to be the same one.
    pub enum Strength {
        /// The same person connected the same app more than once; which account, is not told. Or the same
        /// login name was used, by whomever.
        Possible = "possible",
        /// The same owner connected the same app with the same login name or e-mail address.
        Likely = "likely",
        /// The third party's id of the account is the same, or it is one record that two providers show.
        Strong = "strong",
    }
}

/// Connections to one connector that are told to reach the same account.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Twins<'a> {
    /// How far that can be told.
    pub strength: Strength,
    /// Why; fits after "because ".
    pub because: &'static str,
    /// The connector: its canonical slug, else the vendors'.
    pub connector: &'a str,
    /// The facts that all of them tell alike, beside the connector.
    pub evidence: Vec<Shared>,
    /// The connections, at least two, by URN.
    pub connections: Vec<&'a Connection>,
}

/// A fact that several connections tell alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Shared {
    /// The fact.
    pub field: Field,
    /// What they tell; an e-mail address in lower case.
    pub value: String,
}

/// A way to tell that connections to one connector are the same one.
struct Rung {
    strength: Strength,
    because: &'static str,
    /// The facts that must be told alike.
    alike: &'static [Field],
    /// The facts that must not be told differently.
    not_apart: &'static [Field],
    /// Whose connections it is for.
    people: bool,
}

/// From the strongest. No rung stands on an e-mail address alone: one address may have many accounts (several
/// workspaces of Slack), and an account many addresses. None stands on a name, which people choose, nor on an
/// organization or team, which may well have several accounts.
const LADDER: [Rung; 6] = [
    Rung {
        strength: Strength::Strong,
        because: "the third party's id of the account is the same",
        alike: &[Field::AccountId],
        not_apart: &[Field::Environment],
        people: false,
    },
    Rung {
        strength: Strength::Strong,
        because: "it is one record of the vendor, which two providers show",
        alike: &[Field::Vendor, Field::Id],
        not_apart: &[Field::Environment, Field::AccountId],
        people: false,
    },
    Rung {
        strength: Strength::Likely,
        because: "the owner and the login name are the same",
        alike: &[Field::OwnerId, Field::AccountLogin],
        not_apart: &[Field::OwnerKind, Field::OwnerTenant, Field::Environment, Field::AccountId],
        people: false,
    },
    Rung {
        strength: Strength::Likely,
        because: "the owner and the e-mail address are the same",
        alike: &[Field::OwnerId, Field::AccountEmail],
        not_apart: &[
            Field::OwnerKind,
            Field::OwnerTenant,
            Field::Environment,
            Field::AccountId,
            Field::AccountLogin,
        ],
        people: false,
    },
    Rung {
        strength: Strength::Possible,
        because: "the login name is the same, and not the owner",
        alike: &[Field::AccountLogin],
        not_apart: &[Field::Environment, Field::AccountId],
        people: false,
    },
    Rung {
        strength: Strength::Possible,
        because: "the same person connected it more than once, and the account is not told",
        alike: &[Field::OwnerId],
        not_apart: &[
            Field::OwnerTenant,
            Field::Environment,
            Field::AccountId,
            Field::AccountLogin,
            Field::AccountEmail,
        ],
        people: true,
    },
];

/// The connections that may be the same one, held at two vendors or twice at one, with the evidence: the
/// strongest first. Connections of a group may be in a weaker one again, where that has more of them.
///
/// They reach the same connector, by its canonical slug or else by the same one. What is told differently
/// keeps them apart; what is not told does not. A connection that is deleted has no twin.
///
/// ```
/// use conjoin_core::{Account, MemoryProvider, Strength, twins};
/// # use conjoin_core::{ConnectionProviderExt, Query};
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// let provider = MemoryProvider::new("crm");
/// let provider = ["gmail", "google-mail"].iter().fold(provider, |provider, slug| {
///     provider.with(slug, |c| {
///         c.connector.slug = Some((*slug).into());
///         let mut account = Account::default();
///         account.external_id = Some("108".into());
///         c.account = Some(account);
///     })
/// });
/// # let query = Query::new();
/// # let std::task::Poll::Ready(listing) = std::pin::pin!(provider.list(&query)).poll(&mut context) else { panic!() };
/// let found = twins(&listing.items);
/// assert_eq!((found[0].strength, found[0].connector), (Strength::Strong, "gmail"));
/// ```
pub fn twins(connections: &[Connection]) -> Vec<Twins<'_>> {
    // By URN, once each.
    let by_urn: BTreeMap<(&ProviderName, &ConnectionId), &Connection> =
        connections.iter().filter(|c| !c.removed).map(|c| ((&c.provider, &c.id), c)).collect();
    let mut found: Vec<Twins<'_>> = Vec::new();
    let mut groups_of: HashMap<(&ProviderName, &ConnectionId), Vec<usize>> = HashMap::new();
    for rung in &LADDER {
        for ((connector, evidence), members) in rung.alike(by_urn.values().copied()) {
            for members in rung.together(members) {
                let keys: BTreeSet<_> = members.iter().map(|c| (&c.provider, &c.id)).collect();
                let known = |&at: &usize| {
                    let group: BTreeSet<_> =
                        found[at].connections.iter().map(|c| (&c.provider, &c.id)).collect();
                    keys.is_subset(&group)
                };
                let first = keys.first().and_then(|key| groups_of.get(key));
                if members.len() < 2 || first.is_some_and(|groups| groups.iter().any(known)) {
                    continue;
                }
                for key in keys {
                    groups_of.entry(key).or_default().push(found.len());
                }
                found.push(Twins {
                    strength: rung.strength,
                    because: rung.because,
                    connector,
                    evidence: evidence.clone(),
                    connections: members,
                });
            }
        }
    }
    found
}

impl Rung {
    /// Connections that tell all the facts, by the connector and what they tell.
    fn alike<'a>(
        &self,
        connections: impl Iterator<Item = &'a Connection>,
    ) -> BTreeMap<(&'a str, Vec<Shared>), Vec<&'a Connection>> {
        let mut alike: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for c in connections {
            let person = || c.owner.as_ref().is_some_and(|owner| owner.kind == Some(OwnerKind::User));
            let connector = c.connector.canonical().or(c.connector.slug.as_deref());
            let shared = |&field: &Field| Some(Shared { field, value: told(field, c)? });
            let evidence = self.alike.iter().map(shared).collect::<Option<Vec<_>>>();
            if let (Some(connector), Some(evidence)) = (connector.filter(|slug| !slug.is_empty()), evidence)
                && (!self.people || person())
            {
                alike.entry((connector, evidence)).or_default().push(c);
            }
        }
        alike
    }

    /// The same connections in groups that nothing keeps apart. Where a fact is told differently, whoever does
    /// not tell it is with none of those who do.
    fn together<'a>(&self, connections: Vec<&'a Connection>) -> Vec<Vec<&'a Connection>> {
        let mut groups = vec![connections];
        for &field in self.not_apart {
            groups = groups
                .into_iter()
                .flat_map(|group| {
                    let mut by: BTreeMap<Option<String>, Vec<_>> = BTreeMap::new();
                    for &c in &group {
                        by.entry(told(field, c)).or_default().push(c);
                    }
                    let different = by.keys().flatten().count();
                    if different > 1 { by.into_values().collect() } else { vec![group] }
                })
                .collect();
        }
        groups
    }
}

/// What a connection tells of a fact, in the form in which it is compared.
fn told(field: Field, c: &Connection) -> Option<String> {
    let Some(Fact::Text(text)) = field.of(c)?.into_iter().next() else { return None };
    let text = text.trim();
    let text = if field == Field::AccountEmail { text.to_lowercase() } else { text.to_owned() };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Account, Environment, Vendor};

    /// `provider:id slug key=value…`
    fn read(line: &str) -> Connection {
        let mut words = line.split_whitespace();
        let urn: crate::Urn = words.next().unwrap().parse().unwrap();
        let vendor = urn.provider.as_str().trim_end_matches(char::is_numeric).to_owned();
        let mut c = Connection::new(urn.provider, Vendor::new(&vendor), urn.id);
        c.connector.slug = words.next().filter(|slug| *slug != "-").map(Into::into);
        let mut account = Account::default();
        for (key, value) in words.map(|word| word.split_once('=').unwrap()) {
            match key {
                "id" => account.external_id = Some(value.into()),
                "login" => account.login = Some(value.into()),
                "email" => account.email = Some(value.into()),
                "owner" => c.owner = Some(value.parse().unwrap()),
                "unit" => c.owner.as_mut().unwrap().tenant = Some(value.into()),
                "env" => c.environment = Some(Environment::from(value)),
                "name" => c.name = Some(value.into()),
                "removed" => c.removed = true,
                _ => panic!("{key}"),
            }
        }
        c.account = Some(account).filter(|account| *account != Account::default());
        c
    }

    fn found(lines: &[&str]) -> Vec<String> {
        let connections: Vec<_> = lines.iter().map(|line| read(line)).collect();
        let shown = |group: &Twins<'_>| {
            let urns: Vec<_> = group.connections.iter().map(|c| c.urn().to_string()).collect();
            let evidence: Vec<_> =
                group.evidence.iter().map(|shared| format!("{}={}", shared.field, shared.value)).collect();
            format!("{} {} [{}] {}", group.strength, group.connector, evidence.join(" "), urns.join(" "))
        };
        twins(&connections).iter().map(shown).collect()
    }

    #[test]
    fn the_same_account_id_is_strong_whoever_owns_it_and_whatever_it_is_called() {
        let lines = ["a:1 gmail id=9 owner=user:1", "b:2 google-mail id=9 owner=user:2", "c:3 slack id=9"];
        assert_eq!(found(&lines), ["strong gmail [account.external_id=9] a:1 b:2"]);
    }

    #[test]
    fn one_record_that_two_providers_show_is_strong() {
        assert_eq!(
            found(&["a1:x slack", "a2:x slack", "b:x slack"]),
            ["strong slack [vendor=a id=x] a1:x a2:x"]
        );
        assert_eq!(found(&["a:x slack", "a:x slack"]), [""; 0], "told twice, it is still one");
    }

    #[test]
    fn an_owner_with_a_login_or_an_address_is_likely() {
        let owner = ["a:1 slack owner=user:1 login=ana", "b:2 slack owner=1 login=ana"];
        assert_eq!(found(&owner), ["likely slack [owner.id=1 account.login=ana] a:1 b:2"]);
        let address = [
            "a:1 slack owner=organization:o email=Ana@x.com",
            "a:2 slack owner=organization:o email=ana@X.com",
        ];
        assert_eq!(found(&address), ["likely slack [owner.id=o account.email=ana@x.com] a:1 a:2"]);
    }

    #[test]
    fn an_address_alone_a_name_or_an_organization_is_nothing() {
        for lines in [
            ["a:1 slack email=ana@x.com", "b:2 slack email=ana@x.com"],
            ["a:1 slack email=ana@x.com owner=user:1", "b:2 slack email=ana@x.com owner=user:2"],
            ["a:1 slack email=ana@x.com", "b:2 slack owner=user:ana@x.com"],
            ["a:1 slack name=Team", "b:2 slack name=Team"],
            ["a:1 slack owner=organization:o", "a:2 slack owner=organization:o"],
            ["a:1 slack owner=team:t", "a:2 slack owner=team:t"],
            ["a:1 - owner=user:1 login=ana", "a:2 - owner=user:1 login=ana"],
            ["a:1 slack owner=user:1", "a:2 github owner=user:1"],
            ["a:1 slack id=9", "a:2 slack id=9 removed=true"],
        ] {
            assert_eq!(found(&lines), [""; 0]);
        }
    }

    #[test]
    fn a_login_without_its_owner_and_a_person_without_an_account_are_possible() {
        let login = ["a:1 github login=ana", "b:2 github login=ana owner=user:2"];
        assert_eq!(found(&login), ["possible github [account.login=ana] a:1 b:2"]);
        let person =
            ["a:1 slack owner=user:1", "a:2 slack owner=user:1", "b:3 slack owner=user:1 email=x@y.z"];
        assert_eq!(found(&person), ["possible slack [owner.id=1] a:1 a:2 b:3"]);
    }

    #[test]
    fn what_is_told_differently_keeps_apart() {
        for apart in [
            ["a:1 slack owner=user:1 login=ana id=1", "a:2 slack owner=user:1 login=ana id=2"],
            ["a:1 slack owner=user:1 login=ana", "a:2 slack owner=user:1 login=bob"],
            ["a:1 slack owner=user:1 email=a@x", "a:2 slack owner=user:1 email=b@x"],
            ["a:1 slack owner=user:1 unit=u", "a:2 slack owner=user:1 unit=v"],
            ["a:1 slack owner=user:1", "a:2 slack owner=team:1"],
            ["a:1 slack id=9 env=live", "a:2 slack id=9 env=test"],
        ] {
            assert_eq!(found(&apart), [""; 0]);
        }
        // Whoever does not tell could be either: that is with none.
        let either = [
            "a:1 slack owner=user:1 email=a@x",
            "a:2 slack owner=user:1 email=b@x",
            "a:3 slack owner=user:1",
            "a:4 slack owner=user:1",
        ];
        assert_eq!(found(&either), ["possible slack [owner.id=1] a:3 a:4"]);
    }

    #[test]
    fn a_weaker_group_is_told_where_it_has_more() {
        let lines = ["a:1 slack owner=user:1 id=9", "b:2 slack owner=user:1 id=9", "b:3 slack owner=user:1"];
        assert_eq!(
            found(&lines),
            ["strong slack [account.external_id=9] a:1 b:2", "possible slack [owner.id=1] a:1 b:2 b:3"]
        );
        assert_eq!(found(&lines[..2]), ["strong slack [account.external_id=9] a:1 b:2"]);
    }

    #[test]
    fn many_connections_are_compared_at_once() {
        let many: Vec<_> = (0..20_000)
            .map(|n| read(&format!("a:{n} slack owner=user:{} email={}@x", n / 3, n / 2)))
            .collect();
        assert!(twins(&many).len() > 3000);
        let same: Vec<_> = (0..20_000).map(|n| read(&format!("a:{n} slack owner=user:1"))).collect();
        assert_eq!(twins(&same)[0].connections.len(), 20_000);
    }
}
