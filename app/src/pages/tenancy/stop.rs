//! The switches: stop a tenant, one of its agents or everything, and let go again, each with a reason that is signed.

use leptos::prelude::*;

use crate::pages::reason::{Reason, reason};
use crate::parts::{Confirm, Notice, Time, Tone, Untrusted};
use crate::portal::{Reach, Stop};
use crate::text::{t, tf};
use crate::visit::{Done, Form, Rejected, Visit, say};

/// `POST /freeze`
pub async fn freeze_all(visit: Visit, form: Form) -> Done {
    visit.portal()?.stop(Reach::Everything, reason(&form)?).await?;
    say("said.everything_frozen", "/tenants")
}

/// `POST /unfreeze`
pub async fn unfreeze_all(visit: Visit, form: Form) -> Done {
    visit.portal()?.let_go(Reach::Everything, reason(&form)?).await?;
    say("said.everything_unfrozen", "/tenants")
}

/// `POST /tenants/{tenant}/freeze`
pub async fn freeze(visit: Visit, form: Form) -> Done {
    let tenant = visit.name("tenant")?;
    visit.portal()?.stop(Reach::Tenant(tenant.clone()), reason(&form)?).await?;
    say("said.tenant_frozen", format!("/tenants/{tenant}"))
}

/// `POST /tenants/{tenant}/unfreeze`
pub async fn unfreeze(visit: Visit, form: Form) -> Done {
    let tenant = visit.name("tenant")?;
    visit.portal()?.let_go(Reach::Tenant(tenant.clone()), reason(&form)?).await?;
    say("said.tenant_unfrozen", format!("/tenants/{tenant}"))
}

/// `POST /tenants/{tenant}/agents/{agent}/suspend`
pub async fn suspend(visit: Visit, form: Form) -> Done {
    let (tenant, agent) = (visit.name("tenant")?, visit.name("agent")?);
    visit.portal()?.stop(Reach::Agent(tenant.clone(), agent), reason(&form)?).await?;
    say("said.agent_suspended", format!("/tenants/{tenant}"))
}

/// `POST /tenants/{tenant}/agents/{agent}/resume`
pub async fn resume(visit: Visit, form: Form) -> Done {
    let (tenant, agent) = (visit.name("tenant")?, visit.name("agent")?);
    visit.portal()?.let_go(Reach::Agent(tenant.clone(), agent), reason(&form)?).await?;
    say("said.agent_resumed", format!("/tenants/{tenant}"))
}

/// A button that asks for the reason first.
#[component]
pub fn StopSwitch(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What the button that opens the question says.
    #[prop(into)]
    open: String,
    /// The question.
    #[prop(into)]
    title: String,
    /// Where the form is sent.
    #[prop(into)]
    action: String,
    /// What the button that does it says.
    #[prop(into)]
    label: String,
    /// Whether it stops something; otherwise it lets go.
    stops: bool,
    /// The form, if it came back.
    #[prop(optional_no_strip)]
    rejected: Option<Rejected>,
) -> impl IntoView {
    let refusal = rejected.as_ref().map(|rejected| rejected.refusal.clone());
    let place = id.clone();
    let means = if stops { t("tenants.stop_means") } else { t("tenants.let_go_means") };
    view! {
        <Confirm id open title action label dangerous=stops refusal>
            <p>{means}</p>
            <Reason place rejected/>
        </Confirm>
    }
    .into_any()
}

/// That something is stopped, by whom and why.
#[component]
pub fn Stopped(
    /// Who stopped it.
    stop: Stop,
    /// What is stopped.
    #[prop(into)]
    title: String,
    /// The address of the log in which the receipt about it stands; empty, if it stands in several.
    receipts: String,
) -> impl IntoView {
    let Stop { by, reason, at, receipt } = stop;
    let link = (!receipts.is_empty()).then(|| {
        let label = tf("tenants.receipt", &[("number", &receipt)]);
        view! { " "<a href=format!("{receipts}/{receipt}")>{label}</a> }
    });
    view! {
        <Notice title tone=Tone::Bad>
            <p>
                <Untrusted text=by.to_string()/>", "<Time at/>": "<Untrusted text=reason.to_string()/>
                {link}
            </p>
        </Notice>
    }
    .into_any()
}
