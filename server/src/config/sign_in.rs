//! Signing in at an OpenID Connect provider: what the operator says of it.

use std::path::PathBuf;

use super::Secret;

/// The provider, if there is one.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct OpenId {
    /// The OpenID Connect provider at which members may sign in, as `https://login.example.com`. They still need an account
    /// here with the e-mail address that it confirms. Register URL/sign-in/return there as the address to return to.
    #[arg(long, value_name = "URL", env = "PORTAL_OIDC_ISSUER", requires = "oidc_client")]
    pub oidc_issuer: Option<String>,
    /// The name under which the provider knows this portal.
    #[arg(long, value_name = "ID", env = "PORTAL_OIDC_CLIENT", requires = "oidc_issuer")]
    pub oidc_client: Option<String>,
    /// A file with the secret by which the provider knows this portal, for its owner only. `PORTAL_OIDC_SECRET` can hold the
    /// secret itself; there is no flag for it, because flags can be seen.
    #[arg(long, value_name = "FILE", env = "PORTAL_OIDC_SECRET_FILE", requires = "oidc_issuer")]
    pub oidc_secret_file: Option<PathBuf>,
    /// What people call the provider, for the sign-in page: `Continue with NAME`.
    #[arg(long, value_name = "NAME", env = "PORTAL_OIDC_NAME", default_value = "OpenID Connect")]
    pub oidc_name: String,
    /// The secret from the environment.
    #[arg(skip)]
    pub oidc_secret: Option<Secret>,
}
