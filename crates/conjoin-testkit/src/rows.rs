//! The rows of an answer, found without knowing the vendor.

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use serde_json::Value;

/// The list that an answer holds: the answer itself, the first array of objects among its fields, or that of
/// the object that wraps them.
pub(crate) fn of(answer: &mut Value) -> Option<&mut Vec<Value>> {
    fn is_list(value: &Value) -> bool {
        value.as_array().is_some_and(|items| items.iter().all(|item| !item.is_string()))
    }
    match answer {
        Value::Array(_) => answer.as_array_mut(),
        Value::Object(fields) => {
            if let Some(key) = fields.iter().find(|(_, value)| is_list(value)).map(|(key, _)| key.clone()) {
                return fields.get_mut(&key)?.as_array_mut();
            }
            ["data", "result", "response"]
                .into_iter()
                .find(|key| fields.get(*key).is_some_and(Value::is_object))
                .and_then(|key| of(fields.get_mut(key)?))
        }
        _ => None,
    }
}

/// Changes the rows of an answer; `None` where it holds no list.
pub(crate) fn edit<T>(answer: &mut Response<Bytes>, change: impl FnOnce(&mut Vec<Value>) -> T) -> Option<T> {
    let mut json: Value = serde_json::from_slice(answer.body()).ok()?;
    let told = change(of(&mut json)?);
    *answer.body_mut() = Bytes::from(json.to_string());
    answer.headers_mut().remove(CONTENT_LENGTH);
    Some(told)
}
