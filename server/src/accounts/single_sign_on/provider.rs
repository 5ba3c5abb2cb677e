//! The provider: OpenID Connect's authorization code flow with PKCE, as OpenID Connect Core 1.0 and RFC 9700 have it.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use app::portal::NotSignedOn;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AdditionalProviderMetadata, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, Scope,
    SignatureVerificationError, TokenResponse as _,
};
use serde::{Deserialize, Serialize};

use super::Returned;
use super::departure::Departure;
use super::identity::Person;
use super::outward::{Outward, is_closed};
use crate::config::OpenId;
use crate::portal::StartError;

/// How long what the provider says of itself is believed, in microseconds: an hour.
const FRESH: i64 = 60 * 60 * 1_000_000;

/// The signatures that are accepted, if the provider makes them: of a key that only the provider has.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The provider as the operator named it, and what it said of itself.
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    name: String,
    outward: Outward,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    metadata: Arc<Metadata>,
    at: i64,
}

/// RFC 9207: whether the provider names itself when it sends somebody back.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Further {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// As the operator has it, if there is one.
    pub fn of(config: &OpenId) -> Result<Option<Self>, StartError> {
        let (Some(issuer), Some(client)) = (&config.oidc_issuer, &config.oidc_client) else {
            return Ok(None);
        };
        let issuer = IssuerUrl::new(issuer.clone())
            .ok()
            .filter(|issuer| is_closed(issuer.url()))
            .ok_or("--oidc-issuer must be an https address, as https://login.example.com")?;
        Ok(Some(Self {
            issuer,
            client: ClientId::new(client.clone()),
            secret: secret(config)?,
            name: config.oidc_name.clone(),
            outward: Outward::new()?,
            known: Mutex::default(),
        }))
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where to send somebody who departs from the portal at `address`.
    pub async fn location(
        &self,
        address: &str,
        departure: &Departure,
        now: i64,
    ) -> Result<String, NotSignedOn> {
        let metadata = self.metadata(now).await?;
        if !is_closed(metadata.authorization_endpoint().url()) {
            return Err(failed("its authorization endpoint is not https"));
        }
        let verifier = PkceCodeVerifier::new(departure.verifier());
        let (state, nonce) = (CsrfToken::new(departure.state()), Nonce::new(departure.nonce()));
        let (location, _, _) = self
            .client(&metadata, address)?
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(location.into())
    }

    /// Who it is that came back.
    pub async fn person(
        &self,
        address: &str,
        departure: &Departure,
        returned: Returned,
        now: i64,
    ) -> Result<Person, NotSignedOn> {
        let metadata = self.metadata(now).await?;
        self.is_its_own(&metadata, returned.issuer.as_deref())?;
        if let Some(error) = returned.error {
            let declined = ["access_denied", "consent_required", "interaction_required", "login_required"];
            tracing::info!(declined = declined.contains(&error.as_str()), "the provider signed nobody in");
            return Err(if declined.contains(&error.as_str()) {
                NotSignedOn::Declined
            } else {
                NotSignedOn::Failed
            });
        }
        let code = AuthorizationCode::new(returned.code.ok_or(NotSignedOn::Failed)?);
        let client = self.client(&metadata, address)?;
        let tokens: CoreTokenResponse = client
            .exchange_code(code)
            .map_err(failed)?
            .set_pkce_verifier(PkceCodeVerifier::new(departure.verifier()))
            .request_async(&self.outward)
            .await
            .map_err(failed)?;
        let token = tokens.id_token().ok_or_else(|| failed("its answer holds no ID token"))?;
        let claims = self.claims(token, metadata, address, &Nonce::new(departure.nonce()), now).await?;
        let email = match confirmed(claims.email(), claims.email_verified()) {
            None => self.asked_email(&client, tokens.access_token(), &claims).await?,
            email => email,
        };
        let (issuer, subject) = (self.issuer.to_string(), claims.subject().to_string());
        Ok(Person { issuer, subject, email })
    }

    /// Against mix-up: an answer that is another provider's goes no further. RFC 9207.
    fn is_its_own(&self, metadata: &Metadata, issuer: Option<&str>) -> Result<(), NotSignedOn> {
        let must = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match issuer {
            Some(issuer) if issuer == self.issuer.as_str() => Ok(()),
            None if !must => Ok(()),
            _ => Err(failed("the answer is not its own")),
        }
    }

    /// What the token says, once its signature, issuer, audience, nonce and age are right. A key that is not known yet may be
    /// a new one.
    async fn claims(
        &self,
        token: &CoreIdToken,
        metadata: Arc<Metadata>,
        address: &str,
        nonce: &Nonce,
        now: i64,
    ) -> Result<CoreIdTokenClaims, NotSignedOn> {
        match self.checked(token, &metadata, address, nonce)? {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let metadata = self.discover(now).await?;
                self.checked(token, &metadata, address, nonce)?.map_err(failed)
            }
            checked => checked.map_err(failed),
        }
    }

    fn checked(
        &self,
        token: &CoreIdToken,
        metadata: &Metadata,
        address: &str,
        nonce: &Nonce,
    ) -> Result<Result<CoreIdTokenClaims, ClaimsVerificationError>, NotSignedOn> {
        let made = metadata.id_token_signing_alg_values_supported();
        let accepted = SIGNATURES.into_iter().filter(|algorithm| made.contains(algorithm));
        let client = self.client(metadata, address)?;
        let verifier = client.id_token_verifier().set_allowed_algs(accepted);
        Ok(token.claims(&verifier, nonce).cloned())
    }

    /// Some providers say the e-mail address only to whoever asks for it.
    async fn asked_email(
        &self,
        client: &Client,
        access: &AccessToken,
        claims: &CoreIdTokenClaims,
    ) -> Result<Option<String>, NotSignedOn> {
        let Ok(question) = client.user_info(access.clone(), Some(claims.subject().clone())) else {
            return Ok(None);
        };
        let said: CoreUserInfoClaims = question.request_async(&self.outward).await.map_err(failed)?;
        Ok(confirmed(said.email(), said.email_verified()))
    }

    fn client(&self, metadata: &Metadata, address: &str) -> Result<Client, NotSignedOn> {
        let back = RedirectUrl::new(format!("{address}/sign-in/return")).map_err(failed)?;
        let client =
            CoreClient::from_provider_metadata(metadata.clone(), self.client.clone(), self.secret.clone());
        let known = metadata.token_endpoint_auth_methods_supported();
        let takes = |method| known.is_none_or(|known| known.contains(&method));
        let in_body =
            !takes(CoreClientAuthMethod::ClientSecretBasic) && takes(CoreClientAuthMethod::ClientSecretPost);
        let how = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_redirect_uri(back).set_auth_type(how))
    }

    /// What it says of itself.
    async fn metadata(&self, now: i64) -> Result<Arc<Metadata>, NotSignedOn> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if now - known.at < FRESH => Ok(known.metadata),
            _ => self.discover(now).await,
        }
    }

    async fn discover(&self, now: i64) -> Result<Arc<Metadata>, NotSignedOn> {
        let found = Metadata::discover_async(self.issuer.clone(), &self.outward).await.map_err(|error| {
            tracing::warn!(error = %whole(&error), "the provider of sign-ins can't be asked");
            NotSignedOn::Away
        })?;
        let metadata = Arc::new(found);
        let known = Known { metadata: Arc::clone(&metadata), at: now };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }
}

/// From the environment, or else from the file.
fn secret(config: &OpenId) -> Result<Option<ClientSecret>, StartError> {
    if let Some(secret) = &config.oidc_secret {
        return Ok(Some(ClientSecret::new(secret.reveal().to_owned())));
    }
    let Some(file) = &config.oidc_secret_file else { return Ok(None) };
    let read = std::fs::read_to_string(file);
    let text = read.map_err(|error| format!("--oidc-secret-file {}: {error}", file.display()))?;
    Ok(Some(ClientSecret::new(text.trim_end_matches(['\r', '\n']).to_owned())))
}

/// The address, if the provider says that it is this person's.
fn confirmed(
    email: Option<&impl std::ops::Deref<Target = String>>,
    verified: Option<bool>,
) -> Option<String> {
    email.filter(|_| verified == Some(true)).map(|email| email.to_string())
}

fn failed(cause: impl Display) -> NotSignedOn {
    tracing::warn!(%cause, "the provider's answer was not accepted");
    NotSignedOn::Failed
}

/// An error with what lies behind it.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
