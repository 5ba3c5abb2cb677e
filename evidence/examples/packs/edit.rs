//! A change by chance somewhere in a JSON document.

use serde_json::{Value as Json, json};

use crate::chance::Chance;

/// Changes one place of a document.
pub fn document(value: &mut Json, chance: &mut Chance) {
    let mut places = Vec::new();
    collect(value, &mut String::new(), &mut places);
    let place = chance.one_of(&places).clone();
    let others: Vec<Json> = places.iter().filter_map(|other| value.pointer(other)).cloned().collect();
    let target = value.pointer_mut(&place).unwrap();
    *target = changed(target.clone(), &others, chance);
}

fn collect(value: &Json, at: &mut String, places: &mut Vec<String>) {
    places.push(at.clone());
    let length = at.len();
    let mut down = |name: &str, item: &Json| {
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        collect(item, at, places);
        at.truncate(length);
    };
    match value {
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| down(&place.to_string(), item));
        }
        Json::Object(members) => members.iter().for_each(|(name, item)| down(name, item)),
        _ => {}
    }
}

fn changed(value: Json, others: &[Json], chance: &mut Chance) -> Json {
    if chance.once_in(8) {
        return Json::Null;
    }
    match value {
        Json::Bool(is) => (!is).into(),
        Json::Number(number) => number_near(number.as_i64().unwrap_or_default(), chance),
        Json::String(text) => text_near(text, others, chance),
        Json::Array(items) => array(items, chance),
        Json::Object(members) => object(members, chance),
        Json::Null => chance.one_of(others).clone(),
    }
}

fn number_near(number: i64, chance: &mut Chance) -> Json {
    match chance.below(5) {
        0 => (number + 1).into(),
        1 => (number - 1).into(),
        2 => 0.into(),
        3 => number.to_string().into(),
        _ => 9_007_199_254_740_991_i64.into(),
    }
}

fn text_near(mut text: String, others: &[Json], chance: &mut Chance) -> Json {
    let texts: Vec<&Json> = others.iter().filter(|other| other.is_string()).collect();
    match chance.below(4) {
        0 => text.push('x'),
        1 => drop(text.pop()),
        2 => text = text.to_uppercase(),
        _ => return (*chance.one_of(&texts)).clone(),
    }
    text.into()
}

fn array(mut items: Vec<Json>, chance: &mut Chance) -> Json {
    if items.is_empty() || chance.once_in(4) {
        items.push("x".into());
        return items.into();
    }
    let (one, other) = (chance.below(items.len()), chance.below(items.len()));
    match chance.below(3) {
        0 => drop(items.remove(one)),
        1 => items.insert(one, items[other].clone()),
        _ => items.swap(one, other),
    }
    items.into()
}

fn object(mut members: serde_json::Map<String, Json>, chance: &mut Chance) -> Json {
    let names: Vec<String> = members.keys().cloned().collect();
    if names.is_empty() || chance.once_in(4) {
        members.insert("x".into(), json!(1));
    } else {
        members.remove(chance.one_of(&names));
    }
    members.into()
}
