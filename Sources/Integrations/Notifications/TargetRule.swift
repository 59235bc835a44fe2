import FoundationEssentials

/// Where messages may be sent. A tenant's administrator names the address and this server asks it: without a rule
/// they could have it ask what only it can reach.
public struct TargetRule: Sendable {
    /// Whether addresses of the own network, and HTTP without TLS, are taken: the installation's decision.
    public let allowsOwnNetwork: Bool

    public init(allowsOwnNetwork: Bool = false) { self.allowsOwnNetwork = allowsOwnNetwork }

    private static let longest = 2000

    /// What is wrong with an address, as far as its text tells; nil when nothing is. Where its name leads is looked
    /// at before each message.
    public func defect(of text: String) -> String? {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = Self.host(text)
        else { return "must be an address such as https://hooks.example.com/garrison" }
        guard scheme == "https" || scheme == "http" else { return "must begin with https://" }
        guard parts.user == nil, parts.password == nil else { return "must not hold a user or a password" }
        guard parts.fragment == nil else { return "must not hold a fragment" }
        if let port = parts.port, !(1...65_535).contains(port) { return "has a port that is none" }
        if let address = InternetAddress(host), let defect = defect(of: address) { return defect }
        if scheme == "http", !allowsOwnNetwork {
            return "must begin with https://: messages tell what is vulnerable"
        }
        return nil
    }

    /// What is wrong with where the name of a vendor's interface leads now; nil when nothing is, or it leads nowhere.
    public func defect(ofVendorNamed host: String) async -> String? {
        await HostLookup.addresses(of: host).lazy.compactMap { defect(ofVendorAt: $0) }.first
    }

    /// What is wrong with an IP address that a vendor's interface is behind; nil when nothing is.
    public func defect(ofVendorAt address: String) -> String? {
        InternetAddress(address).flatMap { defect(ofVendorAt: $0) }
    }

    private func defect(ofVendorAt address: InternetAddress) -> String? {
        switch address.reach {
        case .open: return nil
        case .own where allowsOwnNetwork: return nil
        case .own:
            return "leads into this server’s own network (\(address)), which its operator allows for consoles in it "
                + "with GARRISON_WEBHOOK_OWN_NETWORK=allow"
        case .barred: return "leads to \(address), where no vendor is"
        }
    }

    /// What is wrong with where an address leads; nil when nothing is.
    func defect(of address: InternetAddress) -> String? {
        switch address.reach {
        case .open: nil
        case .own where allowsOwnNetwork: nil
        case .own: "leads into this server’s own network (\(address)), which its operator has not allowed"
        case .barred: "leads to \(address), where no message goes"
        }
    }

    /// The name or the address, without the brackets of IPv6.
    public static func host(_ url: String) -> String? {
        guard let host = URLComponents(string: url)?.host, !host.isEmpty else { return nil }
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
