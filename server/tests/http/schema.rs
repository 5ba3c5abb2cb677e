//! Just enough of JSON Schema to hold answers to what `/openapi.json` says of them. Stricter than the standard in one thing:
//! a member that is not described does not fit.

use serde_json::{Map, Value as Json};

/// What says nothing about whether a value fits, or nothing that is checked here.
const NOTES: [&str; 9] = [
    "contentEncoding",
    "contentMediaType",
    "default",
    "description",
    "format",
    "minLength",
    "minProperties",
    "pattern",
    "uniqueItems",
];

/// Says where `value` does not fit `schema`, which may refer to parts of `document`.
pub fn fit(document: &Json, schema: &Json, value: &Json) -> Result<(), String> {
    for (keyword, rule) in schema.as_object().ok_or("a schema is an object")? {
        let holds = match keyword.as_str() {
            "$ref" => return fit(document, referred(document, rule), value),
            "additionalProperties" | "required" => true,
            "const" => value == rule,
            "enum" => list(rule).contains(value),
            "items" => return each(document, rule, value),
            "maxItems" => length(value).is_none_or(|length| length <= number(rule)),
            "maximum" => value.as_f64().is_none_or(|value| value <= number(rule)),
            "minItems" => length(value).is_none_or(|length| length >= number(rule)),
            "minimum" => value.as_f64().is_none_or(|value| value >= number(rule)),
            "oneOf" => list(rule).iter().filter(|one| fit(document, one, value).is_ok()).count() == 1,
            "properties" => {
                members(document, schema, value)?;
                true
            }
            "type" => kinds(rule).any(|kind| is(kind, value)),
            note if NOTES.contains(&note) => true,
            other => panic!("{other} is not known here"),
        };
        if !holds {
            return Err(format!("{value} is not {keyword} {rule}"));
        }
    }
    Ok(())
}

/// The part of the document that a reference names.
pub fn referred<'a>(document: &'a Json, reference: &Json) -> &'a Json {
    let pointer = reference.as_str().unwrap().trim_start_matches('#');
    document.pointer(pointer).unwrap_or_else(|| panic!("{reference} is not there"))
}

fn members(document: &Json, schema: &Json, value: &Json) -> Result<(), String> {
    let Some(value) = value.as_object() else { return Ok(()) };
    let described = schema["properties"].as_object().unwrap();
    for (name, value) in value {
        let schema = described.get(name).ok_or_else(|| format!("{name} is not described"))?;
        fit(document, schema, value).map_err(|fault| format!("{name}: {fault}"))?;
    }
    required(schema, value)
}

fn required(schema: &Json, value: &Map<String, Json>) -> Result<(), String> {
    let Some(required) = schema["required"].as_array() else { return Ok(()) };
    let missing = required.iter().find(|name| !value.contains_key(name.as_str().unwrap()));
    missing.map_or(Ok(()), |name| Err(format!("{name} is missing")))
}

fn each(document: &Json, schema: &Json, value: &Json) -> Result<(), String> {
    let mut items = value.as_array().into_iter().flatten().enumerate();
    items.try_for_each(|(place, item)| {
        fit(document, schema, item).map_err(|fault| format!("{place}: {fault}"))
    })
}

fn is(kind: &str, value: &Json) -> bool {
    match kind {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        other => panic!("{other} is no type"),
    }
}

fn kinds(rule: &Json) -> impl Iterator<Item = &str> {
    let many = rule.as_array().into_iter().flatten().filter_map(Json::as_str);
    rule.as_str().into_iter().chain(many)
}

fn list(rule: &Json) -> &[Json] {
    rule.as_array().unwrap()
}

fn number(rule: &Json) -> f64 {
    rule.as_f64().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "lists here are short")]
fn length(value: &Json) -> Option<f64> {
    value.as_array().map(|items| items.len() as f64)
}
