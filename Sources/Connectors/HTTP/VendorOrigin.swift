import Domain
import FoundationEssentials
import Synchronization

/// Scheme, host and port of a vendor's interface. Secrets go only to origins that a person entered or a vendor
/// publishes, and without TLS only to this machine.
struct VendorOrigin: Sendable, Hashable {
    let scheme: String
    let host: String
    let port: Int

    /// Nil when it is not the address of such an interface; a path behind it is not part of it.
    init?(_ address: String) {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            let host = url.host()?.lowercased(), !host.isEmpty, url.user() == nil
        else { return nil }
        guard scheme == "https" || scheme == "http" && Self.isLoopback(host) else { return nil }
        self.scheme = scheme
        self.host = host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    /// - Parameter setting: the name by which a person knows the setting.
    init(_ address: String, setting: String) throws(ConnectorError) {
        guard let origin = Self(address) else {
            throw .setting(name: setting, reason: "“\(address)” is not of the form https://HOST")
        }
        self = origin
    }

    /// Without the brackets of IPv6.
    var bareHost: String { host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host }

    var text: String { "\(scheme)://\(host):\(port)" }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "[::1]"
    }
}

/// Where requests go now: a redirect may tell better, and then all sessions of an account follow.
final class CurrentOrigin: Sendable {
    private let origin: Mutex<VendorOrigin>

    init(_ origin: VendorOrigin) { self.origin = Mutex(origin) }

    var value: VendorOrigin { origin.withLock { $0 } }

    func move(to other: VendorOrigin) { origin.withLock { $0 = other } }
}
