//! Stories of a vendor's people: invited, changed, removed, and with a lost password.

use crate::place::Place;
use crate::visitor::{House, OWNER};

const JO: &str = "name=Jo&email=jo%40northwind.example&role=approver&approves=finance&others=legal";
const PASSWORD: &str = "password=nine+loud+magpies";

/// The link that a page tells, without the host.
fn link(page: &str) -> String {
    let start = page.find("http://portal.test/").expect("a link") + "http://portal.test".len();
    page[start..].split(['<', '"']).next().unwrap().to_owned()
}

/// The owner's session, and Jo's.
async fn with_jo(house: &House) -> (String, String) {
    let owner = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let link = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    let jo = house.post(&link, PASSWORD, None).await.session.unwrap();
    (owner, jo)
}

/// The address of the page of the member with this name.
async fn page_of(house: &House, session: &str, name: &str) -> String {
    let page = house.get("/members", Some(session)).await.text;
    let row = page.split("<tr>").find(|row| row.contains(name)).expect("a row");
    let start = row.find("/members/").expect("a link to the member");
    row[start..].split('"').next().unwrap().to_owned()
}

pub async fn an_invitation_is_good_once_and_looking_uses_nothing_up(place: Place) {
    let house = House::with_owner(place).await;
    let owner = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let made = house.post("/new/member", JO, Some(&owner)).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let link = link(&made.text);
    for _ in 0..2 {
        let page = house.get(&link, None).await;
        assert!(
            page.text.contains("Join Northwind CRM") && page.text.contains("finance, legal"),
            "{}",
            page.text
        );
    }
    let list = house.get("/members", Some(&owner)).await.text;
    assert!(list.contains("jo@northwind.example") && !list.contains(link.trim_start_matches("/join/")));
    for (weak, told) in
        [("password=short", "at least 15"), ("password=Jo+Northwind+2026", "first that somebody")]
    {
        let reply = house.post(&link, weak, None).await;
        assert!(reply.status == 422 && reply.text.contains(told), "{}", reply.text);
    }
    let joined = house.post(&link, PASSWORD, None).await;
    assert_eq!((joined.status, joined.location.as_deref()), (303, Some("/")));
    assert_eq!(house.get("/approvals", joined.session.as_deref()).await.status, 200);
    assert_eq!(house.post(&link, PASSWORD, None).await.status, 409);
    assert!(house.get(&link, None).await.text.contains("not good any more"));
    let again = house.post("/new/member", JO, Some(&owner)).await;
    assert!(again.status == 422 && again.text.contains("belongs to a member"), "{}", again.text);
    let other = JO.replace("jo%40", "joe%40");
    let namesake = house.post("/new/member", &other, Some(&owner)).await;
    assert!(
        namesake.status == 422 && namesake.text.contains("already call somebody else"),
        "{}",
        namesake.text
    );
}

pub async fn of_many_who_use_an_invitation_at_once_one_joins(place: Place) {
    let house = House::with_owner(place).await;
    let owner = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let link = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    let ask = || house.post(&link, PASSWORD, None);
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let replies = [a, b, c, d];
    assert_eq!(replies.iter().filter(|reply| reply.status == 303).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 409).count(), 3);
}

pub async fn an_invitation_ends_replaced_withdrawn_or_late(place: Place) {
    let house = House::with_owner(place).await;
    let owner = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let first = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    let second = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    assert_eq!(house.post(&first, PASSWORD, None).await.status, 409);
    let list = house.get("/members", Some(&owner)).await.text;
    let start = list.find("/invitations/").unwrap();
    let withdraw = list[start..].split('"').next().unwrap().to_owned();
    assert_eq!(house.post(&withdraw, "", Some(&owner)).await.status, 303);
    assert_eq!(house.post(&withdraw, "", Some(&owner)).await.status, 404);
    assert_eq!(house.post(&second, PASSWORD, None).await.status, 409);
    let third = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    house.clock.advance(7 * 24 * 60 * 60 + 1);
    assert_eq!(house.post(&third, PASSWORD, None).await.status, 409);
}

pub async fn a_role_counts_from_the_next_request_and_so_does_an_end(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, jo) = with_jo(&house).await;
    let page = page_of(&house, &owner, "jo@").await;
    assert_eq!(house.get("/new/member", Some(&jo)).await.status, 403);
    assert_eq!(house.post(&page, "role=owner", Some(&owner)).await.status, 303);
    assert_eq!(house.get("/new/member", Some(&jo)).await.status, 200);
    assert_eq!(house.post(&page, "role=sales", Some(&owner)).await.status, 303);
    assert_eq!(house.get("/receipts", Some(&jo)).await.status, 403);
    assert_eq!(house.post(&format!("{page}/remove"), "", Some(&owner)).await.status, 303);
    assert_eq!(house.get("/", Some(&jo)).await.status, 303, "signed out");
    assert_eq!(house.post(&format!("{page}/remove"), "", Some(&owner)).await.status, 404);
    assert_eq!(house.get(&page, Some(&owner)).await.status, 404);
    let gone = house.post("/sign-in", &format!("email=jo@northwind.example&{PASSWORD}"), None).await;
    assert_eq!(gone.status, 409);
    // Whoever comes back is the same member, under the same name; nobody else gets it.
    let other = house.post("/new/member", &JO.replace("jo%40", "joe%40"), Some(&owner)).await;
    assert_eq!(other.status, 422, "{}", other.text);
    let back = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    assert_eq!(house.post(&back, PASSWORD, None).await.status, 303);
    assert_eq!(page_of(&house, &owner, "jo@").await, page);
}

pub async fn the_last_owner_stays_and_nobody_ends_themselves(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, jo) = with_jo(&house).await;
    let (mine, theirs) = (page_of(&house, &owner, "dana@").await, page_of(&house, &owner, "jo@").await);
    for (address, form) in [(mine.clone(), "role=auditor"), (format!("{mine}/remove"), "")] {
        let reply = house.post(&address, form, Some(&owner)).await;
        assert!(reply.status == 409 && reply.text.contains("only owner"), "{}", reply.text);
    }
    assert_eq!(house.post(&format!("{mine}/reset"), "", Some(&owner)).await.status, 409);
    house.post(&theirs, "role=owner", Some(&owner)).await;
    let reply = house.post(&format!("{mine}/remove"), "", Some(&owner)).await;
    assert!(reply.status == 409 && reply.text.contains("removes themselves"), "{}", reply.text);
    // Two owners who end each other at the same moment leave one.
    let (end_jo, end_dana) = (format!("{theirs}/remove"), format!("{mine}/remove"));
    let (a, b) = tokio::join!(house.post(&end_jo, "", Some(&owner)), house.post(&end_dana, "", Some(&jo)));
    assert_eq!(
        [a.status, b.status].iter().filter(|status| **status == 303).count(),
        1,
        "{} {}",
        a.status,
        b.status
    );
}

pub async fn links_of_somebody_who_was_removed_are_not_good_any_more(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, jo) = with_jo(&house).await;
    let page = page_of(&house, &owner, "jo@").await;
    house.post(&page, "role=owner", Some(&owner)).await;
    let form = "name=Eve&email=eve@northwind.example&role=owner";
    let back_door = link(&house.post("/new/member", form, Some(&jo)).await.text);
    house.post(&format!("{page}/remove"), "", Some(&owner)).await;
    assert_eq!(house.post(&back_door, PASSWORD, None).await.status, 409);
}

pub async fn a_reset_link_is_good_once_and_ends_every_session(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, jo) = with_jo(&house).await;
    let page = page_of(&house, &owner, "jo@").await;
    let first = link(&house.post(&format!("{page}/reset"), "", Some(&owner)).await.text);
    let second = link(&house.post(&format!("{page}/reset"), "", Some(&owner)).await.text);
    assert_eq!(house.get("/", Some(&jo)).await.status, 303, "signed out");
    assert_eq!(house.post(&first, PASSWORD, None).await.status, 409);
    assert!(house.get(&second, None).await.text.contains("For Jo at Northwind CRM"));
    let new = "password=eleven+shy+curlews";
    let done = house.post(&second, new, None).await;
    assert_eq!(house.get("/", done.session.as_deref()).await.status, 200);
    assert_eq!(house.post(&second, new, None).await.status, 409);
    let sign_in = |password: &str| format!("email=jo@northwind.example&{password}");
    assert_eq!(house.post("/sign-in", &sign_in(PASSWORD), None).await.status, 409);
    assert_eq!(house.post("/sign-in", &sign_in(new), None).await.status, 303);
    let late = link(&house.post(&format!("{page}/reset"), "", Some(&owner)).await.text);
    house.clock.advance(24 * 60 * 60 + 1);
    assert_eq!(house.post(&late, PASSWORD, None).await.status, 409);
}

pub async fn ones_own_password_asks_for_the_old_one_and_ends_other_sessions(place: Place) {
    let house = House::with_owner(place).await;
    let here = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let there = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let form = |before: &str, again: &str| {
        format!("before={before}&password=eleven+shy+curlews&again={again}").replace(' ', "+")
    };
    let wrong =
        house.post("/account/password", &form("nine loud magpies", "eleven shy curlews"), Some(&here)).await;
    assert!(wrong.status == 422 && wrong.text.contains("not your password"), "{}", wrong.text);
    let differs = house.post("/account/password", &form("seven quiet herons", "eleven"), Some(&here)).await;
    assert!(differs.status == 422 && differs.text.contains("differ"), "{}", differs.text);
    assert_eq!(house.get("/", Some(&there)).await.status, 200);
    let done =
        house.post("/account/password", &form("seven quiet herons", "eleven shy curlews"), Some(&here)).await;
    assert_eq!(done.status, 303, "{}", done.text);
    for ended in [&here, &there] {
        assert_eq!(house.get("/", Some(ended)).await.status, 303);
    }
    assert_eq!(house.get("/", done.session.as_deref()).await.status, 200);
    assert_eq!(house.post("/sign-in", OWNER, None).await.status, 409);
}

pub async fn sessions_are_listed_and_ended_and_nobody_ends_anothers(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, jo) = with_jo(&house).await;
    let other = house.post("/sign-in", OWNER, None).await.session.unwrap();
    let page = house.get("/account", Some(&owner)).await.text;
    assert!(page.contains("A browser of the tests"), "{page}");
    let ids = page.split("name=\"session\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let ids: Vec<&str> = ids.filter(|id| *id != "others").collect();
    for id in &ids {
        house.post("/account/sessions", &format!("session={id}"), Some(&jo)).await;
    }
    assert_eq!(house.get("/", Some(&other)).await.status, 200);
    for id in &ids {
        house.post("/account/sessions", &format!("session={id}"), Some(&owner)).await;
    }
    assert_eq!(house.get("/", Some(&other)).await.status, 303);
    let other = house.post("/sign-in", OWNER, None).await.session.unwrap();
    house.post("/account/sessions", "session=others", Some(&owner)).await;
    assert_eq!(house.get("/", Some(&other)).await.status, 303);
    assert_eq!(house.get("/", Some(&owner)).await.status, 200);
    assert_eq!(house.get("/", Some(&jo)).await.status, 200);
}

pub async fn guesses_at_the_same_moment_are_counted_before_they_are_looked_at(place: Place) {
    let house = House::with_owner(place).await;
    let wrong = "email=dana@northwind.example&password=wrong-wrong-wrong";
    let guesses = futures_util::future::join_all((0..12).map(|_| house.post("/sign-in", wrong, None))).await;
    let looked_at = guesses.iter().filter(|reply| reply.text.contains("No account has")).count();
    assert_eq!(looked_at, 5);
    // Whoever has another password is let in, and does not wipe out the count.
    let owner = {
        house.clock.advance(31);
        house.post("/sign-in", OWNER, None).await.session.unwrap()
    };
    let link = link(&house.post("/new/member", JO, Some(&owner)).await.text);
    house.post(&link, PASSWORD, None).await;
    for n in 0..60 {
        house.post("/sign-in", &format!("email=nobody{n}@x.example&password=wrong"), None).await;
    }
    let held = house.post("/sign-in", &format!("email=jo@northwind.example&{PASSWORD}"), None).await;
    assert!(held.session.is_none() && held.text.contains("seconds"), "{}", held.text);
}

pub async fn what_has_ended_by_itself_is_swept(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, _) = with_jo(&house).await;
    let page = page_of(&house, &owner, "jo@").await;
    house.post(&format!("{page}/reset"), "", Some(&owner)).await;
    house.post("/new/member", "name=Eve&email=eve@x.example&role=sales", Some(&owner)).await;
    house.post("/sign-in", "email=nobody@x.example&password=wrong", None).await;
    house.clock.advance(31 * 24 * 60 * 60);
    house.portal.accounts.sweep().await.unwrap();
    for table in ["sessions", "resets", "invitations", "failures"] {
        let left = house.place.meddle(&format!("delete from {table}")).await;
        assert_eq!(left, 0, "{table}");
    }
}

pub async fn somebody_of_another_vendor_is_nobody_here(place: Place) {
    let house = House::with_owner(place).await;
    let (owner, jo) = with_jo(&house).await;
    let page = page_of(&house, &owner, "jo@").await;
    house.a_tenant().await;
    house.place.meddle("update members set vendor = 'southwind', role = 'owner' where name = 'Jo'").await;
    let mine = page_of(&house, &owner, "dana@").await;
    assert_eq!(house.get(&page, Some(&owner)).await.status, 404);
    assert!(!house.get("/members", Some(&owner)).await.text.contains("jo@northwind.example"));
    for address in [mine.clone(), format!("{mine}/reset"), format!("{mine}/remove")] {
        let reply = house.post(&address, "role=sales", Some(&jo)).await;
        assert_eq!(reply.status, 404, "{address}: {}", reply.text);
    }
}
