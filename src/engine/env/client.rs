//! What reaches the browser, and hosts that are not for the world.

/// Prefixes that bundlers copy into the client's code.
const CLIENT: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "EXPO_PUBLIC_",
    "REACT_APP_",
    "NUXT_PUBLIC_",
    "GATSBY_",
    "VUE_APP_",
    "PUBLIC_",
    "STORYBOOK_",
    "NG_APP_",
];

/// The prefix by which a variable becomes part of the client's code.
pub fn client_prefix(name: &str) -> Option<&'static str> {
    CLIENT.iter().find(|prefix| name.starts_with(**prefix)).copied()
}

/// This machine or a private network.
pub fn host_is_local(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        return address.is_loopback()
            || address.is_private()
            || address.is_unspecified()
            || address.is_link_local();
    }
    if let Ok(address) = host.parse::<std::net::Ipv6Addr>() {
        return address.is_loopback() || address.is_unspecified();
    }
    host == "localhost"
        || host == "host.docker.internal"
        || [".localhost", ".local", ".test"].iter().any(|ending| host.ends_with(ending))
}

/// A tunnel to somebody's machine.
pub fn host_is_tunnel(host: &str) -> bool {
    const TUNNELS: &[&str] = &[
        "ngrok.io",
        "ngrok.app",
        "ngrok.dev",
        "ngrok-free.app",
        "ngrok-free.dev",
        "trycloudflare.com",
        "loca.lt",
        "localtunnel.me",
        "serveo.net",
        "tunnelmole.net",
        "devtunnels.ms",
        "lhr.life",
        "telebit.io",
        "webhook.site",
    ];
    TUNNELS
        .iter()
        .any(|tunnel| host == *tunnel || host.strip_suffix(tunnel).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for host in [
            "localhost",
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "192.168.0.4",
            "172.20.0.1",
            "[::1]",
            "nas.local",
        ] {
            assert!(host_is_local(host), "{host}");
        }
        for host in ["example.com", "172.32.0.1", "localhost.example.com", "8.8.8.8"] {
            assert!(!host_is_local(host), "{host}");
        }
        assert!(host_is_tunnel("abc.ngrok-free.app"));
        assert!(!host_is_tunnel("notngrok.io"));
    }
}
