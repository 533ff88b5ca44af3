//! Lists, good and bad, in one pass and row by row.

use conjoin_core::Text;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
struct Strict {
    id: String,
}

crate::wire! { struct Wired { id } }

const NAMES: [&str; 2] = ["rows", "items"];

fn ids(json: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let list = read(json, &NAMES, &mut |row: Strict, _| Ok(row.id)).map_err(|e| match e {
        NoList::Syntax(_) => "syntax".to_owned(),
        NoList::Shape(why) => why,
    })?;
    let skipped = list.skipped.iter().map(ToString::to_string).collect();
    Ok((list.rows, skipped))
}

#[test]
fn lists_stand_bare_or_in_an_envelope() {
    for json in [r#"[{"id":"a"}]"#, r#"{"rows":[{"id":"a"}]}"#, r#"{"total":1,"items":[{"id":"a"}],"x":{}}"#]
    {
        assert_eq!(ids(json).unwrap(), (vec!["a".to_owned()], vec![]), "{json}");
    }
    for json in ["[]", r#"{"rows":[]}"#] {
        assert_eq!(ids(json).unwrap(), (vec![], vec![]), "{json}");
    }
}

#[test]
fn what_stands_under_a_list_s_name_and_is_none_is_a_field_like_others() {
    for json in [r#"{"rows":[{"id":"a"}],"items":null}"#, r#"{"items":{"x":1},"rows":[{"id":"a"}]}"#] {
        assert_eq!(ids(json).unwrap(), (vec!["a".to_owned()], vec![]), "{json}");
    }
}

#[test]
fn an_empty_array_beside_a_list_and_an_error_that_says_nothing_are_fields_like_others() {
    let texts = [
        r#"{"rows":[{"id":"a"}],"items":[]}"#,
        r#"{"items":[],"rows":[{"id":"a"}]}"#,
        r#"{"error":"","rows":[{"id":"a"}],"success":true}"#,
        r#"{"rows":[{"id":"a"}],"error":null}"#,
    ];
    for json in texts {
        assert_eq!(ids(json).unwrap(), (vec!["a".to_owned()], vec![]), "{json}");
    }
    assert_eq!(ids(r#"{"rows":[],"items":[]}"#).unwrap(), (vec![], vec![]));
    let many: Vec<_> = (0..300).map(|n| format!("\"f{n}\":{n}")).collect();
    let json = format!("{{{},\"rows\":[],\"pages\":7}}", many.join(","));
    let list = read(&json, &NAMES, &mut |row: Strict, _| Ok(row.id)).unwrap();
    assert_eq!(list.field("pages").count(), Some(7));
}

#[test]
fn of_a_name_that_comes_twice_the_last_value_counts() {
    let json = r#"{"total":1,"rows":[{"id":"a","id":7,"id":"b"}],"total":2}"#;
    let mut map = |row: Wired<'_>, _: &mut Texts| Ok(row.id.word::<String>().unwrap());
    let list = in_one_pass(json, &NAMES, &mut map).unwrap().unwrap();
    assert_eq!(list, row_by_row(json, &NAMES, &mut map).unwrap());
    assert_eq!(list.field("total").count(), Some(2));
    assert_eq!((list.rows, list.skipped), (vec!["b".to_owned()], vec![]));
}

#[test]
fn a_failure_that_is_said_once_is_said() {
    for said in [r#""success":false,"success":true"#, r#""error":"no","error":null"#] {
        let json = format!(r#"{{{said},"rows":[]}}"#);
        assert_eq!(ids(&json).unwrap_err(), "it is an error, in spite of its status", "{json}");
    }
}

#[test]
fn a_bad_row_is_named_and_the_others_stand() {
    let (rows, skipped) = ids(r#"{"rows":[{"id":"a"},{"id":7},"s3cret",null,["b"],{"id":"c"}]}"#).unwrap();
    assert_eq!(rows, ["a", "c"]);
    insta::assert_snapshot!(skipped.join("\n"), @r#"
    rows[1].id: invalid type: integer `7`, expected a string
    rows[2]: invalid type: string "…", expected an object
    rows[3]: invalid type: null, expected an object
    rows[4]: invalid type: sequence, expected an object
    "#);
}

#[test]
fn what_is_no_list_is_no_empty_list() {
    let cases = [
        "",
        "{",
        "[{\"id\":\"a\"}",
        "[] x",
        "{}",
        "null",
        "\"rows\"",
        r#"{"rows":null}"#,
        r#"{"rows":{}}"#,
        r#"{"rows":[{"id":"a"}],"items":[{"id":"b"}]}"#,
        r#"{"rows":[],"error":{"code":1}}"#,
        r#"{"rows":[],"success":false}"#,
    ];
    let told: Vec<_> = cases.iter().map(|json| format!("{json:30} {}", ids(json).unwrap_err())).collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// A row that can be read or not, mapped or not.
fn row() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{0,3}".prop_map(|id| format!(r#"{{"id":"{id}"}}"#)),
        1 => "[a-z]{0,2}".prop_map(|id| format!(r#"{{"more":[{{}}],"id":"\u0061{id}"}}"#)),
        1 => "[a-z]{0,2}".prop_map(|id| format!(r#"{{"id":{{}},"x":1,"x":2,"id":"{id}"}}"#)),
        1 => prop::sample::select(vec!["{}", r#"{"id":7}"#, "null", "7", "[]", r#"["a"]"#]).prop_map(str::to_owned),
    ]
}

/// An answer around rows, whole or cut.
fn answer() -> impl Strategy<Value = String> {
    let around = prop::sample::select(vec![
        ("", ""),
        (r#"{"total":9,"rows":"#, "}"),
        (r#"{"items":"#, r#","rows":null,"page":1}"#),
        (r#"{"rows":[],"items":"#, "}"),
        (r#"{"rows":"#, r#","success":false}"#),
    ]);
    (around, prop::collection::vec(row(), 0..6), 0..8usize).prop_map(|((before, after), rows, cut)| {
        let mut json = format!("{before}[{}]{after}", rows.join(","));
        if cut == 0 {
            json.pop();
        }
        json
    })
}

fn agree<'a, R: Deserialize<'a>>(
    json: &'a str,
    mut map: impl FnMut(R, &mut Texts) -> Result<Text, Unreadable>,
) -> Result<(), TestCaseError> {
    let slow = row_by_row(json, &NAMES, &mut map);
    match in_one_pass(json, &NAMES, &mut map) {
        Ok(Ok(quick)) => prop_assert_eq!(quick, slow.unwrap()),
        Ok(Err(NoList::Shape(why))) => {
            prop_assert!(matches!(slow, Err(NoList::Shape(slow)) if slow == why));
        }
        Ok(Err(NoList::Syntax(error))) => prop_assert!(false, "{error}"),
        Err(_) => prop_assert!(slow.map_or(true, |slow| !slow.skipped.is_empty())),
    }
    Ok(())
}

proptest! {
    /// Where one pass reads a list, row by row gives the very same; and where it does not, nothing is lost
    /// but what cannot be read.
    #[test]
    fn one_pass_and_row_by_row_agree(json in answer()) {
        let taken = |id: Text| if id.is_empty() { Err(("id", "it is empty".to_owned())) } else { Ok(id) };
        agree(&json, |row: Strict, texts| taken(texts.share(&row.id)))?;
        agree(&json, |row: Wired<'_>, texts| taken(row.id.shared(texts).unwrap_or_default()))?;
    }

    #[test]
    fn nothing_panics(json in r#"[\[\]{}",:a-z0-9 \\]{0,40}"#) {
        let _ = ids(&json);
    }
}
