//! Behind a proxy every connection comes from the proxy. Who is at its other end stands in a header, which anybody can
//! write: it is believed only as far as proxies that the operator named have written it.

use std::fmt::{self, Display};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;

/// The proxies that are believed, and where they write.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Proxies {
    /// The proxies in front of the portal, as addresses or networks: `10.0.0.7,10.1.0.0/16,fd00::/8`. Failed sign-ins are
    /// counted by the address that they pass on instead of by theirs. Without any, no header is believed.
    #[arg(long, value_name = "ADDRESSES", env = "PORTAL_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// The header in which they pass it on. They must write it themselves: one that they merely let through says whatever
    /// the visitor likes.
    #[arg(long, value_name = "HEADER", env = "PORTAL_PROXY_HEADER", value_enum, default_value_t)]
    pub proxy_header: ProxyHeader,
}

/// A header in which proxies name whom they pass on.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, the usual one.
    #[default]
    XForwardedFor,
    /// `Forwarded`, RFC 7239.
    Forwarded,
}

impl Proxies {
    /// Where a request comes from: the last hop that is none of the proxies. What lies before that hop is hearsay.
    pub fn visitor(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer.ip().to_canonical();
        for hop in self.hops(headers).into_iter().rev() {
            if !self.are(nearest) {
                break;
            }
            // A proxy that hides whom it passes on stands for them.
            let Some(hop) = hop else { break };
            nearest = hop;
        }
        nearest
    }

    fn are(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.holds(address))
    }

    /// The hops in the order in which they were passed; nothing for one that is no address.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        if self.trusted_proxies.is_empty() {
            return Vec::new();
        }
        let (name, read): (_, fn(&str) -> Option<IpAddr>) = match self.proxy_header {
            ProxyHeader::XForwardedFor => ("x-forwarded-for", node),
            ProxyHeader::Forwarded => ("forwarded", forwarded),
        };
        let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
        lines.flat_map(|line| line.split(',')).map(read).collect()
    }
}

/// The `for` of one element of `Forwarded`.
fn forwarded(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, by) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    node(by.trim_matches('"'))
}

/// An address, with a port or without.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// A network: an address and how many of its bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether this address is in it.
    pub fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                u32::from(own).checked_shr(shift) == u32::from(other).checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                u128::from(own).checked_shr(shift) == u128::from(other).checked_shr(shift)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` must be an address or a network, as 10.0.0.7, 10.1.0.0/16 or fd00::/8");
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

impl Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const BEHIND: &str = "10.0.0.0/8,192.0.2.1,fd00::/8";

    fn visitor(
        trusted: &str,
        header: ProxyHeader,
        peer: &str,
        lines: &[(&'static str, &'static str)],
    ) -> String {
        let trusted_proxies =
            trusted.split(',').filter(|text| !text.is_empty()).map(|text| text.parse().unwrap()).collect();
        let proxies = Proxies { trusted_proxies, proxy_header: header };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        proxies.visitor(peer, &headers).to_string()
    }

    #[test]
    fn whom_nobody_trusts_is_not_believed() {
        let line = [("x-forwarded-for", "198.51.100.9")];
        assert_eq!(visitor("", ProxyHeader::XForwardedFor, "203.0.113.5", &line), "203.0.113.5");
        assert_eq!(visitor(BEHIND, ProxyHeader::XForwardedFor, "203.0.113.5", &line), "203.0.113.5");
        // Nor a header that the proxies don't write.
        assert_eq!(visitor(BEHIND, ProxyHeader::Forwarded, "10.0.0.1", &line), "10.0.0.1");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_is_the_visitor() {
        let from =
            |line| visitor(BEHIND, ProxyHeader::XForwardedFor, "10.0.0.1", &[("x-forwarded-for", line)]);
        assert_eq!(from("198.51.100.9"), "198.51.100.9");
        assert_eq!(from("1.1.1.1, 198.51.100.9, 10.9.9.9"), "198.51.100.9");
        assert_eq!(from("198.51.100.9:1234,192.0.2.1"), "198.51.100.9");
        assert_eq!(from("::ffff:198.51.100.9"), "198.51.100.9");
        assert_eq!(from("[2001:db8::7]:443"), "2001:db8::7");
        assert_eq!(from("10.4.4.4, 10.3.3.3"), "10.4.4.4", "a visitor from inside");
        for hidden in ["", "unknown", "_secret", "1.1.1.1, nonsense"] {
            assert_eq!(from(hidden), "10.0.0.1", "{hidden}");
        }
        let two = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.9")];
        assert_eq!(visitor(BEHIND, ProxyHeader::XForwardedFor, "::ffff:10.0.0.1", &two), "198.51.100.9");
    }

    #[test]
    fn the_header_of_the_rfc_is_read_as_it_says() {
        let from = |line| visitor(BEHIND, ProxyHeader::Forwarded, "fd00::1", &[("forwarded", line)]);
        assert_eq!(from("for=198.51.100.9;proto=https"), "198.51.100.9");
        assert_eq!(
            from("for=1.1.1.1, proto=https; For=\"[2001:db8::7]:4711\" , for=192.0.2.1"),
            "2001:db8::7"
        );
        assert_eq!(from("proto=https"), "fd00::1");
    }

    #[test]
    fn a_network_is_an_address_and_its_bits() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().holds(address.parse().unwrap())
        };
        assert!(holds("0.0.0.0/0", "203.0.113.5") && holds("::/0", "2001:db8::7"));
        assert!(holds("10.1.2.3/9", "10.127.0.1") && !holds("10.1.2.3/9", "10.128.0.1"));
        assert!(!holds("0.0.0.0/0", "::1"));
        for wrong in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/", "proxy", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().unwrap_err().contains("10.1.0.0/16"), "{wrong}");
        }
    }
}
