//! A portal that nobody has set up, and visitors with a browser's manners.

use std::path::PathBuf;

use crate::place::Place;
use app::portal::Role;
use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{Request, header};
use server::accounts::SetUp;
use server::clock::Clock;
use server::config::{Config, Home};
use server::http::{Pages, Tls, router};
use server::portal::Portal;
use tower::ServiceExt as _;

/// What the owner types to sign in.
pub const OWNER: &str = "email=Dana%40northwind.example&password=seven+quiet+herons";

/// A portal in a folder of its own.
pub struct House {
    pub clock: Clock,
    pub portal: Portal,
    router: Router,
    pub place: Place,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    /// The header that sets a session, whole.
    pub cookie: Option<String>,
    /// The session's secret.
    pub session: Option<String>,
    pub text: String,
}

/// The form of the set-up page, with some fields otherwise.
pub fn fields(changes: &[(&str, &str)]) -> String {
    let usual = [
        ("title", "Northwind CRM"),
        ("vendor", "northwind"),
        ("name", "Dana"),
        ("email", "dana@northwind.example"),
        ("password", "seven quiet herons"),
    ];
    let pair = |(name, text): (&str, &str)| {
        let text = changes.iter().find(|(changed, _)| *changed == name).map_or(text, |(_, text)| *text);
        format!("{name}={}", text.replace('@', "%40").replace(' ', "+"))
    };
    usual.map(pair).join("&")
}

impl House {
    pub async fn new(place: Place) -> Self {
        let clock = Clock::fixed("2026-11-02T09:00:00.000000Z".parse().unwrap());
        let portal = Portal::open(&config(&place), clock.clone()).await.unwrap();
        let pages = Pages::new(portal.clone(), "http://portal.test".to_owned(), Vec::new(), None);
        let router = router(portal.clone(), &pages, Tls(false));
        Self { clock, portal, router, place }
    }

    pub async fn with_owner(place: Place) -> Self {
        let house = Self::new(place).await;
        let link = house.portal.accounts.set_up_link().await.unwrap().unwrap();
        let owner = SetUp {
            vendor: "northwind".parse().unwrap(),
            title: "Northwind CRM".parse().unwrap(),
            email: "Dana@northwind.example".to_owned(),
            name: "Dana".parse().unwrap(),
            password: "seven quiet herons".to_owned().into(),
        };
        house.portal.accounts.set_up(&link, owner).await.unwrap();
        house
    }

    /// A tenant of this vendor, and one of another.
    pub async fn a_tenant(&self) {
        let by = "Dana".parse().unwrap();
        for (vendor, tenant) in [("northwind", "acme"), ("southwind", "other")] {
            let vendor = self
                .portal
                .registry
                .create_vendor(&vendor.parse().unwrap(), &vendor.parse().unwrap())
                .await
                .unwrap();
            let agents =
                [server::registry::Agent { name: "a".parse().unwrap(), title: "A".parse().unwrap() }];
            let title = tenant.parse().unwrap();
            self.portal
                .registry
                .create_tenant(&vendor, &tenant.parse().unwrap(), &title, &agents, &by)
                .await
                .unwrap();
        }
    }

    /// The owner's session after the owner's role has become another one, which counts at once.
    pub async fn session_of(&self, role: Role) -> String {
        self.place.meddle(&format!("update members set role = '{}'", role.as_str())).await;
        self.post("/sign-in", OWNER, None).await.session.unwrap()
    }

    pub async fn get(&self, address: &str, session: Option<&str>) -> Reply {
        let mut request = Request::get(address).header(header::ACCEPT, "text/html");
        if let Some(session) = session {
            request = request.header(header::COOKIE, format!("a=b; __Host-session={session}"));
        }
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// The same by somebody whose browser asks for this language.
    pub async fn get_in(&self, language: &str, address: &str, session: &str) -> Reply {
        let request = Request::get(address)
            .header(header::ACCEPT_LANGUAGE, language)
            .header(header::COOKIE, format!("__Host-session={session}"));
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Opens a stream, which must be the visitor's to open.
    pub async fn follow(&self, address: &str, session: &str) -> BodyDataStream {
        let request = Request::get(address).header(header::COOKIE, format!("__Host-session={session}"));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().into_data_stream()
    }

    pub async fn post(&self, address: &str, form: &str, session: Option<&str>) -> Reply {
        self.post_from(Some("same-origin"), address, form, session).await
    }

    pub async fn post_from(
        &self,
        site: Option<&str>,
        address: &str,
        form: &str,
        session: Option<&str>,
    ) -> Reply {
        let mut request =
            Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request = request.header(header::USER_AGENT, "A browser of the tests");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        if let Some(session) = session {
            request = request.header(header::COOKIE, format!("__Host-session={session}"));
        }
        self.ask(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    async fn ask(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let cookie =
            cookies.into_iter().find(|cookie| cookie.starts_with("__Host-session=")).map(str::to_owned);
        let session = cookie
            .as_deref()
            .and_then(|cookie| cookie.split(['=', ';']).nth(1))
            .filter(|secret| !secret.is_empty())
            .map(str::to_owned);
        // A stream goes on for as long as anybody reads it.
        let goes_on = text(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if goes_on { Body::empty() } else { response.into_body() };
        let bytes = to_bytes(body, 4 << 20).await.unwrap();
        Reply {
            status,
            location: text(header::LOCATION),
            cookie,
            session,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

fn config(place: &Place) -> Config {
    Config {
        home: Home {
            data: place.folder().to_owned(),
            database: place.url().map(Into::into),
            log: String::new(),
            signing_key: None,
            next_signing_key: None,
        },
        listen: "127.0.0.1:0".parse().unwrap(),
        metrics: None,
        demo: false,
        site: PathBuf::new(),
        origin: "portal.test".to_owned(),
        url: None,
        open_id: server::config::OpenId::default(),
        proxies: server::proxies::Proxies::default(),
    }
}
