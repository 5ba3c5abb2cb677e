//! What happens to the form of *Try the boundary* once it was sent: one place, so that the server's handler only
//! translates.

use crate::portal::{Draft, Portal, Refusal};

/// A form that was not sent on. As context of the page at `/try` it brings the form back as it was, with what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What was typed.
    pub draft: Draft,
    /// Why it was not sent on.
    pub refusal: Refusal,
}

/// Sends the form's write through the real path. Gives the address of the page that shows what became of it, for a
/// `303 See Other`.
pub async fn submit(
    portal: &dyn Portal,
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<String, Rejected> {
    let draft = Draft::from_form(pairs);
    match send(portal, &draft).await {
        Ok(location) => Ok(location),
        Err(refusal) => Err(Rejected { draft, refusal }),
    }
}

async fn send(portal: &dyn Portal, draft: &Draft) -> Result<String, Refusal> {
    let workspace = portal.workspace().await?;
    let proposal = draft.proposal(&workspace).map_err(Refusal::Invalid)?;
    // An unknown tenant has no log, so there would be nowhere to record the denial.
    let tenant = workspace.tenant(&proposal.tenant).ok_or(Refusal::NotFound)?;
    let action = portal.try_action(proposal).await?;
    Ok(format!("/try/{}/{action}", tenant.name))
}
