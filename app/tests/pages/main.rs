//! The pages as a visitor without scripts gets them: whole documents, through a real router.
#![cfg(feature = "ssr")]

mod fixture;
mod visitor;

use fixture::HOSTILE;
use visitor::{Visitor, visit};

#[test]
fn the_overview_leads_to_everything() {
    visit(async {
        let page = Visitor::new().open("/").await;
        assert_eq!(page.status, 200);
        for there in [
            "href=\"/try\"",
            "href=\"/tenants/acme/receipts\"",
            "href=\"/tenants/acme/pack\"",
            "href=\"/verify\"",
            "10",
        ] {
            assert!(page.html.contains(there), "{there} in {}", page.html);
        }
        assert!(page.html.contains("<title>Overview · Evidence Portal</title>"), "{}", page.html);
    });
}

#[test]
fn the_first_sample_is_the_wrong_tenant_and_ready_to_send() {
    visit(async {
        let page = Visitor::new().open("/try").await;
        assert_eq!(page.status, 200);
        assert!(page.text().find("changes a contact of Globex") < page.text().find("deletes a contact"));
        for there in [
            "method=\"post\"",
            "action=\"/try\"",
            "c-2217",
            "value=\"attempt-1\"",
            "value=\"phone\"",
            "curl -sS http://127.0.0.1:3000/v1/actions",
        ] {
            assert!(page.html.contains(there), "{there} in {}", page.html);
        }
    });
}

#[test]
fn a_write_that_was_sent_leads_to_its_result() {
    visit(async {
        let answer = Visitor::new().send("/try", "tenant=acme&agent=support-agent&connector=crm&operation=update&table=contacts&records=c-2217&column=phone&value=1&reason=r").await;
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/try/acme/a-4")));
        let page = Visitor::new().open("/try/acme/a-4").await;
        let text = page.text();
        for there in [
            "DENY",
            "TENANT_ISOLATION",
            "Refused: nothing was written",
            "Unchanged: every column is the same",
            "Receipt #4",
            "Belongs to another tenant, globex",
        ] {
            assert!(text.contains(there), "{there} in {text}");
        }
        assert!(page.html.contains("href=\"/tenants/acme/pack\""), "{}", page.html);
    });
}

#[test]
fn a_form_that_was_not_sent_comes_back_as_it_was() {
    visit(async {
        let page = Visitor::new().send("/try", "tenant=acme&agent=support-agent&connector=crm&operation=update&table=&records=&column=phone&value=12&reason=why").await;
        assert_eq!(page.status, 422);
        for there in [
            "href=\"#table\"",
            "href=\"#records\"",
            "id=\"table-fault\"",
            "aria-describedby=\"table-fault\"",
            "value=\"12\"",
            ">why</textarea>",
        ] {
            assert!(page.html.contains(there), "{there} in {}", page.html);
        }
        let page = Visitor::new().send("/try", "tenant=acme&agent=offline&connector=crm&operation=update&table=contacts&records=c&column=phone&value=1").await;
        assert_eq!(page.status, 503);
        assert!(page.text().contains("nothing was decided and nothing was written"), "{}", page.text());
    });
}

#[test]
fn an_allowed_write_shows_its_outcome_and_what_changed() {
    visit(async {
        let page = Visitor::new().open("/try/acme/a-2").await;
        let text = page.text();
        for there in [
            "ALLOW",
            "Permitted, written and read back",
            "COMMITTED",
            "+44 20 7946 0000",
            "+44 20 7946 0018",
            "changed",
            "Receipt #3",
        ] {
            assert!(text.contains(there), "{there} in {text}");
        }
    });
}

#[test]
fn receipts_are_filtered_by_the_address() {
    visit(async {
        let visitor = Visitor::new();
        let all = visitor.open("/tenants/acme/receipts").await;
        assert_eq!(all.html.matches("href=\"/tenants/acme/receipts/").count(), 10, "{}", all.html);
        assert!(all.text().contains("Complete from #0 to #9."), "{}", all.text());
        let denied = visitor
            .open("/tenants/acme/receipts?verdict=DENY&kind=&agent=&table=&code=TENANT_ISOLATION")
            .await;
        assert_eq!(denied.html.matches("href=\"/tenants/acme/receipts/").count(), 1, "{}", denied.html);
        assert!(denied.html.contains("<option value=\"DENY\" selected"), "{}", denied.html);
        let none = visitor.open("/tenants/acme/receipts?table=nowhere").await;
        assert!(none.text().contains("No receipt matches these filters."), "{}", none.text());
        let empty = visitor.open("/tenants/globex/receipts").await;
        assert!(empty.text().contains("This log is empty."), "{}", empty.text());
    });
}

#[test]
fn every_kind_of_receipt_has_its_page() {
    visit(async {
        let visitor = Visitor::new();
        let says = [
            "put a new contract in force",
            "put a new envelope in force",
            "was allowed to set email and phone",
            "took place",
            "was refused to set email and phone on 1 record of another tenant",
            "An agent of another tenant tried to update 1 record",
            "asked to delete 1 record",
            "was allowed",
            "was not begun",
            "was refused",
        ];
        for (seq, sentence) in says.into_iter().enumerate() {
            let page = visitor.open(&format!("/tenants/acme/receipts/{seq}")).await;
            assert_eq!(page.status, 200);
            let text = page.text();
            assert!(text.contains(sentence), "{sentence} in {text}");
            assert!(text.contains("evidence verify acme.evidencepack --key sha256:"), "{text}");
            assert!(
                page.html.contains("<pre tabindex=\"0\"><code>{&quot;payload&quot;")
                    || page.html.contains("<code>{\"payload\""),
                "{}",
                page.html
            );
        }
    });
}

#[test]
fn what_is_not_there_says_so() {
    visit(async {
        let visitor = Visitor::new();
        for address in [
            "/nowhere",
            "/tenants/initech/receipts",
            "/tenants/acme/receipts/99",
            "/tenants/acme/receipts/x",
            "/tenants/A%20B/receipts",
            "/try/globex/a-4",
            "/try?sample=nothing",
        ] {
            let page = visitor.open(address).await;
            assert_eq!(page.status, 404, "{address}");
            assert!(page.text().contains("There is nothing at this address."), "{address}: {}", page.text());
        }
    });
}

#[test]
fn hostile_words_stay_words() {
    visit(async {
        let visitor = Visitor::new();
        for address in ["/tenants/acme/receipts", "/tenants/acme/receipts/9", "/try/acme/a-9"] {
            let page = visitor.open(address).await;
            assert!(!page.body().contains("<script>alert"), "{address}: {}", page.html);
            assert!(!page.body().contains('\u{202e}'), "{address}: {}", page.html);
            assert!(page.html.contains("U+202E"), "{address}: {}", page.html);
        }
        let form = [("reason", HOSTILE), ("records", HOSTILE), ("tenant", HOSTILE), ("column", HOSTILE)];
        let body: Vec<String> =
            form.iter().map(|(name, text)| format!("{name}={}", visitor::percent(text))).collect();
        let page = visitor.send("/try", &body.join("&")).await;
        assert_eq!(page.status, 422);
        assert!(!page.body().contains("<script>alert"), "{}", page.html);
    });
}

#[test]
fn scripts_and_styles_come_only_from_the_site() {
    visit(async {
        let page = Visitor::new().open("/").await;
        let policy = page.policy.as_deref().unwrap();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonce.len() >= 16, "{policy}");
        assert!(!policy.contains("unsafe-inline") && policy.contains("default-src 'none'"), "{policy}");
        for script in page.html.split("<script").skip(1) {
            assert!(script.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")), "{script}");
        }
        assert!(!page.html.contains(" style=\""), "{}", page.html);
        assert!(page.html.contains("import(\"/pkg/portal.js\")"), "{}", page.html);
        assert!(!page.html.contains(&format!("crossorigin=\"{nonce}\"")), "{}", page.html);
    });
}
